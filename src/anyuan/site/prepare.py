"""Bring the database to the code's state, as its owner: ``python -m anyuan.site.prepare``."""

from __future__ import annotations

import os

import django

from .trouble import say

_LOCK = 0x616E7975  # "anyu": one process prepares at a time, on however many machines


def main() -> None:
    """Apply migrations that are due, then give the app role its rights."""
    os.environ["ANYUAN_DB_ROLE"] = "anyuan_owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from . import database
    from .health import migrations_due

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        due = migrations_due()
        if due:
            say(f"Updating the database ({due} steps) ...")
            call_command("migrate", verbosity=0, interactive=False)
        database.grant(cursor)
        cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


if __name__ == "__main__":
    main()
