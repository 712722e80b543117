"""Single sign-on: a company's own provider says who its people are, and its groups decide their role here."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts import boxes
from portal.accounts.models.people import User
from portal.accounts.models.tenants import Organisation

PURPOSE = "portal.accounts.sso"


class SignOnQuerySet(models.QuerySet["SignOn"]):
    """Reads of single sign-on."""

    def on(self) -> SignOnQuerySet:
        """Keeps those that people can sign in with."""
        return self.filter(is_on=True)

    def of_user(self, user: User) -> SignOnQuerySet:
        """Keeps those that this account is linked to."""
        return self.filter(public_id__in=[uuid.UUID(each) for each in _linked(user)])


class SignOn(models.Model):
    """One OpenID provider: that of an organisation, or, without one, that of the marketplace's own staff.

    `public_id` is the provider's name towards the sign-in library and in the address that the provider calls; it is
    never given twice, so that no account of one provider can become that of another. `mapping` is {group: role}.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="sign_ons"
    )
    name = models.SlugField(_("sign-in name"), max_length=40, unique=True)
    issuer = models.CharField(_("issuer"), max_length=500)
    client_id = models.CharField(_("client id"), max_length=255)
    sealed_secret = models.TextField(editable=False)
    groups_claim = models.CharField(_("claim that holds the groups"), max_length=200, default="groups")
    mapping = models.JSONField(_("groups and roles"), default=dict)
    is_on = models.BooleanField(_("on"), default=False, editable=False)
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("set up"), default=timezone.now, editable=False)

    objects = SignOnQuerySet.as_manager()

    class Meta:
        verbose_name = _("single sign-on")
        verbose_name_plural = _("single sign-on")
        constraints = (
            # One each for now; staff may have several, which NULL lets through.
            models.UniqueConstraint(fields=["organisation"], name="sign_on_one_each"),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(tried_at__isnull=False), name="sign_on_is_tried_before_it_is_on"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def provider_id(self) -> str:
        """Gives the name that linked accounts carry."""
        return str(self.public_id)

    @property
    def is_for_staff(self) -> bool:
        """Says whether it signs the marketplace's own staff in."""
        return self.organisation_id is None

    @property
    def stream(self) -> tuple[str, int]:
        """Gives the chain that its events go to: the organisation's, or one of its own."""
        return ("sign_on", self.pk) if self.organisation_id is None else ("organisation", self.organisation_id)

    def keep_secret(self, secret: str) -> None:
        """Takes a new client secret, encrypted; the caller saves."""
        self.sealed_secret = boxes.seal(PURPOSE, secret)

    def read_secret(self) -> str:
        """Gives the client secret; raises InvalidToken when none of the site's keys wrote it."""
        return boxes.unseal(PURPOSE, self.sealed_secret)


class SignOnDomain(models.Model):
    """A mail domain by which people find their company's sign-in; it opens no account."""

    sign_on = models.ForeignKey(SignOn, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=253, unique=True)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")

    def __str__(self) -> str:
        return self.domain


def _linked(user: User) -> list[str]:
    """The provider ids of the accounts that this person is linked to."""
    from allauth.socialaccount.models import SocialAccount

    return list(SocialAccount.objects.filter(user_id=user.pk).values_list("provider", flat=True))
