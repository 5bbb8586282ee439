from django.db import migrations

from anyuan.foundation.journal.tracing import TraceTable


class Migration(migrations.Migration):
    """A change of the organisation outside an action leaves a trace."""

    dependencies = [("org", "0002_machinery"), ("journal", "0002_rules")]

    operations = [
        TraceTable("org_unit"),
        TraceTable("org_unit_name"),
        TraceTable("org_campus"),
        TraceTable("org_place"),
        TraceTable("org_person"),
        TraceTable("org_holding"),
        TraceTable("org_calendar_list"),
        TraceTable("org_calendar_day"),
        TraceTable("org_term"),
    ]
