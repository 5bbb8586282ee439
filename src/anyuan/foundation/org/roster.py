"""Who is on which post: the look-ups actions and jobs of every room resolve people with.

They answer for any unit, whoever asks, because a notice must reach a person whom the sender may not list.
Pages show people through ``queries``. Asking for a merged unit answers for its successor.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from .catalogue import UnitKind
from .models import Holding, Person, Unit


def standing(unit: Unit) -> Unit:
    """``unit``, or the unit that stands in its place after one merger or several."""
    while unit.successor_id is not None:
        unit = Unit.everything.get(pk=unit.successor_id)
    return unit


def ancestors(unit: Unit) -> list[Unit]:
    """The nodes above ``unit``, the root first, without itself; one query."""
    labels = unit.path.strip("/").split("/")[:-1]
    paths = ["/" + "/".join(labels[: i + 1]) + "/" for i in range(len(labels))]
    return list(Unit.everything.filter(path__in=paths).order_by("path")) if paths else []


def bodies_near(unit: Unit) -> list[Unit]:
    """The nodes above ``unit`` and the departments directly below them: whom it can turn to. Two queries."""
    line = ancestors(unit)
    offices = Unit.everything.filter(
        parent__in=[u.pk for u in line], kind=UnitKind.DEPARTMENT, closed_on=None
    )
    return [*reversed(line), *offices.order_by("-path")]


def above(unit: Unit, kind: str) -> Unit | None:
    """The nearest node of ``kind`` at or above ``unit``."""
    line = [*ancestors(unit), unit]
    return next((node for node in reversed(line) if node.kind == kind), None)


def people_on_post(unit: Unit, post: str, day: date | None = None, *, deputies: bool = True) -> list[Person]:
    """Who holds ``post`` at ``unit`` on ``day`` (default today): holders first, then deputies."""
    return people_on_posts([(unit.pk, post)], day, deputies=deputies)[unit.pk, post]


def people_on_posts(
    pairs: Sequence[tuple[UUID, str]], day: date | None = None, *, deputies: bool = True
) -> dict[tuple[UUID, str], list[Person]]:
    """:func:`people_on_post` for many (unit id, post) pairs; two queries, one more per merged unit."""
    asked = {unit_id for unit_id, _post in pairs}
    heirs = {
        gone.pk: standing(gone).pk for gone in Unit.everything.filter(pk__in=asked, successor__isnull=False)
    }
    units = {heirs.get(unit_id, unit_id) for unit_id in asked}
    rows = (
        Holding.everything.filter(Holding.running(day), unit_id__in=units, person__left_on__isnull=True)
        .filter(post__in={post for _unit, post in pairs})
        .filter(Q() if deputies else Q(deputy=False))
        .order_by("deputy", "starts", "id")
        .select_related("person")
    )
    found: dict[tuple[UUID, str], list[Person]] = {}
    for row in rows:
        people = found.setdefault((row.unit_id, row.post), [])
        if row.person not in people:
            people.append(row.person)
    return {pair: found.get((heirs.get(pair[0], pair[0]), pair[1]), []) for pair in pairs}


def stands_in(unit: Unit, post: str, day: date | None = None) -> Person | None:
    """Who answers for ``post`` on ``day``: its holder, or the deputy when there is none; None: vacant."""
    return next(iter(people_on_post(unit, post, day)), None)


def holders_of(unit: Unit, day: date | None = None) -> list[Holding]:
    """Every post held at ``unit`` on ``day``, with its person; holders before deputies."""
    rows = Holding.everything.filter(Holding.running(day), unit=standing(unit), person__left_on__isnull=True)
    return list(rows.order_by("post", "deputy", "starts").select_related("person"))


def holdings_of(person: Person, day: date | None = None) -> list[Holding]:
    """The posts ``person`` holds on ``day``, with their units: the base of an account's roles."""
    rows = Holding.everything.filter(Holding.running(day), person=person)
    return list(rows.order_by("unit__path", "post").select_related("unit"))


def posts_on_units(unit_ids: Iterable[UUID], day: date | None = None) -> dict[UUID, set[str]]:
    """The posts that are held at each unit: what is missing is vacant. One query."""
    rows = Holding.everything.filter(
        Holding.running(day), unit_id__in=set(unit_ids), person__left_on__isnull=True
    )
    held: dict[UUID, set[str]] = {}
    for unit_id, post in rows.values_list("unit_id", "post"):
        held.setdefault(unit_id, set()).add(post)
    return held
