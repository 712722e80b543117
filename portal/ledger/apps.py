from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "portal.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the ledger's own tasks; the worker thread is started by servers, never here."""
        from portal.ledger import mail, upkeep  # noqa: F401 - registers tasks
