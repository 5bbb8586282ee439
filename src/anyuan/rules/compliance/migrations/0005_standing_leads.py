from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0004_ended_whole'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='verdict',
            name='compliance_standing',
        ),
        migrations.AddIndex(
            model_name='verdict',
            index=models.Index(condition=models.Q(('standing', True)), fields=['unit', 'area', 'leads'], name='compliance_standing'),
        ),
    ]
