"""The key that signs checkpoints: Ed25519, from the environment or made once into the folder of the service."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def private_key() -> Ed25519PrivateKey:
    """The signing key: RIGHTSDESK_CHECKPOINT_KEY (32 bytes, Base64), else checkpoint.key, made when it is missing."""
    if settings.CHECKPOINT_KEY:
        try:
            return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.CHECKPOINT_KEY, validate=True))
        except ValueError as error:
            raise ImproperlyConfigured("RIGHTSDESK_CHECKPOINT_KEY must be 32 bytes in Base64.") from error
    path = settings.VAR_DIR / "checkpoint.key"
    if not path.exists():
        _make(path)
    found = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(found, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path} is no Ed25519 key.")
    return found


def _make(path: Path) -> None:
    """Makes the key, readable by the service alone; of two processes at once the first one's counts."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    part = path.with_suffix(f".{os.getpid()}")
    part.touch(mode=0o600, exist_ok=True)
    part.write_bytes(pem)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def id_of(key: Ed25519PublicKey) -> str:
    """The name of a key: the first 16 hex digits of the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def publish(folder: Path, key: Ed25519PublicKey) -> None:
    """Lays the public key beside the checkpoints that it signs."""
    path = folder / f"key-{id_of(key)}.pem"
    if not path.exists():
        path.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def read_public(path: Path) -> Ed25519PublicKey:
    """Reads a public key (PEM). Raises ValueError for anything else."""
    found = load_pem_public_key(path.read_bytes())
    if not isinstance(found, Ed25519PublicKey):
        raise ValueError(f"{path} is no Ed25519 key.")
    return found


def has_signed(key: Ed25519PublicKey, data: bytes, signature: str) -> bool:
    """Says whether this key made this signature (hex) over these bytes."""
    try:
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
