from datetime import timedelta

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "portal.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the schema extension and the hourly clean-up of kept answers."""
        from django.utils import timezone

        from portal.api import idempotency, schema  # noqa: F401 - registers a task and the scheme
        from portal.ledger import outbox

        @outbox.tick("api.purge_idempotent", every=timedelta(hours=1))
        def purge_idempotent() -> None:
            idempotency.purge(timezone.now())
