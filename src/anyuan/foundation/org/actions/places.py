"""Places: the inspection points of a unit, each with the token its QR code carries."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Refused, clock

from ..catalogue import PlaceKind
from ..models import Campus, Place, Unit
from ..permits import MANAGE_PLACES
from .common import changes, clean_name, invalid, lock, lock_to_manage, require_open
from .units import check_facts

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class NewPlace:
    """What a new place is; ``order`` None puts it last."""

    name: str
    kind: str = PlaceKind.OTHER
    campus: Campus | None = None
    on_round: bool = True
    order: int | None = None


def new_token() -> str:
    """Twelve letters and digits that cannot be mistaken for each other; 10^17 of them cannot be guessed."""
    return "".join(secrets.choice(_ALPHABET) for _i in range(12))


def add_place(actor: Actor, unit: Unit, new: NewPlace) -> Place:
    """Add one place. Raises :class:`Invalid` for a name the unit uses already."""
    return add_places(actor, unit, [new])[0]


def add_places(actor: Actor, unit: Unit, rows: Sequence[NewPlace]) -> list[Place]:
    """Add places in order, with one journal entry."""
    with action(actor, "org.add-place") as act:
        unit = lock_to_manage(actor, unit, MANAGE_PLACES)
        require_open(unit)
        places = build_places(unit, rows)
        Place.everything.bulk_create(places, batch_size=1000)
        names = [p.name for p in places]
        act.entry(
            _("added %(count)d places to %(unit)s: %(names)s")
            % {"count": len(places), "unit": unit.name, "names": "、".join(names[:5])},
            on=places[0] if len(places) == 1 else unit,
            path=unit.path,
            after={"places": names},
        )
    return places


def build_places(unit: Unit, rows: Sequence[NewPlace]) -> list[Place]:
    """Checked, unsaved places with tokens. Raises :class:`Invalid`."""
    used = set(Place.everything.filter(unit=unit, closed_on=None).values_list("name", flat=True))
    last = Place.everything.filter(unit=unit).aggregate(last=Max("order"))["last"] or 0
    places = []
    for new in rows:
        name = clean_name(new.name, 80)
        if name in used:
            raise invalid("name", _("%(name)s is there already.") % {"name": name})
        used.add(name)
        last += 1
        places.append(
            Place(
                unit=unit, campus=_own_campus(unit, new.campus), name=name, kind=_kind(new.kind),
                token=new_token(), on_round=new.on_round, order=last if new.order is None else new.order,
            )
        )  # fmt: skip
    return places


def _kind(kind: str) -> str:
    if kind not in PlaceKind.values:
        raise invalid("kind", _("Choose one of the values of the list."))
    return kind


def _own_campus(unit: Unit, campus: Campus | None) -> Campus | None:
    if campus is not None and campus.unit_id != unit.pk:
        raise invalid("campus", _("Choose one of the values of the list."))
    return campus


def change_place(actor: Actor, place: Place, new: NewPlace) -> Place:
    """Rename or re-describe an open place; its token and its history stay."""
    with action(actor, "org.change-place") as act:
        place = _lock(actor, place)
        name = clean_name(new.name, 80)
        twin = Place.everything.filter(unit=place.unit, name=name, closed_on=None).exclude(pk=place.pk)
        if twin.exists():
            raise invalid("name", _("%(name)s is there already.") % {"name": name})
        campus = _own_campus(place.unit, new.campus)
        values: dict[str, object] = {
            "name": name, "kind": _kind(new.kind), "campus_id": campus.pk if campus else None,
            "on_round": new.on_round, "order": place.order if new.order is None else new.order,
        }  # fmt: skip
        before, after = changes(place, values)
        place.save(update_fields=list(values))
        act.entry(
            _("changed the place %(place)s") % {"place": place.name},
            on=place,
            path=place.unit.path,
            before=before,
            after=after,
        )
    return place


def close_place(actor: Actor, place: Place) -> Place:
    """Take a place out of use from today; what was recorded there stays."""
    with action(actor, "org.close-place") as act:
        place = _lock(actor, place)
        place.closed_on = clock.today()
        place.save(update_fields=["closed_on"])
        act.entry(
            _("closed the place %(place)s") % {"place": place.name},
            on=place,
            path=place.unit.path,
            before={"closed_on": None},
            after={"closed_on": place.closed_on},
        )
    return place


def _lock(actor: Actor, place: Place) -> Place:
    place = lock(actor, place)
    actor.require(MANAGE_PLACES, place.unit.path)
    if place.closed_on is not None:
        raise Refused(_("The place %(place)s is closed.") % {"place": place.name})
    return place


def add_campus(
    actor: Actor, unit: Unit, name: str, address: str = "",
    longitude: float | None = None, latitude: float | None = None,
) -> Campus:  # fmt: skip
    """Add one of several grounds of ``unit``. Raises :class:`Invalid` for a name it has already."""
    check_facts({"longitude": longitude, "latitude": latitude})
    with action(actor, "org.add-campus") as act:
        unit = lock_to_manage(actor, unit, MANAGE_PLACES)
        require_open(unit)
        name = clean_name(name, 60)
        if Campus.objects.filter(unit=unit, name=name).exists():
            raise invalid("name", _("%(name)s is there already.") % {"name": name})
        campus = Campus.objects.create(
            unit=unit, name=name, address=address.strip(), longitude=longitude, latitude=latitude
        )
        act.entry(
            _("added the campus %(campus)s to %(unit)s") % {"campus": name, "unit": unit.name},
            on=campus,
            path=unit.path,
            after={"name": name, "address": campus.address},
        )
    return campus
