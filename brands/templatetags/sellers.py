"""Product identifiers on pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from brands.gtin import shown

register = template.Library()


@register.filter
def gtins(values: Sequence[str]) -> str:
    """GTINs as they stand on packages, with commas."""
    return shown(values)
