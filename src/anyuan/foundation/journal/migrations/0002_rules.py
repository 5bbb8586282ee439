from django.db import migrations

from anyuan.foundation.journal import guard, tracing


class Migration(migrations.Migration):
    """What the database itself enforces: the trail is only added to, and a change without an action is seen."""

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(tracing.TRACE_FUNCTION, "drop function if exists journal_trace()"),
        migrations.RunSQL(guard.GUARD_FUNCTION, "drop function if exists journal_guard()"),
        *(
            migrations.RunSQL(guard.GUARD_TRIGGER.format(table=t), f"drop trigger journal_guard on {t}")
            for t in guard.GUARDED
        ),
        migrations.RunSQL(guard.ERASE_FUNCTION, "drop function if exists journal_erase_body(bigint)"),
    ]
