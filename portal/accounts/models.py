"""People and tenants: who signs in, for which organisation, with which role."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from portal.accounts.zones import is_time_zone

INVITATION_LIFE = timedelta(days=7)
_ASCII_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def fold_email(text: str) -> str:
    """Trims and lowers ASCII letters only; nothing else is composed or folded, so look-alikes stay different."""
    return text.strip().translate(_ASCII_LOWER)


class StaffRole(models.TextChoices):
    """What a member of trust-and-safety staff may do at the desk; "" is everybody else."""

    NONE = "", _("Not staff")
    REVIEWER = "reviewer", _("Reviewer")
    SENIOR = "senior", _("Senior reviewer")
    POLICY = "policy", _("Policy")
    AUDITOR = "auditor", _("Auditor")


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


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail; there are no user names."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Makes an account; the address is stored in lower case. Raises ValueError without an address."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=fold_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Makes an account that may administer staff; it still needs a second factor to enter."""
        fields.setdefault("name", email.split("@")[0])
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Finds an account by its address, whatever the case typed."""
        return self.get(email=fold_email(username or "").lower())


class User(AbstractUser):
    """A person who signs in by e-mail: member of organisations, seller, or staff."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This address has an account.")})
    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=12, default="en", blank=True)
    staff_role = models.CharField(
        _("staff role"), max_length=16, choices=StaffRole.choices, default=StaffRole.NONE, blank=True
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_user_email_lower"),
            models.CheckConstraint(condition=Q(staff_role__in=StaffRole.values), name="accounts_user_staff_role_known"),
            models.CheckConstraint(
                condition=Q(staff_role="") | Q(is_staff=True), name="accounts_user_staff_role_is_staff"
            ),
        )

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores the address in lower case and keeps `is_staff` in step with role and superuser."""
        self.email = fold_email(self.email).lower()
        self.is_staff = bool(self.staff_role) or self.is_superuser
        fields = kwargs.get("update_fields")
        if fields is not None and {"staff_role", "is_superuser"} & set(fields):
            kwargs["update_fields"] = {*fields, "is_staff"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Lowers the address before uniqueness and constraints are checked in forms."""
        super().clean()
        self.email = fold_email(self.email).lower()

    def get_full_name(self) -> str:
        """Gives the name, or the address where no name is known."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """Gives the name, or the part of the address before the @."""
        return self.name or self.email.split("@")[0]

    @property
    def safe_time_zone(self) -> str:
        """Gives the reader's zone, or UTC when what is stored is not a zone of this machine."""
        return self.time_zone if is_time_zone(self.time_zone) else "UTC"

    def active_memberships(self) -> models.QuerySet[Membership]:
        """Gives the memberships that count today, oldest first, each with its organisation."""
        return (
            Membership.objects.filter(user=self, is_active=True)
            .select_related("organisation")
            .order_by("created_at", "id")
        )


class Organisation(models.Model):
    """The tenant: a rights holder, or an agency that acts for principals."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    country = CountryField(_("country"))
    kind = models.CharField(_("kind"), max_length=16, choices=OrganisationKind.choices)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="accounts_organisation_kind_known"
            ),
        )

    def __str__(self) -> str:
        return self.name


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
