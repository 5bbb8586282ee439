"""Reads that answer for a unit whoever asks; ``queries`` checks the actor before it uses them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from anyuan.foundation.org.public import Holding, Place, Unit, UnitKind
from anyuan.rules.policy.public import CheckItem

from . import registers
from .models import Record, Route
from .rounds import routes_of
from .states import State


def posts_held(person_id: UUID, day: date) -> dict[Unit, set[str]]:
    """The schools a person holds posts at, and which (deputies stand in)."""
    rows = Holding.everything.filter(
        Holding.running(day), person_id=person_id, unit__kind=UnitKind.SCHOOL
    ).select_related("unit")
    held: dict[Unit, set[str]] = {}
    for row in rows:
        held.setdefault(row.unit, set()).add(row.post)
    return held


def routes_walked_by(person_id: UUID, day: date) -> dict[Unit, list[Route]]:
    """The units whose rounds fall to this person, each with those routes."""
    held = posts_held(person_id, day)
    routes = routes_of(list(held))
    mine = {u: [r for r in routes[u.pk] if r.post in posts] for u, posts in held.items()}
    return {unit: own for unit, own in mine.items() if own}


def last_check(unit: Unit, code: str) -> Record | None:
    """The newest valid record of a checklist (any version of it) at ``unit``."""
    rows = Record.everything.filter(
        unit=unit, register__code=registers.CHECK, checklist__code=code, state=State.VALID
    )
    found: Record | None = rows.order_by("-occurred_at", "-pk").first()
    return found


def item_codes(ids: Iterable[UUID | str]) -> dict[str, str]:
    """Item id → item code, to carry something over to another version of the checklist."""
    return {
        str(pk): code for pk, code in CheckItem.objects.filter(pk__in=list(ids)).values_list("pk", "code")
    }


def place_names(ids: Iterable[UUID | str]) -> dict[str, str]:
    return {str(p.pk): p.name for p in Place.everything.filter(pk__in=list(ids))}
