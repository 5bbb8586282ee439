from django.db import migrations

from anyuan.foundation.journal.tracing import TraceTable


class Migration(migrations.Migration):
    """A change of accounts, roles or keys outside an action leaves a trace; logging in does not."""

    dependencies = [("access", "0001_initial"), ("journal", "0002_rules")]

    operations = [
        TraceTable("access_user", ignore=["last_login"]),
        TraceTable("access_role_grant"),
        TraceTable("access_api_key"),
    ]
