"""JSON from outside: bounded, and never an HTML page in disguise. Pure."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from brands.registers.errors import Unreadable
from brands.registers.safe_xml import LARGEST


def load(data: bytes) -> Any:
    """The value in `data`. Raises Unreadable for HTML, broken or too large JSON."""
    if len(data) > LARGEST:
        raise Unreadable("too_large", _("It is too large for one record."))
    if data.lstrip()[:1] == b"<":
        raise Unreadable("html", _("It is a web page, not the data that was asked for."))
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("broken", _("The JSON is broken or cut off.")) from error


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects in the list `value`; nothing where it is no list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
