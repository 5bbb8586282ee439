"""Pages of facts: what is known of a unit, what is missing, and who said so."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.foundation.org.public import Unit
from anyuan.foundation.sheets.public import excel_response
from anyuan.foundation.ui.public import Request, once_form, page, render

from ..fact_form import FactForm, editable, fact_form, to_confirm
from ..fact_queries import (
    FactLine,
    Standing,
    fact_definition,
    fact_gaps,
    fact_history,
    fact_lines,
    grouped,
)
from ..facts import confirm_facts, set_facts
from ..loading.facts import facts_sheet
from ..models import Subject
from ..permits import LEDGER_FACTS, LEDGER_VIEW
from ..wording import title_of, value_text
from .common import frame, unit_here

TONES = {
    Standing.MISSING: "unknown",
    Standing.EXPIRED: "late",
    Standing.SOON: "act",
    Standing.KNOWN: "done",
}


@page(LEDGER_VIEW)
def facts_page(request: Request, unit_id: UUID) -> HttpResponse:
    """The facts of a school, to be declared and confirmed; of an office: which school lacks what."""
    unit = unit_here(request, unit_id)
    if unit.kind != "school":
        page_of, gaps = fact_gaps(request.actor, unit, request.GET.get("after", ""))
        context = frame(request, unit, "facts") | {"page": page_of, "gaps": gaps}
        return render(request, "ledger/fact_gaps.html", context)
    return show_facts(request, unit, None, fact_lines(request.actor, unit))


def show_facts(
    request: Request, unit: Unit, subject: Subject | None, lines: list[FactLine], form: FactForm | None = None
) -> HttpResponse:
    """The page of facts of a unit or of one subject; ``form`` holds what was typed."""
    form = form or fact_form(lines)(initial={"seen": clock.now().isoformat()})
    fields = {line.key: form[line.key] for line in editable(lines)}
    asked = [line for line in lines if line.may_declare]
    groups = [
        (label, [(line, fields.get(line.key), TONES[line.standing]) for line in found])
        for label, found in grouped(asked)
    ]
    context = frame(request, unit, "subjects" if subject else "facts") | {
        "subject": subject,
        "groups": groups,
        "found_out": [line for line in lines if not line.may_declare],
        "form": form,
        "any_field": bool(fields),
        "confirmable": len(to_confirm(lines)),
        "missing": sum(line.value is None and line.may_declare for line in lines),
        "known": sum(line.value is not None for line in lines),
        "soon": sum(line.standing in (Standing.SOON, Standing.EXPIRED) for line in lines),
    }
    return render(request, "ledger/subject.html" if subject else "ledger/facts.html", context)


@page(LEDGER_FACTS, methods=("POST",))
def declare(request: Request, unit_id: UUID) -> HttpResponse:
    """Save what was changed on the facts page, or confirm what runs out."""
    return declare_for(request, unit_here(request, unit_id), None, reverse("ledger:facts", args=[unit_id]))


def declare_for(request: Request, unit: Unit, subject: Subject | None, url: str) -> HttpResponse:
    """The write of the facts page, of a unit or of one subject."""
    lines = fact_lines(request.actor, unit, subject)
    form = fact_form(lines)(request.POST)

    def work() -> str:
        values = form.changed(lines)
        said = 0
        if values:
            said += len(
                set_facts(
                    request.actor, unit, values, valid_from=form.cleaned_data["valid_from"],
                    subject=subject, seen=form.seen_at(),
                )
            )  # fmt: skip
        keys = [k for k in to_confirm(lines) if k not in values] if request.POST.get("confirm") else []
        if keys:
            said += len(confirm_facts(request.actor, unit, keys, subject=subject))
        if not said:
            raise Invalid(_("Nothing was changed. Write a value first."))
        text = ngettext("Saved: %(count)s fact.", "Saved: %(count)s facts.", said)
        messages.success(request, text % {"count": said})
        return url

    return once_form(request, work, form=form, again=lambda: show_facts(request, unit, subject, lines, form))


@page(LEDGER_VIEW)
def history(request: Request, unit_id: UUID, key: str) -> HttpResponse:
    """Everything ever declared of one fact: what held when, what was believed, who said it."""
    unit = unit_here(request, unit_id)
    fact = fact_definition(key)
    rows = [(row, value_text(fact, row.value)) for row in fact_history(request.actor, unit, key)]
    context = frame(request, unit, "facts") | {"fact": fact, "title": title_of(fact), "rows": rows}
    return render(request, "ledger/fact.html", context)


@page(LEDGER_VIEW)
def export(request: Request, unit_id: UUID) -> FileResponse:
    """The facts of every school at and below a unit, in the shape of the template."""
    unit = unit_here(request, unit_id)
    request.actor.require(LEDGER_VIEW, unit.path)
    sheet = facts_sheet(request.actor, unit)
    return excel_response([sheet], f"{unit.title}-{sheet.name}.xlsx")
