"""One link in the form that the marketplace itself would write it: pure, and driven by data/link_patterns.json.

Copying, mailing and sharing add tracking, wrap links into other links and turn them into links of an app; none of that
changes what is meant. A short link is never followed, for following it would tell its maker that somebody reports it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

PATTERNS: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "link_patterns.json").read_text("utf-8"))
MOBILE: tuple[str, ...] = tuple(PATTERNS["mobile"])
SHORTENERS: frozenset[str] = frozenset(PATTERNS["shorteners"])
SHORT_PATH = re.compile(r"(?:/sandbox)?(?:" + "|".join(PATTERNS["short_paths"]) + ")", re.I | re.A)
TIMES: frozenset[str] = frozenset(PATTERNS["times"])
CANONICAL = {"listing": "/item/{}", "video": "/v/{}", "livestream": "/live/{}", "account": "/@{}"}

PARTS = {
    "{id}": r"(?P<id>(?=[^/]*[0-9])[0-9a-z|]{1,20})(?:/.*)?",
    "{number}": r"(?P<id>[0-9]{4,20})/?",
    "{handle}": r"(?P<id>[a-z0-9][a-z0-9._-]{0,59})(?:/.*)?",
    "{name}": r"[a-z0-9][a-z0-9._-]{0,59}",
}
LINK = re.compile(r"https?://", re.I)
IN_A_MAIL = re.compile(r"[^<>]*<(https?://[^<>\s]{1,1900})>[^<>]*", re.I)
AROUND = "<>\"'“”„«»‹›`"
BEHIND = ",;.!?:…"
BRACKETS = {")": "(", "]": "[", "}": "{"}
OPENING = {opening: closing for closing, opening in BRACKETS.items()}
# Layers of carriers around one link; a mail that was forwarded has two.
DEEPEST = 5


def is_hidden(c: str) -> bool:
    """Whether a character cannot be seen: controls, direction marks, zero widths, lone surrogates."""
    return unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def tidy(text: str) -> str:
    """The line without what copying leaves around it: spaces, quotes, brackets of mails, marks of direction."""
    start, end = 0, len(text)
    while start < end and _is_around(text[start]):
        start += 1
    while end > start and (_is_around(text[end - 1]) or text[end - 1] in BEHIND or _closes_nothing(text, start, end)):
        end -= 1
    bare = text[start:end]
    return tidy(bare[1:-1]) if bare[:1] in OPENING and bare[-1:] == OPENING[bare[0]] else bare


def _is_around(c: str) -> bool:
    return c.isspace() or c in AROUND or (is_hidden(c) and c != "\0")


def _closes_nothing(text: str, start: int, end: int) -> bool:
    opening = BRACKETS.get(text[end - 1])
    return opening is not None and opening not in text[start:end]


def normalise(text: str, hosts: Collection[str]) -> str:
    """The link as the marketplace of these hosts writes it; what is no link is only tidied. Twice is the same as once.

    On our hosts nothing stays but the target and the time in it; elsewhere only the tracking goes. What cannot be read
    stays as it is, so that it can be answered.
    """
    text = tidy(_out_of_mail(text))
    services = _services(frozenset(host.lower() for host in hosts))
    for _layer in range(DEEPEST):
        text = services.from_app(text)
        inner = services.carried(text)
        if not inner:
            break
        text = tidy(_out_of_mail(inner))
    return services.plain(text)


def _out_of_mail(text: str) -> str:
    found = IN_A_MAIL.fullmatch(text.strip())
    return found[1] if found else text


def is_tracking(name: str) -> bool:
    """Whether a parameter of this name says where a link came from, and nothing about what it leads to."""
    name = name.lower()
    exact, fronts = _tracking()
    return name not in TIMES and (name in exact or name.startswith(fronts))


@lru_cache(maxsize=1)
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    names = [name.lower() for name in PATTERNS["tracking"]]
    fronts = tuple(name[:-1] for name in names if name.endswith("*"))
    return frozenset(name for name in names if not name.endswith("*")), fronts


@dataclass(frozen=True)
class Services:
    """The patterns of the table, made for the hosts of one marketplace."""

    hosts: frozenset[str]
    paths: tuple[tuple[str, re.Pattern[str]], ...]
    queries: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]
    apps: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]
    names: dict[str, str]

    def own(self, host: str) -> str:
        """Which of our hosts this one, or its mobile form, is; "" for another site."""
        host = host.lower().rstrip(".")
        if host in self.hosts:
            return host
        bare = next((host.removeprefix(front) for front in MOBILE if host.startswith(front)), "")
        return bare if bare in self.hosts else ""

    def from_app(self, text: str) -> str:
        """A link that opens the app, as the link to the same page."""
        if LINK.match(text) or "://" not in text:
            return text
        for pattern, drop in self.apps:
            if found := pattern.fullmatch(drop.sub("", text) if drop else text):
                parts = found.groupdict()
                host = parts.get("host") or self.names[parts["app"].lower()]
                return f"https://{host}/{parts['rest'].lstrip('/')}"
        return text

    def carried(self, text: str) -> str:
        """The link inside a link that only counts the click or checks it for a mail; "" where there is none."""
        parts = split(text)
        if parts is None or not parts.query:
            return ""
        for carrier in PATTERNS["carriers"]:
            if self._is_of(carrier["host"], parts.hostname or "") and re.fullmatch(carrier["path"], parts.path):
                said = dict(reversed(parse_qsl(parts.query)))
                inner = next((said[name] for name in carrier["parameter"] if name in said), "")
                if LINK.match(inner) and inner != text:
                    return inner
        return ""

    def _is_of(self, wanted: str, host: str) -> bool:
        if wanted == "{host}":
            return bool(self.own(host))
        return host.endswith(wanted[1:]) if wanted.startswith("*") else host == wanted

    def plain(self, text: str) -> str:
        """The link without tracking; on our hosts in the one form that every way to write it has in common."""
        parts = split(text)
        if parts is None:
            return text
        host = self.own(parts.hostname or "")
        if not host:
            return _untracked(text, parts)
        found = self._target(_bare_path(parts.path), parts.query)
        if not found:
            return text
        timed = urlencode([pair for pair in _pairs(parts.query) + _pairs(parts.fragment) if pair[0] in TIMES])
        shown = f"[{host}]" if ":" in host else host
        return f"https://{shown}{found}" + (f"?{timed}" if timed else "")

    def _target(self, path: str, query: str) -> str:
        for kind, pattern in self.paths:
            if found := pattern.fullmatch(path):
                return CANONICAL[kind].format(found["id"].lower() if kind == "account" else found["id"])
        said = dict(reversed(_pairs(query)))
        for kind, pattern, parameters in self.queries:
            number = next((said[name] for name in parameters if name in said), "")
            if pattern.fullmatch(path) and re.fullmatch(PARTS["{id}"], number, re.I | re.A):
                return CANONICAL[kind].format(number.partition("/")[0])
        return ""


def split(text: str) -> SplitResult | None:
    """The parts of a plain web link; None for what is none, is damaged or hides its host."""
    if not LINK.match(text) and not re.match(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?/", text, re.I | re.A):
        return None
    if any(c.isspace() or is_hidden(c) for c in text):
        return None
    try:
        parts = urlsplit(text if LINK.match(text) else f"https://{text}")
        _port_is_a_number = parts.port
        parse_qsl(parts.query + parts.fragment, max_num_fields=200)
    except ValueError:
        return None
    return parts if parts.hostname and "@" not in parts.netloc and "\\" not in text else None


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, max_num_fields=200) if "=" in query else []


def _bare_path(path: str) -> str:
    """The path without what stands before it on some hosts: the sandbox, an older mobile page, a language."""
    path = re.sub(r"/{2,}", "/", unquote(path, errors="replace"))
    for front in PATTERNS["before"]:
        if path.startswith(f"{front}/"):
            path = path[len(front) :]
    rest = re.sub(rf"^/{PATTERNS['locale']}(?=/)", "", path, flags=re.I | re.A)
    return path if re.match(r"/(?:v|p|u)/", path, re.I) else rest


def _untracked(text: str, parts: SplitResult) -> str:
    kept = [part for part in parts.query.split("&") if part and not is_tracking(unquote(part.partition("=")[0]))]
    if len(kept) == len([part for part in parts.query.split("&") if part]):
        return text
    bare = parts._replace(query="&".join(kept)).geturl()
    return bare if LINK.match(text) else bare.removeprefix("https://")


@lru_cache(maxsize=32)
def _services(hosts: frozenset[str]) -> Services:
    """The table made for these hosts; an app is called like its host, with or without the dots."""
    names: dict[str, str] = {}
    for host in sorted(hosts):
        if re.search(r"[a-z]", host) and ":" not in host:
            names |= {host.split(".")[0]: host, host.replace(".", ""): host, host.replace(".", "-"): host}
    any_host = "(?P<host>(?:" + "|".join(map(re.escape, MOBILE)) + ")?(?:" + _any(hosts) + "))"
    fill = {"{host}": any_host, "{app}": f"(?P<app>{_any(names)})", "{rest}": "(?P<rest>.*)"}
    return Services(
        hosts=hosts,
        paths=tuple((row["kind"], _pattern(row["path"], PARTS)) for row in PATTERNS["paths"]),
        queries=tuple((row["kind"], _pattern(row["path"], {}), tuple(row["parameter"])) for row in PATTERNS["queries"]),
        apps=tuple(
            (_pattern(row["link"], fill), re.compile(row["drop"]) if "drop" in row else None)
            for row in PATTERNS["apps"]
        ),
        names=names,
    )


def _any(words: Collection[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _pattern(text: str, fill: dict[str, str]) -> re.Pattern[str]:
    for name, pattern in fill.items():
        text = text.replace(name, pattern)
    return re.compile(text, re.I | re.A | re.S)
