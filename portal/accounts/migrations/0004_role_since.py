"""Whoever was there before roles were dated has had theirs since they joined, as far as anybody can tell."""

from django.db import migrations
from django.db.models import F


def date_roles(apps, schema_editor):
    apps.get_model("accounts", "Membership").objects.update(role_since=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_holds"),
    ]

    operations = [
        migrations.RunPython(date_roles, migrations.RunPython.noop),
    ]
