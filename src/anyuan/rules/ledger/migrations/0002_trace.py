from django.db import migrations

from anyuan.foundation.journal.tracing import TraceTable


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("journal", "0002_rules")]

    operations = [TraceTable(table) for table in ("ledger_register", "ledger_route", "ledger_record")]
