"""Who sees it? `visible_to` is the only gate between tenants; the rest composes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from brands.querysets import within
from complaints import states
from complaints.rules import effects
from portal.accounts.actors import WORKING_ROLES, Actor
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership
from portal.marketplace.models import Account

NOT_FILED = (states.ComplaintState.DRAFT, states.ComplaintState.UNCONFIRMED)


def readable(actor: Actor) -> Q:
    """The complaints of the organisation acted for; for an agent those of rights that a grant covers.

    Where a grant names countries, a filed one must have an item there, and a draft must be their own: until it is
    filed nobody knows where its items are. A draft without a right is its maker's alone.
    """
    mine = Q(organisation=actor.organisation)
    if actor.grants is None:
        return mine
    found = Q(pk__in=[])
    if actor.grants:
        found |= Q(state=states.ComplaintState.DRAFT, right__isnull=True, created_by=actor.user, agency=actor.agency)
    for grant in actor.grants:
        found |= _readable_under(replace(actor, grants=(grant,)), bool(grant.territories))
    return mine & found


def _readable_under(actor: Actor, by_country: bool) -> Q:
    from complaints.models import Item

    covered = within(actor, right="right")
    if by_country:
        there = Item.objects.filter(complaint__organisation=actor.organisation).covered(actor)
        own = Q(agency=actor.agency) if actor.agency is not None else Q(created_by=actor.user, agency=None)
        covered &= Q(state__in=NOT_FILED) & own | Q(pk__in=there.values("complaint"))
    return covered


def _count_items(reader: Actor | None, *in_states: states.ItemState) -> Coalesce:
    """Counts items by subquery: a join would group the whole table before a page of it is cut."""
    from complaints.models import Item

    items = Item.objects.filter(complaint=OuterRef("pk")).order_by()
    if reader is not None:
        items = items.covered(reader)
    if in_states:
        items = items.filter(state__in=in_states)
    return Coalesce(Subquery(items.values("complaint").annotate(n=Count("pk")).values("n")), 0)


def is_mended(complaint: str) -> Exists:
    """Says of the complaint in this column whether a later one mends it: filed, and not taken back."""
    from complaints.models import Complaint

    mending = Complaint.objects.filter(cures=OuterRef(complaint))
    return Exists(mending.exclude(state__in=[*NOT_FILED, states.ComplaintState.WITHDRAWN]))


class ComplaintQuerySet(models.QuerySet[Any]):
    """Reads of complaints; what counts or searches items looks only at those that the `reader` may see."""

    reader: Actor | None = None

    def visible_to(self, actor: Actor) -> Self:
        """Keeps what `actor` may read: staff every filed complaint, members their organisation's, others none."""
        if actor.is_staff:
            return self.exclude(state__in=NOT_FILED).without_recused(actor)
        if actor.organisation is None or not actor.can_read:
            return self.none()
        found = self.filter(readable(actor))
        found.reader = actor
        return found

    def without_recused(self, actor: Actor) -> Self:
        """Leaves out what concerns an organisation that this member of staff is recused from.

        It concerns who complains, for whom an agency files, and whose people hold an account that is reported. The
        subqueries look at the recusals of one person, which are few, so that they cost the same for any number of rows.
        """
        from complaints.models import Item, Recusal

        if actor.user is None:
            return self
        mine = Recusal.objects.filter(user=actor.user, ended_at__isnull=True).values("organisation")
        people = Membership.objects.active().filter(organisation__in=mine).values("user")
        accounts = Account.objects.filter(holders__in=people).values("pk")
        found = self.exclude(organisation__in=mine).exclude(agency__in=mine)
        for whose in ("target__owner__in", "target__in"):  # two subqueries: an OR would read every item there is
            found = found.exclude(pk__in=Item.objects.filter(**{whose: accounts}).order_by().values("complaint"))
        return found

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.reader = self.reader
        return clone

    def _with_item(self, verb: AgentVerb | None = None, **which: Any) -> Q:
        """Those with such an item, among the items that the reader may see, or may do `verb` with."""
        from complaints.models import Item

        items = Item.objects.filter(**which)
        return Q(pk__in=(items.covered(self.reader, verb) if self.reader else items).values("complaint"))

    def filed(self) -> Self:
        return self.exclude(state__in=NOT_FILED)

    def drafts(self) -> Self:
        return self.filter(state=states.ComplaintState.DRAFT)

    def cured(self) -> Self:
        """Keeps those that a later complaint mends."""
        return self.filter(is_mended("pk"))

    def counted(self) -> Self:
        """Leaves out what was rejected and mended: it never counts against anybody."""
        return self.filter(~Q(state=states.ComplaintState.REJECTED) | ~is_mended("pk"))

    def with_desk(self) -> Self:
        return self.filter(state__in=states.WITH_DESK)

    def leaning_on(self, right_id: int) -> Self:
        """Keeps those filed under this right, or with an item bound to it."""
        bound = self.filter(items__right=right_id).values("pk")
        return self.filter(Q(right=right_id) | Q(pk__in=bound))

    def closed(self) -> Self:
        return self.filter(state__in=states.CLOSED)

    def waiting_for_complainant(self) -> Self:
        """Keeps those with a question that the complainant has not answered."""
        return self.filter(self._with_item(AgentVerb.ANSWER, state=states.ItemState.ASKED))

    def queue(self) -> Self:
        """Orders what the desk must decide: as if each were due at its rank (complaints/ranking.py)."""
        return self.filter(state__in=[states.ComplaintState.QUEUED, states.ComplaintState.IN_REVIEW]).order_by(
            "rank_at", "id"
        )

    def claimable(self, now: datetime) -> Self:
        return self.queue().filter(Q(claimed_by__isnull=True) | Q(claim_until__lte=now))

    def overdue(self, now: datetime) -> Self:
        return self.with_desk().filter(due_at__lt=now, paused_at__isnull=True)

    def with_counts(self) -> Self:
        """Adds `item_count`, `accepted_count`, `rejected_count` and `open_count`, counted for the rows shown alone."""
        return self.annotate(
            item_count=_count_items(self.reader),
            accepted_count=_count_items(self.reader, states.ItemState.ACCEPTED),
            rejected_count=_count_items(self.reader, states.ItemState.REJECTED),
            open_count=_count_items(self.reader, *states.UNDECIDED),
        )

    def for_lists(self) -> Self:
        rows = self.select_related("organisation", "agency", "right__family", "notifier", "claimed_by")
        return rows.with_counts()

    def search(self, text: str) -> Self:
        """Keeps those with this exact reference or marketplace id, or whose mark contains the text."""
        upper = text.upper()
        return self.filter(
            Q(reference=upper)
            | self._with_item(target__marketplace_id=upper)
            | Q(right__mark_text__icontains=text)
            | Q(right__name__icontains=text)
        )

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class ItemQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Keeps those of complaints that `actor` may read; for an agent of rights and markets that a grant covers."""
        from complaints.models import Complaint

        return self.filter(complaint__in=Complaint.objects.visible_to(actor)).covered(actor)

    def covered(self, actor: Actor, verb: AgentVerb | None = None) -> Self:
        """Keeps those whose right and market a grant of an agent covers, for `verb` where one is given."""
        return self.filter(within(actor, verb, right="right", country="target__market"))

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


class MessageQuerySet(models.QuerySet[Any]):
    def covered(self, actor: Actor) -> Self:
        """Keeps those about an item that a grant of an agent covers, and those about the whole complaint."""
        from complaints.models import Item

        if actor.grants is None:
            return self
        about = self.model._default_manager.filter(items__in=Item.objects.covered(actor))
        return self.filter(Q(items__isnull=True) | Q(pk__in=about.values("pk"))).distinct()


class MandateQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Keeps the organisation's; for an agency those of its own people, for another agent only their own."""
        if actor.organisation is None or not actor.can_read:
            return self.none()
        found = self.filter(organisation=actor.organisation)
        if actor.agency is not None:
            return found.filter(agency=actor.agency)
        return found.filter(agency=None, signatory=actor.user) if actor.is_bound else found

    def in_force(self, now: datetime) -> Self:
        """Keeps those that can sign: also their signatory has worked there without a break since they gave it."""
        there = Membership.objects.active().filter(
            organisation=Coalesce(OuterRef("agency"), OuterRef("organisation")),
            user=OuterRef("signatory"),
            user__is_active=True,
            role__in=WORKING_ROLES,
            created_at__lte=OuterRef("granted_at"),
        )
        dated = self.filter(revoked_at__isnull=True, granted_at__lte=now, expires_at__gt=now)
        return dated.filter(Exists(there))


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
            mine |= Q(pk__in=self._to_complainant(actor).values("pk"))
        return self.filter(mine).distinct()

    def _to_complainant(self, actor: Actor) -> Self:
        from complaints.models import Complaint

        told = self.model._default_manager.filter(decision__complaint__in=Complaint.objects.visible_to(actor))
        found: Self = told.filter(side="complainant").covered(actor)
        return found

    def covered(self, actor: Actor) -> Self:
        """Keeps those that name no item but those that a grant of an agent covers."""
        from complaints.models import Item

        if actor.grants is None:
            return self
        beyond = Item.objects.exclude(within(actor, right="right", country="target__market"))
        return self.exclude(decision__items__in=beyond)

    def to_holder(self, user_id: int) -> Self:
        """Keeps the statements addressed to accounts that this person holds."""
        return self.filter(side="respondent", account__holders=user_id)


class KeptQuerySet(models.QuerySet[Any]):
    """What an organisation keeps to file with: evidence and templates."""

    def visible_to(self, actor: Actor) -> Self:
        """Keeps those of the organisation acted for; for an agent only those of rights that a grant covers."""
        if actor.organisation is None or not actor.can_read or actor.is_staff:
            return self.none()
        return self.filter(organisation=actor.organisation).filter(within(actor, right="right"))


class ClockQuerySet(models.QuerySet[Any]):
    def live(self) -> Self:
        """Keeps those that have not ended: they run or stand still."""
        return self.filter(state__in=[states.ClockState.RUNNING, states.ClockState.PAUSED])

    def run_out_by(self, now: datetime) -> Self:
        """Keeps running ones whose time has come: their end, or the beginning of the window of those that act early."""
        begun = Q(rule__in=effects.acting_early(), earliest_at__lte=now)
        return self.filter(state=states.ClockState.RUNNING).filter(Q(due_at__lte=now) | begun)
