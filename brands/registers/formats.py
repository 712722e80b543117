"""Numbers of marks: bring what people type into the office's own form, or say what that form is. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from brands.registers.offices import Office, office_named

LONGEST: Final = 32
ROUNDS: Final = 64
LABEL = re.compile(
    r"^(?:(?:APPLICATION|APPLN|APPL|APP|SERIAL|REGISTRATION|REGN|REG|TRADE ?MARK|NUMBER|NUM|NR|NO|SN|RN)"
    r"(?=[\s.:#\d])[\s.:#]*|[#:]\s*)+"
)


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """`value` is the number in the office's form; `warn` asks to check, `ok` false refuses; `message` says why."""

    ok: bool
    value: str
    message: str
    warn: bool = False


def normalise_number(office: str, kind: str, text: str) -> NumberAnswer:
    """Answers what `office` would call the number in `text`; `kind` is "application" or "registration"."""
    known = office_named(office)
    if known is None or kind not in {"application", "registration"}:
        return NumberAnswer(False, "", _("Choose the office first: each has its own form of number."))
    value = _without_code(known, kind, _tidied(known.st3, kind, text[: LONGEST * 4]))
    if not value:
        return NumberAnswer(False, "", _("Give the number. ") + looks_like(known, kind))
    if _fits(known, kind, value):
        return NumberAnswer(True, value, _("%(value)s fits the numbers of %(office)s.") % _names(known, value))
    if known.strict or not _plausible(value) or len(text) > LONGEST * 4:
        said = _("%(value)s does not look like a number of %(office)s. ") % _names(known, _short(value))
        return NumberAnswer(False, value[:LONGEST], said + looks_like(known, kind))
    said = _("Check this number: %(value)s has another form than we know of %(office)s. ") % _names(known, value)
    return NumberAnswer(True, value, said + looks_like(known, kind), warn=True)


def looks_like(office: Office, kind: str) -> str:
    """Says what the office's numbers look like, with an example."""
    example = (office.registration if kind == "registration" else office.application).example
    said = {
        "application": _("Application numbers of %(office)s look like %(value)s."),
        "registration": _("Registration numbers of %(office)s look like %(value)s."),
    }[kind if kind == "registration" else "application"]
    if office.same_number:
        said = _("Numbers of %(office)s look like %(value)s.")
    return said % _names(office, example)


def st13(office: str, application_number: str) -> str:
    """The key of a record across registers: office, type 50, year or 0000, serial padded to nine.

    Letters that tell two numbers apart stay in the serial, so a long one is longer than nine. "" without a number.
    """
    known = office_named(office)
    if known is None or not application_number:
        return ""
    value = normalise_number(office, "application", application_number).value
    year, serial = _parts(known.st3, value)
    serial = re.sub(r"[^0-9A-Z]", "", serial)
    return f"{known.st3}50{year}{serial.lstrip('0').zfill(9)}"


def clone_of(number: str) -> str | None:
    """The EUIPO number of the right that this UK number was made from in 2021; None for every other number.

    UK009 and the last eight digits of a registered EU mark (UK00917867542 from 017867542); UK008 and those of an
    international registration that designated the EU (UK00801234567 from W01234567). Source: data/offices.json, GB.
    """
    found = re.fullmatch(r"UK00([89])([0-9]{8})", normalise_number("GB", "registration", number).value)
    if found is None:
        return None
    return f"0{found[2]}" if found[1] == "9" else f"W{found[2]}"


def plain_number(text: str) -> NumberAnswer:
    """The number of a work, design or patent, whose forms we do not know: capitals, no spaces or commas, a digit."""
    value = re.sub(r"[\s,]+", "", unicodedata.normalize("NFKC", text[: LONGEST * 4]).upper())
    value = LABEL.sub("", value)
    if not value:
        return NumberAnswer(False, "", _("Give the number."))
    if len(text) > LONGEST * 4 or not re.fullmatch(rf"(?=.*[0-9])[0-9A-Z./()-]{{1,{LONGEST}}}", value):
        said = _("%(value)s is no number: use letters, digits, dots, slashes and hyphens, at most %(most)d.")
        return NumberAnswer(False, value[:LONGEST], said % {"value": _short(value), "most": LONGEST})
    return NumberAnswer(True, value, "")


def _names(office: Office, value: str) -> dict[str, str]:
    return {"office": office.short, "value": value}


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"


def _fits(office: Office, kind: str, value: str) -> bool:
    regex = office.registration.regex if kind == "registration" else office.application.regex
    return len(value) <= LONGEST and re.fullmatch(regex, value, re.ASCII) is not None


def _plausible(value: str) -> bool:
    """Whether an unknown form may still be a number: short, plain signs, and at least three digits."""
    return len(value) <= LONGEST and bool(re.fullmatch(r"[0-9A-Z./ -]+", value)) and len(re.findall("[0-9]", value)) > 2


def _without_code(office: Office, kind: str, value: str) -> str:
    """Takes the office's own code away where it stands before a number that fits without it."""
    if _fits(office, kind, value) or not value.startswith(office.st3):
        return value
    rest = _tidied(office.st3, kind, value.removeprefix(office.st3).lstrip("-: "))
    return rest if _fits(office, kind, rest) else value


def _tidied(office: str, kind: str, text: str) -> str:
    """Applies the office's rule until nothing changes, so that tidying twice is tidying once."""
    rule = RULES.get((office, kind)) or RULES.get((office, "")) or _compact
    value = text
    for _round in range(ROUNDS):
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).upper()).strip()
        tidy = rule(LABEL.sub("", plain).strip())
        if tidy == value:
            break
        value = tidy
    return value


# --- the offices' own rules; each takes upper-case text and returns it in the register's form


def _compact(text: str) -> str:
    return re.sub(r"[\s,.]+", "", text)


def _without(*prefixes: str) -> Callable[[str], str]:
    """A rule that takes away spaces, commas and any of these prefixes when digits follow."""
    lead = re.compile(rf"^(?:{'|'.join(prefixes)})[-:]?(?=[0-9])")

    def rule(text: str) -> str:
        return lead.sub("", _compact(text))

    return rule


def _us_application(text: str) -> str:
    return re.sub(r"^US(?=\d)", "", re.sub(r"[/\-]", "", _compact(text)))


def _us_registration(text: str) -> str:
    return _us_application(text).lstrip("0")


def _em(text: str) -> str:
    value = re.sub(r"^(?:EUTM|CTM|EU|EM)-?(?=[0-9W])", "", _compact(text))
    return value.zfill(9) if re.fullmatch(r"[0-9]{1,8}", value) else value


def _gb(text: str) -> str:
    value = re.sub(r"^GB(?=[0-9])", "UK", _compact(text))
    if re.fullmatch(r"(?:[0-9]{1,8}|[0-9]{11})", value):
        return "UK" + value.zfill(11)
    found = re.fullmatch(r"UK([0-9]{1,10})", value)
    return "UK" + found[1].zfill(11) if found else value


def _wo(text: str) -> str:
    return re.sub(r"^(?:WO|IR|G|W)+(?=[0-9])", "", _compact(text)).lstrip("0")


def _cn(text: str) -> str:
    return re.sub(r"^(?:NO|CN)(?=[0-9G])", "", re.sub("[第号號]", "", _compact(text)))


def _jp_registration(text: str) -> str:
    return re.sub(r"^JP(?=[0-9])", "", re.sub("(?:商標登録|登録|第|号)", "", _compact(text)))


def _jp_application(text: str) -> str:
    value = re.sub(r"^JP(?=[0-9])", "", re.sub("(?:商願|第|号)", "", _compact(text)))
    return _dashed(value, r"((?:19|20)[0-9]{2})-?([0-9]{6})")


def _dashed(value: str, pattern: str) -> str:
    """Joins the groups of `pattern` by hyphens when it fits, else leaves the value."""
    found = re.fullmatch(pattern, value.replace("/", "-"))
    return "-".join(part for part in found.groups() if part) if found else value


def _kr_application(text: str) -> str:
    return _dashed(_compact(text), r"(4[0-9])-?((?:19|20)[0-9]{2})-?([0-9]{7})")


def _kr_registration(text: str) -> str:
    return _dashed(_compact(text), r"(4[0-9])-?([0-9]{7})(?:-?0000|-?([0-9]{4}))?")


def _ph(text: str) -> str:
    return _dashed(_compact(text), r"(4)-?((?:19|20)[0-9]{2})-?([0-9]{6,8})")


def _vn_application(text: str) -> str:
    return _dashed(_compact(text), r"(4)-?((?:19|20)[0-9]{2})-?([0-9]{5})")


def _vn_registration(text: str) -> str:
    return _dashed(_compact(text), r"(4)-?([0-9]{7})-?(000)")


def _ca_registration(text: str) -> str:
    return re.sub(r"^(TMDA|TMA|UCA|NFLD)-", r"\1", _compact(text))


def _de(text: str) -> str:
    return re.sub(r"^DE(?=[0-9])", "", re.sub(r"(?<=[0-9])[/.][0-9]?$", "", re.sub(r"[\s,]+", "", text)))


def _fr(text: str) -> str:
    return re.sub(r"^(?:FR)?[0-9]{2}/([0-9]{7})$", r"\1", re.sub(r"^FR(?=[0-9])", "", _compact(text)))


def _it_application(text: str) -> str:
    return re.sub(r"^30(?=20[0-9]{11}$)", "", re.sub(r"^IT(?=[0-9])", "", _compact(text)))


def _it_registration(text: str) -> str:
    value = re.sub(r"^IT(?=[0-9])", "", _compact(text))
    return value.zfill(10) if re.fullmatch(r"[0-9]{7,9}", value) else value


def _tr(text: str) -> str:
    value = re.sub(r"^TR(?=[0-9])", "", text.strip(" ,."))
    return re.sub(r"^((?:19|20)[0-9]{2})[\s/]+([0-9]{1,6})$", r"\1/\2", re.sub(r"\s+", " ", value))


RULES: Final[dict[tuple[str, str], Callable[[str], str]]] = {
    ("US", "application"): _us_application,
    ("US", "registration"): _us_registration,
    ("EM", ""): _em,
    ("GB", ""): _gb,
    ("WO", ""): _wo,
    ("CN", ""): _cn,
    ("JP", "application"): _jp_application,
    ("JP", "registration"): _jp_registration,
    ("KR", "application"): _kr_application,
    ("KR", "registration"): _kr_registration,
    ("PH", ""): _ph,
    ("VN", "application"): _vn_application,
    ("VN", "registration"): _vn_registration,
    ("CA", "registration"): _ca_registration,
    ("DE", ""): _de,
    ("FR", ""): _fr,
    ("IT", "application"): _it_application,
    ("IT", "registration"): _it_registration,
    ("TR", ""): _tr,
    **{(code, ""): _without(code) for code in ("IN", "BR", "AU", "NZ", "HK", "TW", "BX", "ES", "CH", "MX")},
}

# Offices whose application number carries the year of filing; the serial keeps what tells two numbers apart.
YEARS: Final[dict[str, str]] = {
    "DE": r"30(?P<year>(?:19|20)[0-9]{2})(?P<serial>[0-9]{6})",
    "JP": r"(?P<year>(?:19|20)[0-9]{2})-(?P<serial>[0-9]{6})",
    "KR": r"(?P<type>4[0-9])-(?P<year>(?:19|20)[0-9]{2})-(?P<serial>[0-9]{7})",
    "PH": r"4-(?P<year>(?:19|20)[0-9]{2})-(?P<serial>[0-9]{6,8})",
    "VN": r"4-(?P<year>(?:19|20)[0-9]{2})-(?P<serial>[0-9]{5})",
    "TR": r"(?P<year>(?:19|20)[0-9]{2})/(?P<serial>[0-9]{1,6})",
    "CH": r"(?P<serial>[0-9]{1,6})/(?P<year>[0-9]{4})",
    "IT": r"(?P<year>20[0-9]{2})(?P<serial>[0-9]{9})",
    "ID": r"DID(?P<year>(?:19|20)[0-9]{2})(?P<serial>[0-9]{6})",
    "MY": r"(?:TM)?(?P<year>(?:19|20)[0-9]{2})(?P<serial>[0-9]{6,8})",
    "SG": r"40(?P<year>(?:19|20)[0-9]{2})(?P<serial>[0-9]{5}[A-Z])",
}


def _parts(office: str, value: str) -> tuple[str, str]:
    """The year (or 0000) and the serial of a normalised application number."""
    if office == "GB":
        return "0000", re.sub(r"^WO0*", "WO", value.removeprefix("UK"))
    found = re.fullmatch(YEARS.get(office, r"(?!)"), value)
    if not found:
        return "0000", value
    return found["year"], found.groupdict().get("type", "") + found["serial"]
