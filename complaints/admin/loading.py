"""Reads the case that a page of the desk is about."""

from __future__ import annotations

from django.db.models import QuerySet, Subquery

from complaints.models import Complaint, Policy
from portal.accounts.actors import Actor


def load(actor: Actor, pk: int) -> Complaint | None:
    """Reads one filed case that the actor may see, with the version of the policy in force as `policy_version`."""
    found: QuerySet[Complaint] = Complaint.objects.visible_to(actor).select_related(
        "organisation",
        "agency",
        "right__brand",
        "right__family",
        "right__record",
        "notifier",
        "claimed_by",
        "created_by",
        "signature",
        "rule",
        "cures",
    )
    policy = Policy.objects.filter(in_force=True).values("version")[:1]
    return found.annotate(policy_version=Subquery(policy)).filter(pk=pk).prefetch_related("clocks").first()
