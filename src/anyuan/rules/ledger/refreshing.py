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

from .deriving import Statement, subject_statement, unit_statement
from .mirroring import mirror_subjects

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef, RegisterDef

_KEEP_UNITS = """
insert into ledger_unit_facts as t (unit_id, facts, refreshed_at, since, org)
select n."@id", n.facts, %(now)s, '0001-01-01', '{{}}' from ({}) n
on conflict (unit_id) do update set facts = excluded.facts, refreshed_at = excluded.refreshed_at
where t.facts is distinct from excluded.facts
returning unit_id
"""
_KEEP_SUBJECTS = """
update ledger_subject t set facts = n.facts from ({}) n
where t.id = n."@id" and t.facts is distinct from n.facts
returning t.unit_id
"""


class _Statements:
    """The statements for one catalogue of facts; made anew when a pack changed it."""

    def __init__(self, facts: Mapping[str, FactDef], registers: Mapping[str, RegisterDef]) -> None:
        self.facts = facts
        self.registers = registers
        self.units = unit_statement(facts, registers)
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
        changed = _changed(_KEEP_UNITS, statements.units, values)
        for kind, statement in statements.subjects.items():
            changed |= _changed(_KEEP_SUBJECTS, statement, {**values, "kind": kind})
    return changed


def _counted(registers: Collection[str]) -> bool:
    """Whether some fact is counted from one of these registers."""
    return any((fact.derive or {}).get("register") in registers for fact in policy.fact_defs().values())


def _values(unit_ids: Sequence[UUID] | None, day: date, known_at: datetime | None) -> dict[str, Any]:
    return {
        "units": None if unit_ids is None else list(unit_ids),
        "day": day,
        "upto": clock.end_of(day),
        "known": known_at,
        "now": clock.now(),
    }


def _changed(keep: str, statement: Statement, values: dict[str, Any]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(keep.format(statement.sql), {**values, "kinds": json.dumps(statement.kinds)})
        return {row[0] for row in cursor.fetchall()}


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
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, {**values, "kinds": json.dumps(statement.kinds)})
        return {key: json.loads(facts) for key, facts in cursor.fetchall()}
