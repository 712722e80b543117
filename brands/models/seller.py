"""Authorised sellers: accounts that may use a mark, for which products, where and when."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brands.querysets import AuthorisedSellerQuerySet
from brands.states import SELLER_CHOICES, SELLER_TONES, SellerState


class AuthorisedSeller(models.Model):
    """One account that a brand lists, or that asked to be. A shop's name never authorises it: the account does.

    `right` None means every right of the brand; no `territories` wherever these reach; no `gtins` every product;
    `ends_on` None until it is ended.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="authorised_sellers"
    )
    brand = models.ForeignKey("brands.Brand", on_delete=models.PROTECT, related_name="authorised_sellers")
    right = models.ForeignKey(
        "brands.IPRight", null=True, blank=True, on_delete=models.PROTECT, related_name="authorised_sellers"
    )
    account = models.ForeignKey(
        "marketplace.Account", on_delete=models.PROTECT, related_name="authorisations", verbose_name=_("account")
    )
    territories = models.JSONField(_("countries"), default=list, blank=True)
    gtins = models.JSONField(_("product identifiers (GTIN)"), default=list, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=SELLER_CHOICES, default=SellerState.LISTED.value)
    message = models.TextField(_("what the seller says"), max_length=2000, blank=True)
    proof = models.ForeignKey("files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    salt = models.CharField(max_length=64, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("entered"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = AuthorisedSellerQuerySet.as_manager()

    class Meta:
        verbose_name = _("authorised seller")
        verbose_name_plural = _("authorised sellers")
        indexes = [
            models.Index(fields=["account", "state"], name="authorised_by_account"),
            models.Index(fields=["organisation", "state", "-created_at", "-id"], name="authorised_by_organisation"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "account"],
                condition=Q(state=SellerState.ASKED.value),
                name="authorised_seller_asks_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="authorised_seller_has_a_life"
            ),
            models.CheckConstraint(
                condition=~Q(state=SellerState.REFUSED.value) | ~Q(reason=""), name="authorised_seller_no_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} / {self.brand}"

    def covers(self, today: date) -> bool:
        """Says whether it is in force on `today`."""
        if self.state != SellerState.LISTED or today < self.starts_on:
            return False
        return self.ends_on is None or today <= self.ends_on

    @property
    def tone(self) -> str:
        """The badge tone of the state."""
        return SELLER_TONES[SellerState(self.state)]
