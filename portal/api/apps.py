from datetime import timedelta

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "portal.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the schema extension, the hourly clean-up of kept answers, and what a stop does to a held key."""
        from django.utils import timezone

        from portal.accounts import holds
        from portal.accounts.models import HoldKind
        from portal.api import idempotency, keys, schema  # noqa: F401 - registers a task and the scheme
        from portal.ledger import outbox

        @outbox.tick("api.purge_idempotent", every=timedelta(hours=1))
        def purge_idempotent() -> None:
            idempotency.purge(timezone.now())

        holds.on_stop(HoldKind.KEY_BY_NEW_ADMINISTRATOR, keys.end_stopped)
        holds.on_role_lost(keys.end_of_maker)
