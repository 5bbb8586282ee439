"""Periods of any cadence, and whether a cadence makes sense at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from anyuan.foundation.org.public import Calendar

from .days import SchoolDays, school_days
from .events import after_openings, before_holidays, hours_each, school_days_each, semesters
from .model import WEEKDAYS, Cadence, Period, Window
from .tiles import TILES, tiled

_AHEAD = timedelta(days=400)
_LONGEST = 100


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


def never_occurs(cadence: Cadence) -> str | None:
    """Why no day ever falls under this cadence; None when it is sound."""
    checks = {"nth-weekday": _wrong_weekday, "hours": _wrong_hours}
    check = checks.get(cadence.every)
    wrong = check(cadence) if check else None
    if cadence.every in ("before-holiday", "after-opening") and not 1 <= cadence.days <= _LONGEST:
        wrong = _("“days” is the length of the window: 1 to %(most)d days.") % {"most": _LONGEST}
    if cadence.on is not None and cadence.every not in ("week", "month"):
        wrong = _("“on: last-school-day” belongs to week or month.")
    return wrong


def _wrong_weekday(cadence: Cadence) -> str | None:
    if cadence.weekday not in WEEKDAYS:
        return _("“nth-weekday” needs a weekday: %(days)s.") % {"days": ", ".join(WEEKDAYS)}
    if cadence.nth not in (1, 2, 3, 4, -1):
        return _("“nth” is 1 to 4, or -1 for the last: no month is sure to have another one.")
    if cadence.window == "week":
        return _("The window of “nth-weekday” is day or month.")
    return None


def _wrong_hours(cadence: Cadence) -> str | None:
    if not 1 <= cadence.hours <= 24:
        return _("“hours” is 1 to 24; for longer intervals use days or weeks.")
    return None
