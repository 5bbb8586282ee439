"""What kind of day it is for a school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import MissingCalendar, Unit, calendar_for
from anyuan.rules.ledger import public as ledger


@dataclass(frozen=True, slots=True)
class Day:
    """A day in words."""

    day: date
    weekday: str


def today() -> Day:
    """Today."""
    day = clock.today()
    return Day(day, weekday_of(day))


@dataclass(frozen=True, slots=True)
class DayKind:
    """Whether today is a school day, in words; ``problem`` says what is missing when nobody can tell."""

    words: str
    problem: str = ""


def kind_of_today(unit: Unit, rounds: Sequence[ledger.Round]) -> DayKind:
    """Whether it is a school day at ``unit``. The rounds of today know, so the calendar is asked only
    when there is none that still stands open."""
    here = {r.state for r in rounds if r.unit.pk == unit.pk and r.day == clock.today()}
    if here & {ledger.RoundState.DUE, ledger.RoundState.LATE}:
        return DayKind(_("school day"))
    try:
        school = calendar_for(unit).is_school_day(clock.today())
    except MissingCalendar as missing:
        return DayKind(_("school day unknown"), missing.message)
    return DayKind(_("school day") if school else _("no school today"))


def weekday_of(day: date) -> str:
    names = (
        pgettext("weekday", "Monday"),
        pgettext("weekday", "Tuesday"),
        pgettext("weekday", "Wednesday"),
        pgettext("weekday", "Thursday"),
        pgettext("weekday", "Friday"),
        pgettext("weekday", "Saturday"),
        pgettext("weekday", "Sunday"),
    )
    return names[day.weekday()]
