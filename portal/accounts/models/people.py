"""People: who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.accounts.zones import is_time_zone

if TYPE_CHECKING:
    from portal.accounts.models.tenants import Membership

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

    # Set for a request whose session a company's provider opened: the only organisation that such a session acts for.
    bound_to: int | None = None

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
        """Gives the memberships that count today, oldest first, each with its organisation.

        In a session that one company's provider opened there is none but that in its own organisation.
        """
        from portal.accounts.models.tenants import Membership

        found = Membership.objects.filter(user=self, is_active=True)
        if self.bound_to is not None:
            found = found.filter(organisation=self.bound_to)
        return found.select_related("organisation").order_by("created_at", "id")
