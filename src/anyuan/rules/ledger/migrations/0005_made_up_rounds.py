from django.db import migrations

MADE_UP = """
update ledger_record r set stands_for = (r.data ->> 'day')::date
from ledger_register g
where g.id = r.register_id and g.code = 'round' and r.stands_for is null
  and r.data -> 'made_up' = 'true' and r.data ->> 'day' ~ '^\\d{4}-\\d{2}-\\d{2}$'
"""


class Migration(migrations.Migration):
    """Rounds that were walked on a later day say for which day, like every other record from now on."""

    dependencies = [("ledger", "0004_trace_subjects")]

    operations = [migrations.RunSQL(MADE_UP, migrations.RunSQL.noop)]
