"""起步向导: the first day of a region, step by step."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, clock
from anyuan.foundation.org.public import Unit, UnitKind
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.sheets.public import excel_response
from anyuan.foundation.ui.public import Request, once_form, page, render
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy import public as policy

from ..queries.firstday import calendar_step, first_day, people_step, units_step

ORG_MANAGE = "org.manage"


@page(ORG_MANAGE)
def start(request: Request, unit: UUID) -> HttpResponse:
    """The steps; what needs the formulas of all schools comes after the page."""
    area = _area(request.actor, unit)
    steps = [calendar_step(area), units_step(request.actor, area), people_step(request.actor, area)]
    context = {"area": area, "steps": steps, "done": sum(step.finished for step in steps)}
    return render(request, "desk/start.html", context)


@page(ORG_MANAGE)
def forecast(request: Request, unit: UUID) -> HttpResponse:
    """The facts that unlock most, and the documents in waves with what they would come to."""
    area = _area(request.actor, unit)
    found = first_day(request.actor, area)
    context = {
        "area": area,
        "found": found,
        "today": clock.today(),
        "sheet": any(line.sheet for line in found.unlocks),
        "may_load": request.actor.may(ledger.LEDGER_FACTS, area.path),
        "may_activate": request.actor.may(policy.POLICY_MANAGE, area.path),
        "waiting": [wave for wave in found.waves if wave.starts is None],
    }
    return render(request, "desk/start_forecast.html", context, part="desk/parts/forecast.html")


@page(ledger.LEDGER_FACTS)
def facts_book(request: Request, unit: UUID) -> FileResponse:
    """A workbook with a line per school and a column for each of the facts that unlock most."""
    area = _area(request.actor, unit, ledger.LEDGER_FACTS)
    keys = [line.key for line in first_day(request.actor, area).unlocks if line.sheet]
    if not keys:
        raise NotFound(_("No fact is missing that a workbook could give."))
    sheet = ledger.facts_sheet(request.actor, area, keys)
    return excel_response([sheet], f"{area.title}-{_('facts first')}.xlsx")


@page(policy.POLICY_MANAGE, methods=("POST",))
def switch_on(request: Request, unit: UUID) -> HttpResponse:
    """Put a document into force here from the chosen day."""
    area = _area(request.actor, unit, policy.POLICY_MANAGE)

    def work() -> str:
        wanted = request.POST.get("pack", "")
        pack = next((p for p in policy.latest_packs(request.actor) if str(p.pk) == wanted), None)
        if pack is None:
            raise NotFound(_("There is no such document."))
        day, basis = _day(request.POST.get("day", "")), request.POST.get("basis", "")
        made = policy.activate(request.actor, pack, area, day, basis)
        words = {"title": pack.title, "unit": area.title, "day": made.starts.isoformat()}
        messages.success(request, _("“%(title)s” applies in %(unit)s from %(day)s.") % words)
        return reverse("desk:start", args=[area.pk])

    return once_form(request, work)


def _day(text: str) -> date:
    """From today on: what lies behind was not asked of anybody. Raises ``Invalid``."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(_("Choose the day from which it applies.")) from error
    if day < clock.today():
        raise Invalid(_("Choose today or a later day: nobody can keep a duty afterwards."))
    return day


def _area(actor: Actor, key: UUID, verb: str = ORG_MANAGE) -> Unit:
    """A region. Raises ``NotFound`` for a school and outside the scope, ``NotPermitted`` inside it."""
    found = find_unit(actor, key)
    if found.kind in (UnitKind.SCHOOL, UnitKind.DEPARTMENT):
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    actor.require(verb, found.path)
    return found
