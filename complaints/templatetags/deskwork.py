"""What waits for staff, for the front page of the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from brands.models import IPRight, Renewal
from complaints.models import Complaint, Measure, Message
from portal.accounts.models import Hold, Organisation, OrganisationState
from portal.identity.models import RecoveryRequest

register = template.Library()


@register.simple_tag
def desk_work() -> dict[str, Any]:
    """Counts what waits: cases to decide and the first due time, rights, measures, answers, decisions to confirm."""
    now = timezone.now()
    queue = Complaint.objects.queue()
    return {
        "cases": queue.count(),
        "overdue": Complaint.objects.overdue(now).count(),
        "first_due": queue.order_by("due_at", "id").values_list("due_at", flat=True).first(),
        "holds": Hold.objects.for_desk().count(),
        "rights": IPRight.objects.awaiting_review().count(),
        "renewals": Renewal.objects.waiting().count(),
        "organisations": Organisation.objects.filter(state=OrganisationState.IN_REVIEW).count(),
        "recoveries": RecoveryRequest.objects.waiting().count(),
        "measures": Measure.objects.to_mend().count(),
        "held": Complaint.objects.filter(state="held").count(),
        "responses": Message.objects.filter(kind="response", read_at__isnull=True).count(),
    }
