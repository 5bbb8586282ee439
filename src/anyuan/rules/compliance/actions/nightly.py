"""Each day at its beginning everything is derived anew: periods end, certificates run out."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction

from anyuan.foundation.kernel.public import clock
from anyuan.rules.ledger.public import drop_old_facts
from anyuan.rules.policy.public import regions

from ..models import Night
from .marks import last_seal, mark_done
from .refreshing import refresh
from .sharing import alone_for

KEEP_DAILY, KEEP = 230, 800
"""Days that periods of one day (and longer ones) stay readable after they no longer stand."""

_STOOD = 100
"""Days after its end that a period of a month may still stand; longer ones are derived far enough back."""

_FORGET = """
delete from compliance_verdict
where not standing and ends < %(day)s::date - case when ends - starts <= 1 then %(daily)s else %(other)s end
"""


def begin_day() -> int | None:
    """Derive everything for today unless that was done; give how many verdicts changed, None when none was
    to be done.

    Called each minute: whoever comes first claims the day, and a night nobody was awake is caught up by the
    first call of the next day.
    """
    day = clock.today()
    if Night.objects.filter(day=day, done_at__isnull=False).exists():
        return None
    with alone_for(day) as mine:
        if not mine or Night.objects.filter(day=day, done_at__isnull=False).exists():
            return None
        seq = last_seal()
        found = refresh(None, day=day, since=_since(day))
        with transaction.atomic():
            _forget(day)
            mark_done(day, seq, len(found.changes))
    return len(found.changes)


def _since(day: date) -> date | None:
    """After nights nobody was awake: far enough back for whatever stood on the last one."""
    last = Night.objects.filter(day__lt=day, done_at__isnull=False).order_by("-day").first()
    if last is None or last.day >= day - timedelta(days=1):
        return None
    return last.day - timedelta(days=_STOOD)


def pass_hours() -> int:
    """Derive the duties that are due every few hours; give how many verdicts changed."""
    keys = {
        rule.key
        for region in regions(clock.today())
        for rule in region.rules
        if rule.cadence is not None and rule.cadence.every == "hours"
    }
    return len(refresh(None, keys=keys, facts=False).changes) if keys else 0


def _forget(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"day": day, "daily": KEEP_DAILY, "other": KEEP})
    Night.objects.filter(day__lt=day - timedelta(days=KEEP)).delete()
    drop_old_facts(day)
