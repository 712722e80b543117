"""Register files on disk: which format each has, single or in a zip, told by content and never by name. Pure."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brands.registers import bulk, collected, euipo, st66, st96, tsdr_json
from brands.registers.errors import Unreadable
from brands.registers.json_text import load, mapping
from brands.registers.records import RecordFacts
from brands.registers.safe_xml import LARGEST, root_of

MEMBERS: Final = 200
LARGEST_MEMBER: Final = 4 * 1024**3
DENSEST: Final = 400  # times its packed size; XML packs ten to fifty times
SMALL: Final = 64 * 1024 * 1024
SINGLE: Final[dict[str, Callable[..., list[RecordFacts]]]] = {
    st66.FORMAT: st66.parse,
    st96.FORMAT: st96.parse,
    tsdr_json.FORMAT: tsdr_json.parse,
    euipo.FORMAT: euipo.parse,
    collected.FORMAT: collected.parse,
}
FORMAT_NAMES: Final[dict[str, str | Promise]] = {
    st66.FORMAT: gettext_lazy("USPTO TSDR, WIPO ST.66"),
    st96.FORMAT: gettext_lazy("USPTO TSDR, WIPO ST.96"),
    tsdr_json.FORMAT: gettext_lazy("USPTO TSDR, JSON"),
    euipo.FORMAT: gettext_lazy("EUIPO trademark search, JSON"),
    bulk.FORMAT: gettext_lazy("USPTO daily file"),
    collected.FORMAT: gettext_lazy("collected facts"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One readable thing: a file, or a member of a zip. `open` may be called several times."""

    name: str
    format: str
    open: Callable[[], IO[bytes]]

    @property
    def is_bulk(self) -> bool:
        return self.format == bulk.FORMAT

    def facts(self, as_of: date | None = None) -> list[RecordFacts]:
        """The records of a small part. Raises Unreadable."""
        with self.open() as stream:
            data = stream.read(LARGEST + 1)
        return SINGLE[self.format](data, as_of=as_of, source=self.name)


def parts(path: Path) -> list[Part]:
    """What `path` holds. Raises Unreadable for a file in no known format, and OSError where it cannot be read."""
    with path.open("rb") as stream:
        packed = stream.read(4) == b"PK\x03\x04"
    if packed:
        return list(_unpacked(path))
    return [_part(path.name, lambda: path.open("rb"))]


def _unpacked(path: Path) -> Iterator[Part]:
    """The XML and JSON members of a zip; everything else in it is passed over."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith((".xml", ".json"))]
    except zipfile.BadZipFile as error:
        raise Unreadable("broken", _("The zip is broken or cut off.")) from error
    if not members:
        raise Unreadable("unknown_format", _("There is no XML or JSON in the zip."))
    if len(members) > MEMBERS or any(map(_is_bomb, members)):
        raise Unreadable("too_large", _("The zip would unpack to more than a register file can be."))
    for member in members:
        yield _part(f"{path.name}/{member.filename}", _opener(path, member.filename))


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    dense = member.file_size > SMALL and member.file_size > DENSEST * max(member.compress_size, 1)
    return dense or member.file_size > LARGEST_MEMBER


def _opener(path: Path, name: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        try:
            return _Member(path, name)  # type: ignore[return-value] # it reads and closes, which is all that is asked
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise Unreadable("broken", _("The zip is broken, or locked with a password.")) from error

    return opened


class _Member:
    """A member of a zip that closes its archive too, and says in our words when it is broken."""

    def __init__(self, path: Path, name: str) -> None:
        self.archive = zipfile.ZipFile(path)
        self.stream = self.archive.open(name)

    def read(self, size: int = -1) -> bytes:
        try:
            return self.stream.read(size)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            raise Unreadable("broken", _("The zip is broken or cut off.")) from error

    def __enter__(self) -> _Member:
        return self

    def __exit__(self, *_about: object) -> None:
        self.stream.close()
        self.archive.close()


def _part(name: str, opened: Callable[[], IO[bytes]]) -> Part:
    return Part(name, _format(opened), opened)


def _format(opened: Callable[[], IO[bytes]]) -> str:
    """The format by content. Raises Unreadable."""
    with opened() as stream:
        head = stream.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] in {b"{", b"["}:
        with opened() as stream:
            return _json_format(stream.read(LARGEST + 1))
    if re.match(rb"(?:<!--.*?-->\s*)*<(?:!doctype\s+)?html\b", head, re.IGNORECASE | re.DOTALL):
        raise Unreadable("html", _("It is a web page, not the data that was asked for."))
    if head[:1] != b"<" and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("unknown_format", _unknown())
    with opened() as stream:
        return _xml_format(*root_of(stream))


def _json_format(data: bytes) -> str:
    answer = load(data)
    if tsdr_json.trademarks(answer):
        return tsdr_json.FORMAT
    if euipo.trademarks(answer):
        return euipo.FORMAT
    if {"records", "samples"} & set(mapping(answer)):
        return collected.FORMAT
    raise Unreadable("unknown_format", _unknown())


def _xml_format(space: str, name: str) -> str:
    if name == bulk.ROOT:
        return bulk.FORMAT
    if space == st66.NAMESPACE and name == "Transaction":
        return st66.FORMAT
    if space in st96.NAMESPACES and name in {"TrademarkTransaction", "Transaction"}:
        return st96.FORMAT
    raise Unreadable("unknown_format", _unknown())


def _unknown() -> str:
    return _("It is in no format that can be imported: ST.66, ST.96, TSDR JSON, EUIPO JSON or the USPTO's daily file.")
