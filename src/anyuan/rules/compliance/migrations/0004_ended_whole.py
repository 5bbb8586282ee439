from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0003_behind'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ended',
            index=models.Index(condition=models.Q(('area', '')), fields=['month'], include=('unit', 'met', 'made_up', 'unmet', 'late', 'unknown', 'excused'), name='compliance_ended_whole'),
        ),
        migrations.RunSQL(
            """
            insert into compliance_ended (id, unit_id, month, area, domain,
                met, made_up, unmet, late, unknown, excused)
            select gen_random_uuid(), unit_id, month, '', '',
                   sum(met), sum(made_up), sum(unmet), sum(late), sum(unknown), sum(excused)
            from compliance_ended group by unit_id, month
            """,
            "delete from compliance_ended where area = ''",
        ),
    ]
