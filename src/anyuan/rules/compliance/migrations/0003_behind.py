from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0002_leads'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='verdict',
            index=models.Index(condition=models.Q(('leads', False)), fields=['unit', 'key', 'period'], name='compliance_behind'),
        ),
    ]
