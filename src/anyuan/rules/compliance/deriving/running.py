"""Running the statement: to store what changed, to compare, or only to read."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction

from anyuan.foundation.kernel.public import clock
from anyuan.rules.ledger.public import Register
from anyuan.rules.policy.public import fact_defs, register_defs

from ..shapes import Change
from ..states import State
from .compiling import Compiled, Manner, Names, compiled
from .naming import within
from .plan import Plan

_NAMED = re.compile(r"%%|%\((\w+)\)s")
_FEW = 8
"""Up to so many units the planner may walk row by row."""
_MOST_PLANS = 24
"""Kept per connection; each takes one or two megabytes of the server."""
_WIDE = {
    "work_mem": "'128MB'", "hash_mem_multiplier": "24", "jit": "off",
    "enable_nestloop": "off", "enable_mergejoin": "off", "enable_sort": "off",
}  # fmt: skip
"""How many rows the handed-in relations hold the server cannot know: it would take the sums of records for
one row and work them out anew for every verdict. For many units it is told to hash. It reckons eight
kilobytes for each group that gathers ids and would turn to the disk long before they fill the memory: 24."""

_OLD = """
horizon as (
    select m.key, min(c.first) as first from rule m join called c on c.idx = m.idx group by m.key
),
old as (
    select o.* from compliance_verdict o left join horizon h on h.key = o.key
    where WITHIN(o.unit_id)
      KEYS
      and (o.standing or o.ends is null or o.ends > h.first)
),
diff as materialized (
    select d.*, o.id as old_id, o.unit_id as old_unit, o.key as old_key, o.subject_code as old_code,
           o.period as old_period, o.state as old_state
    from derived d full join old o on o.unit_id = d.unit_id and o.key = d.key
         and o.subject_code = d.subject_code and o.period = d.period
    where o.id is null or d.unit_id is null or (
        d.requirement_id, d.area, d.domain, d.subject_id, d.starts, d.ends, d.due_at, d.state, d.need, d.have,
        d.missing, d.reason, d.records, d.standing
    ) is distinct from (
        o.requirement_id, o.area, o.domain, o.subject_id, o.starts, o.ends, o.due_at, o.state, o.need, o.have,
        o.missing, o.reason, o.records, o.standing
    )
)"""

_STORE = """
gone as (
    delete from compliance_verdict v using diff x where v.id = x.old_id and x.unit_id is null
),
kept as (
    insert into compliance_verdict (
        id, unit_id, requirement_id, key, area, domain, subject_id, subject_code, period, starts, ends,
        due_at, state, need, have, missing, reason, records, standing, derived_at, changed_at)
    select md5(x.unit_id || x.key || '|' || x.subject_code || '|' || x.period)::uuid, x.unit_id,
           x.requirement_id, x.key, x.area, x.domain, x.subject_id, x.subject_code, x.period, x.starts,
           x.ends, x.due_at, x.state, x.need, x.have, x.missing, x.reason, x.records, x.standing,
           %(now)s, %(now)s
    from diff x where x.unit_id is not null
    on conflict (unit_id, key, subject_code, period) do update set
        requirement_id = excluded.requirement_id, area = excluded.area, domain = excluded.domain,
        subject_id = excluded.subject_id, starts = excluded.starts, ends = excluded.ends,
        due_at = excluded.due_at, state = excluded.state, need = excluded.need, have = excluded.have,
        missing = excluded.missing, reason = excluded.reason, records = excluded.records,
        standing = excluded.standing, derived_at = excluded.derived_at,
        changed_at = case when compliance_verdict.state = excluded.state
                          then compliance_verdict.changed_at else excluded.changed_at end
)
select coalesce(x.unit_id, x.old_unit), t.path, coalesce(x.key, x.old_key),
       coalesce(x.subject_code, x.old_code), coalesce(x.period, x.old_period),
       coalesce(x.old_state, ''), coalesce(x.state, '')
from diff x join target t on t.id = coalesce(x.unit_id, x.old_unit)
order by t.path, 3, 4, 5"""

_COMPARE = """
select coalesce(x.unit_id, x.old_unit), t.path, coalesce(x.key, x.old_key),
       coalesce(x.subject_code, x.old_code), coalesce(x.period, x.old_period),
       coalesce(x.old_state, ''), coalesce(x.state, '')
from diff x join target t on t.id = coalesce(x.unit_id, x.old_unit)
order by t.path, 3, 4, 5"""

_READ = """
select d.unit_id, d.requirement_id, d.key, d.area, d.domain, d.subject_id, d.subject_code, d.period, d.starts,
       d.ends, d.due_at, d.state, d.need, d.have, d.missing::text, d.reason, d.records, d.standing
from derived d join target t on t.id = d.unit_id order by t.path, d.key, d.subject_code, d.starts"""


@dataclass(frozen=True, slots=True)
class Extent:
    """Which units: those with these ids, or of a range of ids (half-open); all without any of them."""

    units: Sequence[UUID] | None = None
    least: UUID | None = None
    beyond: UUID | None = None

    @property
    def wide(self) -> bool:
        """Whether it takes in so many units that the statement is planned for volume."""
        return self.units is None or len(self.units) > _FEW


@dataclass(frozen=True, slots=True)
class Given:
    """Facts of another day: of units and of subjects, by id."""

    units: Mapping[UUID, Mapping[str, object]] = field(default_factory=dict)
    subjects: Mapping[UUID, Mapping[str, object]] = field(default_factory=dict)


def store(plan: Plan, extent: Extent, keys: Collection[str] | None = None) -> list[Change]:
    """Derive and write what differs; give every row that was written, also where only numbers changed."""
    return [Change(*row) for row in _run(plan, extent, _OLD + "," + _STORE, keys)]


def compare(plan: Plan, extent: Extent) -> list[Change]:
    """Derive and give what differs from what is stored; nothing is written."""
    return [Change(*row) for row in _run(plan, extent, _OLD + _COMPARE, None)]


def read(plan: Plan, extent: Extent, given: Given | None = None) -> Iterator[dict[str, Any]]:
    """The derived rows themselves; with ``given`` from these facts instead of the stored ones."""
    columns = (
        "unit_id", "requirement_id", "key", "area", "domain", "subject_id", "subject_code", "period",
        "starts", "ends", "due_at", "state", "need", "have", "missing", "reason", "records", "standing",
    )  # fmt: skip
    for row in _run(plan, extent, _READ, None, given):
        found = dict(zip(columns, row, strict=True))
        found["missing"] = json.loads(found["missing"])
        found["state"] = State(found["state"])
        yield found


def _run(
    plan: Plan, extent: Extent, tail: str, keys: Collection[str] | None, given: Given | None = None
) -> list[tuple[Any, ...]]:
    names = Names(fact_defs(), register_defs())
    made = compiled(plan.versions, names, Manner(given is not None, extent.wide, plan.turned))
    separator = "" if tail.lstrip().startswith("select") else ",\n"
    tail = tail.replace("KEYS", "" if keys is None else "and o.key = any(%(keys)s::text[])")
    sql = made.head + separator + within(tail, extent.wide)
    values = _values(plan, extent, made, keys, given)
    with transaction.atomic(savepoint=False):
        return _run_wide(sql, values) if extent.wide else _run_prepared(sql, values)


def _run_wide(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(";".join(f"set local {name} = {value}" for name, value in _WIDE.items()))
        cursor.execute(sql, values)
        found = list(cursor.fetchall())
        cursor.execute(";".join(f"set local {name} to default" for name in _WIDE))
        return found


def _run_prepared(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Planning takes longer than the rest for one school: the plan is made once per connection and text.

    Django sends values inside the text; this needs a cursor that sends them apart, and a connection that
    may prepare at all (Django's own cursors never do).
    """
    text, names = _numbered(sql)
    with connection.cursor() as cursor:
        cursor.execute("set local plan_cache_mode = force_generic_plan")
    connection.connection.prepare_threshold = 0
    connection.connection.prepared_max = _MOST_PLANS
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(text, [values[name] for name in names], prepare=True)
        return cursor.fetchall()


@lru_cache(maxsize=256)
def _numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The text with ``$1`` for the first of its names and so on; the names in this order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}" if found[1] else "%"

    return _NAMED.sub(number, sql), tuple(names)


def _values(
    plan: Plan, extent: Extent, made: Compiled, keys: Collection[str] | None, given: Given | None
) -> dict[str, Any]:
    end = clock.end_of(plan.day)
    now = clock.now()
    return {
        **plan.data(),
        **_registers(plan, made, extent.wide),
        "rules": made.rules,
        "day": plan.day,
        "at": now if plan.day == clock.today() else end - timedelta(microseconds=1),
        "upto": end,
        "now": now,
        "units": None if extent.units is None else list(extent.units),
        "oldest": plan.oldest,
        "least": extent.least,
        "beyond": extent.beyond,
        "keys": None if keys is None else list(keys),
        "given": _facts(given.units, "unit_id") if given else None,
        "given_subjects": _facts(given.subjects, "id") if given else None,
    }


def _facts(found: Mapping[UUID, Mapping[str, object]], key: str) -> str:
    return json.dumps([{key: str(pk), "facts": dict(facts)} for pk, facts in found.items()], default=_iso)


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _registers(plan: Plan, made: Compiled, wide: bool) -> dict[str, Any]:
    """Each register that is read (``wide``: its versions), and from when its records may count."""
    if not made.registers:
        return {}
    since = plan.rule_since()
    values: dict[str, Any] = {
        f"since_{n.index}": clock.start_of(since.get(n.index, plan.day))
        for n in plan.rules
        if n.rule.kind == "duty"
    }
    ids: dict[str, list[UUID]] = {code: [] for code in made.registers}
    if wide:
        for code, pk in Register.objects.filter(code__in=ids).values_list("code", "pk"):
            ids[code].append(pk)
    for code, name in made.registers.items():
        values[name] = ids[code] if wide else code
        asking = [n.index for n in plan.rules if n.rule.register == code]
        values[f"{name}_since"] = clock.start_of(min(since.get(i, plan.day) for i in asking))
    return values
