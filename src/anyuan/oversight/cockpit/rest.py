"""The figures over the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from anyuan.foundation.kernel.public import NotFound
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import actor_of_request

from .public import Board, Span, Tally, board, period_of, tops

router = Router(tags=["cockpit"])


class Asked(Schema):
    """``unit``: its whole subtree; left out: the highest unit the caller oversees."""

    unit: UUID | None = None
    period: Span = Field(Span.MONTH, description="In the holidays a term is answered by the month.")


class Figures(Schema):
    """Counts of hazards. ``open``, ``late`` and ``major`` are of this moment, the others of the period."""

    open: int
    late: int
    major: int
    found: int
    recurring: int
    on_the_spot: int
    closed: int
    in_time: int
    days_to_close: float | None = Field(None, description="Average calendar days from found to closed.")


class LineOut(Schema):
    unit: UUID
    name: str
    alone: bool = Field(description="The unit itself, without what lies below it.")
    figures: Figures


class WeekOut(Schema):
    starts: date
    last: date
    found: int
    closed: int


class DomainOut(Schema):
    domain: str
    open: int
    late: int


class BoardOut(Schema):
    unit: UUID
    name: str
    period: Span
    starts: date
    last: date
    at: datetime
    total: Figures
    lines: list[LineOut]
    weeks: list[WeekOut]
    domains: list[DomainOut]


@router.get("", response=BoardOut, operation_id="get_cockpit")
def get_cockpit(request: HttpRequest, asked: Query[Asked]) -> BoardOut:
    """The figures of a unit; ``lines`` are the units directly below and add up to ``total``."""
    actor = actor_of_request(request)
    if asked.unit is not None:
        unit = unit_of(actor, asked.unit)
    else:
        found = tops(actor)
        if not found:
            raise NotFound(_("There is no unit whose figures you may see."))
        unit = found[0]
    return _out(board(actor, unit, period_of(asked.period, unit)))


def _out(found: Board) -> BoardOut:
    return BoardOut(
        unit=found.unit.pk,
        name=found.unit.name,
        period=found.period.span,
        starts=found.period.starts,
        last=found.period.last,
        at=found.at,
        total=_figures(found.total),
        lines=[
            LineOut(unit=x.unit.pk, name=x.unit.name, alone=x.alone, figures=_figures(x.tally))
            for x in found.lines
        ],
        weeks=[WeekOut(**asdict(week)) for week in found.weeks],
        domains=[DomainOut(**asdict(line)) for line in found.domains],
    )


def _figures(tally: Tally) -> Figures:
    values = asdict(tally)
    del values["seconds"]
    return Figures(**values, days_to_close=tally.days)
