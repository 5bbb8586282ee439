"""Many schools and hazards quickly: made rows by COPY, for tests over random data and for measuring."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from tests.cast import as_action

from anyuan.foundation.kernel.public import Row, new_id
from anyuan.foundation.org.public import Domain, Unit, UnitKind, UnitType
from anyuan.response.hazard.public import OPEN, WORKING, Grade, Hazard, State

_LIFE = timedelta(days=18)
"""How long an ordinary hazard lives."""


def copy(rows: Iterator[Row] | Sequence[Row], model: type[Row]) -> None:
    """Write ``rows`` by COPY, as an action would."""
    columns = [f for f in model._meta.concrete_fields if not f.generated]
    names = ", ".join(f'"{f.column}"' for f in columns)
    sql = f"copy {model._meta.db_table} ({names}) from stdin"
    with as_action(), connection.cursor() as cursor, cursor.copy(sql) as out:
        for row in rows:
            out.write_row([f.get_db_prep_save(getattr(row, f.attname), connection) for f in columns])


def schools(county: Unit, count: int, rng: random.Random, first_label: int) -> list[Unit]:
    """``count`` schools of ``county`` at random spots; written."""
    made = [
        Unit(
            kind=UnitKind.SCHOOL,
            unit_type=UnitType.PRIMARY,
            parent=county,
            label=first_label + n,
            path=f"{county.path}{first_label + n}/",
            name=f"{county.name}第{n + 1}小学",
            longitude=113 + rng.random(),
            latitude=29 + rng.random(),
        )
        for n in range(count)
    ]
    copy(made, Unit)
    return made


def hazards(
    units: Sequence[Unit], count: int, rng: random.Random, now: datetime, *, years: float = 2.0
) -> Iterator[Hazard]:
    """``count`` hazards found over the last ``years`` at random ``units``; about one in twenty is open."""
    domains = list(Domain.values)
    ids: list[Any] = []
    for n in range(count):
        unit = rng.choice(units)
        age = timedelta(days=365 * years) * rng.random()
        row = _hazard(unit, f"MK-2026-{n:06d}", now - age, rng)
        row.domain = rng.choice(domains)
        if ids and rng.random() < 0.06:
            row.recurrence_of_id = rng.choice(ids)
        _live(row, rng, now)
        if len(ids) < 1000:
            ids.append(row.pk)
        yield row


def _hazard(unit: Unit, number: str, found: datetime, rng: random.Random) -> Hazard:
    due = found + timedelta(days=rng.choice((7, 15, 30)))
    return Hazard(
        id=new_id(),
        number=number,
        unit=unit,
        finder_unit=unit,
        owner_unit=unit,
        accept_unit=unit,
        title="应急灯不亮",
        found_at=found,
        recorded_at=found,
        moved_at=found,
        first_due_at=due,
        due_at=due,
        grade=Grade.GENERAL,
    )


def _live(row: Hazard, rng: random.Random, now: datetime) -> None:
    """Bring ``row`` to where its age and luck lead it."""
    ends = row.found_at + _LIFE * rng.random() * 2
    luck = rng.random()
    if luck < 0.02:
        row.state, row.dismiss_reason = State.DISMISSED, "重复"
        return
    if luck < 0.04:
        row.grade, row.listed_at = Grade.MAJOR, row.found_at
    if ends < now and luck > 0.025:
        row.state = State.CLOSED
        row.submitted_at = row.accepted_at = row.closed_at = ends
        row.in_time = ends < row.due_at
        row.on_the_spot = luck > 0.8
        return
    row.state = rng.choice(OPEN)
    if row.state == State.ASSESSED and luck > 0.9:
        row.judge_due_at = now + timedelta(days=1)
    if row.state not in WORKING:
        row.submitted_at = min(ends, now)
        row.accepted_at = row.submitted_at if row.state == State.ACCEPTED else None
