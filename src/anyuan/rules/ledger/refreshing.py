"""The stored answer to "what is known today", per unit and per subject, rewritten where it changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction

from anyuan.foundation.kernel.public import clock
from anyuan.rules.policy import public as policy

from .deriving import Statement, past_statement, subject_statement, unit_statement
from .mirroring import mirror_subjects
from .models import ALWAYS
from .past import Before, Rewriter, counted_registers, settle_doubts, turning_days

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef, RegisterDef

# What stood before comes back: the table is read as it was when the statement began.
_KEEP_UNITS = """
with kept as (
    insert into ledger_unit_facts as t (unit_id, facts, org, refreshed_at, since, seen_on)
    select n."@item", n.facts, n.org, %(now)s, %(always)s, %(day)s from ({}) n
    on conflict (unit_id) do update
    set facts = excluded.facts, org = excluded.org, refreshed_at = excluded.refreshed_at,
        seen_on = excluded.seen_on
    where (t.facts, t.org) is distinct from (excluded.facts, excluded.org)
    returning unit_id
)
select k.unit_id, t.facts, t.org, t.since,
       greatest(t.seen_on, (t.refreshed_at at time zone 'Asia/Shanghai')::date)
from kept k left join ledger_unit_facts t on t.unit_id = k.unit_id
"""
_SEEN = """
update ledger_unit_facts set seen_on = %(day)s
where seen_on < %(day)s and (%(units)s::uuid[] is null or unit_id = any(%(units)s::uuid[]))
"""
# Worked out once, whatever the planner thinks of a table that nobody has counted yet.
_KEEP_SUBJECTS = """
with n as materialized ({})
update ledger_subject t set facts = n.facts from n
where t.id = n."@item" and t.facts is distinct from n.facts
returning t.unit_id
"""


class _Statements:
    """The statements for one catalogue of facts; made anew when a pack changed it."""

    def __init__(self, facts: Mapping[str, FactDef], registers: Mapping[str, RegisterDef]) -> None:
        self.facts = facts
        self.registers = registers
        self.units = unit_statement(facts, registers)
        self.past = past_statement(facts, registers)
        self.turning = turning_days(facts, registers)
        kinds = sorted({f.per for f in facts.values() if f.per})
        self.subjects = {kind: subject_statement(kind, facts, registers) for kind in kinds}


_last: list[_Statements] = []


def _statements() -> _Statements:
    facts, registers = policy.fact_defs(), policy.register_defs()
    if not _last or _last[0].facts != facts or _last[0].registers != registers:
        _last[:] = [_Statements(facts, registers)]
    return _last[0]


def refresh_facts(
    unit_ids: Sequence[UUID] | None, day: date | None = None, *, registers: Collection[str] | None = None
) -> set[UUID]:
    """Bring the stored facts of these units and their subjects (None: of all) to ``day`` (default today).

    Takes over stages, places and posts first. ``registers`` says that nothing changed but records of these:
    then there is nothing to do unless a fact is counted from one of them. Gives the units something changed
    for. Set-based: no statement per unit.
    """
    day = day or clock.today()
    if registers is not None and not _counted(registers):
        return set()
    with transaction.atomic():
        if registers is None:
            mirror_subjects(unit_ids, day)
        statements = _statements()
        values = _values(unit_ids, day, None)
        changed = _refresh_units(statements, values, day)
        for kind, statement in statements.subjects.items():
            more = {**values, "kind": kind, "kinds": json.dumps(statement.kinds)}
            changed |= {row[0] for row in _rows(_KEEP_SUBJECTS.format(statement.sql), more)}
    return changed


def _refresh_units(statements: _Statements, values: Mapping[str, Any], day: date) -> set[UUID]:
    """What is known today, and what was known before where that is another past now."""
    doubts = settle_doubts(values["units"])
    more = {**values, "kinds": json.dumps(statements.units.kinds), "always": ALWAYS}
    before: dict[UUID, Before] = {}
    fresh: set[UUID] = set()
    for unit, facts, org, since, seen_on in _rows(_KEEP_UNITS.format(statements.units.sql), more):
        if facts is None:
            fresh.add(unit)
        else:
            before[unit] = Before(json.loads(facts), json.loads(org), since, seen_on)
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, values)
    known = {unit: since for unit, since in doubts.items() if unit not in fresh}
    past = Rewriter(day, statements.past, statements.turning).run(before, known)
    return fresh | set(before) | past


def _counted(registers: Collection[str]) -> bool:
    """Whether some fact is counted from one of these registers."""
    return not counted_registers(policy.fact_defs()).isdisjoint(registers)


def _values(unit_ids: Sequence[UUID] | None, day: date, known_at: datetime | None) -> dict[str, Any]:
    return {
        "units": None if unit_ids is None else list(unit_ids),
        "day": day,
        "upto": clock.end_of(day),
        "known": known_at,
        "now": clock.now(),
    }


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def facts_on(
    unit_ids: Sequence[UUID], day: date, *, known_at: datetime | None = None
) -> dict[UUID, dict[str, object]]:
    """The facts of units on any day, straight from their sources; days as ISO text, unknown ones absent.

    ``known_at`` asks with what had been declared up to that moment, before later corrections.
    """
    return _read(_statements().units, _values(unit_ids, day, known_at))


def subject_facts_on(kind: str, unit_ids: Sequence[UUID], day: date) -> dict[UUID, dict[str, object]]:
    """The facts of the subjects of one kind, by subject; those of their unit as last refreshed."""
    statement = _statements().subjects.get(kind)
    return _read(statement, {**_values(unit_ids, day, None), "kind": kind}) if statement else {}


def _read(statement: Statement, values: dict[str, Any]) -> dict[UUID, dict[str, object]]:
    rows = _rows(statement.sql, {**values, "kinds": json.dumps(statement.kinds)})
    return {key: json.loads(facts) for key, facts, _org in rows}
