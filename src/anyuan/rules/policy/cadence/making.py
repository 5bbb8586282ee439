"""Periods of any cadence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from anyuan.foundation.org.public import Calendar

from .days import SchoolDays, school_days
from .events import after_openings, before_holidays, hours_each, school_days_each, semesters
from .model import Cadence, Period, Window
from .sense import never_occurs
from .tiles import TILES, tiled

_AHEAD = timedelta(days=400)


def periods(
    calendar: Calendar, cadence: Cadence, first: date, last: date, within: Window | None = None
) -> list[Period]:
    """Every period that overlaps the days from ``first`` to ``last`` (both included), by its beginning.

    ``within`` limits ``hours`` to a window of the day; other cadences leave it to the records. Raises
    ``ValueError`` for a cadence that never occurs.
    """
    wrong = never_occurs(cadence)
    if wrong:
        raise ValueError(wrong)
    made = _made(school_days(calendar), cadence, first, last, within)
    found = [p for p in made if p.starts <= last and p.ends > first]
    return sorted(found, key=lambda p: (p.opens_at, p.due_at))


def _made(
    days: SchoolDays, cadence: Cadence, first: date, last: date, within: Window | None
) -> Iterator[Period]:
    if cadence.every in TILES:
        return tiled(days, cadence, first, last)
    if cadence.every == "hours":
        return hours_each(days, cadence, first, last, within)
    made = {
        "school-day": school_days_each,
        "semester": semesters,
        "before-holiday": before_holidays,
        "after-opening": after_openings,
    }[cadence.every]
    return made(days, cadence, first, last)


def next_period(
    calendar: Calendar, cadence: Cadence, day: date, within: Window | None = None
) -> Period | None:
    """The first period that begins after ``day`` and is not excused (it may be unknown); None within
    400 days."""
    found = periods(calendar, cadence, day + timedelta(days=1), day + _AHEAD, within)
    return next((p for p in found if p.starts > day and not p.excused), None)
