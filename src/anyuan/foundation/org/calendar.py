"""Working days and terms: the official list, a bureau's own list, and what a county or school overrides.

The nearest level wins: school, managing school, county, city, province, nation, then the official list of
the ``chinesecalendar`` package. A year nobody entered a list for raises :class:`MissingCalendar`: it is
said, never guessed. Days are Shanghai calendar days.

A :class:`Calendar` is a value: loaded once with one query (``calendars_for`` loads many units with the
same one), then pure. Hold on to it in loops; make a new one per request or job.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from chinese_calendar import constants
from django.db.models import DateField, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Refused

from .models import CalendarDay, CalendarList, Term, Unit

_LIST_SIZE = 5
"""An official year names more holidays than this; a stray 1 January of the next year is no list."""


class MissingCalendar(Refused):
    """Nobody entered the working days of ``year`` (None: nobody entered a term)."""

    code = "missing-calendar"

    def __init__(self, message: str, year: int | None = None) -> None:
        super().__init__(message)
        self.year = year


@dataclass(frozen=True, slots=True)
class TermSpan:
    """A term from its first day to the first day after it."""

    name: str
    starts: date
    ends: date

    def __contains__(self, day: date) -> bool:
        return self.starts <= day < self.ends


@dataclass(frozen=True, slots=True)
class Level:
    """What one node of the tree (or the nation) says: single days, whole years, terms."""

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    terms: Sequence[TermSpan] = ()


class DayKind(StrEnum):
    """What a day is by the lists, terms left aside. ``REST`` is a plain weekend, ``HOLIDAY`` any day off a
    list names (the weekend days of a holiday too), ``UNKNOWN`` a day of a year without a list."""

    WORK = "work"
    REST = "rest"
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"


@lru_cache(maxsize=1)
def official_years() -> frozenset[int]:
    """The years the package has the official list of."""
    counted = Counter(day.year for day in constants.holidays)
    return frozenset(year for year, count in counted.items() if count >= _LIST_SIZE)


def _plain_working(day: date) -> bool:
    """By the official list, or by its weekday in a year without one."""
    if day in constants.workdays:
        return True
    return day.weekday() < 5 and day not in constants.holidays


def _year_days(year: int, working: Mapping[date, bool]) -> tuple[date, ...]:
    first = date(year, 1, 1)
    count = (date(year + 1, 1, 1) - first).days
    days = (first + timedelta(days=i) for i in range(count))
    return tuple(d for d in days if working.get(d, _plain_working(d)))


@lru_cache(maxsize=64)
def _official_year(year: int) -> tuple[date, ...]:
    return _year_days(year, {})


@lru_cache(maxsize=64)
def _official_kinds(year: int) -> tuple[DayKind, ...]:
    first = date(year, 1, 1).toordinal()
    days = (date.fromordinal(n) for n in range(first, date(year, 12, 31).toordinal() + 1))
    off = {False: DayKind.REST, True: DayKind.HOLIDAY}
    return tuple(DayKind.WORK if _plain_working(d) else off[d in constants.holidays] for d in days)


class Calendar:
    """The calendar of one unit; ``levels`` run from the unit itself up to the nation."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self._levels = levels
        self._listed = official_years().union(*(level.years for level in levels))
        self._years: dict[int, tuple[date, ...]] = {}
        self._terms = _effective_terms(levels)
        self._kinds: dict[int, tuple[DayKind, ...]] = {}

    @property
    def terms(self) -> Sequence[TermSpan]:
        """The terms that count here, by their first day; they do not overlap."""
        return self._terms

    def kinds(self, year: int) -> Sequence[DayKind]:
        """What each day of ``year`` is, from 1 January on; unknown days are told, nothing is raised.

        A make-up weekend that a nearer level takes back is a plain weekend again, no holiday.
        """
        if year not in self._kinds:
            first = date(year, 1, 1)
            count = (date(year, 12, 31) - first).days + 1
            days = list(_official_kinds(year)) if self.knows(year) else [DayKind.UNKNOWN] * count
            said = [
                (d, w) for level in reversed(self._levels) for d, w in level.days.items() if d.year == year
            ]
            for day, working in said:
                at = (day - first).days
                freed = day.weekday() >= 5 and days[at] is DayKind.WORK
                days[at] = DayKind.WORK if working else (DayKind.REST if freed else DayKind.HOLIDAY)
            self._kinds[year] = tuple(days)
        return self._kinds[year]

    def is_working_day(self, day: date) -> bool:
        """Whether offices and schools work on ``day``. Raises :class:`MissingCalendar`.

        A single day that a level names is known even when its year's list is not.
        """
        for level in self._levels:
            if day in level.days:
                return level.days[day]
        self._require(day.year)
        return _plain_working(day)

    def is_school_day(self, day: date) -> bool:
        """Whether ``day`` is a working day in term. Raises :class:`MissingCalendar` without any term."""
        if not self._terms:
            raise MissingCalendar(
                _(
                    "No school term is entered for this unit or above it. "
                    "Enter the terms under Units › Calendar."
                )
            )
        return self.term_of(day) is not None and self.is_working_day(day)

    def term_of(self, day: date) -> TermSpan | None:
        """The term ``day`` lies in; None in the holidays."""
        return next((term for term in self._terms if day in term), None)

    def add_working_days(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start`` (before it when negative).

        ``start`` itself is not counted: one working day after a Friday is the next Monday. With 0 it is
        ``start`` itself or the next working day. Raises :class:`MissingCalendar`.
        """
        if count == 0:
            return start if self.is_working_day(start) else self.add_working_days(start, 1)
        return self._after(start, count) if count > 0 else self._before(start, -count)

    def _after(self, start: date, count: int) -> date:
        days = self._working_days(start.year)
        at = bisect_right(days, start) + count - 1
        year = start.year
        while at >= len(days):
            at -= len(days)
            year += 1
            days = self._working_days(year)
        return days[at]

    def _before(self, start: date, count: int) -> date:
        days = self._working_days(start.year)
        at = bisect_left(days, start) - count
        year = start.year
        while at < 0:
            year -= 1
            days = self._working_days(year)
            at += len(days)
        return days[at]

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier.

        The inverse of :meth:`add_working_days`. Raises :class:`MissingCalendar`.
        """
        if end < start:
            return -self.working_days_between(end - timedelta(days=1), start - timedelta(days=1))
        total = 0
        for year in range(start.year, end.year + 1):
            days = self._working_days(year)
            total += bisect_right(days, end) - bisect_right(days, start)
        return total

    def knows(self, year: int) -> bool:
        """Whether a list for ``year`` is there."""
        return year in self._listed

    def gaps(self, day: date) -> list[str]:
        """What is missing around ``day``, in sentences for a page: this year's list, the next one's from
        November on, a term."""
        years = [day.year] + ([day.year + 1] if day.month >= 11 else [])
        found = [_missing_list(year) for year in years if not self.knows(year)]
        if not any(term.ends > day for term in self._terms):
            found.append(_("No term that runs now or later is entered."))
        return found

    def _require(self, year: int) -> None:
        if year not in self._listed:
            raise MissingCalendar(_missing_list(year), year)

    def _working_days(self, year: int) -> tuple[date, ...]:
        found = self._years.get(year)
        if found is None:
            self._require(year)
            own = {d: w for level in reversed(self._levels) for d, w in level.days.items() if d.year == year}
            found = self._years[year] = _year_days(year, own) if own else _official_year(year)
        return found


def _missing_list(year: int) -> str:
    return _(
        "The list of holidays and make-up days for %(year)d is missing. Enter it under Units › Calendar."
    ) % {"year": year}


def _effective_terms(levels: Sequence[Level]) -> list[TermSpan]:
    """Every level's terms, except those that a nearer level replaces by one of its own."""
    found: list[TermSpan] = []
    for level in levels:
        near = list(found)
        found += [t for t in level.terms if not any(t.starts < n.ends and n.starts < t.ends for n in near)]
    return sorted(found, key=lambda term: term.starts)


def calendar_for(unit: Unit) -> Calendar:
    """The calendar of ``unit``; one query."""
    return calendars_for([unit])[unit.pk]


def calendars_for(units: Iterable[Unit]) -> dict[UUID, Calendar]:
    """The calendars of many units with one query; units without days of their own share one."""
    lines = {unit.pk: _line(unit.path) for unit in units}
    levels = _load_levels({path for line in lines.values() for path in line})
    shared: dict[tuple[str | None, ...], Calendar] = {}
    found: dict[UUID, Calendar] = {}
    for pk, line in lines.items():
        key = (*(path for path in line if path in levels), None)
        if key not in shared:
            shared[key] = Calendar([levels[k] for k in key])
        found[pk] = shared[key]
    return found


def national_calendar() -> Calendar:
    """The calendar of nobody in particular: the official list and the nation's."""
    return Calendar([_load_levels(set())[None]])


def _line(path: str) -> list[str]:
    """The paths from a node up to its root."""
    labels = path.strip("/").split("/")
    return ["/" + "/".join(labels[: i + 1]) + "/" for i in reversed(range(len(labels)))]


def _load_levels(paths: set[str]) -> dict[str | None, Level]:
    """What each of these nodes, and the nation (None), says; nodes that say nothing are absent."""
    days: dict[str | None, dict[date, bool]] = {None: {}}
    years: dict[str | None, set[int]] = {}
    terms: dict[str | None, list[TermSpan]] = {}
    for kind, path, first, last, number, name in _said(paths):
        if kind == "day":
            days.setdefault(path, {})[first] = bool(number)
        elif kind == "year":
            years.setdefault(path, set()).add(number)
        else:
            terms.setdefault(path, []).append(TermSpan(name, first, last))
    return {
        key: Level(days.get(key, {}), frozenset(years.get(key, ())), tuple(terms.get(key, ())))
        for key in days.keys() | years.keys() | terms.keys()
    }


def _said(paths: set[str]) -> QuerySet[Any, tuple[str, str | None, date, date, int, str]]:
    """Days, entered years and terms of these nodes and the nation as rows of one shape, terms by start."""
    below, nation = Q(unit__path__in=paths), Q(unit=None)
    no_day = Value(date.min, output_field=DateField())
    days = CalendarDay.objects.filter(below | nation).values_list(
        Value("day"), "unit__path", "day", no_day, Cast("working", IntegerField()), Value("")
    )
    years = CalendarList.objects.filter(below | nation).values_list(
        Value("year"), "unit__path", no_day, no_day, "year", Value("")
    )
    terms = Term.objects.filter(below).values_list(
        Value("term"), "unit__path", "starts", "ends", Value(0), "name"
    )
    return days.union(years, terms, all=True).order_by("day")


def is_working_day(day: date, unit: Unit) -> bool:
    """Whether ``unit`` works on ``day``. Hold a :func:`calendar_for` in loops."""
    return calendar_for(unit).is_working_day(day)


def is_school_day(day: date, unit: Unit) -> bool:
    """Whether ``day`` is a working day in term at ``unit``. Raises :class:`MissingCalendar`."""
    return calendar_for(unit).is_school_day(day)


def add_working_days(day: date, count: int, unit: Unit) -> date:
    """The ``count``-th working day of ``unit`` after ``day``. Raises :class:`MissingCalendar`."""
    return calendar_for(unit).add_working_days(day, count)


def working_days_between(start: date, end: date, unit: Unit) -> int:
    """Working days of ``unit`` after ``start`` up to ``end``. Raises :class:`MissingCalendar`."""
    return calendar_for(unit).working_days_between(start, end)


def term_of(day: date, unit: Unit) -> TermSpan | None:
    """The term of ``unit`` that ``day`` lies in; None in the holidays. One query."""
    line = _line(unit.path)
    terms: dict[str, list[TermSpan]] = {}
    rows = Term.objects.filter(unit__path__in=line).order_by("starts")
    for path, name, starts, ends in rows.values_list("unit__path", "name", "starts", "ends"):
        terms.setdefault(path, []).append(TermSpan(name, starts, ends))
    return Calendar([Level({}, frozenset(), tuple(terms.get(path, ()))) for path in line]).term_of(day)
