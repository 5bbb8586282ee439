"""Checklists: what applies to a school, and the form that makes a record and hazards of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.org.public import Unit, places_of
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import Request, once_form, page, render
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy.public import ActiveChecklist, CheckItem, Clause, checklist_for

from ..queries.checks import last_checks
from .choosing import choose, drafts, unit_for
from .rounds import hazards_of


@dataclass(frozen=True, slots=True)
class Row:
    """An item with what was answered."""

    number: int
    item: CheckItem
    result: str
    note: str
    place: str
    errors: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.item.pk.hex


@dataclass(frozen=True, slots=True)
class Part:
    """The items under one clause."""

    clause: Clause
    rows: list[Row]


@page(ledger.LEDGER_RECORD)
def check_list(request: Request) -> HttpResponse:
    """The checklists that apply, each with the day it was last answered."""
    unit = unit_for(request, ledger.LEDGER_RECORD)
    if unit is None:
        return choose(request, _("Checks"))
    request.actor.require(ledger.LEDGER_RECORD, unit.path)
    lists = ledger.checklists_for(request.actor, unit)
    last = last_checks(request.actor, unit)
    context = {"unit": unit, "lists": [(active, last.get(active.checklist.code)) for active in lists]}
    return render(request, "desk/checks.html", context)


@page(ledger.LEDGER_RECORD, methods=("GET", "POST"))
def check_form(request: Request, pk: UUID, unit: UUID) -> HttpResponse:
    """Answer one checklist at one school."""
    found = find_unit(request.actor, unit)
    active = checklist_for(found, pk)
    request.actor.require(ledger.LEDGER_RECORD, found.path, active.checklist.domain)
    places = places_of(request.actor, found)
    last = ledger.last_of(request.actor, found, active.checklist.code)
    problems: dict[str, list[str]] = {}

    def work() -> str:
        try:
            return _file(request, found, active)
        except Invalid as problem:
            problems.update(problem.fields)
            raise Invalid(problem.message) from problem

    def show() -> HttpResponse:
        sent = request.POST
        context = {
            "unit": found,
            "checklist": active.checklist,
            "parts": _parts(_rows(request, active, problems, last)),
            "count": len(active.items),
            "places": places,
            "last": last,
            "companions": sent.get("companions", last.companions if last else ""),
            "interim": sent.get("interim", ""),
        }
        return render(request, "desk/check.html", context)

    return once_form(request, work, again=show) if request.method == "POST" else show()


def _rows(
    request: Request, active: ActiveChecklist, problems: dict[str, list[str]], last: ledger.Repeat | None
) -> list[Row]:
    """Places are carried over from last time, results never are."""
    sent = request.POST
    rows = []
    for number, item in enumerate(active.items, 1):
        key = item.pk.hex
        before = last.places.get(item.code) if last else None
        rows.append(
            Row(
                number,
                item,
                sent.get(f"result_{key}", ""),
                sent.get(f"note_{key}", ""),
                sent.get(f"place_{key}", str(before or "")),
                problems.get(str(item.pk), []),
            )
        )
    return rows


def _parts(rows: Sequence[Row]) -> list[Part]:
    parts: list[Part] = []
    for row in rows:
        if not parts or parts[-1].clause.pk != row.item.clause_id:
            parts.append(Part(row.item.clause, []))
        parts[-1].rows.append(row)
    return parts


def _file(request: Request, unit: Unit, active: ActiveChecklist) -> str:
    answers = {}
    for row in _rows(request, active, {}, None):
        failed = row.result == ledger.FAIL
        answers[row.item.pk] = ledger.Answer(
            row.result,
            row.note,
            _place_id(row.place) if failed else None,
            drafts(request, f"photos_{row.key}", unit),
        )
    found = hz.file_check(
        request.actor,
        active.checklist,
        unit,
        {pk: answer for pk, answer in answers.items() if answer.result},
        companions=request.POST.get("companions", "")[:200],
        interim=request.POST.get("interim", "")[:500],
    )
    return reverse("desk:check-done", args=[found.record.pk])


def _place_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid(_("Choose one of the answers that are offered.")) from error


@page(ledger.LEDGER_RECORD)
def check_done(request: Request, pk: UUID) -> HttpResponse:
    """What a check came to."""
    record = ledger.record_by_id(request.actor, pk)
    context = {"record": record, "hazards": hazards_of(request.actor, record)}
    return render(request, "desk/check_done.html", context)
