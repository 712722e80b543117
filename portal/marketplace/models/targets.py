"""What is offered and by whom: targets and their details."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

PREFIXES = {"listing": "LS-", "video": "VD-", "livestream": "LV-", "account": "SA-"}
MARKETS = ("DE", "FR", "SE", "IT", "ES", "NL", "US", "GB")
PATHS = {"listing": "item", "video": "v", "livestream": "live"}


class TargetKind(models.TextChoices):
    LISTING = "listing", _("Listing")
    VIDEO = "video", _("Video")
    LIVESTREAM = "livestream", _("Livestream")
    ACCOUNT = "account", _("Account")


class TargetState(models.TextChoices):
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    REMOVED = "removed", _("Removed")
    INTERRUPTED = "interrupted", _("Interrupted")
    ENDED = "ended", _("Ended")
    DEACTIVATED = "deactivated", _("Deactivated")


class AccountKind(models.TextChoices):
    SELLER = "seller", _("Seller")
    CREATOR = "creator", _("Creator")
    STORE = "store", _("Store")


class Currency(models.TextChoices):
    EUR = "EUR", "EUR"
    GBP = "GBP", "GBP"
    SEK = "SEK", "SEK"
    USD = "USD", "USD"
    PLN = "PLN", "PLN"


STATES_OF: dict[str, tuple[str, ...]] = {
    "listing": ("live", "paused", "removed"),
    "video": ("live", "paused", "removed"),
    "livestream": ("live", "interrupted", "ended"),
    "account": ("live", "paused", "deactivated"),
}
GONE = frozenset({TargetState.REMOVED, TargetState.INTERRUPTED, TargetState.ENDED, TargetState.DEACTIVATED})


def state_fits_kind(kind: str = "kind", state: str = "state") -> Q:
    """The condition that a row's state is one that its kind can have."""
    fits = Q()
    for name, states in STATES_OF.items():
        fits |= Q(**{kind: name, f"{state}__in": states})
    return fits


def picture_path(target: Target, filename: str) -> str:
    """A random stored name: what was uploaded never names a file."""
    return f"marketplace/{uuid.uuid4().hex}.png"


class TargetQuerySet(models.QuerySet["Target"]):
    """Reads of the catalogue that compose."""

    def with_detail(self) -> TargetQuerySet:
        """Joins every detail and the owner: a list of mixed kinds stays one query."""
        return self.select_related("listing", "video", "livestream", "account", "owner")

    def identified(self, text: str) -> TargetQuerySet:
        """Those whose marketplace id or handle is exactly `text`, with or without its prefix."""
        bare = text.strip()
        ids = {bare.upper(), *(prefix + bare for prefix in PREFIXES.values())}
        return self.filter(Q(marketplace_id__in=ids) | Q(account__handle=bare.removeprefix("@").lower()))


class Target(models.Model):
    """A marketplace object as we last knew it: a listing, a video, a livestream or an account."""

    kind = models.CharField(_("kind"), max_length=12, choices=TargetKind)
    marketplace_id = models.CharField(_("marketplace id"), max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=TargetState, default=TargetState.LIVE)
    market = models.CharField(_("market"), max_length=2, help_text=_("Two letters, such as DE."))
    title = models.CharField(_("title"), max_length=300)
    owner = models.ForeignKey(
        "Account",
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offers",
    )
    picture = models.FileField(_("picture"), upload_to=picture_path, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created at"))
    edited_at = models.DateTimeField(_("edited at"))
    observed_at = models.DateTimeField(_("state seen at"), null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["kind", "marketplace_id"], name="target_once"),
            models.CheckConstraint(condition=state_fits_kind(), name="target_state_fits_kind"),
            models.CheckConstraint(condition=~Q(marketplace_id=""), name="target_has_id"),
            models.CheckConstraint(condition=Q(market__regex=r"^[A-Z]{2}$"), name="target_market_is_iso2"),
            models.CheckConstraint(condition=Q(version__gte=1), name="target_version_from_one"),
        ]
        indexes = [
            models.Index(fields=["marketplace_id"], name="target_by_id"),
            models.Index(fields=["kind", "state", "-id"], name="target_by_kind"),
            models.Index(fields=["market", "kind", "-id"], name="target_by_market"),
            models.Index(fields=["owner", "kind", "-id"], name="target_by_owner"),
            models.Index(fields=["-created_at", "-id"], name="target_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.marketplace_id})"

    def get_absolute_url(self) -> str:
        """The page of this target in the sandbox marketplace."""
        return reverse("sandbox:home").rstrip("/") + self.link_path

    @property
    def number(self) -> str:
        """The marketplace id without its prefix, as it stands in links."""
        return self.marketplace_id.removeprefix(PREFIXES[self.kind])

    @property
    def detail(self) -> Listing | Video | Livestream | Account:
        """The row with what only this kind has."""
        detail: Listing | Video | Livestream | Account = getattr(self, self.kind)
        return detail

    @property
    def link_path(self) -> str:
        """The path of the canonical link, such as /item/88120431 or /@northbag.store."""
        if self.kind == TargetKind.ACCOUNT:
            return f"/@{self.account.handle}"
        return f"/{PATHS[self.kind]}/{self.number}"

    @property
    def url(self) -> str:
        """The canonical public link on the marketplace."""
        return f"{settings.MARKETPLACE_ORIGIN}{self.link_path}"

    @property
    def picture_url(self) -> str:
        """Where the public picture is, or ""; a new version has a new address, so it may be kept for ever."""
        if not self.picture:
            return ""
        return reverse("sandbox:picture", kwargs={"pk": self.pk, "version": self.version})

    @property
    def is_gone(self) -> bool:
        """Whether the public can no longer see it, as far as we know."""
        return self.state in GONE

    @property
    def seller(self) -> Account | None:
        """Who answers for it: its owner, or the account itself."""
        return self.account if self.kind == TargetKind.ACCOUNT else self.owner

    def content(self) -> dict[str, Any]:
        """What a snapshot freezes, as plain JSON values: what the public saw, and who offered it."""
        seller = self.seller
        return {
            "kind": self.kind,
            "marketplace_id": self.marketplace_id,
            "url": self.url,
            "title": self.title,
            "market": self.market,
            "state": self.state,
            "version": self.version,
            "seller": seller.handle if seller else "",
            "created_at": self.created_at.isoformat(),
            "edited_at": self.edited_at.isoformat(),
            **self.detail.content(),
        }


class Listing(models.Model):
    """What only a listing has."""

    target = models.OneToOneField(Target, on_delete=models.CASCADE, primary_key=True, related_name="listing")
    description = models.TextField(_("description"), blank=True)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency)
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    nice_class = models.PositiveSmallIntegerField(_("Nice class"), null=True, blank=True)
    gtin = models.CharField(_("product identifier (GTIN)"), max_length=14, blank=True)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="listing_price_not_negative"),
            models.CheckConstraint(
                condition=Q(nice_class__isnull=True) | Q(nice_class__range=(1, 45)), name="listing_nice_class"
            ),
        ]

    def __str__(self) -> str:
        return self.target.title

    def content(self) -> dict[str, Any]:
        """The part of a snapshot that only listings have."""
        return {
            "description": self.description,
            "price": str(self.price),
            "currency": self.currency,
            "goods": self.goods,
            "nice_class": self.nice_class,
            "gtin": self.gtin,
        }


class Video(models.Model):
    """What only a video has."""

    target = models.OneToOneField(Target, on_delete=models.CASCADE, primary_key=True, related_name="video")
    description = models.TextField(_("description"), blank=True)
    duration_s = models.PositiveIntegerField(_("duration in seconds"))

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self) -> str:
        return self.target.title

    @property
    def length(self) -> str:
        """The duration as minutes and seconds, such as 02:41."""
        return f"{self.duration_s // 60:02d}:{self.duration_s % 60:02d}"

    def content(self) -> dict[str, Any]:
        """The part of a snapshot that only videos have."""
        return {"description": self.description, "duration_s": self.duration_s}


class Livestream(models.Model):
    """What only a livestream has."""

    target = models.OneToOneField(Target, on_delete=models.CASCADE, primary_key=True, related_name="livestream")
    description = models.TextField(_("description"), blank=True)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    pinned = models.ManyToManyField(Target, verbose_name=_("pinned products"), blank=True, related_name="pinned_in")

    class Meta:
        verbose_name = _("livestream")
        verbose_name_plural = _("livestreams")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="livestream_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.target.title

    def content(self) -> dict[str, Any]:
        """The part of a snapshot that only livestreams have."""
        return {
            "description": self.description,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else "",
            "pinned": sorted(target.marketplace_id for target in self.pinned.all()),
            "pinned_titles": {target.marketplace_id: target.title for target in self.pinned.all()},
        }


class Account(models.Model):
    """Who offers: a seller, a creator or a store."""

    target = models.OneToOneField(Target, on_delete=models.CASCADE, primary_key=True, related_name="account")
    account_kind = models.CharField(_("kind of account"), max_length=8, choices=AccountKind)
    handle = models.CharField(_("handle"), max_length=60, unique=True)
    description = models.TextField(_("description"), blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    holders = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("holders"), blank=True, related_name="marketplace_accounts"
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(condition=Q(handle=Lower("handle")), name="account_handle_lower"),
            models.CheckConstraint(condition=~Q(handle=""), name="account_has_handle"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"

    def content(self) -> dict[str, Any]:
        """The part of a snapshot that only accounts have; the contact address stays out of it."""
        return {"account_kind": self.account_kind, "handle": self.handle, "description": self.description}
