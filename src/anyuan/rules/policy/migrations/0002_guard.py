from django.db import migrations

from anyuan.foundation.journal.tracing import TraceTable

FROZEN = ("policy_pack", "policy_clause", "policy_checklist", "policy_check_item")

FUNCTION = """
create or replace function policy_frozen() returns trigger language plpgsql as $$
begin
    raise exception 'a loaded policy version never changes; load a new version';
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial"), ("journal", "0002_rules")]

    operations = [
        migrations.RunSQL(FUNCTION, "drop function policy_frozen()"),
        *(
            migrations.RunSQL(
                f"create trigger policy_frozen before update or delete on {table} "
                "for each row execute function policy_frozen()",
                f"drop trigger policy_frozen on {table}",
            )
            for table in FROZEN
        ),
        *(TraceTable(table) for table in (*FROZEN, "policy_activation")),
    ]
