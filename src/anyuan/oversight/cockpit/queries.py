"""Counting hazards live, under the same scope as the hazard list: a figure and its rows cannot differ.

Every total is the sum of the lines below it because both come out of one statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Unit, UnitKind, children, schools_below
from anyuan.response.hazard import public as hz

from . import permits
from .figures import Tally
from .periods import Period

MAP_LIMIT = 400
"""Schools drawn on one map; where more lie below, those with a major or late hazard."""


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
    """A school on the map with what is open there now."""

    unit: Unit
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
    all_spots: bool
    """Whether every school below is on the map."""


@dataclass(slots=True)
class _Counted:
    """Tallies by tree path, by domain and by number of the week, as the database gives them."""

    paths: dict[str, Tally] = field(default_factory=dict)
    domains: dict[str, Tally] = field(default_factory=dict)
    weeks: dict[date, Tally] = field(default_factory=dict)

    def at(self, path: str | None, week: datetime | None) -> Tally:
        """The tally of a row that is grouped either by path or by week."""
        if path is not None:
            return self.paths.setdefault(path, Tally())
        assert week is not None
        return self.weeks.setdefault(clock.day_of(week), Tally())


_OPEN = """
select path, domain, count(*), count(*) filter (where late), count(*) filter (where grade = 'major' or suspected),
       count(*) filter (where suspected)
from ({rows}) h (path, domain, late, grade, suspected)
group by grouping sets ((path), (domain))
"""
_FOUND = """
select path, date_bin('7 days', found_at, %s) as week,
       count(*) filter (where found_at >= %s),
       count(*) filter (where found_at >= %s and before is not null),
       count(*) filter (where found_at >= %s and on_the_spot), count(*)
from ({rows}) h (path, found_at, before, on_the_spot)
group by grouping sets ((path), (2))
"""
_CLOSED = """
select path, date_bin('7 days', closed_at, %s) as week,
       count(*) filter (where closed_at >= %s),
       count(*) filter (where closed_at >= %s and in_time),
       sum(date_part('epoch', closed_at - found_at)) filter (where closed_at >= %s), count(*)
from ({rows}) h (path, closed_at, found_at, in_time)
group by grouping sets ((path), (2))
"""


def tops(actor: Actor) -> list[Unit]:
    """The highest units whose figures the actor may see."""
    paths = {g.path for g in actor.grants_for(permits.VIEW)}
    highest = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
    return list(Unit.objects.visible_to(actor, permits.VIEW).filter(path__in=highest).order_by("path"))


def board(actor: Actor, unit: Unit, period: Period) -> Board:
    """The figures of ``unit`` over ``period``. Raises ``NotPermitted`` where the actor may not see them."""
    actor.require(permits.VIEW, unit.path)
    counted = _count(actor, unit, period)
    total = Tally()
    for tally in counted.paths.values():
        total.add(tally)
    lines = _lines(actor, unit, counted.paths)
    spots, complete = _spots(actor, unit, counted.paths)
    return Board(
        unit=unit,
        period=period,
        at=clock.now(),
        total=total,
        lines=lines,
        weeks=_weeks(period, counted.weeks),
        domains=_domains(counted.domains),
        spots=spots,
        all_spots=complete,
    )


def _count(actor: Actor, unit: Unit, period: Period) -> _Counted:
    counted = _Counted()
    visible = hz.hazards(actor, hz.Filters(tab="all", unit=unit)).order_by()
    _count_open(visible, counted)
    _count_found(visible, period, counted)
    _count_closed(visible, period, counted)
    return counted


def _count_open(visible: QuerySet[hz.Hazard], counted: _Counted) -> None:
    late = ExpressionWrapper(hz.Hazard.late(), output_field=BooleanField())
    suspected = ExpressionWrapper(Q(judge_due_at__isnull=False), output_field=BooleanField())
    rows = visible.filter(hz.Hazard.open()).values_list("unit__path", "domain", late, "grade", suspected)
    for path, domain, *numbers in _ask(_OPEN, rows, []):
        if path is None:
            tally = counted.domains.setdefault(domain, Tally())
        else:
            tally = counted.paths.setdefault(path, Tally())
        tally.open, tally.late, tally.major, tally.suspected = numbers


def _count_found(visible: QuerySet[hz.Hazard], period: Period, counted: _Counted) -> None:
    first, starts = clock.start_of(period.weeks[0]), clock.start_of(period.starts)
    rows = visible.filter(
        ~Q(state=hz.State.DISMISSED), found_at__gte=first, found_at__lt=clock.end_of(period.last)
    ).values_list("unit__path", "found_at", "recurrence_of_id", "on_the_spot")
    for path, week, inside, recurring, on_the_spot, every in _ask(_FOUND, rows, [first, starts, starts, starts]):
        tally = counted.at(path, week)
        if path is None:
            tally.found = every
        else:
            tally.found, tally.recurring, tally.on_the_spot = inside, recurring, on_the_spot


def _count_closed(visible: QuerySet[hz.Hazard], period: Period, counted: _Counted) -> None:
    first, starts = clock.start_of(period.weeks[0]), clock.start_of(period.starts)
    rows = visible.filter(
        state=hz.State.CLOSED, closed_at__gte=first, closed_at__lt=clock.end_of(period.last)
    ).values_list("unit__path", "closed_at", "found_at", "in_time")
    for path, week, inside, in_time, seconds, every in _ask(_CLOSED, rows, [first, starts, starts, starts]):
        tally = counted.at(path, week)
        if path is None:
            tally.closed = every
        else:
            tally.closed, tally.in_time, tally.seconds = inside, in_time, seconds or 0.0


def _ask(sql: str, rows: QuerySet[Any, tuple[Any, ...]], params: list[datetime]) -> list[tuple[Any, ...]]:
    """Group ``rows``, a query of the ORM, by a statement around it."""
    try:
        inner, own = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(rows=inner), [*params, *own])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _lines(actor: Actor, unit: Unit, paths: Mapping[str, Tally]) -> list[Line]:
    """The units directly below, exceptions first; what hangs on ``unit`` itself makes a line of its own.

    A closed unit is left out once nothing is counted there any more; departments own no hazards and show
    only when something is counted.
    """
    below = {child.path: Line(child) for child in children(actor, unit, closed=True)}
    own = Line(unit, alone=True)
    for path, tally in paths.items():
        rest = path[len(unit.path) :]
        line = below.get(unit.path + rest.partition("/")[0] + "/") if rest else None
        (line or own).tally.add(tally)
    lines = [
        line
        for line in below.values()
        if not line.tally.empty or (line.unit.is_open() and line.unit.kind != UnitKind.DEPARTMENT)
    ]
    if lines and not own.tally.empty:
        lines.append(own)
    return sorted(lines, key=lambda line: (line.tally.urgency, line.unit.code, line.unit.name))


def _weeks(period: Period, counted: Mapping[date, Tally]) -> list[Week]:
    weeks = []
    for starts in period.weeks:
        tally = counted.get(starts, Tally())
        last = min(starts + timedelta(days=6), period.last)
        weeks.append(Week(starts, last, tally.found, tally.closed))
    return weeks


def _domains(counted: Mapping[str, Tally]) -> list[DomainLine]:
    lines = [DomainLine(domain, t.open, t.late) for domain, t in counted.items()]
    return sorted(lines, key=lambda line: (-line.open, line.domain))


def _spots(actor: Actor, unit: Unit, paths: Mapping[str, Tally]) -> tuple[list[Spot], bool]:
    """The schools below to draw, exceptions first, and whether they are all."""
    if unit.kind == UnitKind.SCHOOL:
        return [], True
    located = schools_below(actor, unit).filter(longitude__isnull=False, latitude__isnull=False)
    located = located.only("path", "name", "short_name", "longitude", "latitude", "kind", "closed_on")
    rows = list(located.order_by("path")[: MAP_LIMIT + 1])
    complete = len(rows) <= MAP_LIMIT
    if not complete:
        grave = [p for p, t in paths.items() if t.major or t.late]
        grave.sort(key=lambda p: paths[p].urgency)
        rows = list(located.filter(path__in=grave[:MAP_LIMIT]))
    spots = [Spot(row, paths.get(row.path, Tally())) for row in rows]
    return sorted(spots, key=lambda spot: (spot.tally.urgency, spot.unit.path)), complete
