"""Holds: a change that could hijack an organisation rests for some days, seen by everybody who could stop it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.people import User
from portal.accounts.models.tenants import Membership, Organisation, Role

if TYPE_CHECKING:
    from portal.accounts.actors import Actor


class HoldKind(models.TextChoices):
    """What set a hold off."""

    ADMINISTRATOR_ADDED = "administrator_added", _("New administrator")
    ADMINISTRATOR_REMOVED = "administrator_removed", _("Administrator to be removed")
    ADMINISTRATOR_RECOVERED = "administrator_recovered", _("Administrator restored by the desk")
    OWNER_CHANGED = "owner_changed", _("Owner to be changed")
    CONTACT_CHANGED = "contact_changed", _("Register contact to be changed")
    SECOND_FACTOR_LOST = "second_factor_lost", _("Second factor lost")
    KEY_BY_NEW_ADMINISTRATOR = "key_by_new_administrator", _("API key by a new administrator")


class HoldState(models.TextChoices):
    """Where a hold stands; `released` let the change through, `stopped` undid it."""

    OPEN = "open", _("On hold")
    RELEASED = "released", _("Released")
    STOPPED = "stopped", _("Stopped")


class HoldQuerySet(models.QuerySet["Hold"]):
    """Reads of holds."""

    def visible_to(self, actor: Actor) -> HoldQuerySet:
        """Staff see all, administrators those of their organisation, also while they rest; others see none."""
        if actor.is_staff:
            return self.all()
        tenant = actor.organisation
        if tenant is None or actor.kind != "member" or actor.agency is not None or actor.role != Role.ADMINISTRATOR:
            return self.none()
        return self.filter(organisation=tenant)

    def for_words(self) -> HoldQuerySet:
        """Brings along everybody whom the words of a hold name."""
        people = ("membership__user", "started_by", "approved_by", "ended_by", "allowed_by")
        return self.select_related("organisation", *people)

    def open(self) -> HoldQuerySet:
        """Keeps those that still bind."""
        return self.filter(state=HoldState.OPEN)

    def binding(self) -> HoldQuerySet:
        """Keeps open ones, and lost factors that were stopped and that the desk has not settled yet.

        A lost factor cannot be given back, so its stop gives nobody's powers back either; the desk does.
        """
        unsettled = Q(state=HoldState.STOPPED, kind=HoldKind.SECOND_FACTOR_LOST, allowed_at=None)
        return self.filter(Q(state=HoldState.OPEN) | unsettled)

    def resting(self) -> HoldQuerySet:
        """Keeps those for which a member can only read."""
        return self.binding().filter(membership__isnull=False)

    def for_desk(self) -> HoldQuerySet:
        """Keeps open ones that nobody in their organisation can approve, so that the desk has to."""
        at_rest = HoldQuerySet(self.model).resting().values("membership")
        others = (
            Membership.objects.administrators()
            .filter(organisation=OuterRef("organisation"))
            .exclude(pk__in=at_rest)
            .exclude(user=Coalesce(OuterRef("started_by"), 0))
            .exclude(pk=Coalesce(OuterRef("membership"), 0))
        )
        return self.open().filter(approved_at=None).exclude(Exists(others))

    def to_look_at(self) -> HoldQuerySet:
        """Keeps stopped ones that no senior at the desk has settled yet."""
        return self.filter(state=HoldState.STOPPED, allowed_at=None)

    def due(self, now: datetime) -> HoldQuerySet:
        """Keeps open ones whose time is over and that a second person approved."""
        return self.open().filter(ends_at__lte=now, approved_at__isnull=False)


class Hold(models.Model):
    """One change at rest. `membership` is whose powers rest, `key_id` which API key rests; `change` says what to do.

    `change` is {"field": …, "from": …, "to": …} in the terms of the kind; it is applied at the release (kinds that
    say "to be …") or undone by the stop (all others).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(_("kind"), max_length=24, choices=HoldKind.choices)
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="holds", verbose_name=_("member")
    )
    key_id = models.PositiveBigIntegerField(_("API key"), null=True, blank=True)
    change = models.JSONField(_("change"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=HoldState.choices, default=HoldState.OPEN)
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"))
    ends_at = models.DateTimeField(_("ends"))
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # What a senior of the desk noted last; events carry its digest only. After a stop a senior settles it: until then
    # the starter may not begin the same again.
    reason = models.TextField(_("reason of the desk"), blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    allowed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField(_("settled by the desk"), null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = (
            models.Index(fields=["membership", "state"], name="hold_by_membership"),
            models.Index(fields=["key_id"], name="hold_by_key", condition=Q(state="open")),
            models.Index(fields=["state", "ends_at", "id"], name="hold_due"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=HoldKind.values), name="hold_kind_known"),
            models.CheckConstraint(condition=Q(state__in=HoldState.values), name="hold_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("started_at")), name="hold_has_a_length"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(started_by=None) | ~Q(approved_by=F("started_by")),
                name="hold_needs_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="hold_end_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(approved_at__isnull=False), name="hold_released_is_approved"
            ),
            models.CheckConstraint(
                condition=Q(allowed_at=None, allowed_by=None) | Q(state="stopped", allowed_by__isnull=False),
                name="hold_settled_after_a_stop",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.organisation_id})"

    @property
    def is_open(self) -> bool:
        """Says whether it still binds."""
        return self.state == HoldState.OPEN

    def is_due(self, now: datetime) -> bool:
        """Says whether nothing is missing any more: it is open, approved, and its time is over."""
        return self.is_open and self.approved_at is not None and self.ends_at <= now
