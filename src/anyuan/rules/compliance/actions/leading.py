"""Choosing, of the verdicts on the subjects of a unit, the one that speaks for it: the worst."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from ..shapes import Change
from ..states import State

_WORST_FIRST = (
    State.UNMET, State.LATE, State.UNKNOWN, State.DUE, State.MADE_UP, State.MET, State.EXCUSED,
    State.NOT_APPLICABLE,
)  # fmt: skip
"""Within one period: as long as one class is still due, the school is not done."""

_RANK = f"array_position('{{{','.join(_WORST_FIRST)}}}'::text[], v.state::text)"

_CHOSEN = f"""
with chosen as (
    select v.id, v.unit_id, v.key, v.subject_code, v.period, v.state, v.leads, row_number() over (
        partition by v.unit_id, v.key, v.period order by v.standing desc, {_RANK}, v.subject_code
    ) = 1 as worst
    from compliance_verdict v
    where v.subject_id is not null and (%(units)s::uuid[] is null or v.unit_id = any(%(units)s::uuid[]))
      and (%(keys)s::text[] is null or v.key = any(%(keys)s::text[]))
)
"""  # noqa: S608 - our own names only

_WRITE = f"""{_CHOSEN}
update compliance_verdict v set leads = c.worst from chosen c where v.id = c.id and c.leads <> c.worst
"""  # noqa: S608 - our own names only

_COMPARE = f"""{_CHOSEN}
select c.unit_id, u.path, c.key, c.subject_code, c.period, c.state, c.state
from chosen c join org_unit u on u.id = c.unit_id where c.leads <> c.worst order by u.path, 3, 4, 5
"""  # noqa: S608


def choose_leaders(unit_ids: Collection[UUID] | None, keys: Collection[str] | None = None) -> None:
    """Of each unit (None: all), requirement and period let the worst row lead, of equals the first by code;
    what no longer stands only where nothing stands."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, _values(unit_ids, keys))


def misled(unit_ids: Collection[UUID] | None) -> list[Change]:
    """The rows that lead and should not, or the other way round."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, _values(unit_ids, None))
        return [Change(*row) for row in cursor.fetchall()]


def _values(
    unit_ids: Collection[UUID] | None, keys: Collection[str] | None
) -> dict[str, list[object] | None]:
    return {
        "units": None if unit_ids is None else list(unit_ids),
        "keys": None if keys is None else list(keys),
    }
