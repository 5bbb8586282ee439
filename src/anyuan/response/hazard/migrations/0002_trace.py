from django.db import migrations

from anyuan.foundation.journal.tracing import TraceTable

TABLES = (
    "hazard_hazard",
    "hazard_step",
    "hazard_watch_note",
    "hazard_extension",
    "hazard_hand_over",
    "hazard_delegation",
    "hazard_lead",
    "hazard_loop_settings",
    "hazard_same_check",
)


class Migration(migrations.Migration):
    dependencies = [("hazard", "0001_initial"), ("journal", "0002_rules")]

    operations = [TraceTable(table) for table in TABLES]
