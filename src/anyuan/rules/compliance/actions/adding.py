"""What the standing verdicts add up to, per unit, area and domain: the small rows that pages add up."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from ..states import State

_COLUMNS = tuple(s.value.replace("-", "_") for s in State)
_SUMS = ", ".join(
    f"count(*) filter (where v.state = '{state.value}') as {column}"
    for state, column in zip(State, _COLUMNS, strict=True)
)

_ADD = f"""
with fresh as (
    select v.unit_id, v.area, v.domain, {_SUMS}
    from compliance_verdict v
    where v.standing and v.leads and (%(units)s::uuid[] is null or v.unit_id = any(%(units)s::uuid[]))
    group by 1, 2, 3
),
gone as (
    delete from compliance_tally t
    where (%(units)s::uuid[] is null or t.unit_id = any(%(units)s::uuid[]))
      and not exists (select from fresh f
                      where f.unit_id = t.unit_id and f.area = t.area and f.domain = t.domain)
)
insert into compliance_tally as t (id, unit_id, area, domain, {", ".join(_COLUMNS)})
select md5(f.unit_id || f.area || '|' || f.domain)::uuid, f.unit_id, f.area, f.domain,
       {", ".join(f"f.{c}" for c in _COLUMNS)}
from fresh f left join compliance_tally o on o.unit_id = f.unit_id and o.area = f.area and o.domain = f.domain
where o.id is null or ({", ".join(f"f.{c}" for c in _COLUMNS)})
      is distinct from ({", ".join(f"o.{c}" for c in _COLUMNS)})
on conflict (unit_id, area, domain) do update set {", ".join(f"{c} = excluded.{c}" for c in _COLUMNS)}
"""  # noqa: S608 - our own names only


def add_up(unit_ids: Collection[UUID] | None) -> None:
    """Bring the tallies of these units (None: of all) in step with their verdicts."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"units": None if unit_ids is None else list(unit_ids)})
