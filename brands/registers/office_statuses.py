"""What an office's own status code amounts to, by data/statuses.json; what is not known there is unknown. Pure."""

from __future__ import annotations

import json
import re
from typing import Final

from brands.registers.offices import DATA
from brands.registers.statuses import DEAD, LIVE, PENDING, RegisterStatus, status_of

_FACTS: Final = json.loads((DATA / "statuses.json").read_text(encoding="utf-8"))
US: Final[dict[str, RegisterStatus]] = {code: status_of(name) for code, name in _FACTS["US"].items()}
EM: Final[dict[str, RegisterStatus]] = {code: status_of(name) for code, name in _FACTS["EM"].items()}
# Which kind of dead, by the words of the office, first match first.
KINDS_OF_DEAD: Final = (
    (re.compile(r"expired", re.IGNORECASE), RegisterStatus.DEAD_EXPIRED),
    (re.compile(r"withdrawn|abandoned|refus|dismiss", re.IGNORECASE), RegisterStatus.DEAD_WITHDRAWN_REFUSED),
    (re.compile(r"cancel|invalidat|surrender", re.IGNORECASE), RegisterStatus.DEAD_CANCELLED),
)
DEAD_WORDS: Final = re.compile(
    r"(?:the |this )?(?:registration|application|mark)?\s*(?:is|was|has been|has)?\s*"
    r"(?:cancelled|canceled|abandoned|expired|withdrawn|invalidated|surrendered)\b",
    re.IGNORECASE,
)


def euipo_status(name: str) -> RegisterStatus:
    """The status for a name of EUIPO's trademark search API."""
    return EM.get(name.strip().upper(), RegisterStatus.UNKNOWN)


def us_status(code: str, *, tm5: str = "", words: str = "") -> RegisterStatus:
    """The status for a USPTO code.

    `tm5` is the register's own tm5StatusDesc, such as "LIVE/REGISTRATION/Issued and Active": where it says LIVE or DEAD
    and the code says something else, it wins. `words` are the office's sentence: for an unknown code they may tell that
    a mark is dead, never that it lives.
    """
    coded = US.get(code.strip(), RegisterStatus.UNKNOWN)
    said = _said(tm5)
    if said is not RegisterStatus.UNKNOWN:
        return coded if _family(coded) == _family(said) and coded is not RegisterStatus.UNKNOWN else said
    dead = DEAD_WORDS.match(words.strip()) if coded is RegisterStatus.UNKNOWN else None
    return _kind_of_dead(dead[0]) if dead else coded


def _said(tm5: str) -> RegisterStatus:
    """What the three steps of a common status descriptor mean: LIVE or DEAD, application or registration, words."""
    life, _slash, rest = tm5.strip().partition("/")
    what, _slash, words = rest.partition("/")
    life, what = life.strip().upper(), what.strip().upper()
    if life == "DEAD":
        return _kind_of_dead(words, registered=what == "REGISTRATION")
    if life == "LIVE" and what == "REGISTRATION":
        challenged = re.search("cancel|invalidat", words, re.IGNORECASE)
        return RegisterStatus.REGISTERED_CHALLENGED if challenged else RegisterStatus.REGISTERED
    if life == "LIVE" and what == "APPLICATION":
        published = re.search("opposition|publi", words, re.IGNORECASE)
        return RegisterStatus.PUBLISHED_OPPOSITION if published else RegisterStatus.APPLICATION_FILED
    return RegisterStatus.UNKNOWN


def _kind_of_dead(words: str, *, registered: bool = True) -> RegisterStatus:
    found = next((kind for pattern, kind in KINDS_OF_DEAD if pattern.search(words)), None)
    return found or (RegisterStatus.DEAD_CANCELLED if registered else RegisterStatus.DEAD_WITHDRAWN_REFUSED)


def _family(status: RegisterStatus) -> str:
    families = {"dead": DEAD, "live": LIVE, "pending": PENDING}
    return next((name for name, members in families.items() if status in members), "")
