"""Where units stand: one school, schools × areas, one area × schools, rates of a city and their trend."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound
from anyuan.foundation.org.public import Unit, UnitKind, trail_above
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import Request, page, render
from anyuan.rules.policy.public import Area

from .. import permits
from ..queries.boards import AreaMatrix, Matrix, School, area_matrix, matrix
from ..queries.rates import Line, Rates, rates
from ..shapes import Counts
from ..states import State
from . import showing
from .school import school_context

WIDE = (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.DEPARTMENT)
"""Units that read rates of the units below them; the others read their schools."""


def tops(actor: Actor) -> list[Unit]:
    """The highest units whose compliance the actor may see."""
    paths = {g.path for g in actor.grants_for(permits.COMPLIANCE_VIEW)}
    highest = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
    rows = Unit.objects.visible_to(actor, permits.COMPLIANCE_VIEW)
    return list(rows.filter(path__in=highest).order_by("path"))


@page(permits.COMPLIANCE_VIEW)
def home(request: Request) -> HttpResponse:
    """Where the actor's own unit stands."""
    found = tops(request.actor)
    if not found:
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    return _show(request, found[0], found[1:])


@page(permits.COMPLIANCE_VIEW)
def unit(request: Request, pk: UUID) -> HttpResponse:
    """Where one unit stands; ``?view=schools`` shows the schools of a city."""
    return _show(request, unit_of(request.actor, pk), [])


def _show(request: Request, node: Unit, others: list[Unit]) -> HttpResponse:
    request.actor.require(permits.COMPLIANCE_VIEW, node.path)
    context = {**_frame(request.actor, node), "others": others}
    if node.kind == UnitKind.SCHOOL and request.GET.get("view") != "schools":
        return render(request, "compliance/school.html", context | school_context(request.actor, node))
    if node.kind in WIDE and request.GET.get("view") != "schools":
        return _rates(request, node, context)
    found = matrix(request.actor, node, request.GET.get("after", ""))
    context |= {"board": found, **_matrix(found)}
    return render(request, "compliance/matrix.html", context)


def _frame(actor: Actor, node: Unit) -> dict[str, Any]:
    """What every page of a unit says: the way down to it, the legend."""
    above = [u for u in trail_above(actor, node) if actor.may(permits.COMPLIANCE_VIEW, u.path)]
    return {"unit": node, "above": above, "legend": list(showing.MARKS.values())}


def _matrix(found: Matrix) -> dict[str, Any]:
    node, words = found.node.pk, showing.words()
    head = [
        {
            "label": label,
            "href": reverse("compliance:area", args=[node, code]),
            "rate": showing.rate_text(found.areas[code]),
            "rows": showing.rows_at(node, area=code, state="rated") if found.areas[code].rated else "",
        }
        for code, label in Area.choices
    ]
    return {
        "head": head,
        "rows": [_school_row(school, words) for school in found.schools],
        "cards": showing.cards(found.total, node),
    }


def _school_row(school: School, words: dict[str, str]) -> dict[str, Any]:
    cells = []
    for code in Area.values:
        counts = school.areas.get(code)
        base = showing.rows_at(school.unit_id, area=code, alone="1")
        cells.append(showing.counted(counts, base, words) if counts and sum(counts.by.values()) else "")
    return {
        "name": school.name,
        "href": showing.unit_url(school.unit_id),
        "rate": showing.rate_text(school.counts),
        "rated": showing.rows_at(school.unit_id, state="rated", alone="1") if school.counts.rated else "",
        "cells": cells,
    }


@page(permits.COMPLIANCE_VIEW)
def area(request: Request, pk: UUID, code: str) -> HttpResponse:
    """The requirements of one area × the schools of a unit, exceptions first."""
    node = unit_of(request.actor, pk)
    request.actor.require(permits.COMPLIANCE_VIEW, node.path)
    if code not in Area.values:
        raise Http404
    found = area_matrix(request.actor, node, Area(code), request.GET.get("after", ""))
    words = showing.words()
    context = _frame(request.actor, node) | {
        "board": found,
        "columns": _columns(found),
        "rows": [_area_row(found, school, words) for school in found.schools],
        "cards": showing.cards(found.total, node.pk, area=code),
        "areas": [(a, label, a == code) for a, label in Area.choices],
    }
    return render(request, "compliance/area.html", context)


def _columns(found: AreaMatrix) -> list[dict[str, str]]:
    return [
        {
            "title": showing.own_words(c.title, c.title_en),
            "clause": f"{c.document} {c.clause}",
            "href": showing.rows_at(found.node.pk, area=found.area, key=c.key, state="open"),
        }
        for c in found.columns
    ]


def _area_row(found: AreaMatrix, school: School, words: dict[str, str]) -> dict[str, Any]:
    cells = []
    for column in found.columns:
        cell = found.cells.get((school.unit_id, column.key))
        if cell is None:
            cells.append("")
            continue
        share = f"{cell.bad}/{cell.rows}" if cell.rows > 1 and cell.bad else ""
        cells.append(showing.standing(cell.state, words[cell.state], cell.verdict, share))
    return {
        "name": school.name,
        "href": showing.unit_url(school.unit_id),
        "rate": showing.rate_text(school.counts),
        "rated": showing.rows_at(school.unit_id, area=found.area, state="rated", alone="1")
        if school.counts.rated
        else "",
        "cells": cells,
    }


def _rates(request: Request, node: Unit, context: dict[str, Any]) -> HttpResponse:
    code = request.GET.get("area", "")
    code = code if code in Area.values else ""
    found = rates(request.actor, node, code)
    months = list(found.months)
    context |= {
        "board": found,
        "cards": showing.cards(found.now, node.pk),
        "area_heads": [(label, _now_cell(found.areas[a], node.pk, area=a)) for a, label in Area.choices],
        "total": _now_cell(found.now, node.pk),
        "months": months,
        "month_total": [_now_cell(found.months[m], node.pk, month=m, area=code) for m in months],
        "lines": [_rate_line(line, months, code) for line in found.lines],
        "area": code,
        "area_label": Area(code).label if code else "",
        "areas": Area.choices,
        "data": _trend(found, code),
    }
    return render(request, "compliance/rates.html", context)


def _now_cell(counts: Counts, unit: UUID, **asked: str) -> dict[str, str]:
    """A rate with what it is a share of, and the address of those rows."""
    href = showing.rows_at(unit, state="rated", **asked) if counts.rated else ""
    note = f"{counts[State.MET]}/{counts.rated}" if counts.rated else ""
    return {"text": showing.rate_text(counts), "note": note, "href": href}


def _rate_line(line: Line, months: list[str], area: str) -> dict[str, Any]:
    own = {"alone": "1"} if line.alone else {}
    key = line.unit.pk
    return {
        "name": _("%(unit)s itself") % {"unit": line.unit.title} if line.alone else line.unit.title,
        "href": "" if line.alone else showing.unit_url(key),
        "now": _now_cell(line.now, key, **own),
        "cells": [_now_cell(line.areas.get(a, Counts()), key, area=a, **own) for a in Area.values],
        "months": [_now_cell(line.months[m], key, month=m, area=area, **own) for m in months],
        "spark": sparkline([line.months[m].rate for m in months]),
    }


def sparkline(rates: list[float | None]) -> str:
    """The points of an SVG polyline of 100 × 24 for rates between 0 and 1; months without are skipped."""
    step = 100 / max(1, len(rates) - 1)
    found = [(i * step, 22 - rate * 20) for i, rate in enumerate(rates) if rate is not None]
    return " ".join(f"{x:.0f},{y:.1f}" for x, y in found)


def _trend(found: Rates, area: str) -> dict[str, Any]:
    months = [
        {
            "label": month,
            "rate": None if counts.rate is None else showing.percent(counts.rate),
            "rows": showing.rows_at(found.node.pk, month=month, area=area, state="rated"),
        }
        for month, counts in found.months.items()
    ]
    return {"months": months, "word": _("Compliance rate")}
