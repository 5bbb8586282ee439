"""The page of figures: of the highest unit a person oversees, and of every unit below it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import NotFound
from anyuan.foundation.org.public import Unit, UnitKind, trail_above
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import Request, page, render

from .. import permits
from ..public import FIGURES, Span, board, period_of, tops
from . import showing


@page(permits.VIEW)
def home(request: Request) -> HttpResponse:
    """The highest unit whose figures the person may see."""
    found = tops(request.actor)
    if not found:
        raise NotFound(_("There is no unit whose figures you may see."))
    return _show(request, found[0], found)


@page(permits.VIEW)
def unit(request: Request, pk: UUID) -> HttpResponse:
    """The figures of one unit."""
    return _show(request, unit_of(request.actor, pk), [])


def _show(request: Request, node: Unit, others: list[Unit]) -> HttpResponse:
    request.actor.require(permits.VIEW, node.path)
    found = board(request.actor, node, period_of(request.GET.get("period", ""), node))
    above = [u for u in trail_above(request.actor, node) if request.actor.may(permits.VIEW, u.path)]
    data = showing.chart_data(found)
    context = {
        "board": found,
        "unit": node,
        "above": [(u, showing.unit_url(u, found.period)) for u in above],
        "others": [(u, showing.unit_url(u, found.period)) for u in others[1:]],
        "spans": Span.choices,
        "figures": FIGURES,
        "cards": showing.cards(found),
        "rows": showing.table(found),
        "data": data,
        "legend": showing.legend(),
        "mapped": bool(data["spots"] or data["outlines"]),
        "wide": node.kind in {UnitKind.PROVINCE, UnitKind.CITY},
    }
    return render(request, "cockpit/board.html", context)
