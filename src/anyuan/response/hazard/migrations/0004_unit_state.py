from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hazard', '0003_export'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='hazard',
            index=models.Index(fields=['unit', 'state'], name='hazard_unit_state'),
        ),
    ]
