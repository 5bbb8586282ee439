"""When each checklist was last answered at a unit."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger import public as ledger


def last_checks(actor: Actor, unit: Unit) -> dict[str, datetime]:
    """Checklist code → when it was last answered (any version of it); one query."""
    rows = ledger.records(actor, unit=unit, register=ledger.CHECK, state=ledger.State.VALID)
    rows = rows.filter(unit=unit, checklist__isnull=False).order_by()
    return dict(rows.values_list("checklist__code").annotate(last=Max("occurred_at")))
