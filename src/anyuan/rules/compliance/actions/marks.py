"""How much of the trail is in what was last derived in full."""

from __future__ import annotations

from datetime import date

from django.db import connection

from anyuan.foundation.kernel.public import clock

from ..models import Night


def last_seal() -> int:
    """The number of the last sealed entry: its transaction is seen by whatever is read after this."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(seq), 0) from journal_seal")
        row = cursor.fetchone()
    return int(row[0])


def derived_until() -> int:
    """Entries up to this one are in what was last derived in full."""
    return Night.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def mark_done(day: date, seq: int, changed: int) -> None:
    """Everything was derived for ``day`` after the entry ``seq`` was sealed."""
    values = {"done_at": clock.now(), "seq": seq, "changed": changed}
    Night.objects.update_or_create(day=day, defaults=values)
