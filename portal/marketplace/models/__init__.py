"""Targets with their details, and the sandbox's own truth."""

from portal.marketplace.models.sandbox import SandboxBehaviour, SandboxMode, SandboxObject
from portal.marketplace.models.targets import (
    GONE,
    MARKETS,
    PATHS,
    PREFIXES,
    STATES_OF,
    Account,
    AccountKind,
    Currency,
    Listing,
    Livestream,
    Target,
    TargetKind,
    TargetQuerySet,
    TargetState,
    Video,
    picture_path,
)

__all__ = [
    "GONE",
    "MARKETS",
    "PATHS",
    "PREFIXES",
    "STATES_OF",
    "Account",
    "AccountKind",
    "Currency",
    "Listing",
    "Livestream",
    "SandboxBehaviour",
    "SandboxMode",
    "SandboxObject",
    "Target",
    "TargetKind",
    "TargetQuerySet",
    "TargetState",
    "Video",
    "picture_path",
]
