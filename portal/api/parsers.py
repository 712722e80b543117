"""JSON as strictly as it is meant: what two readers could understand in two ways is refused (400)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

LARGEST_BODY = 2 * 1024 * 1024
DEEPEST = 32
LARGEST_WHOLE = 2**63 - 1
# Strings are skipped whole (also unterminated ones), so that a hostile body is read once, not once for each quote.
TOKENS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
RISKY_ESCAPES = re.compile(r"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})")


class BodyTooLarge(APIException):
    """The body is larger than 2 MB (HTTP 413)."""

    status_code = 413
    default_code = "body_too_large"
    default_detail = "The body may have 2 MB; send files as multipart/form-data and items in several requests."


class StrictJSONParser(BaseParser):
    """Takes one JSON object in UTF-8: no NaN, repeated names, lone surrogates, NUL or BOM, 32 levels, 2 MB."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Reads at most 2 MB. Raises ParseError (400) or BodyTooLarge (413), never anything else."""
        data = stream.read(LARGEST_BODY + 1)
        if len(data) > LARGEST_BODY:
            raise BodyTooLarge
        return loads(data)


def loads(data: bytes) -> dict[str, Any]:
    """Decodes one strict JSON object. Raises ParseError with the reason."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse("not_utf8", _("The body is not UTF-8."))
    if text.startswith("\ufeff"):
        _refuse("byte_order_mark", _("The body begins with a byte order mark; send it without."))
    _check_depth(text)
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_float, parse_int=_int)
    except json.JSONDecodeError as broken:
        where = {"line": broken.lineno, "column": broken.colno}
        _refuse("not_json", _("The body is not JSON: line %(line)d, column %(column)d.") % where)
    except RecursionError:
        _refuse("too_deep", _("The body has more than 32 levels."))
    if not isinstance(value, dict):
        _refuse("not_an_object", _("The body must be a JSON object, such as {…}."))
    if RISKY_ESCAPES.search(text):
        _check_texts(value)
    return value


def _refuse(code: str, message: str) -> NoReturn:
    raise ParseError(message, code) from None


def _check_depth(text: str) -> None:
    """Stops at the first bracket that is too deep, before anything is built."""
    depth = 0
    for token in TOKENS.finditer(text):
        sign = text[token.start()]
        if sign in "[{":
            depth += 1
            if depth > DEEPEST:
                _refuse("too_deep", _("The body has more than 32 levels."))
        elif sign != '"':
            depth -= 1


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("name_repeated", _("An object of the body has the same name twice."))
    return found


def _constant(text: str) -> NoReturn:
    _refuse("number_not_finite", _("%(text)s is not a JSON number.") % {"text": text})


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse("number_not_finite", _("A number of the body is too large."))
    return number


def _int(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > LARGEST_WHOLE:
        _refuse("number_too_large", _("A number of the body is too large; numbers may have 64 bits."))
    return int(text)


def _check_texts(value: Any) -> None:
    """Walks the body (at most 32 levels) for characters that no database keeps."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            _refuse("character_not_allowed", _("A text of the body holds NUL or half of a character."))
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_texts(name)
            _check_texts(item)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item)
