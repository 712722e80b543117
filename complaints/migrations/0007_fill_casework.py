"""Fills what the new columns mean for the rows of before."""

from django.db import migrations, models


def say_whose(apps, schema_editor):
    """Answers of respondents were the only messages of that side."""
    apps.get_model("complaints", "Message").objects.filter(kind="response").update(side="respondent")


def rank_as_due(apps, schema_editor):
    """Until the rules are asked again, each case keeps the place that its due time gave it."""
    apps.get_model("complaints", "Complaint").objects.update(rank_at=models.F("due_at"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_casework")]

    operations = [
        migrations.RunPython(say_whose, migrations.RunPython.noop),
        migrations.RunPython(rank_as_due, migrations.RunPython.noop),
    ]
