"""Makes the database refuse to change or remove snapshots and manifests."""

from django.db import migrations

from complaints import sealing
from portal.ledger import seal


def close(apps, schema_editor):
    seal.seal(schema_editor.connection, sealing.TABLES)


def open_again(apps, schema_editor):
    seal.unseal(schema_editor.connection, sealing.TABLES)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0008_decide")]
    operations = [migrations.RunPython(close, open_again)]
