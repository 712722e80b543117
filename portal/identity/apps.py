from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "portal.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers this room's tasks: mails about its events, and the deletion of documents."""
        from portal.identity import tasks  # noqa: F401 - registers them
