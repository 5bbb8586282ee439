"""The county's pages: schools × ten areas, and the requirements of one area × schools, exceptions first."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid
from anyuan.foundation.org.public import Unit, UnitKind
from anyuan.rules.policy.public import Area, Requirement

from ..models import Verdict
from ..shapes import Counts
from ..states import EXCEPTIONS, WORST_FIRST, State
from .tallies import summed, tallies, together

SCHOOLS_ON_A_PAGE = 40
_RANK = {str(state): rank for rank, state in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class School:
    """A line of a board. ``areas`` holds what each area comes to, where the board shows it."""

    unit_id: UUID
    name: str
    path: str
    counts: Counts
    areas: dict[str, Counts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matrix:
    """``total`` and ``areas`` count every school below ``node``; ``schools`` are those of this page."""

    node: Unit
    schools: list[School]
    areas: dict[str, Counts]
    total: Counts
    count: int
    next: str


@dataclass(frozen=True, slots=True)
class Place:
    """What a school is for a requirement: its worst state over the periods that stand.

    ``verdict`` is the one that says so; ``bad`` of ``rows`` periods are unmet, late or unknown.
    """

    verdict: UUID
    state: str
    rows: int
    bad: int


@dataclass(frozen=True, slots=True)
class Column:
    """A requirement of an area; ``key`` stays the same over versions of its document."""

    key: str
    title: str
    title_en: str
    document: str
    clause: str


@dataclass(frozen=True, slots=True)
class AreaMatrix:
    node: Unit
    area: Area
    columns: list[Column]
    schools: list[School]
    cells: dict[tuple[UUID, str], Place]
    total: Counts
    count: int
    next: str


def matrix(actor: Actor, node: Unit, cursor: str = "", size: int = SCHOOLS_ON_A_PAGE) -> Matrix:
    """Schools × areas now: the schools with the most unmet and late first, then by tree path."""
    schools, following, every = _page(actor, node, "", cursor, size)
    rows = _rows(actor, node)
    areas = {area: counts for (area,), counts in summed(rows, "area").items()}
    here = rows.filter(unit__in=[s.unit_id for s in schools])
    found: dict[UUID, dict[str, Counts]] = {}
    for (unit, area), counts in summed(here, "unit_id", "area").items():
        found.setdefault(unit, {})[area] = counts
    shown = [replace(school, areas=found.get(school.unit_id, {})) for school in schools]
    areas = {area: areas.get(area, Counts()) for area in Area.values}
    return Matrix(node, shown, areas, together(areas.values()), len(every), following)


def area_matrix(
    actor: Actor, node: Unit, area: Area, cursor: str = "", size: int = SCHOOLS_ON_A_PAGE
) -> AreaMatrix:
    """The requirements of ``area`` × schools now, ordered as :func:`matrix`."""
    schools, following, every = _page(actor, node, area, cursor, size)
    rows = Verdict.objects.visible_to(actor).filter(
        standing=True, leads=True, area=area, unit__in=[s.unit_id for s in schools]
    )
    cells = _cells(rows.values_list("unit_id", "key", "id", "state"))
    columns = _columns({key for _unit, key in cells})
    return AreaMatrix(
        node, area, columns, schools, cells, together(s.counts for s in every), len(every), following
    )


def _cells(rows: Iterable[tuple[UUID, str, UUID, str]]) -> dict[tuple[UUID, str], Place]:
    found: dict[tuple[UUID, str], list[tuple[int, UUID]]] = {}
    for unit, key, verdict, state in rows:
        found.setdefault((unit, key), []).append((_RANK[state], verdict))
    states = list(_RANK)
    cells = {}
    for place, ranked in found.items():
        rank, verdict = min(ranked)
        bad = sum(states[r] in EXCEPTIONS for r, _v in ranked)
        cells[place] = Place(verdict, states[rank], len(ranked), bad)
    return cells


def _columns(keys: set[str]) -> list[Column]:
    """The newest version of each requirement, in the order of the documents."""
    rows = (
        Requirement.objects.filter(key__in=keys)
        .select_related("pack", "clause")
        .defer("pack__content", "spec")
    )
    newest: dict[str, Requirement] = {}
    for row in rows.order_by("pack__version"):
        newest[row.key] = row
    ordered = sorted(newest.values(), key=lambda r: (r.pack.code, r.order))
    return [Column(r.key, r.title, r.title_en, r.pack.title, r.clause.label) for r in ordered]


def _page(
    actor: Actor, node: Unit, area: str, cursor: str, size: int
) -> tuple[list[School], str, list[School]]:
    """(the schools of the page, the cursor of the next, every school)."""
    every = sorted(_schools(actor, node, area), key=_place)
    after = _decode(cursor) if cursor else None
    rest = [s for s in every if after is None or _place(s) > after]
    found = rest[:size]
    return found, _encode(found[-1]) if len(rest) > size else "", every


def _rows(actor: Actor, node: Unit, area: str = "") -> QuerySet[Any]:
    return tallies(actor, node, area=area).filter(unit__kind=UnitKind.SCHOOL)


def _schools(actor: Actor, node: Unit, area: str) -> list[School]:
    """Every school with verdicts and what they come to; one statement."""
    names = ("unit_id", "unit__path", "unit__short_name", "unit__name")
    found = summed(_rows(actor, node, area), *names)
    return [School(key, short or name, path, counts) for (key, path, short, name), counts in found.items()]


def _place(school: School) -> tuple[int, int, str]:
    counts = school.counts
    return -counts[State.UNMET] - counts[State.LATE], -counts[State.UNKNOWN], school.path


def _encode(school: School) -> str:
    return base64.urlsafe_b64encode(json.dumps(_place(school)).encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[int, int, str]:
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        first, second, path = found
        return int(first), int(second), str(path)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(_("This page link is damaged. Go back to the first page of the list.")) from error
