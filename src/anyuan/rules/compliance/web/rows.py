"""The rows behind a number, and what one verdict rests on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import Request, page, render
from anyuan.rules.policy.public import Area

from .. import permits
from ..models import Verdict
from ..queries.counting import ORDER, Counts
from ..queries.rows import GROUPS, Filters, find_verdict, row_counts, siblings, verdict_page
from . import showing

GROUP_NAMES = {"rated": _("Counted in the rate"), "open": _("Not in order")}


@page(permits.COMPLIANCE_VIEW)
def rows(request: Request) -> HttpResponse:
    """The verdicts the address asks for; its tabs count what the boards count."""
    filters = _asked(request)
    found = verdict_page(request.actor, filters, request.GET.get("after", ""))
    counts = row_counts(request.actor, filters)
    context = {
        "filters": filters,
        "page": found,
        "lines": [line_of(v) for v in found.rows],
        "tabs": _tabs(counts, filters.state),
        "shown": counts.of(*filters.states) if filters.states else counts.all,
        "area_label": Area(filters.area).label if filters.area else "",
        "requirement": found.rows[0].requirement if filters.key and found.rows else None,
        "areas": Area.choices,
    }
    return render(request, "compliance/rows.html", context)


def _asked(request: Request) -> Filters:
    asked = request.GET
    if not asked.get("unit"):
        raise Invalid(str(_("The address names no unit. Open the rows from a number.")))
    unit = unit_of(request.actor, asked["unit"])
    request.actor.require(permits.COMPLIANCE_VIEW, unit.path)
    area, state = asked.get("area", ""), asked.get("state", "")
    return Filters(
        unit,
        month=asked.get("month", ""),
        area=area if area in Area.values else "",
        key=asked.get("key", "")[:121],
        state=state if state in GROUPS or state in showing.MARKS else "",
        alone=asked.get("alone") == "1",
    )


def _tabs(counts: Counts, here: str) -> list[dict[str, Any]]:
    tabs = [{"state": "", "label": _("All"), "count": counts.all}]
    tabs += [
        {"state": name, "label": GROUP_NAMES[name], "count": counts.of(*GROUPS[name])} for name in GROUPS
    ]
    tabs += [
        {"state": str(s), "label": f"{showing.SHAPES[s]} {s.label}", "count": counts.of(s)}
        for s in ORDER
        if counts.of(s) or s == here
    ]
    return [{**tab, "here": tab["state"] == here} for tab in tabs]


def line_of(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a row shows it."""
    mark = showing.MARKS[verdict.state]
    requirement = verdict.requirement
    return {
        "verdict": verdict,
        "mark": mark,
        "title": showing.own_words(requirement.title, requirement.title_en),
        "numbers": numbers_of(verdict),
    }


def numbers_of(verdict: Verdict) -> str:
    """Have and need in a few signs; empty for a yes or no."""
    if verdict.need is None or verdict.have is None:
        return ""
    part = verdict.requirement.spec.get("standard") or verdict.requirement.spec.get("duty") or {}
    if part.get("op") == "holds":
        return ""
    unit = part.get("unit", "")
    sign = {"at-most": "≤", "equals": "="}.get(part.get("op", ""), "≥")
    return f"{verdict.have:g}{unit}（{sign} {verdict.need:g}{unit}）"


@page(permits.COMPLIANCE_VIEW)
def verdict(request: Request, pk: UUID) -> HttpResponse:
    """Why: formula, inputs, need, have, gap, clause; what is missing and who can give it."""
    found = find_verdict(request.actor, pk)
    context = {
        "line": line_of(found),
        "verdict": found,
        "mark": showing.MARKS[found.state],
        "tone": showing.TONES[found.state],
        "others": [line_of_sibling(v) for v in siblings(request.actor, found)],
    }
    return render(request, "compliance/verdict.html", context)


def line_of_sibling(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict, "mark": showing.MARKS[verdict.state]}
