"""The gaps of the desk's templates, {mark} and the like: known by name, filled from a case, never sent unfilled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import errors
from complaints.steps import need_text

FILL_INS: dict[str, Promise] = {
    "mark": gettext_lazy("the mark of the complaint"),
    "items": gettext_lazy("the titles of the chosen items"),
    "market": gettext_lazy("the markets of the chosen items"),
    "seller": gettext_lazy("the accounts behind the chosen items"),
    "reference": gettext_lazy("the reference of the complaint"),
}
_GAP = re.compile(r"\{\s*([^{}\s]*)\s*\}")


def unknown(text: str) -> list[str]:
    """Lists the gaps of a template that nothing fills, as they were written."""
    return [found.group(0) for found in _GAP.finditer(text) if found.group(1) not in FILL_INS]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fills the gaps that there is a value for; the others stay, and stop the text from leaving."""
    return _GAP.sub(lambda found: values.get(found.group(1)) or found.group(0), text)


def need_outgoing(text: str) -> str:
    """Trims a text of the desk that leaves it. Raises Refused without a text, and with a gap that nobody filled."""
    body = need_text(text)
    gaps = [found.group(0) for found in _GAP.finditer(body) if found.group(1) in FILL_INS]
    if gaps:
        raise errors.unfilled(_(", ").join(dict.fromkeys(gaps)))
    return body
