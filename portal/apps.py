from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The ground: template tags, checks of a deployment, the pages of nobody in particular."""

    name = "portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the checks of a deployment."""
        import_module("portal.checks")
