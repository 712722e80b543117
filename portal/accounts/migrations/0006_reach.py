"""Where an organisation is reached: what laws ask of a notice and the register contact does not say."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_sign_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="postal_address",
            field=models.TextField(blank=True, default="", max_length=500, verbose_name="postal address"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="organisation",
            name="phone",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="telephone"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="organisation",
            name="service_country",
            field=models.CharField(
                blank=True, default="", max_length=2, verbose_name="country of the address for service"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="organisation",
            name="service_address",
            field=models.TextField(blank=True, default="", max_length=500, verbose_name="address for service"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=Q(service_country="", service_address="") | ~(Q(service_country="") | Q(service_address="")),
                name="accounts_organisation_service_is_whole",
            ),
        ),
    ]
