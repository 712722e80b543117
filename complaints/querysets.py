"""Who sees it? `visible_to` is the only gate between tenants; the rest composes with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from complaints import states
from portal.accounts.actors import Actor

NOT_FILED = (states.ComplaintState.DRAFT, states.ComplaintState.UNCONFIRMED)


def _count_items(*in_states: states.ItemState) -> Coalesce:
    """Counts items by subquery: a join would group the whole table before a page of it is cut."""
    from complaints.models import Item

    items = Item.objects.filter(complaint=OuterRef("pk")).order_by()
    if in_states:
        items = items.filter(state__in=in_states)
    return Coalesce(Subquery(items.values("complaint").annotate(n=Count("pk")).values("n")), 0)


class ComplaintQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Keeps what `actor` may read: staff every filed complaint, members their organisation's, others none."""
        if actor.is_staff:
            return self.exclude(state__in=NOT_FILED)
        if actor.organisation is not None and actor.can_read:
            return self.filter(organisation=actor.organisation)
        return self.none()

    def filed(self) -> Self:
        return self.exclude(state__in=NOT_FILED)

    def drafts(self) -> Self:
        return self.filter(state=states.ComplaintState.DRAFT)

    def with_desk(self) -> Self:
        return self.filter(state__in=states.WITH_DESK)

    def closed(self) -> Self:
        return self.filter(state__in=states.CLOSED)

    def waiting_for_complainant(self) -> Self:
        """Keeps those with a question that the complainant has not answered."""
        asked = self.filter(items__state=states.ItemState.ASKED).values("pk")
        return self.filter(pk__in=asked)

    def queue(self) -> Self:
        """Orders what the desk must decide: oldest due first."""
        return self.filter(state__in=[states.ComplaintState.QUEUED, states.ComplaintState.IN_REVIEW]).order_by(
            "due_at", "id"
        )

    def claimable(self, now: datetime) -> Self:
        return self.queue().filter(Q(claimed_by__isnull=True) | Q(claim_until__lte=now))

    def overdue(self, now: datetime) -> Self:
        return self.with_desk().filter(due_at__lt=now, paused_at__isnull=True)

    def with_counts(self) -> Self:
        """Adds `item_count`, `accepted_count`, `rejected_count` and `open_count`, counted for the rows shown alone."""
        return self.annotate(
            item_count=_count_items(),
            accepted_count=_count_items(states.ItemState.ACCEPTED),
            rejected_count=_count_items(states.ItemState.REJECTED),
            open_count=_count_items(states.ItemState.OPEN, states.ItemState.ASKED),
        )

    def for_lists(self) -> Self:
        return self.select_related("organisation", "right__family", "notifier", "claimed_by").with_counts()

    def search(self, text: str) -> Self:
        """Keeps those with this exact reference or marketplace id, or whose mark contains the text."""
        upper = text.upper()
        return self.filter(
            Q(reference=upper)
            | Q(pk__in=self.filter(items__target__marketplace_id=upper).values("pk"))
            | Q(right__mark_text__icontains=text)
        )

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class ItemQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        from complaints.models import Complaint

        return self.filter(complaint__in=Complaint.objects.visible_to(actor))

    def for_pages(self) -> Self:
        """Brings target, owner, snapshot, right and measures along in a constant number of queries."""
        from complaints.models import Measure

        return (
            self.select_related("target__owner__target", "snapshot__picture", "right", "decision", "complaint")
            .prefetch_related(Prefetch("measures", queryset=Measure.objects.order_by("id")))
            .order_by("line", "id")
        )

    def open(self) -> Self:
        return self.filter(state__in=[states.ItemState.OPEN, states.ItemState.ASKED])


class EvidenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        from complaints.models import Complaint

        return self.filter(complaint__in=Complaint.objects.visible_to(actor)).select_related("file")


class MandateQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.organisation is not None and actor.can_read:
            return self.filter(organisation=actor.organisation)
        return self.none()

    def in_force(self, now: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, granted_at__lte=now, expires_at__gt=now)


class MeasureQuerySet(models.QuerySet[Any]):
    def to_mend(self) -> Self:
        return self.filter(
            state__in=[
                states.MeasureState.REFUSED,
                states.MeasureState.PARTIAL,
                states.MeasureState.CONTRADICTED,
            ]
        )

    def to_check(self, now: datetime) -> Self:
        return self.filter(state=states.MeasureState.SENT, check_at__lte=now)


class StatementQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Keeps what was addressed to accounts that this person holds, or to their organisation; staff see all."""
        if actor.is_staff:
            return self
        if actor.user is None:
            return self.none()
        mine = Q(side="respondent", account__holders=actor.user)
        if actor.organisation is not None and actor.can_read:
            mine |= Q(side="complainant", decision__complaint__organisation=actor.organisation)
        return self.filter(mine).distinct()

    def to_holder(self, user_id: int) -> Self:
        """Keeps the statements addressed to accounts that this person holds."""
        return self.filter(side="respondent", account__holders=user_id)
