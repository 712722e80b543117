"""Makes the database refuse to change or remove events."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.ledger import seal


def close(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    seal.seal(schema_editor.connection, [seal.EVENTS])


def open_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    seal.unseal(schema_editor.connection, [seal.EVENTS])


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(close, open_again)]
