"""Secrets at rest: encrypted with the site's key, each purpose under a key of its own; former keys still open them."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


def seal(purpose: str, text: str) -> str:
    """Gives what a table may keep."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Gives the secret back; raises InvalidToken when none of the site's keys wrote it for this purpose."""
    return _box(purpose).decrypt(sealed.encode()).decode()


def _box(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_digest(purpose, key))) for key in keys])


def _digest(purpose: str, key: str | bytes) -> bytes:
    return hashlib.sha256(f"{purpose}:".encode() + force_bytes(key)).digest()
