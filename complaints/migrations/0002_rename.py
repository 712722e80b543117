from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]
    operations = [migrations.RenameField("statementofreasons", "appeal_until", "answer_until")]
