from importlib import import_module

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """What is reported, and what becomes of it."""

    name = "complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers tasks and handlers of events with the outbox."""
        import_module("complaints.tasks")
