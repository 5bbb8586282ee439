"""Keeps, per unit and month, how the periods of duties that ended came out: small rows that trends add up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

_COLUMNS = ("unmet", "late", "unknown", "made_up", "met", "excused")
_SUMS = ", ".join(f"count(*) filter (where state = '{c.replace('_', '-')}') as {c}" for c in _COLUMNS)

_COUNT = f"""
with decided as (
    select unit_id, area, domain, state,
           to_char((due_at - interval '1 second') at time zone 'Asia/Shanghai', 'YYYY-MM') as month
    from compliance_verdict
    where unit_id = any(%(units)s) and leads and period <> '' and due_at is not null
      and state not in ('due', 'not-applicable')
),
fresh as (
    select unit_id, month, coalesce(area, '') as area, coalesce(domain, '') as domain, {_SUMS}
    from decided group by grouping sets ((unit_id, month, area, domain), (unit_id, month))
),
gone as (
    delete from compliance_ended e
    where e.unit_id = any(%(units)s)
      and not exists (select from fresh f where f.unit_id = e.unit_id and f.month = e.month
                      and f.area = e.area and f.domain = e.domain)
)
insert into compliance_ended as e (id, unit_id, month, area, domain, {", ".join(_COLUMNS)})
select gen_random_uuid(), f.unit_id, f.month, f.area, f.domain, {", ".join(f"f.{c}" for c in _COLUMNS)}
from fresh f
left join compliance_ended o on o.unit_id = f.unit_id and o.month = f.month
     and o.area = f.area and o.domain = f.domain
where o.id is null or ({", ".join(f"f.{c}" for c in _COLUMNS)})
      is distinct from ({", ".join(f"o.{c}" for c in _COLUMNS)})
on conflict (unit_id, month, area, domain) do update set {", ".join(f"{c} = excluded.{c}" for c in _COLUMNS)}
"""  # noqa: S608 - our own names only
# A deadline is half-open: one at midnight belongs to the day, and the month, that ends there.


def count_ended(units: Sequence[UUID]) -> None:
    """Count anew at ``units`` and write what differs; called where their verdicts change, in the same
    transaction."""
    keys = list(units)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"units": keys})
