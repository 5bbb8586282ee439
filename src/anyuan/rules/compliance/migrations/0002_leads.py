from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='verdict',
            name='leads',
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
