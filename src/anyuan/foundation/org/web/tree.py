"""The tree and the page of a unit."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.ui.public import Request, page, render

from .. import queries
from ..actions.units import kinds_below
from ..calendar import calendar_for
from ..catalogue import UnitKind
from ..models import Unit
from ..permits import MANAGE, MANAGE_PLACES, VIEW, may_reshape


@page(VIEW)
def index(request: Request) -> HttpResponse:
    """Where the actor's tree begins, or what a search found; one school alone is opened at once."""
    actor, text = request.actor, request.GET.get("q", "").strip()
    tops = queries.tops(actor)
    found = queries.search_units(actor, text, closed=True) if text else []
    people = queries.search_people(actor, text) if text else []
    shown = tops[:20] if not text else []
    branches = [(top, _counted(actor, queries.children(actor, top, closed=True))) for top in shown]
    if len(branches) == 1 and not branches[0][1] and branches[0][0].kind == UnitKind.SCHOOL:
        return redirect("org:unit", pk=branches[0][0].pk)  # his tree is one school: show it at once
    context = {
        "q": text, "units": found, "people": people, "branches": branches,
        "kinds": dict(UnitKind.choices),
    }  # fmt: skip
    return render(request, "org/index.html", context)


@page(VIEW)
def unit(request: Request, pk: UUID) -> HttpResponse:
    """Names, facts, campuses, places, posts, people and what lies below."""
    actor = request.actor
    node = queries.unit(actor, pk)
    lines = queries.post_lines(actor, node)
    people = queries.people_of(actor, node, size=12)
    names = queries.names_of(actor, node)
    today = clock.today()
    above, below = queries.family(actor, node)
    places = queries.places_of(actor, node)
    context = {
        "unit": node,
        "trail": above,
        "children": _counted(actor, below),
        "names": names if len(names) > 1 else [],
        "campuses": queries.campuses_of(actor, node) if node.kind == UnitKind.SCHOOL else [],
        "places": places[:12],
        "place_count": len(places),
        "filled": [line for line in lines if not line.vacant or line.deputies],
        "vacant": [line for line in lines if line.vacant and not line.deputies],
        "people": people,
        "gaps": calendar_for(node).gaps(today),
        "may_manage": actor.may(MANAGE, node.path) and node.is_open(),
        "may_places": actor.may(MANAGE_PLACES, node.path) and node.is_open(),
        "may_reshape": may_reshape(actor, node) and node.is_open(),
        "is_school": node.kind == UnitKind.SCHOOL,
        "kinds_below": [(kind, UnitKind(kind).label) for kind in kinds_below(node)],
    }
    return render(request, "org/unit.html", context)


def _counted(actor: Actor, rows: list[Unit]) -> list[tuple[Unit, int]]:
    """Units with the number of schools in each."""
    counts = queries.counts_below(actor, [r for r in rows if r.kind != UnitKind.DEPARTMENT])
    return [(row, counts.get(row.pk, 0)) for row in rows]
