"""Sums of the kept counts, under the actor's scope: what stands now, and how past months came out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Unit

from ..models import Ended, Tally
from ..permits import COMPLIANCE_VIEW
from ..shapes import Counts
from ..states import State

NOW = ""
"""The month of what stands today."""


def tallies(
    actor: Actor, node: Unit, months: Sequence[str] = (), area: str = "", alone: bool = False
) -> QuerySet[Any]:
    """The kept counts at or below ``node`` (``alone``: at it): of today, or of the ended ``months``."""
    rows: QuerySet[Any] = (Ended if months else Tally).objects.visible_to(actor, within=node.path)
    if alone:
        rows = rows.filter(unit=node)
    if months:
        whole = not area and _sees_all(actor, node)
        rows = rows.filter(month__in=list(months)).filter(Q(area="") if whole else ~Q(area=""))
    return rows.filter(area=area) if area else rows


def _sees_all(actor: Actor, node: Unit) -> bool:
    """Whether he sees every domain at and below ``node``: then the sums over all of them do."""
    grants = actor.grants_for(COMPLIANCE_VIEW)
    return actor.everywhere or any(g.domains is None and node.path.startswith(g.path) for g in grants)


def summed(rows: QuerySet[Any], *by: str) -> dict[tuple[Any, ...], Counts]:
    """The counts added up by the columns ``by``."""
    kept, columns = _sums(rows)
    found = rows.order_by().values_list(*by).annotate(**columns)
    width = len(by)
    return {tuple(row[:width]): Counts(dict(zip(kept, row[width:], strict=True))) for row in found}


def together_at(rows: QuerySet[Any], states: Sequence[str]) -> tuple[Counts, int]:
    """All counts added up, and how many units have any in one of ``states`` (none given: in any)."""
    kept, columns = _sums(rows)
    wanted = Q()
    for state in states or kept:
        if state in kept:
            wanted |= Q(**{f"{_named(state)}__gt": 0})
    found = (
        rows.order_by()
        .values("unit")
        .annotate(**columns)
        .aggregate(**{f"all_{name}": Sum(name) for name in columns}, units=Count("unit", filter=wanted))
    )
    return Counts({s: found[f"all_{_named(s)}"] or 0 for s in kept}), found["units"]


def _sums(rows: QuerySet[Any]) -> tuple[list[str], dict[str, Sum]]:
    """(the states that are kept, what adds each up)"""
    names = {f.name for f in rows.model._meta.get_fields()}
    kept = [s for s in State.values if s.replace("-", "_") in names]
    return kept, {_named(s): Sum(s.replace("-", "_")) for s in kept}


def _named(state: str) -> str:
    return f"n_{state.replace('-', '_')}"


def together(parts: Iterable[Counts]) -> Counts:
    total: dict[str, int] = {}
    for part in parts:
        for state, number in part.by.items():
            total[state] = total.get(state, 0) + number
    return Counts(total)
