"""The deadlines of one right, for its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from brands.models import IPRight
from brands.renewals import of_right
from portal.accounts.actors import Actor

register = template.Library()


@register.inclusion_tag("renewals/_of_right.html")
def right_renewals(right: IPRight, actor: Actor) -> dict[str, Any]:
    """What the right asks for next, and what was declared about it; nothing while it is a draft or rejected."""
    with_desk = right.state in {"in_review", "approved", "suspended"}
    return {
        "right": right,
        "rows": of_right(right, timezone.now().date()) if with_desk else [],
        "declared": right.renewals.order_by("-asked_at", "-id")[:5],
        "may_declare": actor.can_register,
    }
