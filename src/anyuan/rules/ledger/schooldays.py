"""Which days are school days for a unit: the calendars of the organisation, asked in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import Enum
from uuid import UUID

from anyuan.foundation.org.public import Calendar, MissingCalendar, Unit, calendars_for


class DayKind(Enum):
    """``UNKNOWN``: no list of holidays or no term was entered, and nobody guesses."""

    SCHOOL = "school"
    OFF = "off"
    UNKNOWN = "unknown"


def day_kinds(units: Sequence[Unit], first: date, last: date) -> dict[tuple[UUID, date], DayKind]:
    """The kind of every day from ``first`` to ``last`` (both included) for every unit."""
    calendars = calendars_for(units)
    days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    return {(unit.pk, day): _kind(calendars[unit.pk], day) for unit in units for day in days}


def _kind(calendar: Calendar, day: date) -> DayKind:
    try:
        return DayKind.SCHOOL if calendar.is_school_day(day) else DayKind.OFF
    except MissingCalendar:
        return DayKind.UNKNOWN
