from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "brands"
    label = "brands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Subscribes this room's mails to its events."""
        from brands import emails

        emails.listen()
