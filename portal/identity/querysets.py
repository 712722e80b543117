"""Who sees which identity document and which request; `visible_to` is the only gate."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from portal.accounts.actors import Actor


class DocumentQuerySet(models.QuerySet[Any]):
    """Reads of identity documents."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff who check see all, administrators those of their organisation but none of a request, others nothing."""
        if actor.has_staff_role("reviewer", "senior"):
            return self.all()
        if actor.organisation is None or not actor.can_manage:
            return self.none()
        return self.filter(organisation=actor.organisation, recovery=None)

    def of_organisation(self) -> Self:
        """Keeps those that were sent for the check of an organisation, oldest first."""
        return self.filter(recovery=None).order_by("uploaded_at", "id")

    def there(self) -> Self:
        """Keeps those whose file is still kept."""
        return self.filter(file__isnull=False)

    def due(self, now: datetime) -> Self:
        """Keeps those whose file has to go."""
        return self.there().filter(delete_after__lte=now).order_by("delete_after", "id")


class RecoveryQuerySet(models.QuerySet[Any]):
    """Reads of requests to recover an organisation."""

    def waiting(self) -> Self:
        """Keeps those that wait for the desk, oldest first."""
        return self.filter(state="open").order_by("asked_at", "id")
