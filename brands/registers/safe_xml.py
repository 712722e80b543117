"""XML from outside: no entities, nothing external, no document type unless it is asked for, bounded in size. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO, Any, Final, Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException, DTDForbidden, ExternalReferenceForbidden
from defusedxml.ElementTree import DefusedXMLParser, fromstring
from django.utils.translation import gettext as _

from brands.registers.errors import Unreadable

LARGEST: Final = 8 * 1024 * 1024  # bytes of a single record
CHUNK: Final = 256 * 1024


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int = ..., /) -> bytes: ...


class InlineTypeParser(DefusedXMLParser):
    """Lets a document declare its elements inline, as the USPTO's daily file does; refuses entities and references."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target=target, forbid_dtd=False, forbid_entities=True, forbid_external=True)
        self.parser.StartDoctypeDeclHandler = self._refuse_external

    def _refuse_external(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        if system or public:
            raise ExternalReferenceForbidden(name, None, system, public)


@contextmanager
def understood() -> Iterator[None]:
    """Turns every way in which XML can be bad into Unreadable."""
    try:
        yield
    except DTDForbidden as error:
        raise Unreadable("document_type", _("It declares a document type, which its format does not have.")) from error
    except DefusedXmlException as error:
        text = _("It declares entities or points outside itself, which is how a file attacks its reader.")
        raise Unreadable("entities", text) from error
    except ParseError as error:
        text = _("The XML is broken or cut off (line %(line)s).") % {"line": error.position[0]}
        raise Unreadable("broken", text) from error
    except (ValueError, LookupError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("broken", _("The XML cannot be read: its encoding is not what it says.")) from error
    except RecursionError as error:
        raise Unreadable("broken", _("The XML is nested too deeply.")) from error


def document(data: bytes) -> Element:
    """The root of a small document. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("too_large", _("It is too large for one record."))
    with understood():
        root: Element = fromstring(data, forbid_dtd=True)
        return root


def verify(stream: Readable) -> None:
    """Reads a large document to its end, building nothing; raises Unreadable when it is broken, cut or dangerous."""
    parser = InlineTypeParser(target=_Nothing())
    parser.parser.DefaultHandlerExpand = None  # nothing is looked at but well-formedness and declarations
    with understood():
        while chunk := stream.read(CHUNK):
            parser.feed(chunk)
        parser.close()


def root_of(stream: Readable, limit: int = 1024 * 1024) -> tuple[str, str]:
    """Namespace and name of the first element, within `limit` bytes; ("", "") when there is none."""
    parser, seen = InlineTypeParser(target=_First()), 0
    with understood():
        try:
            while seen < limit and (chunk := stream.read(4096)):
                seen += len(chunk)
                parser.feed(chunk)
        except _Found as found:
            space, _brace, name = found.tag.rpartition("}")
            return space.lstrip("{"), name
    return "", ""


def texts(parent: Element, path: str) -> list[str]:
    """The texts at a path of local names, whatever their namespaces; empty ones are left out."""
    return [each.text.strip() for each in children(parent, path) if each.text and each.text.strip()]


def first(parent: Element, *paths: str) -> str:
    """The first text at the first of these paths that has one, else ""."""
    for path in paths:
        found = texts(parent, path)
        if found:
            return found[0]
    return ""


def children(parent: Element, path: str) -> list[Element]:
    """The elements at a path of local names, such as "Contact/Name" or ".//Trademark", whatever their namespaces."""
    return parent.findall(_anywhere(path))


@cache
def _anywhere(path: str) -> str:
    return "/".join(part if part in {".", ""} else f"{{*}}{part}" for part in path.split("/"))


def local(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


class Watched:
    """A stream that refuses when too much was read since the last mark: one record may not fill the memory."""

    def __init__(self, stream: IO[bytes] | Readable, limit: int = LARGEST * 4) -> None:
        self.stream, self.limit, self.since = stream, limit, 0

    def read(self, size: int = CHUNK) -> bytes:
        data = self.stream.read(min(size, CHUNK) if size > 0 else CHUNK)
        self.since += len(data)
        if self.since > self.limit:
            raise Unreadable("too_large", _("One record in it is larger than any record can be."))
        return data

    def mark(self) -> None:
        self.since = 0


class _Nothing:
    """A target that is told nothing."""

    def close(self) -> None:
        return None


class _Found(Exception):
    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


class _First:
    """A target that stops at the first element."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise _Found(tag)

    def close(self) -> None:
        return None
