"""Keys that programs sign in with, and answers kept so that a repeated request changes nothing twice."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key may do; a key with no write scope can change nothing."""

    RIGHTS_READ = "rights:read", _("Read rights")
    RIGHTS_WRITE = "rights:write", _("Register and change rights")
    COMPLAINTS_READ = "complaints:read", _("Read complaints")
    COMPLAINTS_WRITE = "complaints:write", _("File and answer complaints")
    FILES_WRITE = "files:write", _("Upload files")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self, now: datetime) -> ApiKeyQuerySet:
        """Keeps keys that are neither revoked nor expired."""
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=now))


class ApiKey(models.Model):
    """A key of one organisation; only its hash is kept, and it lives no longer than its maker's membership."""

    prefix = models.CharField(max_length=8, unique=True)
    key_hash = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="api_keys")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    scopes = models.JSONField(_("scopes"), default=list)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")), name="api_key_has_a_life"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (rdk_{self.prefix}…)"

    def is_live(self, now: datetime) -> bool:
        """Says whether the key itself may still be used; its maker is checked at the door."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def scope_labels(self) -> list[str]:
        """Gives the scopes in words, for pages."""
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]


class RequestState(models.TextChoices):
    IN_FLIGHT = "in_flight", _("in flight")
    DONE = "done", _("done")


class IdempotentRequest(models.Model):
    """One Idempotency-Key of one organisation and, once done, the answer it will always get.

    What an agency sends for each principal stands apart. `bound_by` hashes the authorisations that the answer came
    under, so that none outlives them; empty for who is not bound.
    """

    key = models.CharField(max_length=255)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    principal = models.ForeignKey("accounts.Organisation", null=True, on_delete=models.CASCADE, related_name="+")
    bound_by = models.CharField(max_length=64, blank=True)
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    body_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.IN_FLIGHT)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    response = models.BinaryField(default=bytes, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key"], condition=Q(principal=None), name="api_idempotency_key_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "principal", "key"], name="api_idempotency_key_once_a_principal"
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="api_idempotency_state_known"),
            models.CheckConstraint(
                condition=Q(state="in_flight", status=None) | Q(state="done", status__isnull=False),
                name="api_idempotency_done_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"
