import anyuan.foundation.journal.models
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('recorded_at', models.DateTimeField()),
                ('occurred_at', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=12)),
                ('actor_id', models.UUIDField(null=True)),
                ('actor_name', models.TextField()),
                ('verb', models.CharField(max_length=60)),
                ('sentence', models.TextField()),
                ('subject_kind', models.CharField(blank=True, default='', max_length=40)),
                ('subject_id', models.UUIDField(null=True)),
                ('unit_path', anyuan.foundation.journal.models.PathField(db_collation='C')),
                ('domain', models.CharField(blank=True, default='', max_length=20)),
                ('body_hash', models.CharField(max_length=64)),
            ],
            options={
                'db_table': 'journal_entry',
                'base_manager_name': 'everything',
                'default_manager_name': 'everything',
            },
            managers=[
                ('everything', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(default=0)),
                ('moved_at', models.DateTimeField(null=True)),
                ('failures', models.IntegerField(default=0)),
                ('error', models.TextField(blank=True, default='')),
                ('retry_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'journal_follower',
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.CharField(max_length=64)),
                ('hmac', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'journal_head',
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'db_table': 'journal_seal',
            },
        ),
        migrations.CreateModel(
            name='Body',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='body', serialize=False, to='journal.entry')),
                ('text', models.TextField()),
            ],
            options={
                'db_table': 'journal_body',
            },
        ),
        migrations.CreateModel(
            name='Pending',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='journal.entry')),
            ],
            options={
                'db_table': 'journal_pending',
            },
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['subject_kind', 'subject_id', 'id'], name='journal_subject'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['unit_path', 'id'], name='journal_path'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['actor_id', 'id'], name='journal_actor'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['actor_name', 'id'], name='journal_name', opclasses=['text_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['verb', 'id'], name='journal_verb'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['recorded_at'], name='journal_time'),
        ),
        migrations.AddField(
            model_name='seal',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='journal.entry'),
        ),
    ]
