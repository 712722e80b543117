"""Makes the database refuse to change or remove the files that are frozen as evidence."""

from django.db import migrations

from portal.files import sealing
from portal.ledger import seal


def close(apps, schema_editor):
    seal.seal(schema_editor.connection, [sealing.FROZEN])


def open_again(apps, schema_editor):
    seal.unseal(schema_editor.connection, [sealing.FROZEN])


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("ledger", "0002_seal_events")]
    operations = [migrations.RunPython(close, open_again)]
