"""Two covering indexes, so that figures of a period are counted without touching the rows themselves."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("hazard", "0002_trace")]

    operations = [
        migrations.RunSQL(
            "create index cockpit_found on hazard_hazard (found_at) "
            "include (unit_id, domain, on_the_spot, recurrence_of_id, id) where state <> 'dismissed'",
            "drop index cockpit_found",
        ),
        migrations.RunSQL(
            "create index cockpit_closed on hazard_hazard (closed_at) "
            "include (unit_id, domain, in_time, found_at, id) where state = 'closed'",
            "drop index cockpit_closed",
        ),
    ]
