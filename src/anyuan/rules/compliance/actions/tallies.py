"""Keeps the counts that pages of many schools read: one small row per unit, area, domain and month."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

_DROP = "delete from compliance_tally where unit_id = any(%s)"

_COUNT = """
insert into compliance_tally
    (id, unit_id, month, area, domain,
     unmet, late, unknown, due, made_up, met, excused, not_applicable)
select gen_random_uuid(), unit_id, month, area, domain,
       count(*) filter (where state = 'unmet'), count(*) filter (where state = 'late'),
       count(*) filter (where state = 'unknown'), count(*) filter (where state = 'due'),
       count(*) filter (where state = 'made-up'), count(*) filter (where state = 'met'),
       count(*) filter (where state = 'excused'), count(*) filter (where state = 'not-applicable')
from (
    select unit_id, '' as month, area, domain, state
    from compliance_verdict where unit_id = any(%s) and current
    union all
    select unit_id,
           to_char((due_at - interval '1 second') at time zone 'Asia/Shanghai', 'YYYY-MM'),
           area, domain, state
    from compliance_verdict
    where unit_id = any(%s) and period <> '' and state <> 'due' and due_at is not null
) v
group by unit_id, month, area, domain
"""
# A deadline is half-open: one at midnight belongs to the day, and the month, that ends there.


def tally(units: Sequence[UUID]) -> None:
    """Count anew at ``units``; call it where their verdicts change, in the same transaction."""
    keys = list(units)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DROP, [keys])
        cursor.execute(_COUNT, [keys, keys])
