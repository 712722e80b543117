"""What the records that are linked say about the end of the term, and which other owners the desk has accepted."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Subquery


def take_over(apps, schema_editor):
    rights = apps.get_model("brands", "IPRight").objects
    records = apps.get_model("brands", "RegisterRecord").objects.filter(pk=OuterRef("record"))
    renewals = apps.get_model("brands", "Renewal").objects
    verifications = apps.get_model("brands", "Verification").objects
    linked = rights.filter(record__isnull=False)
    followed = linked.filter(register_as_of__lte=F("record__as_of"))
    rights.filter(pk__in=followed.values("pk")).update(
        register_expiry=Subquery(records.values("expiry_date")[:1])
    )
    proven = renewals.filter(right=OuterRef("pk"), state="accepted", new_expiry=OuterRef("expiry_date"))
    rights.filter(Exists(proven), expiry_date__gt=F("register_expiry")).update(register_expiry=None)
    last = verifications.filter(right=OuterRef("pk"), outcome="approved").order_by("-decided_at", "-id")
    seen = linked.filter(state__in=["approved", "suspended"]).annotate(
        last=Subquery(last.values("register_result")[:1])
    )
    rights.filter(pk__in=seen.filter(last="owner_mismatch").values("pk")).update(
        accepted_owner=Subquery(records.values("owner_name")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("brands", "0008_what_the_register_says")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
