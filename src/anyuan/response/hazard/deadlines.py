"""Deadlines: a pure function of grade, the region's settings, the working-day calendar and the pauses.

No database, no clock. Every instant is the half-open end of a Shanghai day. A changed input gives another
answer and :meth:`Deadline.explain` says how it came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import MissingCalendar

from .states import Grade


class Calendar(Protocol):
    """What the deadline asks of a calendar; ``org`` keeps it. Both raise ``MissingCalendar``."""

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` counts."""

    def add_working_days(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start``."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A region's settings in force. Days are working days unless the name of the setting says otherwise."""

    general_days: int = 15
    major_days: int = 30
    judge_days: int = 3
    warn_days: int = 3
    county_days: int = 3
    late_record_days: int = 3
    interim_days: int = 30

    def tightened(self, **values: int | None) -> Terms:
        """These terms with a node's own values, each only as far as it tightens."""
        return Terms(
            **{f.name: tighter(f.name, getattr(self, f.name), values.get(f.name)) for f in fields(self)}
        )


MORE_IS_TIGHTER = frozenset({"warn_days"})
"""A reminder more days ahead is stricter; of every other setting the smaller number is."""


def tighter(name: str, above: int, own: int | None) -> int:
    """The stricter of what lies above and a node's own value (None: it sets nothing)."""
    if own is None:
        return above
    return max(above, own) if name in MORE_IS_TIGHTER else min(above, own)


Pauses = Sequence[tuple[date, date]]
"""(first day, day after the last) pairs."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day by whose end something must be done, and how it was counted.

    ``provisional``: a year's official list was missing, so its weekends alone were left out. It is said,
    and the deadline is counted again once the list is entered; a hazard is never refused for it.
    """

    start: date
    days: int
    day: date
    paused: int = 0
    provisional: bool = False

    @property
    def due_at(self) -> datetime:
        return clock.end_of(self.day)

    def explain(self) -> str:
        """One sentence a person can check with a calendar in hand."""
        text = ngettext(
            "%(days)d working day counted from the day after %(start)s: due by the end of %(day)s.",
            "%(days)d working days counted from the day after %(start)s: due by the end of %(day)s.",
            self.days,
        ) % {"days": self.days, "start": self.start.isoformat(), "day": self.day.isoformat()}
        if self.paused:
            text += " " + ngettext(
                "%(count)d paused working day is left out.",
                "%(count)d paused working days are left out.",
                self.paused,
            ) % {"count": self.paused}
        if self.provisional:
            text += " " + _("Provisional: the holiday list of that year is not entered yet.")
        return text


def days_for(grade: str, terms: Terms, own_days: int | None = None) -> int:
    """Working days of a grade; a hazard not yet graded is on the general clock.

    ``own_days``: what the unmet requirement behind it gives, in place of the general clock.
    """
    if grade == Grade.MAJOR:
        return terms.major_days
    return terms.general_days if own_days is None else own_days


def count(start: date, days: int, calendar: Calendar, pauses: Pauses = ()) -> Deadline:
    """The ``days``-th working day after ``start`` that lies in no pause. 0 days is ``start`` itself."""
    if not pauses and days > 0:
        try:
            return Deadline(start, days, calendar.add_working_days(start, days))
        except MissingCalendar:
            pass  # counted day by day below, and marked
    day, left, paused, guessed = start, days, 0, False
    while left > 0:
        day += timedelta(days=1)
        works, known = _works(calendar, day)
        guessed |= not known
        if works and any(first <= day < after for first, after in pauses):
            paused += 1
        elif works:
            left -= 1
    return Deadline(start, days, day, paused, guessed)


def _works(calendar: Calendar, day: date) -> tuple[bool, bool]:
    """(whether ``day`` counts, whether the calendar knows)."""
    try:
        return calendar.is_working_day(day), True
    except MissingCalendar:
        return day.weekday() < 5, False


def due(
    grade: str,
    start: date,
    terms: Terms,
    calendar: Calendar,
    pauses: Pauses = (),
    own_days: int | None = None,
) -> Deadline:
    """When a hazard of ``grade`` whose clock started on ``start`` must be handed in."""
    return count(start, days_for(grade, terms, own_days), calendar, pauses)


def judge_due(suspected: date, terms: Terms, calendar: Calendar) -> Deadline:
    """When the county must have judged a hazard marked on ``suspected``."""
    return count(suspected, terms.judge_days, calendar)


def working_day_before(day: date, days: int, calendar: Calendar) -> date:
    """The ``days``-th working day before ``day``."""
    while days > 0:
        day -= timedelta(days=1)
        days -= _works(calendar, day)[0]
    return day


def parse_pauses(stored: Iterable[Sequence[str]]) -> list[tuple[date, date]]:
    """The pauses as a hazard stores them."""
    return [(date.fromisoformat(first), date.fromisoformat(after)) for first, after in stored]


def pushed(due_day: date, pause: tuple[date, date], calendar: Calendar, pauses: Pauses = ()) -> Deadline:
    """The deadline after one more pause: later by the working days it takes out, and not inside it."""
    first, after = pause
    lost, day = 0, first
    while day < min(after, due_day + timedelta(days=1)):
        already = any(a <= day < b for a, b in pauses)
        lost += _works(calendar, day)[0] and not already
        day += timedelta(days=1)
    return count(due_day, lost, calendar, [*pauses, pause])
