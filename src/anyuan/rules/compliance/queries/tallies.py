"""Sums of the kept counts, per unit, per area, per month, under the actor's scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from anyuan.foundation.kernel.public import Actor, subtree
from anyuan.foundation.org.public import Unit

from ..models import Tally
from .counting import ORDER, Counts

COLUMNS = tuple(str(state).replace("-", "_") for state in ORDER)
NOW = ""
"""The month of what counts today."""


def tallies(
    actor: Actor, node: Unit, months: Sequence[str] = (NOW,), area: str = "", alone: bool = False
) -> QuerySet[Tally]:
    """The counts of ``months`` at or below ``node`` (``alone``: at it) that the actor may see."""
    rows = Tally.objects.visible_to(actor).filter(month__in=list(months))
    rows = rows.filter(unit=node) if alone else rows.filter(subtree(node.path, "unit__path"))
    return rows.filter(area=area) if area else rows


def summed(rows: QuerySet[Tally], *by: str) -> dict[tuple[Any, ...], Counts]:
    """The counts added up by the columns ``by``."""
    columns = {f"n_{name}": Sum(name) for name in COLUMNS}
    found = rows.order_by().values_list(*by).annotate(**columns)
    width = len(by)
    return {tuple(row[:width]): Counts(tuple(row[width:])) for row in found}


def by_area(rows: QuerySet[Tally]) -> dict[str, Counts]:
    return {key[0]: counts for key, counts in summed(rows, "area").items()}


def by_unit(rows: QuerySet[Tally]) -> dict[UUID, Counts]:
    return {key[0]: counts for key, counts in summed(rows, "unit_id").items()}
