"""Cadences whose periods lie side by side without a gap: week, month, quarter, year, school year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from .days import SchoolDays, year_label
from .model import DAY, WEEKDAYS, Cadence, Period, excused, period, start_of, unknown

Span = tuple[str, date, date]
"""Key, first day, first day after."""


def month_start(day: date, months: int = 0) -> date:
    """The first of the month ``months`` after the one of ``day``."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def weeks(days: SchoolDays, first: date, last: date) -> Iterator[Span]:
    starts = first - timedelta(days=first.weekday())
    while starts <= last:
        year, week, _day = starts.isocalendar()
        yield f"{year}-W{week:02d}", starts, starts + 7 * DAY
        starts += 7 * DAY


def months(days: SchoolDays, first: date, last: date) -> Iterator[Span]:
    starts = month_start(first)
    while starts <= last:
        ends = month_start(starts, 1)
        yield f"{starts:%Y-%m}", starts, ends
        starts = ends


def quarters(days: SchoolDays, first: date, last: date) -> Iterator[Span]:
    starts = month_start(first, -((first.month - 1) % 3))
    while starts <= last:
        ends = month_start(starts, 3)
        yield f"{starts.year}-Q{starts.month // 3 + 1}", starts, ends
        starts = ends


def years(days: SchoolDays, first: date, last: date) -> Iterator[Span]:
    for year in range(first.year, last.year + 1):
        yield str(year), date(year, 1, 1), date(year + 1, 1, 1)


def school_years(days: SchoolDays, first: date, last: date) -> Iterator[Span]:
    for year in range(first.year - 1, last.year + 1):
        starts, ends = days.school_year(year), days.school_year(year + 1)
        if starts <= last and ends > first:
            yield year_label(year), starts, ends


def idle(days: SchoolDays, key: str, starts: date, ends: date, text: str) -> Period:
    """A stretch without a known school day: unknown where the calendar has a gap, else excused."""
    gap = days.gap(starts, text)
    if gap:
        return unknown(key, starts, ends, gap)
    why = "vacation" if "V" in text else "holiday" if "H" in text else "no-school-day"
    return excused(key, starts, ends, why)


def settle(days: SchoolDays, cadence: Cadence, key: str, starts: date, ends: date) -> Period:
    """The period as the calendar has it."""
    if cadence.vacation == "keep":
        return period(key, starts, ends)
    text = days.text(starts, ends)
    return period(key, starts, ends) if "S" in text else idle(days, key, starts, ends, text)


def settle_last_day(days: SchoolDays, cadence: Cadence, key: str, starts: date, ends: date) -> Period:
    """The last school day of the stretch, or the stretch up to it."""
    text = days.text(starts, ends)
    at = text.rfind("S")
    rest = text[at + 1 :]
    gap = days.gap(starts + timedelta(days=at + 1), rest)
    if gap:
        return unknown(key, starts, ends, gap)
    if at < 0:
        return settle(days, cadence, key, starts, ends)
    last = starts + timedelta(days=at)
    return period(key, last if cadence.window == "day" else starts, last + DAY, last)


def settle_school_month(days: SchoolDays, cadence: Cadence, key: str, starts: date, ends: date) -> Period:
    """The whole month, due by the end of its last school day; by its own end where that day is not known."""
    text = days.text(starts, ends)
    last = text.rfind("S")
    if last < 0:
        return settle(days, cadence, key, starts, ends)
    rest = starts + timedelta(days=last + 1)
    known = not days.gap(rest, text[last + 1 :])
    return replace(period(key, starts, ends), due_at=start_of(rest if known else ends))


def settle_nth(days: SchoolDays, cadence: Cadence, key: str, starts: date, ends: date) -> Period:
    """The nth weekday of the month, moved to a school day of the same month.

    The fourth week that starts in a month may end in the next one: such a day is taken back to the month.
    """
    day = min(_nth_weekday(cadence, starts), ends - DAY)
    if cadence.vacation == "skip":
        text = days.text(starts, ends)
        at = _moved(text, (day - starts).days, cadence.shift)
        if at is None:
            alone = cadence.shift == "none"
            return idle(days, key, starts, ends, text[(day - starts).days] if alone else text)
        if text[at] != "S":
            return unknown(key, starts, ends, days.gap(starts + timedelta(days=at), text[at:]))
        day = starts + timedelta(days=at)
    return period(key, starts, ends, day) if cadence.window == "month" else period(key, day, day + DAY, day)


def _nth_weekday(cadence: Cadence, starts: date) -> date:
    want = WEEKDAYS.index(cadence.weekday or "wed")
    week = timedelta(weeks=cadence.nth - 1)
    if cadence.rule == "first-week":
        return _first(starts, 0) + week + timedelta(days=want)
    return _first(starts, want) + week


def _first(day: date, weekday: int) -> date:
    """The first such weekday from ``day`` on."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _moved(text: str, at: int, shift: str) -> int | None:
    """The place of the school day it falls on: the next (or previous) one, else the nearest the other way.
    A day nobody knows is given where it stands in the way; None: nothing to move to."""
    after = next((i for i in range(at, len(text)) if text[i] in "SLT"), None)
    before = next((i for i in range(at, -1, -1) if text[i] in "SLT"), None)
    if shift == "none":
        return at if text[at] in "SLT" else None
    first, second = (after, before) if shift == "next-school-day" else (before, after)
    return second if first is None else first


Spans = Callable[[SchoolDays, date, date], Iterator[Span]]
TILES: dict[str, Spans] = {
    "week": weeks,
    "month": months,
    "school-month": months,
    "quarter": quarters,
    "year": years,
    "academic-year": school_years,
    "nth-weekday": months,
}


def tiled(days: SchoolDays, cadence: Cadence, first: date, last: date) -> Iterator[Period]:
    """The periods of a cadence that tiles."""
    made = settle
    if cadence.on is not None:
        made = settle_last_day
    elif cadence.every == "school-month" and cadence.vacation == "skip":
        made = settle_school_month
    elif cadence.every == "nth-weekday":
        made = settle_nth
    for key, starts, ends in TILES[cadence.every](days, first, last):
        yield made(days, cadence, key, starts, ends)
