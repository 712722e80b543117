"""Tenants: organisations, who belongs to them with which role, and invitations."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from portal.accounts.models.people import User
from portal.accounts.states import STATE_CHOICES, STATE_TONES, OrganisationState

INVITATION_LIFE = timedelta(days=7)


class Role(models.TextChoices):
    """What a member may do for their organisation."""

    ADMINISTRATOR = "administrator", _("Administrator")
    RIGHTS_OWNER = "rights_owner", _("Rights owner")
    AGENT = "agent", _("Agent")
    VIEWER = "viewer", _("Viewer")


class OrganisationKind(models.TextChoices):
    """Whether an organisation speaks for itself or for principals."""

    RIGHTS_HOLDER = "rights_holder", _("Rights holder")
    AGENCY = "agency", _("Agency")


class OrganisationForm(models.TextChoices):
    """What an organisation is in law."""

    ENTERPRISE = "enterprise", _("Enterprise")
    INDIVIDUAL = "individual", _("Individual")


class Organisation(models.Model):
    """The tenant: a rights holder, or an agency that acts for principals."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    country = CountryField(_("country"))
    kind = models.CharField(_("kind"), max_length=16, choices=OrganisationKind.choices)
    form = models.CharField(
        _("form"), max_length=12, choices=OrganisationForm.choices, default=OrganisationForm.ENTERPRISE
    )
    company_number = models.CharField(_("company number"), max_length=40, blank=True)
    register_contact = models.EmailField(_("register contact"), blank=True)
    postal_address = models.TextField(_("postal address"), max_length=500, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    service_country = models.CharField(_("country of the address for service"), max_length=2, blank=True)
    service_address = models.TextField(_("address for service"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=STATE_CHOICES, default=OrganisationState.DRAFT.value, editable=False
    )
    state_reason = models.TextField(_("reason"), blank=True, editable=False)
    submitted_at = models.DateTimeField(_("sent to the desk"), null=True, blank=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = (models.Index(fields=["state", "submitted_at", "id"], name="organisation_queue"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=OrganisationState), name="accounts_organisation_state_known"),
            models.CheckConstraint(
                condition=Q(form__in=OrganisationForm.values), name="accounts_organisation_form_known"
            ),
            models.CheckConstraint(
                condition=Q(service_country="", service_address="") | ~(Q(service_country="") | Q(service_address="")),
                name="accounts_organisation_service_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "suspended"]) | ~Q(state_reason=""),
                name="accounts_organisation_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(verified_at__isnull=False),
                name="accounts_organisation_approved_is_verified",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="accounts_organisation_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_agency(self) -> bool:
        """Says whether it acts for principals and never for itself."""
        return self.kind == OrganisationKind.AGENCY

    @property
    def is_verified(self) -> bool:
        """Says whether the desk knows who this is; without that nothing is approved or filed for it."""
        return self.state == OrganisationState.APPROVED

    @property
    def is_suspended(self) -> bool:
        """Says whether the desk took its leave to act: its people read, and nothing else."""
        return self.state == OrganisationState.SUSPENDED

    @property
    def tone(self) -> str:
        """The badge tone of the state."""
        return STATE_TONES[OrganisationState(self.state)]


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def active(self) -> MembershipQuerySet:
        """Keeps those that have not been removed."""
        return self.filter(is_active=True)

    def administrators(self) -> MembershipQuerySet:
        """Keeps active administrators whose account can sign in."""
        return self.active().filter(role=Role.ADMINISTRATOR, user__is_active=True)


class Membership(models.Model):
    """A person's role in one organisation; rows of removed members stay, inactive: events refer to them."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    role_since = models.DateTimeField(_("in this role since"), default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(fields=["organisation", "user"], name="accounts_membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_membership_role_known"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}: {self.role}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Reads of invitations."""

    def pending(self, now: datetime) -> InvitationQuerySet:
        """Keeps those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """An offer to one address to join; only the hash of its token is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    # The salt shows what the event's commitment was about; without this row it says nothing.
    email_salt = models.CharField(max_length=128, blank=True, editable=False)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_sent")
    created_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("open until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_invitation_role_known"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="accounts_invitation_one_end"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_invitation_has_a_life"),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="accounts_invitation_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.organisation_id}"

    def is_pending(self, now: datetime) -> bool:
        """Says whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at
