"""Days that come as text, written as every other day on a page: `{% load days %}`."""

from __future__ import annotations

import re
from datetime import date

from django import template
from django.utils.formats import date_format

register = template.Library()
DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", re.ASCII)


@register.filter
def day_text(text: str) -> str:
    """Writes "2026-11-20" as "20 Nov 2026" and "2026-11" as "Nov 2026"; any other text, or none, stays."""
    if not text or not DAY.fullmatch(text):
        return text
    try:
        plain = date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    except ValueError:
        return text
    return date_format(plain, "j M Y" if len(text) == 10 else "M Y")
