"""The list of hazards: tabs, filters, thumbnails, rows to tick. Its address is a link to share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import UnitKind, children, places_of, search_units, tops
from anyuan.foundation.ui.public import Request, page, render

from .. import permits
from ..public import (
    COUNT_CAP,
    WORD_COUNT_CAP,
    Filters,
    hazard_page,
    tab_counts,
)
from .asked import DAYS, FLAGS, TAB_NAMES, Asked, asked, tabs_for
from .bulk import acts_for
from .lines import lines_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Tab:
    """``limit``: above it the count is only "more than"."""

    name: str
    label: StrOrPromise
    count: int
    limit: int
    href: str
    here: bool


@page(permits.VIEW, assigned=True)
def hazard_list(request: Request) -> HttpResponse:
    """The hazards the address asks for, as far as the actor may see them."""
    actor = request.actor
    ask = asked(actor, request.GET)
    found = hazard_page(actor, ask.filters, request.GET.get("after", ""), PAGE_SIZE, ask.order)
    unit = ask.filters.unit
    context = {
        "ask": ask,
        "form": ask.form,
        "page": found,
        "lines": lines_of(found.rows),
        "tabs": tabs_of(actor, ask),
        "chips": ask.chips(),
        "kept": _kept(ask),
        "unit": unit,
        "places": places_of(actor, unit) if unit is not None and unit.kind == UnitKind.SCHOOL else [],
        "acts": acts_for(actor),
        "may_register": actor.may_somewhere(permits.REGISTER),
        "may_export": actor.may_somewhere(permits.EXPORT),
        "more_open": _more_open(ask.filters),
    }
    return render(request, "hazard/list.html", context)


def tabs_of(actor: Actor, ask: Asked) -> list[Tab]:
    """The tabs with their counts under the other filters; one query."""
    names = tabs_for(actor)
    cap = WORD_COUNT_CAP if ask.filters.text.strip() else COUNT_CAP
    counts = tab_counts(actor, ask.filters, names, cap)
    rest = ask.without("tab", "order")
    return [
        Tab(n, TAB_NAMES[n], counts[n], cap - 1, f"?tab={n}{'&' if rest else ''}{rest}", n == ask.filters.tab)
        for n in names
    ]


def _kept(ask: Asked) -> list[tuple[str, str]]:
    """What the filter form must carry along unseen."""
    return [(name, str(ask.query[name])) for name in ("tab", "unit", "order") if ask.query.get(name)]


def _more_open(filters: Filters) -> bool:
    """Whether one of the filters behind "more" is in force."""
    named = any(getattr(filters, n) for n in (*FLAGS, *DAYS, "source") if n not in {"late", "mine"})
    return named or filters.in_time is not None


@page(permits.VIEW, assigned=True)
def unit_choices(request: Request) -> HttpResponse:
    """Units to narrow the list to, by name or down the tree; each a link to the same list."""
    actor = request.actor
    ask = asked(actor, request.GET)
    text = request.GET.get("unit_q", "").strip()
    node = ask.filters.unit
    if text:
        units = search_units(actor, text)
    else:
        units = children(actor, node) if node is not None else tops(actor)
        if node is None and len(units) == 1:
            units = [*units, *children(actor, units[0])]
    rest = ask.without("unit", "place", "unit_q")
    context = {"units": units, "rest": rest, "text": text, "node": node}
    return render(request, "hazard/unit_choices.html", context)
