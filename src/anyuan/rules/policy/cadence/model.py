"""The values: how often something is due, the periods that come of it, and time windows of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from anyuan.foundation.kernel.public import clock

Every = Literal[
    "school-day", "week", "month", "school-month", "quarter", "semester", "academic-year", "year",
    "before-holiday", "after-opening", "nth-weekday", "hours",
]  # fmt: skip
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Rule = Literal["first-weekday", "first-week"]
Shift = Literal["next-school-day", "previous-school-day", "none"]
Within = Literal["day", "week", "month"]
Holidays = Literal["all", "vacations"]
Vacation = Literal["skip", "keep"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often something is due. Which option belongs to which ``every`` stands in the package's docstring;
    :func:`never_occurs` tells of options that make no sense."""

    every: Every
    nth: int = 1
    """``nth-weekday``: 1 to 4."""
    weekday: Weekday | None = None
    rule: Rule = "first-weekday"
    shift: Shift = "next-school-day"
    window: Within = "day"
    """``nth-weekday``, or with ``on``: done on the day itself, or on any day of its month (or, for ``on``, of
    its week or month up to that day)."""
    holidays: Holidays = "all"
    days: int = 1
    """Calendar days of the window before a holiday or after an opening."""
    hours: int = 0
    vacation: Vacation = "skip"
    on: Literal["last-school-day"] | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of Shanghai days in which something is due once (or as often as the duty says)."""

    key: str
    """Unique among the periods of one cadence and calendar."""
    starts: date
    ends: date
    """The first day after it."""
    opens_at: datetime
    """The first instant; the beginning of ``starts`` except with ``hours``."""
    due_at: datetime
    """Late from this instant on; the end of the last day except with ``hours`` and ``school-month``. What is
    done after it but before ``ends`` still counts as in time."""
    excused: bool = False
    """The calendar excuses it: nothing is due."""
    why: str = ""
    """Why it is excused (``vacation``, ``holiday``, ``no-school-day``) or, when not ``known``, what is
    missing: ``list:2028`` (holidays and make-up days), ``term:2027-28/1``. See ``why_text``."""
    known: bool = True
    """False: the calendar has a gap here, so whether and when something is due cannot be told."""
    day: date | None = None
    """The appointed day, where the cadence names one (the fire day, the last school day)."""

    def __contains__(self, day: date) -> bool:
        return self.starts <= day < self.ends


@lru_cache(maxsize=4096)
def start_of(day: date) -> datetime:
    """The first instant of a Shanghai day."""
    return clock.start_of(day)


def period(key: str, starts: date, ends: date, day: date | None = None) -> Period:
    """One that is due by the end of its last day."""
    return Period(key, starts, ends, start_of(starts), start_of(ends), day=day)


def excused(key: str, starts: date, ends: date, why: str) -> Period:
    return Period(key, starts, ends, start_of(starts), start_of(ends), excused=True, why=why)


def unknown(key: str, starts: date, ends: date, why: str) -> Period:
    return Period(key, starts, ends, start_of(starts), start_of(ends), known=False, why=why)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a Shanghai day from ``start`` up to and without ``end``; crosses midnight when ``end`` is not
    later (19:00–06:00). With both equal it lasts the whole day."""

    start: time
    end: time

    @property
    def crosses(self) -> bool:
        """Whether it ends on the next day (midnight itself counts as the end of its own day)."""
        return self.end <= self.start and self.end != time.min

    @property
    def length(self) -> timedelta:
        start, end = (
            timedelta(hours=t.hour, minutes=t.minute, seconds=t.second) for t in (self.start, self.end)
        )
        return end - start if end > start else end - start + DAY


def in_window(window: Window, at: datetime) -> bool:
    """Whether the aware instant ``at`` lies in the window of some day."""
    moment = at.astimezone(clock.SHANGHAI).time()
    if window.start < window.end:
        return window.start <= moment < window.end
    return moment >= window.start or moment < window.end


def day_in(window: Window | None, at: datetime) -> date:
    """The day something done at ``at`` counts for: of a night, the day it began.

    A drill at 01:30 on 1 January in a window 19:00–06:00 belongs to the night of 31 December. Outside the
    window, or in one that does not cross midnight, it is the Shanghai day.
    """
    local = at.astimezone(clock.SHANGHAI)
    if window is not None and window.crosses and local.time() < window.end:
        return local.date() - DAY
    return local.date()
