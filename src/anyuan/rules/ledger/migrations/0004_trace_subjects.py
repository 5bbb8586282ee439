from django.db import migrations

from anyuan.foundation.journal.tracing import TraceTable


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_subjects_and_facts"), ("journal", "0002_rules")]

    # ``facts`` is derived from what is traced; the table of unit facts is nothing else.
    operations = [TraceTable("ledger_subject", ignore=("facts",)), TraceTable("ledger_fact_value")]
