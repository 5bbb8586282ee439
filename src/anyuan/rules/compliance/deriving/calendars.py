"""Periods of duties for every calendar there is: units share the one of the nearest node that has its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from anyuan.foundation.org.public import Calendar, Unit, calendars_for, national_calendar
from anyuan.rules.policy.public import Cadence, Period, Window, periods

_SAYS = """
with said as (
    select unit_id, 'd' || day || working::int as what from org_calendar_day
    union all select unit_id, 'y' || year from org_calendar_list
    union all select unit_id, 't' || starts || ends from org_term
)
select coalesce(array_agg(distinct u.path) filter (where u.path is not null), '{}'),
       md5(coalesce(string_agg(coalesce(u.path, '') || s.what, ',' order by u.path, s.what), ''))
from said s left join org_unit u on u.id = s.unit_id
"""


class Reach(NamedTuple):
    """In days. ``late``: how long at most it can be made up after its end; ``stands``: how long at most a
    period speaks for the unit after its end; ``ahead``: how far the next ones are looked for."""

    late: int
    stands: int
    ahead: int

    @property
    def back(self) -> int:
        """How far back periods are derived: past whatever may still stand."""
        return self.stands + 1


_DAILY, _MONTHLY = Reach(7, 14, 30), Reach(31, 62, 130)
REACH: Mapping[str, Reach] = {
    "school-day": _DAILY,
    "hours": _DAILY,
    "week": Reach(14, 28, 60),
    "month": _MONTHLY,
    "school-month": _MONTHLY,
    "nth-weekday": _MONTHLY,
    "before-holiday": _MONTHLY,
    "after-opening": _MONTHLY,
    "quarter": Reach(31, 100, 200),
    "semester": Reach(31, 200, 400),
    "academic-year": Reach(31, 366, 800),
    "year": Reach(31, 366, 800),
}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A cadence as far as it makes periods; the window only counts for ``hours``."""

    cadence: Cadence
    window: Window | None

    @classmethod
    def of(cls, cadence: Cadence, window: Window | None) -> Rhythm:
        return cls(cadence, window if cadence.every == "hours" else None)

    @property
    def reach(self) -> Reach:
        return REACH[self.cadence.every]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period that has begun, with what follows from the ones after it."""

    period: Period
    late_until: datetime
    """The end of the next period that is due, at most ``Reach.late`` days after its own end."""
    stands_until: datetime
    """The end of the first one after that, at most ``Reach.stands`` days after its own end."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """Every calendar by the path of the node it begins at; ``/`` is the nation's."""

    digest: str
    by_path: Mapping[str, Calendar]

    def above(self, path: str) -> str:
        """The path of the calendar that a unit at ``path`` follows."""
        return max((p for p in self.by_path if path.startswith(p)), key=len)


_kept: list[Calendars] = []


def calendars() -> Calendars:
    """One query when nothing changed since the last call."""
    with connection.cursor() as cursor:
        cursor.execute(_SAYS)
        paths, digest = cursor.fetchone()
    if not _kept or _kept[0].digest != digest:
        nodes = {u.pk: u for u in Unit.everything.filter(path__in=paths)}
        made = calendars_for(nodes.values()) if nodes else {}
        by_path = {"/": national_calendar()} | {nodes[pk].path: made[pk] for pk in nodes}
        _kept[:] = [Calendars(digest, by_path)]
    return _kept[0]


def stretches(known: Calendars, path: str, rhythm: Rhythm, day: date, since: date | None) -> list[Stretch]:
    """The periods of a rhythm that began by ``day``, from ``since`` (default: as far back as is derived)."""
    return list(_stretches(known.digest, path, rhythm, day, first_day(rhythm, day, since)))


def first_day(rhythm: Rhythm, day: date, since: date | None) -> date:
    """Periods that were over before this day are history and are not derived again."""
    usual = day - timedelta(days=rhythm.reach.back)
    return min(since, usual) if since else usual


@lru_cache(maxsize=4096)
def _stretches(digest: str, path: str, rhythm: Rhythm, day: date, first: date) -> tuple[Stretch, ...]:
    calendar = _kept[0].by_path[path]
    ahead = day + timedelta(days=rhythm.reach.ahead)
    made = periods(calendar, rhythm.cadence, first, ahead, rhythm.window)
    due = [p.due_at for p in made if p.known and not p.excused]
    return tuple(_stretch(p, due, rhythm.reach) for p in made if p.starts <= day)


def _stretch(period: Period, due: list[datetime], reach: Reach) -> Stretch:
    """``due`` are the ends of all periods that are due, in order."""
    end = period.due_at
    late_cap, stand_cap = end + timedelta(days=reach.late), end + timedelta(days=reach.stands)
    late = min(next((d for d in due if d > end), late_cap), late_cap)
    stands = min(next((d for d in due if d > late), stand_cap), stand_cap)
    return Stretch(period, late, stands)
