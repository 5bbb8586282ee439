"""What applies to a unit on a day: look-ups for actions of every room, whoever asks.

They answer for any unit, because a check names what applies there whatever the asker may list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import NotFound, clock, subtree
from anyuan.foundation.org.public import Place, Unit

from .models import Activation, CheckItem, Checklist, Pack


@dataclass(frozen=True, slots=True)
class ActiveChecklist:
    """A checklist that applies to a unit, with the items that apply to it."""

    checklist: Checklist
    items: tuple[CheckItem, ...]


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What decides whether something applies to a unit."""

    unit_type: str
    stages: frozenset[str]
    boards: bool
    places: frozenset[str]


def facts_of(unit: Unit) -> UnitFacts:
    kinds = Place.everything.filter(unit=unit, closed_on=None).values_list("kind", flat=True).distinct()
    return UnitFacts(
        unit_type=unit.unit_type,
        stages=unit.stages,
        boards=unit.boarding in ("partial", "full"),
        places=frozenset(kinds),
    )


def holds(applies: Mapping[str, Any], facts: UnitFacts) -> bool:
    """Whether every condition of a pack's ``applies`` holds; a condition not given holds."""
    schools, boarding = applies.get("schools"), applies.get("boarding")
    types, stages, places = (set(applies.get(k) or ()) for k in ("unit_types", "stages", "places"))
    return (
        (schools is None or schools == bool(facts.stages))
        and (boarding is None or boarding == facts.boards)
        and (not types or facts.unit_type in types)
        and (not stages or bool(stages & facts.stages))
        and (not places or bool(places & facts.places))
    )


def prefixes(path: str) -> list[str]:
    """The path and those of all units above it: ``/1/7/`` gives ``/1/`` and ``/1/7/``."""
    labels = path.strip("/").split("/")
    return ["/" + "/".join(labels[: n + 1]) + "/" for n in range(len(labels))]


def active_packs(unit: Unit, day: date) -> list[Pack]:
    """The pack versions that apply to ``unit`` on ``day``; the nearest region's activation wins."""
    running = (
        Activation.everything.filter(unit__path__in=prefixes(unit.path), starts__lte=day)
        .exclude(ends__lte=day)
        .select_related("pack", "unit")
        .defer("pack__content")
    )
    nearest: dict[str, Activation] = {}
    for activation in running:
        known = nearest.get(activation.code)
        if known is None or len(known.unit.path) < len(activation.unit.path):
            nearest[activation.code] = activation
    return [nearest[code].pack for code in sorted(nearest) if not nearest[code].off]


def active_checklists(unit: Unit, day: date | None = None) -> list[ActiveChecklist]:
    """The checklists of the active packs that apply to ``unit``, each with the items that apply."""
    packs = active_packs(unit, day or clock.today())
    facts = facts_of(unit)
    checklists = (
        Checklist.objects.filter(pack__in=packs)
        .select_related("pack", "clause")
        .defer("pack__content")
        .prefetch_related(Prefetch("items", CheckItem.objects.select_related("clause")))
        .order_by("pack__code", "order")
    )
    found = [
        ActiveChecklist(c, tuple(i for i in c.items.all() if holds(i.applies, facts)))
        for c in checklists
        if holds(c.applies, facts)
    ]
    return [active for active in found if active.items]


def checklist_for(unit: Unit, checklist_id: UUID, day: date | None = None) -> ActiveChecklist:
    """One applicable checklist of the unit. Raises :class:`NotFound`."""
    for active in active_checklists(unit, day):
        if active.checklist.pk == checklist_id:
            return active
    raise NotFound(_("This checklist does not apply to this unit now."))


def activations_of(pack: Pack, below: Iterable[str], at: Iterable[str]) -> list[Activation]:
    """Where and when this version applies, at and below the paths ``below`` and at the paths ``at``."""
    where = Q(unit__path__in=list(at))
    for path in below:
        where |= subtree(path, "unit__path")
    rows = Activation.everything.filter(where, pack=pack).select_related("unit")
    return list(rows.order_by("starts", "unit__path"))
