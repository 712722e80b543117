"""What a draft that mends a rejected complaint shows above its form."""

from __future__ import annotations

from django import template

from complaints import curing
from complaints.curing import Failed
from complaints.models import Complaint

register = template.Library()


@register.simple_tag
def failed_of(draft: Complaint | str) -> list[Failed]:
    """Gives the checks that the rejected complaint failed; nothing for a draft that mends none."""
    if not isinstance(draft, Complaint) or draft.cures is None:
        return []
    return curing.failed(draft.cures)
