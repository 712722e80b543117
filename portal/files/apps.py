from datetime import timedelta

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the daily sweep of bytes that no row points at, and what is frozen."""
        from django.utils import timezone

        from portal.files import sealing, store
        from portal.ledger import outbox

        sealing.register()

        @outbox.tick("files.sweep", every=timedelta(days=1))
        @outbox.task("files.sweep", atomic=False)
        def sweep_files() -> None:
            store.sweep(now=timezone.now())
