"""Who may speak for which mark: brands, register records, and an organisation's rights."""

from brands.models.brand import Brand, MarkFamily
from brands.models.register import RecordClass, RegisterRecord
from brands.models.right import (
    IPRight,
    MarkKind,
    RightClass,
    RightKind,
    RightTerritory,
    Usability,
    Verification,
)
from brands.registers.statuses import RegisterStatus
from brands.states import RightState

__all__ = [
    "Brand",
    "IPRight",
    "MarkFamily",
    "MarkKind",
    "RecordClass",
    "RegisterRecord",
    "RegisterStatus",
    "RightClass",
    "RightKind",
    "RightState",
    "RightTerritory",
    "Usability",
    "Verification",
]
