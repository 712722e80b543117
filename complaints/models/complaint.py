"""A complaint, its items and what each target looked like when it was reported."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints import reasons, states
from complaints.querysets import ComplaintQuerySet, ItemQuerySet
from portal.marketplace import times

if TYPE_CHECKING:
    from complaints.models.decision import Decision, Measure


class Complaint(models.Model):
    """One notice by one organisation (or anyone, by the public form), for one reason, about up to 500 items.

    `agency` is who filed for the organisation: its record stays its own. `marked_for` asks for another look.
    `bases` are the legal bases that the filing satisfied (complaints/rules). The desk works on it as if it were due at
    `rank_at`; `rank_why` says what moved it there, as {code, minutes}. `market` (of most items), `language`, `tier`,
    `safety` and `live` (a stream is on air) are the facts by which it was routed to `rule` and `skill`. `cures` is the
    rejected complaint that it mends.
    """

    class Source(models.TextChoices):
        PORTAL = "portal", _("Portal")
        API = "api", _("API")
        PUBLIC = "public", _("Public form")
        ORDER = "order", _("Authority’s order")
        OWN = "own", _("Own initiative")

    class Mark(models.TextChoices):
        """Why an open complaint needs another look before it is decided."""

        RIGHT_SUSPENDED = "right_suspended", _("The right it leans on was suspended")
        RIGHT_DIFFERS = "right_differs", _("The register names another owner of the right it leans on")
        RIGHT_CONFLICT = "right_conflict", _("Another organisation claims the mark")
        AUTHORISED_SELLER = "authorised_seller", _("The seller was listed as authorised")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=20, unique=True, null=True, editable=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="complaints"
    )
    agency = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="complaints_for_principals"
    )
    right = models.ForeignKey("brands.IPRight", on_delete=models.PROTECT, null=True, related_name="complaints")
    family = models.ForeignKey("brands.MarkFamily", on_delete=models.PROTECT, null=True, related_name="complaints")
    reason = models.CharField(
        max_length=30,
        blank=True,
        choices=[(code.value, text.label) for code, text in reasons.REASONS.items()],
    )
    explanation = models.TextField(blank=True, max_length=5000)
    lines = models.TextField(blank=True)
    state = models.CharField(
        max_length=20,
        default=states.ComplaintState.DRAFT,
        choices=[(code.value, shown.label) for code, shown in states.COMPLAINT_SHOWN.items()],
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="created_complaints"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    rank_at = models.DateTimeField(null=True)
    rank_why: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    rule = models.ForeignKey("complaints.RoutingRule", on_delete=models.PROTECT, null=True, related_name="+")
    skill = models.CharField(max_length=30, blank=True)
    market = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=10, blank=True)
    tier = models.CharField(max_length=20, default="standard")
    safety = models.BooleanField(default=False)
    live = models.BooleanField(default=False)
    bases: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    cures = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="cured_by")
    paused_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="claimed_complaints"
    )
    claim_until = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    marked_for = models.CharField(max_length=30, blank=True, choices=Mark.choices)
    version = models.PositiveIntegerField(default=1)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            models.Index(fields=["organisation", "state", "-created_at", "-id"], name="complaint_by_organisation"),
            models.Index(fields=["state", "due_at", "id"], name="complaint_queue"),
            models.Index(
                fields=["rank_at", "id"], condition=Q(state__in=["queued", "in_review"]), name="complaint_by_rank"
            ),
            models.Index(fields=["claim_until", "id"], condition=Q(claimed_by__isnull=False), name="complaint_claimed"),
            models.Index(fields=["rank_at", "id"], condition=~Q(marked_for=""), name="complaint_marked"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "unconfirmed"])
                | Q(submitted_at__isnull=False, reference__isnull=False),
                name="complaint_filed_has_reference",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["public", "order", "own"]) | Q(organisation__isnull=False),
                name="complaint_has_complainant",
            ),
            models.CheckConstraint(
                condition=Q(marked_at__isnull=True, marked_for="") | (Q(marked_at__isnull=False) & ~Q(marked_for="")),
                name="complaint_mark_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claim_until__isnull=True)
                | Q(claimed_by__isnull=False, claim_until__isnull=False),
                name="complaint_claim_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"draft {self.pk}"

    @property
    def shown(self) -> states.Shown:
        return states.COMPLAINT_SHOWN[states.ComplaintState(self.state)]

    @property
    def told_state(self) -> states.ComplaintState:
        """The state as everybody outside the desk reads it."""
        return states.COMPLAINT_TOLD[states.ComplaintState(self.state)]

    @property
    def told(self) -> states.Shown:
        """How that state is shown."""
        return states.COMPLAINT_SHOWN[self.told_state]

    @property
    def is_draft(self) -> bool:
        return self.state == states.ComplaintState.DRAFT

    @property
    def next_step(self) -> str:
        """The first step of the form that a draft has not got through."""
        if self.right_id is None:
            return "right"
        return "items" if self.reason else "reason"

    @property
    def is_closed(self) -> bool:
        return self.state in states.CLOSED

    @property
    def reason_label(self) -> str:
        return str(reasons.REASONS[reasons.Reason(self.reason)].label) if self.reason else ""

    @property
    def mark_text(self) -> str:
        if self.right_id and self.right:
            return self.right.title
        return self.notifier.claimed_right if hasattr(self, "notifier") else ""

    @property
    def complainant_name(self) -> str:
        if self.organisation:
            return self.organisation.name
        return self.notifier.shown_name if hasattr(self, "notifier") else ""

    @property
    def filed_by(self) -> str:
        """Who filed it, and for whom where that is an agency."""
        if self.agency is None:
            return self.complainant_name
        return str(_("%(agency)s for %(principal)s") % {"agency": self.agency.name, "principal": self.complainant_name})

    def held_by(self, user_id: int, now: datetime) -> bool:
        """Says whether this reviewer's lease runs at `now`."""
        return self.claimed_by_id == user_id and self.claim_until is not None and self.claim_until > now

    def is_claimed(self, now: datetime) -> bool:
        return self.claimed_by_id is not None and self.claim_until is not None and self.claim_until > now


class Notifier(models.Model):
    """Who sent a public notice, and the right that they say is infringed. Personal text; erasable."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="notifier")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    organisation_name = models.CharField(max_length=200, blank=True)
    claimed_right = models.CharField(max_length=300)
    language = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notifier")
        verbose_name_plural = _("notifiers")

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.organisation_name or self.name


class Item(models.Model):
    """One reported target; binds to the live right in its market and has its own outcome.

    `from_second` and `to_second` say where in a video or livestream it can be seen, counted from its beginning; `note`
    is what the complainant says about this item alone, to the desk.
    """

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="items")
    target = models.ForeignKey("marketplace.Target", on_delete=models.PROTECT, related_name="complaint_items")
    right = models.ForeignKey("brands.IPRight", on_delete=models.PROTECT, null=True, related_name="complaint_items")
    line = models.PositiveIntegerField()
    from_second = models.PositiveIntegerField(null=True)
    to_second = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=12,
        default=states.ItemState.OPEN,
        choices=[(code.value, shown.label) for code, shown in states.ITEM_SHOWN.items()],
    )
    decision = models.ForeignKey(
        "complaints.Decision", on_delete=models.PROTECT, null=True, related_name="current_items"
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "target"], name="item_once_per_complaint"),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "rejected", "held"]) | Q(decision__isnull=False),
                name="item_outcome_has_decision",
            ),
            models.CheckConstraint(
                condition=Q(to_second__isnull=True)
                | Q(from_second__isnull=False, to_second__gte=models.F("from_second")),
                name="item_times_are_in_order",
            ),
        ]
        indexes = [models.Index(fields=["complaint", "state"], name="item_by_state")]

    def __str__(self) -> str:
        return f"{self.complaint} / {self.target}"

    @property
    def shown(self) -> states.Shown:
        return states.ITEM_SHOWN[states.ItemState(self.state)]

    @property
    def told_state(self) -> states.ItemState:
        """The state as everybody outside the desk reads it."""
        return states.ITEM_TOLD[states.ItemState(self.state)]

    @property
    def told(self) -> states.Shown:
        """How that state is shown."""
        return states.ITEM_SHOWN[self.told_state]

    @property
    def told_decision(self) -> Decision | None:
        """The decision once it is in effect: one that waits for a second person is told to nobody."""
        return self.decision if self.state in states.DECIDED else None

    @property
    def times(self) -> str:
        """From when to when it can be seen, such as 12:30–14:05; "" where nothing was said."""
        return times.words(self.from_second, self.to_second)

    @property
    def is_open(self) -> bool:
        return self.state in {states.ItemState.OPEN, states.ItemState.ASKED}

    @property
    def latest_measure(self) -> Measure | None:
        """The newest measure; reads what `for_pages` has brought along."""
        measures = list(self.measures.all())
        return measures[-1] if measures else None


class Snapshot(models.Model):
    """What the target looked like when it was reported; `sha256` covers `content` and the picture's hash."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="snapshot")
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    picture = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")

    def __str__(self) -> str:
        return f"{self.item} {self.sha256[:12]}"
