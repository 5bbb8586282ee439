"""Quick snaps for the safety officer: complete one into a hazard, or dismiss it with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.files.public import attachments_of, attachments_of_many
from anyuan.foundation.ui.public import BaseForm, Request, Words, once_form, page, render

from .. import permits
from .. import public as hz
from ..public import Lead, LeadState
from .register import FindingForm


class DismissLeadForm(BaseForm):
    reason = forms.CharField(
        label=_("Why it is no hazard"), widget=Words(rows=2), help_text=_("Who sent it is told the reason.")
    )


@page(permits.VIEW)
def lead_list(request: Request) -> HttpResponse:
    """The quick snaps of the actor's units, newest first; ``?state=`` completed, dismissed or all."""
    state = request.GET.get("state", LeadState.OPEN)
    if state not in {*LeadState.values, "all"}:
        state = LeadState.OPEN
    found = hz.lead_page(request.actor, "" if state == "all" else state, request.GET.get("after", ""))
    photos = attachments_of_many("hazard.Lead", [lead.pk for lead in found.rows])
    lines = [(lead, photos.get(lead.pk, [])) for lead in found.rows]
    tabs = [*((value, label, value == state) for value, label in LeadState.choices)]
    tabs.append(("all", _("All"), state == "all"))
    return render(request, "hazard/leads.html", {"page": found, "lines": lines, "tabs": tabs})


@page(permits.VIEW, assigned=True)
def lead(request: Request, pk: UUID) -> HttpResponse:
    """One quick snap; its reporter reads here what became of it."""
    found = hz.find_lead(request.actor, pk)
    return _show(request, found, _finding(request, found), DismissLeadForm())


@page(permits.ASSESS, methods=("POST",))
def complete(request: Request, pk: UUID) -> HttpResponse:
    """Make a hazard of it; its photos go along."""
    found = hz.find_lead(request.actor, pk)
    form = _finding(request, found, request.POST)
    return once_form(
        request,
        lambda: hz.complete_lead(request.actor, found, form.finding(evidence_reason=_no_photo(found))).url,
        form=form,
        again=lambda: _show(request, found, form, DismissLeadForm()),
    )


@page(permits.ASSESS, methods=("POST",))
def dismiss(request: Request, pk: UUID) -> HttpResponse:
    """Not a hazard; on to the next."""
    found = hz.find_lead(request.actor, pk)
    form = DismissLeadForm(request.POST)

    def work() -> str:
        hz.dismiss_lead(request.actor, found, form.cleaned_data["reason"])
        return reverse("hazard:leads")

    return once_form(
        request, work, form=form, again=lambda: _show(request, found, _finding(request, found), form)
    )


def _no_photo(found: Lead) -> str:
    """Why the hazard has no photo, when the quick snap has none."""
    if any(file.is_image for file in attachments_of(found)):
        return ""
    return str(_("Reported in words by a quick snap."))


def _finding(request: Request, found: Lead, data: Any = None) -> FindingForm:
    form = FindingForm(request.actor, found.unit, data)
    form.start(
        title=found.text[:100],
        place=str(found.place_id or ""),
        place_text=found.place_text,
        description=found.text if len(found.text) > 100 else "",
    )
    return form


def _show(request: Request, found: Lead, form: FindingForm, dismissal: DismissLeadForm) -> HttpResponse:
    may = request.actor.may(permits.ASSESS, found.unit.path)
    context = {
        "lead": found,
        "photos": attachments_of(found),
        "form": form,
        "dismissal": dismissal,
        "may": may and found.state == LeadState.OPEN,
    }
    return render(request, "hazard/lead.html", context)
