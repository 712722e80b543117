"""Letters of authorisation: who may act for an organisation, with which rights, where, how and until when."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brands.querysets import AuthorisationQuerySet
from brands.states import AUTHORISATION_CHOICES, AUTHORISATION_TONES, AuthorisationState
from portal.accounts.grants import AGENT_VERB_LABELS, AgentVerb

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Authorisation(models.Model):
    """What `organisation` (the principal) lets an agency, or one of its own members with the role agent, do for it.

    `verbs` are of `AgentVerb`. Without `territories` (ISO 3166 alpha-2) it holds wherever the rights do. `expires_on`
    is the last day, UTC; nothing has to happen for it to end. An agency that asks names the principal in its own words
    (`asked_for`) and sees these until it is granted: `organisation` is None where they name nobody we know.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        null=True,
        on_delete=models.PROTECT,
        related_name="authorisations",
        verbose_name=_("principal"),
    )
    asked_for = models.CharField(_("principal as the agency named it"), max_length=254, blank=True)
    agency = models.ForeignKey(
        "accounts.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="principal_authorisations",
        verbose_name=_("agency"),
    )
    member = models.ForeignKey(
        "accounts.Membership",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="authorisations",
        verbose_name=_("agent"),
    )
    all_rights = models.BooleanField(_("all rights, also later ones"), default=False)
    rights = models.ManyToManyField(
        "brands.IPRight", through="brands.AuthorisedRight", related_name="authorisations", verbose_name=_("rights")
    )
    territories = models.JSONField(_("countries"), default=list, blank=True)
    verbs = models.JSONField(_("may"), default=list)
    letter = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("letter")
    )
    starts_on = models.DateField(_("from"))
    expires_on = models.DateField(_("until"))
    state = models.CharField(
        _("state"), max_length=10, choices=AUTHORISATION_CHOICES, default=AuthorisationState.ASKED.value
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("entered"))
    granted_at = models.DateTimeField(_("granted"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    warned_days = models.PositiveSmallIntegerField(_("last warned so many days before the end"), null=True, blank=True)
    end_told_at = models.DateTimeField(_("end announced"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AuthorisationQuerySet.as_manager()

    if TYPE_CHECKING:
        authorised_rights: RelatedManager[AuthorisedRight]

    class Meta:
        verbose_name = _("authorisation")
        verbose_name_plural = _("authorisations")
        indexes = [
            models.Index(fields=["agency", "state", "expires_on"], name="authorisation_by_agency"),
            models.Index(fields=["organisation", "state", "expires_on"], name="authorisation_by_principal"),
            models.Index(fields=["member", "state", "expires_on"], name="authorisation_by_member"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=False, member__isnull=True) | Q(agency__isnull=True, member__isnull=False),
                name="authorisation_of_one_agent",
            ),
            models.CheckConstraint(
                condition=Q(agency__isnull=True) | ~Q(agency=F("organisation")), name="authorisation_of_somebody_else"
            ),
            models.CheckConstraint(condition=Q(expires_on__gte=F("starts_on")), name="authorisation_has_a_life"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False)
                | (Q(state__in=["asked", "ended"], agency__isnull=False) & ~Q(asked_for="")),
                name="authorisation_names_a_principal",
            ),
            models.CheckConstraint(
                condition=~Q(state=AuthorisationState.REFUSED.value) | ~Q(reason=""),
                name="authorisation_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AuthorisationState]), name="authorisation_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=AuthorisationState.ACTIVE.value)
                | Q(granted_at__isnull=False, granted_by__isnull=False),
                name="authorisation_active_is_granted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_name} for {self.principal_name}"

    @property
    def agent_name(self) -> str:
        """The agency, or the person."""
        if self.agency is not None:
            return self.agency.name
        return self.member.user.get_full_name() if self.member else ""

    @property
    def principal_name(self) -> str:
        """The principal; until it grants, an agency must not learn whether what it named is anybody here."""
        known = self.organisation is not None and (self.granted_at is not None or not self.asked_for)
        return self.organisation.name if known and self.organisation else self.asked_for

    def principal_for(self, reader: int | None) -> str:
        """The principal as one side may read it: by its name on its own pages, else as `principal_name`."""
        if self.organisation is not None and reader == self.organisation_id:
            return self.organisation.name
        return self.principal_name

    def in_force(self, today: date) -> bool:
        """Says whether it binds and enables on `today`; what is over needs nobody to say so."""
        return self.state == AuthorisationState.ACTIVE and self.starts_on <= today <= self.expires_on

    def is_over(self, today: date) -> bool:
        """Says whether it has run out."""
        return self.state == AuthorisationState.ACTIVE and today > self.expires_on

    def ends_later(self, today: date) -> bool:
        """Says whether there is something to end: it holds, or will."""
        return self.state == AuthorisationState.ACTIVE and today <= self.expires_on

    @property
    def tone(self) -> str:
        """The badge tone of the state."""
        return AUTHORISATION_TONES[AuthorisationState(self.state)]

    @property
    def verb_labels(self) -> list[str]:
        """What the agent may do, in words."""
        return [str(AGENT_VERB_LABELS[AgentVerb(verb)]) for verb in self.verbs if verb in set(AgentVerb)]


class AuthorisedRight(models.Model):
    """One right that an authorisation names."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.CASCADE, related_name="authorised_rights")
    right = models.ForeignKey("brands.IPRight", on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("authorised right")
        verbose_name_plural = _("authorised rights")
        constraints = [models.UniqueConstraint(fields=["authorisation", "right"], name="authorised_right_once")]

    def __str__(self) -> str:
        return f"{self.authorisation_id}: {self.right_id}"
