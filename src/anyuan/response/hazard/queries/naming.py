"""Units and places by the names people type into a table."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Place, Unit, search_units

SEARCHED = 20
"""At most so many names that fit no unit exactly are searched for by their words."""


def units_named(actor: Actor, names: Iterable[str]) -> dict[str, list[Unit]]:
    """The open units each name may mean: by name, short name, code or a former name, else by its words.

    One unit: found. Several: the name is not clear. None: nothing of that name in the actor's scope.
    """
    wanted = {name.strip() for name in names if name.strip()}
    called = Q(name__in=wanted) | Q(short_name__in=wanted) | Q(code__in=wanted) | Q(names__name__in=wanted)
    rows = Unit.objects.visible_to(actor).filter(called, closed_on=None).prefetch_related("names").distinct()
    found: dict[str, list[Unit]] = {name: [] for name in wanted}
    for unit in rows:
        former = {n.name for n in unit.names.all()}
        for name in wanted & {unit.name, unit.short_name, unit.code, *former}:
            found[name].append(unit)
    for name in [n for n in wanted if not found[n]][:SEARCHED]:
        found[name] = search_units(actor, name, limit=5)
    return found


def places_named(actor: Actor, units: Iterable[Unit]) -> dict[UUID, dict[str, Place]]:
    """The open places of ``units`` by name."""
    rows = Place.objects.visible_to(actor).filter(unit__in=list(units)).order_by("-order")
    found: dict[UUID, dict[str, Place]] = {}
    for place in rows:
        if place.closed_on is None or clock.today() < place.closed_on:
            found.setdefault(place.unit_id, {})[place.name] = place
    return found
