from datetime import timedelta

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the daily sweep of bytes that no row points at."""
        from django.utils import timezone

        from portal.files import store
        from portal.ledger import outbox

        @outbox.tick("files.sweep", every=timedelta(days=1))
        @outbox.task("files.sweep", atomic=False)
        def sweep_files() -> None:
            store.sweep(now=timezone.now())
