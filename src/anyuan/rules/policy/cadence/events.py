"""Cadences that hang on something: a school day, a term, a holiday, the opening of a term, the hour."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from anyuan.foundation.kernel.public import clock

from .days import SchoolDays
from .model import DAY, Cadence, Period, Window, period, unknown
from .tiles import idle, month_start, months, settle

_STRETCH = re.compile("S|[LT]+")
_FREE = re.compile("[^S]+")
_FAR = 12
"""No holiday's weekend days reach further than this from its first named day."""


def _gaps(days: SchoolDays, starts: date, ends: date) -> Iterator[Period]:
    """A stretch nobody can tell about, month by month. ``starts`` to ``ends`` holds an unknown day."""
    for _key, month, following in months(days, starts, ends - DAY):
        a, b = max(starts, month), min(ends, following)
        why = days.gap(a, days.text(a, ends))
        yield unknown(f"gap:{a}", a, b, why)


def school_days_each(days: SchoolDays, cadence: Cadence, first: date, last: date) -> Iterator[Period]:
    """Every school day; what nobody knows is one period a month. In ``keep`` every day of the calendar."""
    if cadence.vacation == "keep":
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            yield period(day.isoformat(), day, day + DAY, day)
        return
    starts, ends = month_start(first), month_start(last, 1)
    for found in _STRETCH.finditer(days.text(starts, ends)):
        a, b = starts + timedelta(days=found.start()), starts + timedelta(days=found.end())
        if found.group() == "S":
            yield period(a.isoformat(), a, b, a)
        else:
            yield from _gaps(days, a, b)


def hours_each(
    days: SchoolDays, cadence: Cadence, first: date, last: date, within: Window | None
) -> Iterator[Period]:
    """Every N hours from midnight, or from the beginning of ``within``, each day anew."""
    window = within or Window(time.min, time.min)
    start = timedelta(hours=window.start.hour, minutes=window.start.minute, seconds=window.start.second)
    step = timedelta(hours=cadence.hours)
    for day in school_days_each(days, cadence, first - DAY, last):
        if day.day is None:
            yield day
            continue
        opens = day.opens_at + start
        ends = opens + window.length
        while opens < ends:
            due = min(opens + step, ends)
            yield _slot(opens, due)
            opens = due


def _slot(opens: datetime, due: datetime) -> Period:
    local = opens.astimezone(clock.SHANGHAI)
    ends = clock.day_of(due - timedelta(microseconds=1)) + DAY
    return Period(f"{local:%Y-%m-%dT%H:%M}", local.date(), ends, opens, due)


def semesters(days: SchoolDays, cadence: Cadence, first: date, last: date) -> Iterator[Period]:
    """Every term, without the vacation after it; a term nobody entered is unknown."""
    for key, term in days.semesters():
        yield settle(days, cadence, key, term.starts, term.ends)
    for key, starts, ends in days.missing_halves(first, last):
        yield unknown(key, starts, ends, f"term:{key}")


def after_openings(days: SchoolDays, cadence: Cadence, first: date, last: date) -> Iterator[Period]:
    """From the first school day of each term on."""
    for term in days.terms:
        text = days.text(term.starts, term.ends)
        found = re.search("[SL]", text)
        at = term.starts + timedelta(days=found.start() if found else 0)
        ends = min(at + timedelta(days=cadence.days), term.ends)
        if found is None:
            yield idle(days, f"opening:{at}", at, ends, text)
        elif found.group() == "L":
            yield unknown(f"opening:{at}", at, ends, days.gap(term.starts, text))
        else:
            yield period(f"opening:{at}", at, ends, at)
    for key, starts, ends in days.missing_halves(first, last):
        yield unknown(f"opening:{key}", starts, ends, f"term:{key}")


def before_holidays(days: SchoolDays, cadence: Cadence, first: date, last: date) -> Iterator[Period]:
    """Up to the first day off of each holiday block.

    A block is a longest run of days without school that holds a holiday or a vacation day. Windows of two
    blocks never overlap: the later begins at the earliest when the earlier block is over.
    """
    reach = timedelta(days=cadence.days)
    far = timedelta(days=_FAR)
    starts = month_start(first) - reach - far
    text = days.text(starts, month_start(last, 1) + reach + far)
    wanted = "V" if cadence.holidays == "vacations" else "HV"
    free_until = date.min
    for run in _FREE.finditer(text):
        a, b = starts + timedelta(days=run.start()), starts + timedelta(days=run.end())
        known = re.split("[LT]", run.group(), maxsplit=1)[0]
        block = any(letter in known for letter in wanted)
        if block:
            yield period(f"holiday:{a}", max(a - reach, free_until), a, a - DAY)
        if len(known) < len(run.group()):
            unsure = a + timedelta(days=len(known)) if block else max(a - reach, free_until)
            yield from _gaps(days, max(unsure, starts), b)
            free_until = b
        elif block:
            free_until = b
