"""What models cannot say: the numbers behind tree labels."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "create sequence org_unit_label as bigint",
            "drop sequence org_unit_label",
        ),
    ]
