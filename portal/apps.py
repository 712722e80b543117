import sqlite3
from importlib import import_module
from typing import Any

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The ground: template tags, checks of a deployment, the pages of nobody in particular."""

    name = "portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the checks of a deployment; lets SQLite take as much in one statement as it can."""
        from django.db.backends.signals import connection_created

        import_module("portal.checks")
        connection_created.connect(ask_sqlite, dispatch_uid="portal.ask_sqlite")


def ask_sqlite(*, connection: Any, **_: object) -> None:
    """Asks the library how many values a statement may have: Django 5.2 still holds SQLite to the 999 of long ago."""
    if connection.vendor == "sqlite":
        connection.features.max_query_params = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
