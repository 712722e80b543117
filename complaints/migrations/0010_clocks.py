"""Cases and questions from before get the clocks that they already lived by: the due time, and the day to answer."""

from django.db import migrations

OPEN = ["queued", "in_review", "waiting", "held"]


def start_clocks(apps, schema_editor):
    """Gives each open case its service level as a clock, and each open question the time that was set for it."""
    clocks = apps.get_model("complaints", "Clock")
    cases = apps.get_model("complaints", "Complaint").objects.filter(state__in=OPEN, due_at__isnull=False)
    rows = (_deciding(clocks, case) for case in cases.filter(clocks__isnull=True).order_by("id").iterator())
    clocks.objects.bulk_create(rows, batch_size=500)
    asked = apps.get_model("complaints", "Item").objects.filter(state="asked", complaint__state__in=OPEN)
    newest = {_newest_question(item) for item in asked.order_by("id").iterator()} - {None}
    clocks.objects.bulk_create((_asking(clocks, message) for message in newest), batch_size=500)


def _newest_question(item):
    return item.messages.filter(kind="question", answer_by__isnull=False).order_by("-id").first()


def _deciding(clocks, case):
    still = case.paused_at is not None
    return clocks(
        complaint_id=case.pk,
        rule="own.decide",
        state="paused" if still else "running",
        started_at=case.submitted_at,
        due_at=case.due_at,
        paused_at=case.paused_at,
        paused_why="question" if still else "",
    )


def _asking(clocks, message):
    return clocks(
        complaint_id=message.complaint_id,
        rule="own.answer",
        started_at=message.created_at,
        due_at=message.answer_by,
        subject=f"question:{message.pk}",
    )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0009_evidence")]

    operations = [migrations.RunPython(start_clocks, migrations.RunPython.noop)]
