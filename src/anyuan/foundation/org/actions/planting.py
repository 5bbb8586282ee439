"""The first tree of a deployment: a division, what lies above and below it, its education offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Refused

from ..catalogue import Function, UnitKind
from ..divisions import Division, above, below, find, read_outlines
from ..models import Unit
from .units import NewUnit, change_facts, create_unit, create_units

_OFFICE_NAME = {UnitKind.PROVINCE: "教育厅", UnitKind.CITY: "教育局", UnitKind.COUNTY: "教育局"}
"""Names of offices are data in the country's language; they can be renamed at once."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What was made: all units, the counties without an outline, those whose outline fits only by name."""

    units: list[Unit]
    without_outline: list[str]
    by_name: list[str]


def plant_tree(actor: Actor, code: str, *, outlines: Path | None = None) -> Planted:
    """Make the division ``code`` with the ones above and below it, and an education department in each.

    ``3206`` makes its province, the city and its counties. ``outlines`` is a GeoJSON file, a folder or an
    archive of them. Divisions that exist already are kept, so a second city of the province can follow.
    Raises :class:`Invalid` for an unknown code, :class:`Refused` when the division exists already.
    """
    root = find(code)
    with transaction.atomic():
        if Unit.everything.filter(code=root.code).exists():
            raise Refused(_("%(name)s is in the tree already.") % {"name": root.name})
        made = _plant(actor, [*above(root), root, *below(root)])
        missing, by_name = _draw(actor, made, outlines) if outlines else ([], [])
    return Planted(made, missing, by_name)


def _plant(actor: Actor, divisions: Sequence[Division]) -> list[Unit]:
    known: dict[str, Unit] = {u.code: u for u in Unit.everything.filter(code__in=[d.code for d in divisions])}
    made: list[Unit] = []
    for kind in (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY):
        rows = [d for d in divisions if d.kind == kind and d.code not in known]
        for division in [d for d in rows if kind == UnitKind.PROVINCE]:
            known[division.code] = create_unit(actor, None, _new(division))
            made.append(known[division.code])
        pairs = [(_parent(d, known), _new(d)) for d in rows if kind != UnitKind.PROVINCE]
        if pairs:
            units = create_units(actor, list(pairs))
            known |= {u.code: u for u in units}
            made += units
    offices: list[tuple[Unit | None, NewUnit]] = []
    for unit in made:
        name = unit.name + _OFFICE_NAME[UnitKind(unit.kind)]
        offices.append((unit, NewUnit(UnitKind.DEPARTMENT, name, "", _EDUCATION)))
    return made + create_units(actor, offices)


_EDUCATION = {"function": Function.EDUCATION}


def _new(division: Division) -> NewUnit:
    return NewUnit(division.kind, division.name, division.code)


def _parent(division: Division, known: dict[str, Unit]) -> Unit:
    """A county of a municipality, or one directly under its province, has no city above it."""
    return known.get(division.code[:4]) or known[division.code[:2]]


def _draw(actor: Actor, units: Sequence[Unit], source: Path) -> tuple[list[str], list[str]]:
    """Give the counties their outlines; give the names of those without, and of those found by name."""
    counties = [u for u in units if u.kind == UnitKind.COUNTY]
    outlines = read_outlines(source, [u.code for u in counties])
    missing: list[str] = []
    by_name: list[str] = []
    for county in counties:
        outline, exact = outlines.of(county.code, county.name)
        if outline is None:
            missing.append(county.name)
            continue
        if not exact:
            by_name.append(county.name)
        change_facts(actor, county, {"outline": outline})
    return missing, by_name
