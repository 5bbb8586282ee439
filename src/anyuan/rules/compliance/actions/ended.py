"""Keeps, per unit and month, how the periods of duties that ended came out: small rows that trends add up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

_DROP = "delete from compliance_ended where unit_id = any(%s)"

_COUNT = """
insert into compliance_ended (id, unit_id, month, area, domain,
    unmet, late, unknown, made_up, met, excused)
select gen_random_uuid(), unit_id,
       to_char((due_at - interval '1 second') at time zone 'Asia/Shanghai', 'YYYY-MM') as month,
       area, domain,
       count(*) filter (where state = 'unmet'), count(*) filter (where state = 'late'),
       count(*) filter (where state = 'unknown'), count(*) filter (where state = 'made-up'),
       count(*) filter (where state = 'met'), count(*) filter (where state = 'excused')
from compliance_verdict
where unit_id = any(%s) and leads and period <> '' and due_at is not null
  and state not in ('due', 'not-applicable')
group by unit_id, month, area, domain
"""
# A deadline is half-open: one at midnight belongs to the day, and the month, that ends there.


def count_ended(units: Sequence[UUID]) -> None:
    """Count anew at ``units``; called where their verdicts change, in the same transaction."""
    keys = list(units)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [keys])
        cursor.execute(_COUNT, [keys])
