"""The policy of before becomes its first version, and each decision keeps what that version said about its ground."""

from django.db import migrations
from django.utils import timezone, translation

from complaints.reasons import GROUNDS, POLICY_VERSION


def seed_first_version(apps, schema_editor):
    """Puts the texts that the product came with into the database, in force since the first decision."""
    policies = apps.get_model("complaints", "Policy")
    if policies.objects.exists():
        return
    first = apps.get_model("complaints", "Decision").objects.order_by("decided_at").first()
    since = first.decided_at if first else timezone.now()
    with translation.override("en"):
        policy = policies.objects.create(
            version=POLICY_VERSION,
            note="The version that the desk began with.",
            created_at=since,
            published_at=since,
            in_force=True,
        )
        clauses = apps.get_model("complaints", "PolicyClause")
        clauses.objects.bulk_create(
            clauses(policy=policy, ground=ground.value, plain=str(text.plain), cure=str(text.cure))
            for ground, text in GROUNDS.items()
        )


def keep_what_was_shown(apps, schema_editor):
    """Writes the policy's words into the decisions of before, which were made under that version alone."""
    decisions = apps.get_model("complaints", "Decision")
    with translation.override("en"):
        for ground, text in GROUNDS.items():
            of_before = decisions.objects.filter(ground=ground.value, policy_version=POLICY_VERSION, policy_text="")
            of_before.update(policy_text=str(text.plain))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_fill_casework")]

    operations = [
        migrations.RunPython(seed_first_version, migrations.RunPython.noop),
        migrations.RunPython(keep_what_was_shown, migrations.RunPython.noop),
    ]
