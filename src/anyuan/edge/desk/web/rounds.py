"""The daily round: every place in one list, in order unless one says otherwise, one save."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, clock
from anyuan.foundation.org.public import Domain, PlaceKind, Unit
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import Request, go, once_form, page, render
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger import public as ledger

from .choosing import drafts

DOMAIN_OF_PLACE: dict[str, str] = {
    PlaceKind.GATE: Domain.SECURITY,
    PlaceKind.CORRIDOR: Domain.FIRE,
    PlaceKind.LABORATORY: Domain.LAB,
    PlaceKind.CHEMICAL_STORE: Domain.LAB,
    PlaceKind.DORMITORY: Domain.FIRE,
    PlaceKind.CANTEEN: Domain.FOOD,
    PlaceKind.KITCHEN: Domain.FOOD,
    PlaceKind.CONTROL_ROOM: Domain.FIRE,
    PlaceKind.POWER_ROOM: Domain.UTILITY,
    PlaceKind.BOILER: Domain.EQUIPMENT,
    PlaceKind.CLINIC: Domain.HEALTH,
    PlaceKind.COUNSELLING: Domain.MENTAL,
    PlaceKind.BUS_STOP: Domain.BUS,
    PlaceKind.WORKS: Domain.WORKS,
    PlaceKind.PERIMETER: Domain.SECURITY,
    PlaceKind.SURROUNDINGS: Domain.SURROUNDINGS,
    PlaceKind.SPORTS: Domain.ACTIVITY,
    PlaceKind.HALL: Domain.ACTIVITY,
    PlaceKind.CLASSROOM: Domain.BUILDING,
    PlaceKind.LIBRARY: Domain.FIRE,
}
"""What is most often wrong at a kind of place: filled in, and changed with one tap."""


@dataclass(frozen=True, slots=True)
class Row:
    """A place of the round with what was typed about it."""

    place: ledger.RoundPlace
    wrong: bool
    note: str
    domain: str
    errors: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.place.id.hex


@page(ledger.LEDGER_RECORD, methods=("GET", "POST"))
def round_form(request: Request, unit: UUID, day: str, route: str) -> HttpResponse:
    """Walk a round of today, or make one up; a round that was walked shows what came of it."""
    found = find_unit(request.actor, unit)
    request.actor.require(ledger.LEDGER_RECORD, found.path)
    due = ledger.round_today(request.actor, found, route=route, day=_day(day))
    if due.record is not None and request.method == "GET":
        return go(request, reverse("desk:round-done", args=[due.record.pk]))
    problems: dict[str, list[str]] = {}

    def work() -> str:
        try:
            return _file(request, found, due)
        except Invalid as problem:
            problems.update(problem.fields)
            raise Invalid(problem.message) from problem

    def show() -> HttpResponse:
        context = {
            "unit": found,
            "round": due,
            "rows": [_row(request, place, problems) for place in due.places],
            "domains": Domain.choices,
            "no_photo": request.POST.get("no_photo", ""),
            "made_up": due.day < clock.today(),
            "early": due.day > clock.today(),
        }
        return render(request, "desk/round.html", context)

    return once_form(request, work, again=show) if request.method == "POST" else show()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(_("There is no such day.")) from error


def _row(request: Request, place: ledger.RoundPlace, problems: dict[str, list[str]]) -> Row:
    sent, key = request.POST, place.id.hex
    errors = problems.get(f"exceptions.{place.id}", []) + problems.get(f"photos.{place.id}", [])
    usual = DOMAIN_OF_PLACE.get(place.kind, Domain.GENERAL)
    return Row(
        place, f"wrong_{key}" in sent, sent.get(f"note_{key}", ""), sent.get(f"domain_{key}", usual), errors
    )


def _file(request: Request, unit: Unit, due: ledger.Round) -> str:
    exceptions, photos = [], {}
    for place in due.places:
        row = _row(request, place, {})
        taken = drafts(request, f"photos_{row.key}", unit)
        if row.wrong:
            exceptions.append(ledger.RoundException(place.id, row.note, row.domain, taken))
        elif taken:
            photos[place.id] = taken
    found = hz.file_round(
        request.actor,
        unit,
        exceptions=exceptions,
        photos=photos,
        no_photo=request.POST.get("no_photo", ""),
        day=due.day,
        route=due.route,
    )
    return reverse("desk:round-done", args=[found.record.pk])


@page(ledger.LEDGER_RECORD)
def round_done(request: Request, pk: UUID) -> HttpResponse:
    """What a round came to: places done, hazards made."""
    record = ledger.record_by_id(request.actor, pk)
    places = len(record.data.get("places", ()))
    context = {"record": record, "places": places, "hazards": hazards_of(request.actor, record)}
    return render(request, "desk/round_done.html", context)


def hazards_of(actor: Actor, record: ledger.Record) -> list[hz.Hazard]:
    """The hazards that were made of a record."""
    return list(hz.hazards(actor).filter(source_record=record.pk).order_by("number"))
