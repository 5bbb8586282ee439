"""The rows behind a number, and what one verdict rests on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.org.public import UnitKind
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import Request, page, render
from anyuan.rules.policy.public import Area, period_label

from .. import permits
from ..models import Verdict
from ..queries.rows import GROUPS, Filters, behind, row_counts, verdict_page
from ..shapes import Behind, Counts
from ..states import WORST_FIRST
from . import showing

KEPT = ("month", "state", "alone")
"""What the choice of an area leaves as it is."""
GROUP_NAMES = {"rated": _("Counted in the rate"), "open": _("Not in order")}


@page(permits.COMPLIANCE_VIEW)
def rows(request: Request) -> HttpResponse:
    """The verdicts the address asks for; its tabs count what the boards count."""
    filters = _asked(request)
    found = verdict_page(request.actor, filters, request.GET.get("after", ""))
    counts, units = row_counts(request.actor, filters)
    below = behind(request.actor, filters, found.rows) if filters.leads else {}
    words = showing.words()
    context = {
        "filters": filters,
        "page": found,
        "lines": [line_of(v) | _spoken_for(v, below.get(v.pk), filters.month, words) for v in found.rows],
        "tabs": _tabs(counts, filters.state),
        "shown": sum(counts[s] for s in filters.states or counts.by),
        "units": 0 if filters.alone or filters.unit.kind == UnitKind.SCHOOL else units,
        "area_label": Area(filters.area).label if filters.area else "",
        "requirement": title_of(found.rows[0]) if filters.key and found.rows else "",
        "period_label": period_label(filters.period) if filters.period else "",
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
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
        leads=None if asked.get("each") == "1" else True,
        period=asked.get("period"),
    )


def _tabs(counts: Counts, here: str) -> list[dict[str, Any]]:
    tabs = [{"state": "", "label": _("All"), "count": sum(counts.by.values())}]
    tabs += [
        {"state": name, "label": GROUP_NAMES[name], "count": sum(counts[s] for s in states)}
        for name, states in GROUPS.items()
    ]
    tabs += [
        {"state": str(s), "label": f"{showing.SHAPES[s]} {s.label}", "count": counts[s]}
        for s in WORST_FIRST
        if counts[s] or s == here
    ]
    return [{**tab, "here": tab["state"] == here} for tab in tabs]


def _spoken_for(verdict: Verdict, found: Behind | None, month: str, words: dict[str, str]) -> dict[str, str]:
    """What a row says of the classes, dormitories ... it speaks for, instead of the name of the worst."""
    if found is None:
        return {}
    base = showing.each_at(verdict.unit_id, verdict.key, verdict.period, month)
    return {"subject": "", "behind": showing.subjects(found, base, words)}


def title_of(verdict: Verdict) -> str:
    """What is required, in the reader's language."""
    return showing.own_words(verdict.requirement.title, verdict.requirement.title_en)


def line_of(verdict: Verdict) -> dict[str, Any]:
    """A verdict as a row shows it."""
    requirement = verdict.requirement
    return {
        "verdict": verdict,
        "mark": showing.MARKS[verdict.state],
        "href": verdict.url,
        "title": title_of(verdict),
        "unit": verdict.unit.title,
        "subject": verdict.subject.name if verdict.subject else "",
        "period": period_label(verdict.period) if verdict.period else "",
        "numbers": numbers_of(verdict),
        "clause": f"{requirement.pack.title} {requirement.clause.label}",
    }


def numbers_of(verdict: Verdict) -> str:
    """Have and need in a few signs; empty for a yes or no."""
    part = _part(verdict)
    return showing.amounts(verdict.have, verdict.need, part.get("op", ""), part.get("unit", ""))


def _part(verdict: Verdict) -> dict[str, Any]:
    spec: dict[str, Any] = verdict.requirement.spec
    return spec.get("standard") or spec.get("duty") or {}
