from django.db import migrations

from anyuan.foundation.journal.tracing import TraceTable


class Migration(migrations.Migration):
    dependencies = [("policy", "0003_requirements"), ("journal", "0002_rules")]

    operations = [
        migrations.RunSQL(
            "create trigger policy_frozen before update or delete on policy_requirement "
            "for each row execute function policy_frozen()",
            "drop trigger policy_frozen on policy_requirement",
        ),
        TraceTable("policy_requirement"),
        TraceTable("policy_param_override"),
    ]
