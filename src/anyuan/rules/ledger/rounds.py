"""The daily round: one grouped thing per unit and route, done once a school day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.foundation.org.public import Place, Unit

from .models import Record, Route
from .schooldays import DayKind, day_kinds
from .states import STANDING

SECONDS_PER_PLACE = 20
PHOTOS_WANTED = 2
USUAL_ROUTE = "day"
USUAL_POST = "security-director"


class RoundState(TextChoices):
    """``late``: past its hour, still today. ``missed``: its day went by without it."""

    DUE = "due", pgettext_lazy("round", "Due")
    LATE = "late", pgettext_lazy("round", "Late")
    MISSED = "missed", pgettext_lazy("round", "Missed")
    DONE = "done", pgettext_lazy("round", "Done")
    EXCUSED = "excused", pgettext_lazy("round", "Not due: no school")
    NO_CALENDAR = "no-calendar", pgettext_lazy("round", "Calendar missing")
    NO_PLACES = "no-places", pgettext_lazy("round", "No places on rounds")


@dataclass(frozen=True, slots=True)
class RoundPlace:
    id: UUID
    name: str
    kind: str
    wants_photo: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one unit on one day, grouped: never a notice per place."""

    unit: Unit
    day: date
    route: str
    title: str
    post: str
    due_at: datetime
    places: tuple[RoundPlace, ...]
    state: RoundState
    record: Record | None = None

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        return max(1, -(-len(self.places) * SECONDS_PER_PLACE // 60))

    @property
    def slot(self) -> str:
        return slot_of(self.route, self.day)

    @property
    def open(self) -> bool:
        """Whether somebody must still walk it."""
        return self.state in (RoundState.DUE, RoundState.LATE, RoundState.MISSED)


def slot_of(route: str, day: date) -> str:
    return f"round:{route}:{day.isoformat()}"


def photo_places(unit_id: UUID, route: str, day: date, places: Iterable[UUID]) -> set[UUID]:
    """The places that want a photo that day: the same for everybody who asks, another pick each day."""

    def lot(place: UUID) -> str:
        return hashlib.sha256(f"{unit_id}/{route}/{day.isoformat()}/{place}".encode()).hexdigest()

    return set(sorted(places, key=lot)[:PHOTOS_WANTED])


def routes_of(units: Sequence[Unit]) -> dict[UUID, list[Route]]:
    """The routes of each unit; one without its own walks the usual one."""
    own: dict[UUID, list[Route]] = {}
    for route in Route.everything.filter(unit__in=units, active=True).order_by("until", "code"):
        own.setdefault(route.unit_id, []).append(route)
    return {u.pk: own.get(u.pk) or [usual_route(u)] for u in units}


def usual_route(unit: Unit) -> Route:
    return Route(unit=unit, code=USUAL_ROUTE, title=_("Daily round"), post=USUAL_POST, place_kinds=[])


def due_at(day: date, until: time | None) -> datetime:
    """The instant from which the round of ``day`` is late."""
    if until is None:
        return clock.end_of(day)
    return datetime.combine(day, until, tzinfo=clock.SHANGHAI)


def rounds_between(
    units: Sequence[Unit], first: date, last: date, routes: Mapping[UUID, list[Route]] | None = None
) -> list[Round]:
    """Every round of ``units`` from ``first`` to ``last`` (both included), oldest day first.

    ``routes`` names the routes of each unit (default: all of them). The number of queries does not grow
    with the number of days.
    """
    routes = routes_of(units) if routes is None else routes
    places = _places_of(units)
    kinds = day_kinds(units, first, last)
    days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    slots = {slot_of(r.code, d) for rs in routes.values() for r in rs for d in days}
    done = {
        (r.unit_id, r.slot): r
        for r in Record.everything.filter(unit__in=units, slot__in=slots, state__in=STANDING)
    }
    return [
        _round(
            unit,
            route,
            day,
            places[unit.pk],
            kinds[unit.pk, day],
            done.get((unit.pk, slot_of(route.code, day))),
        )
        for day in days
        for unit in units
        if (unit.opened_on is None or unit.opened_on <= day) and unit.is_open(day)
        for route in routes[unit.pk]
    ]


def _places_of(units: Sequence[Unit]) -> dict[UUID, list[Place]]:
    found: dict[UUID, list[Place]] = {u.pk: [] for u in units}
    rows = Place.everything.filter(unit__in=units, closed_on=None, on_round=True)
    for place in rows.order_by("order", "name", "pk"):
        found[place.unit_id].append(place)
    return found


def _round(
    unit: Unit, route: Route, day: date, places: list[Place], kind: DayKind, done: Record | None
) -> Round:
    seen = [p for p in places if not route.place_kinds or p.kind in route.place_kinds]
    picked = photo_places(unit.pk, route.code, day, (p.pk for p in seen))
    late_from = due_at(day, route.until)
    return Round(
        unit=unit,
        day=day,
        route=route.code,
        title=route.title,
        post=route.post,
        due_at=late_from,
        places=tuple(RoundPlace(p.pk, p.name, p.kind, p.pk in picked) for p in seen),
        state=_state(day, late_from, bool(seen), kind, done),
        record=done,
    )


def _state(
    day: date, late_from: datetime, has_places: bool, kind: DayKind, done: Record | None
) -> RoundState:
    if done is not None:
        return RoundState.DONE
    if kind is DayKind.OFF:
        return RoundState.EXCUSED
    if kind is DayKind.UNKNOWN:
        return RoundState.NO_CALENDAR
    if not has_places:
        return RoundState.NO_PLACES
    if day < clock.today():
        return RoundState.MISSED
    return RoundState.LATE if clock.now() >= late_from else RoundState.DUE


def the_round(unit: Unit, day: date, route: str = "") -> Round:
    """One round of a unit; ``route`` "" is its first. Raises :class:`Invalid` for an unknown route."""
    for found in rounds_between([unit], day, day):
        if route in ("", found.route):
            return found
    raise Invalid(_("%(unit)s has no such round on this day.") % {"unit": unit.name})
