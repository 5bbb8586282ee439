"""Counting hazards live, under the same scope as the hazard list: a figure and its rows cannot differ.

Every total is the sum of the lines below it because both come out of one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import add
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Unit, UnitKind, children, schools_below
from anyuan.response.hazard import public as hz

from . import permits
from .figures import Tally
from .periods import Period

WIDE = (UnitKind.PROVINCE, UnitKind.CITY)
"""Where the map draws only the schools with a major or late hazard: the gravest of them."""
MAP_LIMIT = 200


@dataclass(slots=True)
class Line:
    """A unit and what is counted at or below it. ``alone``: without what lies below it."""

    unit: Unit
    tally: Tally = field(default_factory=Tally)
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """Hazards found and closed from a Monday on, up to Sunday or today."""

    starts: date
    last: date
    found: int
    closed: int


@dataclass(frozen=True, slots=True)
class DomainLine:
    """Open and late hazards of one domain of work."""

    domain: str
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A school on the map with what is open there now. Degrees."""

    unit_id: UUID
    name: str
    longitude: float
    latitude: float
    tally: Tally


@dataclass(frozen=True, slots=True)
class Board:
    """All figures of a unit at one moment. ``lines`` add up to ``total``."""

    unit: Unit
    period: Period
    at: datetime
    total: Tally
    lines: list[Line]
    weeks: list[Week]
    domains: list[DomainLine]
    spots: list[Spot]


Numbers = list[float]
"""What a :class:`Tally` holds, in its order, while it is still being added up."""


@dataclass(slots=True)
class _Counted:
    """What the database counted, by tree path, by domain and by week."""

    paths: dict[str, Numbers] = field(default_factory=dict)
    domains: dict[str, Numbers] = field(default_factory=dict)
    weeks: dict[date, tuple[int, int]] = field(default_factory=dict)
    """Found and closed in the whole week, by its Monday."""

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]]) -> _Counted:
        """Sort the rows of ``_COUNT`` by what they are grouped by: path, domain or week."""
        counted = cls()
        for path, domain, week, *numbers, found, closed in rows:
            if path is not None:
                counted.paths[path] = numbers
            elif domain is not None:
                counted.domains[domain] = numbers
            else:
                counted.weeks[clock.day_of(week)] = (found, closed)
        return counted


def _add(sums: dict[str, Numbers], key: str, numbers: Numbers) -> None:
    known = sums.get(key)
    sums[key] = numbers if known is None else list(map(add, known, numbers))


_COUNT = """
with found (unit, at, before, on_the_spot) as not materialized ({found}),
     closed (unit, at, found_at, in_time) as not materialized ({closed})
select path, domain, week, a, b, c, d, e, f, g, h, i, j, k
from (
    select unit, domain, week, sum(a)::int8, sum(b)::int8, sum(c)::int8, sum(d)::int8, sum(e)::int8,
           sum(f)::int8, sum(g)::int8, sum(h)::int8, sum(i), sum(j)::int8, sum(k)::int8
    from (
        select unit, domain, null::timestamptz, count(*), count(*) filter (where late),
               count(*) filter (where grade = 'major' or suspected), 0, 0, 0, 0, 0, 0::float8, 0, 0
        from ({open}) o (unit, domain, late, grade, suspected)
        group by grouping sets ((unit), (domain))
        union all
        select unit, null, null, 0, 0, 0, count(*), count(before), count(*) filter (where on_the_spot),
               0, 0, 0, 0, 0
        from found where at >= %s
        group by unit
        union all
        select unit, null, null, 0, 0, 0, 0, 0, 0, count(*), count(*) filter (where in_time),
               sum(date_part('epoch', at - found_at)), 0, 0
        from closed where at >= %s
        group by unit
        union all
        select null, null, week, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0
        from (select date_bin('7 days', at, %s) from found offset 0) w (week)
        group by week
        union all
        select null, null, week, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*)
        from (select date_bin('7 days', at, %s) from closed offset 0) w (week)
        group by week
    ) n (unit, domain, week, a, b, c, d, e, f, g, h, i, j, k)
    group by unit, domain, week
) s (unit, domain, week, a, b, c, d, e, f, g, h, i, j, k)
left join org_unit on org_unit.id = unit
"""
# "offset 0" keeps the planner from looking through the week: it would expect as many weeks as rows and sort.


def tops(actor: Actor) -> list[Unit]:
    """The highest units whose figures the actor may see."""
    paths = {g.path for g in actor.grants_for(permits.VIEW)}
    highest = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
    return list(Unit.objects.visible_to(actor, permits.VIEW).filter(path__in=highest).order_by("path"))


def board(actor: Actor, unit: Unit, period: Period) -> Board:
    """The figures of ``unit`` over ``period``. Raises ``NotPermitted`` where the actor may not see them."""
    actor.require(permits.VIEW, unit.path)
    counted = _count(actor, unit, period)
    sums = _sums(unit, counted.paths)
    total: dict[str, Numbers] = {}
    for numbers in sums.values():
        _add(total, unit.path, numbers)
    return Board(
        unit=unit,
        period=period,
        at=clock.now(),
        total=Tally.of(total.get(unit.path, ())),
        lines=_lines(actor, unit, sums),
        weeks=_weeks(period, counted.weeks),
        domains=_domains(counted.domains),
        spots=_spots(actor, unit, counted.paths),
    )


def _count(actor: Actor, unit: Unit, period: Period) -> _Counted:
    """Everything that is counted, in one statement, so that all figures are of one moment."""
    visible = hz.hazards(actor, hz.Filters(tab="all", unit=unit)).order_by()
    first, starts, end = (
        clock.start_of(period.weeks[0]),
        clock.start_of(period.starts),
        clock.end_of(period.last),
    )
    late = ExpressionWrapper(hz.Hazard.late(), output_field=BooleanField())
    suspected = ExpressionWrapper(Q(judge_due_at__isnull=False), output_field=BooleanField())
    opened = visible.filter(hz.Hazard.open())
    found = visible.filter(~Q(state=hz.State.DISMISSED), found_at__gte=first, found_at__lt=end)
    closed = visible.filter(state=hz.State.CLOSED, closed_at__gte=first, closed_at__lt=end)
    try:
        asked = [
            rows.query.sql_with_params()
            for rows in (
                opened.values_list("unit_id", "domain", late, "grade", suspected),
                found.values_list("unit_id", "found_at", "recurrence_of_id", "on_the_spot"),
                closed.values_list("unit_id", "closed_at", "found_at", "in_time"),
            )
        ]
    except EmptyResultSet:
        return _Counted()
    (open_sql, open_own), (found_sql, found_own), (closed_sql, closed_own) = asked
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT.format(open=open_sql, found=found_sql, closed=closed_sql),
            [*found_own, *closed_own, *open_own, starts, starts, first, first],
        )
        return _Counted.of(cursor.fetchall())


def _sums(unit: Unit, paths: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """What is counted at or below each unit directly below ``unit``, and at ``unit`` itself."""
    sums: dict[str, Numbers] = {}
    depth = len(unit.path)
    for path, numbers in paths.items():
        _add(sums, path[: path.index("/", depth) + 1] if len(path) > depth else path, numbers)
    return sums


def _lines(actor: Actor, unit: Unit, sums: Mapping[str, Numbers]) -> list[Line]:
    """The units directly below, exceptions first; what hangs on ``unit`` itself makes a line of its own.

    A closed unit is left out once nothing is counted there any more; departments own no hazards and show
    only when something is counted.
    """
    lines = []
    for child in children(actor, unit, closed=True):
        line = Line(child, Tally.of(sums.get(child.path, ())))
        usual = child.is_open() and child.kind != UnitKind.DEPARTMENT
        if usual or not line.tally.empty:
            lines.append(line)
    if lines and unit.path in sums:
        lines.append(Line(unit, Tally.of(sums[unit.path]), alone=True))
    return sorted(lines, key=lambda line: (line.tally.urgency, line.unit.code, line.unit.name))


def _weeks(period: Period, counted: Mapping[date, tuple[int, int]]) -> list[Week]:
    weeks = []
    for starts in period.weeks:
        last = min(starts + timedelta(days=6), period.last)
        weeks.append(Week(starts, last, *counted.get(starts, (0, 0))))
    return weeks


def _domains(counted: Mapping[str, Numbers]) -> list[DomainLine]:
    lines = [DomainLine(domain, t.open, t.late) for domain, n in counted.items() for t in [Tally.of(n)]]
    return sorted(lines, key=lambda line: (-line.open, line.domain))


def _spots(actor: Actor, unit: Unit, paths: Mapping[str, Numbers]) -> list[Spot]:
    """The schools below to draw, exceptions first."""
    if unit.kind == UnitKind.SCHOOL:
        return []
    rows = schools_below(actor, unit).filter(longitude__isnull=False, latitude__isnull=False)
    if unit.kind in WIDE:
        grave = {path: t.urgency for path, n in paths.items() for t in [Tally.of(n)] if t.major or t.late}
        rows = rows.filter(path__in=sorted(grave, key=lambda path: (grave[path], path))[:MAP_LIMIT])
    columns = rows.values_list("id", "path", "short_name", "name", "longitude", "latitude")
    spots = [
        Spot(key, short or name, longitude, latitude, Tally.of(paths.get(path, ())))
        for key, path, short, name, longitude, latitude in columns
    ]
    return sorted(spots, key=lambda spot: (spot.tally.urgency, spot.name))
