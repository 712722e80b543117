"""Reads one pasted line without the database: which ids it could mean, or why it means none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from portal.marketplace.models import PATHS, PREFIXES
from portal.marketplace.normal import MOBILE, SHORT_PATH, SHORTENERS, is_hidden, normalise, tidy

LONGEST_LINE = 2_000
KIND_OF_PATH = {path: kind for kind, path in PATHS.items()}
KIND_OF_PREFIX = {prefix[:2].lower(): kind for kind, prefix in PREFIXES.items()}

PREFIXED = re.compile(r"(ls|vd|lv|sa)[-_]?([0-9a-z|]{1,20})", re.I | re.A)
NUMBER = re.compile(r"[0-9olisbz|]{1,20}", re.I | re.A)
HANDLE = re.compile(r"@?([a-z0-9][a-z0-9._-]{0,59})", re.I | re.A)
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.I | re.A)
OTHER_SCHEME = re.compile(r"(javascript|data|vbscript|file|mailto|tel|blob|about|intent|ftp):", re.I | re.A)
HOST_FIRST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/|$)|(localhost|127\.0\.0\.1|\[::1\])(:\d+)?/", re.I | re.A)
TARGET_PATH = re.compile(r"(?:/sandbox)?(?:/[a-z]{2}(?:-[a-z]{2})?)?/(item|v|live)/([^/]{1,40})(?:/.*)?", re.I)
HANDLE_PATH = re.compile(r"(?:/sandbox)?(?:/[a-z]{2}(?:-[a-z]{2})?)?/@([a-z0-9][a-z0-9._-]{0,59})(?:/.*)?", re.I | re.A)


class LineAnswer(models.TextChoices):
    FOUND = "found", _("Found")
    NOT_FOUND = "not_found", _("Not found")
    GONE = "gone", _("Already gone")
    FOREIGN = "foreign", _("Another site")
    SHORT_LINK = "short_link", _("Short link")
    REPEATED = "repeated", _("Repeated")
    UNREADABLE = "unreadable", _("Not readable")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line asks for: an `id` (digits, or nearly) of one of `kinds`, or a `handle`; else the answer itself."""

    kinds: tuple[str, ...] = ()
    id: str = ""
    handle: str = ""
    answer: LineAnswer = LineAnswer.NOT_FOUND
    hint: str = ""


def unreadable(hint: str) -> Wanted:
    return Wanted(answer=LineAnswer.UNREADABLE, hint=hint)


def shown(text: str, longest: int = 200) -> str:
    """The text as it may be shown and stored: cut, and with hidden characters made visible."""
    cut = text[:longest].strip()
    seen = "".join("\ufffd" if is_hidden(c) else c for c in cut)
    return seen + ("…" if len(text.strip()) > longest else "")


def read_line(raw: str) -> Wanted | None:
    """What the line asks for; None for a blank line."""
    if len(raw) > LONGEST_LINE:
        return unreadable(
            _t("This line has %(count)s characters. Put each link or id on its own line.") % {"count": len(raw)}
        )
    text = tidy(raw)
    if not text:
        return None if not raw.strip() else unreadable(not_a_link())
    text = plain_link(text)
    return read_plain(text) or read_bare(text) or read_link(text)


def plain_link(text: str) -> str:
    """The line's link as the marketplace itself writes it; what is no link is only tidied."""
    return normalise(text, our_hosts())


def read_plain(text: str) -> Wanted | None:
    """Answers lines that are no link and no id at all."""
    hidden = next((c for c in text if is_hidden(c)), "")
    if hidden:
        return unreadable(
            _t("The line has a character that cannot be seen (U+%(code)04X). Type the id by hand.")
            % {"code": ord(hidden)}
        )
    if text[0] in "=+":
        return unreadable(_t("The line begins with “%(sign)s”: a formula. Paste the link itself.") % {"sign": text[0]})
    if OTHER_SCHEME.match(text):
        return unreadable(only_https())
    # A comma may be part of a link; in anything else it stands between two things.
    parts = re.split(r"\s+" if SCHEME.match(text) else r"[\s,;]+", text)
    if len(parts) > 1:
        several = sum(looks_like_one(part) for part in parts) > 1
        return unreadable(
            _t("There is more than one link or id here. Put each on its own line.") if several else not_a_link()
        )
    return None


def looks_like_one(part: str) -> bool:
    return bool(SCHEME.match(part) or PREFIXED.fullmatch(part) or re.fullmatch(r"[0-9]{4,20}|@.+", part, re.A))


def not_a_link() -> str:
    return _t("This is not a link or an id. Paste the address of the page, or an id such as LS-88120431.")


def only_https() -> str:
    return _t("Only links that begin with https:// can be reported.")


def read_bare(text: str) -> Wanted | None:
    """Answers ids and handles that stand alone."""
    if match := PREFIXED.fullmatch(text):
        kind = KIND_OF_PREFIX[match[1].lower()]
        if any(c.isdigit() for c in match[2]):
            return Wanted(kinds=(kind,), id=match[2])
    if NUMBER.fullmatch(text) and sum(c.isdigit() for c in text) * 2 >= len(text):
        return Wanted(kinds=tuple(PREFIXES), id=text)
    if (match := HANDLE.fullmatch(text)) and not is_ours(text) and text.lower() not in SHORTENERS:
        fallback = handle_fallback(text)
        return Wanted(handle=match[1].lower(), answer=fallback.answer, hint=fallback.hint)
    return None


def handle_fallback(text: str) -> Wanted:
    """What to say when no account has this handle: it may have been meant as one, or as a host."""
    if text.startswith("@"):
        return Wanted()
    return foreign(text.lower()) if "." in text else unreadable(not_a_link())


def read_link(text: str) -> Wanted:
    """Answers links, with or without https:// before them."""
    scheme = SCHEME.match(text)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return unreadable(only_https())
    if not scheme and not HOST_FIRST.match(text):
        return unreadable(not_a_link())
    try:
        parts = urlsplit(text if scheme else f"https://{text}")
        host = (parts.hostname or "").rstrip(".")
        _port_is_a_number = parts.port
    except ValueError:
        return unreadable(_t("The link is damaged. Open the page and copy its address again."))
    if not host or "@" in parts.netloc:
        return unreadable(_t("The part of the link before the first / is not a host. Copy the address again."))
    if is_short(host):
        return short_link()
    return read_path(unquote(parts.path, errors="replace")) if is_ours(host) else foreign(host)


def read_path(path: str) -> Wanted:
    """Answers the path of a link on the marketplace itself."""
    path = re.sub(r"/{2,}", "/", path)
    if match := TARGET_PATH.fullmatch(path):
        number = match[2].strip()
        if re.fullmatch(r"[0-9a-z|]{1,20}", number, re.I | re.A):
            return Wanted(kinds=(KIND_OF_PATH[match[1].lower()],), id=number)
        return unreadable(_t("The id in this link is not a number. Open the page and copy its address again."))
    if match := HANDLE_PATH.fullmatch(path):
        return Wanted(handle=match[1].lower())
    if SHORT_PATH.fullmatch(path):
        return short_link()
    return unreadable(
        _t("This page is not a listing, video, livestream or account. Their links look like /item/88120431 or /@name.")
    )


def our_hosts() -> list[str]:
    """The marketplace's hosts in lower case, without brackets, ports or leading dots."""
    bare = (host.lower().strip("[] ").lstrip(".") for host in settings.MARKETPLACE_HOSTS)
    return [host.split(":")[0] if host.count(":") == 1 else host for host in bare]


def is_ours(host: str) -> bool:
    """Whether a host, or its mobile form, is one of the marketplace."""
    name = host.lower()
    ours = set(our_hosts())
    return name in ours or any(name.startswith(front) and name.removeprefix(front) in ours for front in MOBILE)


def is_short(host: str) -> bool:
    name = host.lower().removeprefix("www.")
    return name in SHORTENERS or (name.startswith("s.") and name[2:] in set(our_hosts()))


def short_link() -> Wanted:
    hint = _t("This is a short link. Open it and paste the full link from the address bar.")
    return Wanted(answer=LineAnswer.SHORT_LINK, hint=hint)


def foreign(host: str) -> Wanted:
    origin = settings.MARKETPLACE_ORIGIN
    hint = _t("%(host)s is another site. Only links to %(origin)s can be reported here.") % {
        "host": shown(host, 60),
        "origin": origin,
    }
    return Wanted(answer=LineAnswer.FOREIGN, hint=hint)
