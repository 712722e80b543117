"""What an upload is called on pages and in downloads; never where it lies. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction overrides, surrogates, line ends


def display_name(raw: str) -> str:
    """Gives a name safe to show and to download: no path, no unseen characters, at most 120 characters."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in name)
    name = "".join(sign for sign in name if unicodedata.category(sign) not in UNSEEN)
    name = re.sub(r'[<>:"|?*]', "_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    if RESERVED.match(name):
        name = f"_{name}"
    return _cut(name) or "file"


def _cut(name: str) -> str:
    """Shortens in the middle of the name, so that a short extension stays."""
    if len(name) <= LONGEST:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 8:
        return name[:LONGEST].rstrip(" .")
    return f"{stem[: LONGEST - len(suffix) - 1].rstrip(' .')}.{suffix}"
