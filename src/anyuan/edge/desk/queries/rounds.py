"""Which schools of a region did not report their round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from anyuan.foundation.kernel.public import Actor, clock, subtree
from anyuan.foundation.org.public import Calendar, MissingCalendar, Place, Unit, UnitKind, calendars_for
from anyuan.rules.ledger.public import ROUND, Route, State, records

LOOK_BACK = 10
"""Days to look back for the last school day: longer than a holiday week."""


@dataclass(frozen=True, slots=True)
class Unreported:
    """The schools without their round on ``day``; ``unknown`` lack a calendar, so nobody can tell."""

    day: date
    schools: list[Unit]
    unknown: list[Unit]
    today: bool


def unreported(actor: Actor, area: Unit) -> list[Unreported]:
    """Today and the last school day before it; as many queries for ten schools as for a thousand."""
    schools = _schools(actor, area)
    calendars = calendars_for([area, *schools])
    today = clock.today()
    before = _last_school_day(calendars[area.pk], today)
    days = [today] if before is None else [today, before]
    wanted = _routes(actor, area)
    filed = _filed(actor, area, days)
    found = []
    for day in days:
        open_ones = [u for u in schools if filed[u.pk, day.isoformat()] < wanted.get(u.pk, 1)]
        found.append(_sorted_out(open_ones, calendars, day))
    return found


def _schools(actor: Actor, area: Unit) -> list[Unit]:
    """Open schools with places on rounds."""
    places = Place.objects.visible_to(actor).filter(unit=OuterRef("pk"), on_round=True, closed_on=None)
    rows = Unit.objects.visible_to(actor).filter(
        subtree(area.path, "path"), Exists(places), kind=UnitKind.SCHOOL, closed_on=None
    )
    return list(rows.order_by("path"))


def _routes(actor: Actor, area: Unit) -> dict[UUID, int]:
    """How many rounds a day the schools have that set up their own; the others have one."""
    rows = Route.objects.visible_to(actor).filter(subtree(area.path, "unit__path"), active=True).order_by()
    return dict(rows.values_list("unit").annotate(n=Count("pk")))


def _filed(actor: Actor, area: Unit, days: Sequence[date]) -> Counter[tuple[UUID, str]]:
    """Rounds reported per school and day they were due on."""
    rows = records(actor, unit=area, register=ROUND, since=min(days)).filter(
        slot__startswith="round:", state__in=[State.VALID, State.PENDING]
    )
    return Counter((unit, slot.rpartition(":")[2]) for unit, slot in rows.values_list("unit_id", "slot"))


def _sorted_out(units: Sequence[Unit], calendars: Mapping[UUID, Calendar], day: date) -> Unreported:
    late, unknown = [], []
    for unit in units:
        try:
            if calendars[unit.pk].is_school_day(day):
                late.append(unit)
        except MissingCalendar:
            unknown.append(unit)
    return Unreported(day, late, unknown, day == clock.today())


def _last_school_day(calendar: Calendar, today: date) -> date | None:
    for back in range(1, LOOK_BACK + 1):
        day = today - timedelta(days=back)
        try:
            if calendar.is_school_day(day):
                return day
        except MissingCalendar:
            return None
    return None
