"""Hazards proposed from unmet requirements: read them, accept or dismiss them in bulk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import UnitKind
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import BaseForm, DayInput, Request, Words, once_form, page, render

from .. import permits
from .. import public as hz
from ..public import MOST_AT_ONCE, Proposal, ProposalState

FIRST_DAYS = 7
"""How long the interim protection holds when nothing else is said."""


class AcceptForm(BaseForm):
    interim = forms.CharField(
        label=_("Interim protection until it is put right"),
        required=False,
        widget=Words(rows=2),
        help_text=_("With it, hazards that are not held to be major are graded general at once."),
    )
    interim_until = forms.DateField(label=_("It holds until"), required=False, widget=DayInput())

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"interim_until": clock.today() + timedelta(days=FIRST_DAYS)})

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("interim") and not found.get("interim_until"):
            self.add_error("interim_until", gettext("Say until which day it holds."))
        return found


class DismissForm(BaseForm):
    reason = forms.CharField(
        label=_("Why no hazard is made of it"),
        widget=Words(rows=2),
        help_text=_("It is not proposed again until the requirement was met in between."),
    )


FORMS: dict[str, type[AcceptForm] | type[DismissForm]] = {"accept": AcceptForm, "dismiss": DismissForm}


@page(permits.VIEW)
def proposal_list(request: Request) -> HttpResponse:
    """``?state=`` (proposed by default, or all), ``unit=``, ``key=``, ``area=``; newest first.

    ``verdict=``: what was proposed of this one, decided or not.
    """
    actor, asked = request.actor, request.GET
    of = asked.get("verdict", "")
    state = "all" if of else asked.get("state", ProposalState.PROPOSED)
    state = state if state in {*ProposalState.values, "all"} else ProposalState.PROPOSED
    unit = unit_of(actor, asked["unit"]) if asked.get("unit") else None
    wanted = "" if state == "all" else state
    every = hz.proposals_of(actor, of) if of else hz.proposals(actor, wanted, unit, "", asked.get("area", ""))
    key = asked.get("key", "")
    found = hz.proposal_page(every.filter(key=key) if key else every, asked.get("after", ""))
    if of and found.rows and all(row.state == ProposalState.PROPOSED for row in found.rows):
        state = ProposalState.PROPOSED
    tabs = [(value, label, value == state) for value, label in ProposalState.choices]
    context = {
        "page": found,
        "state": state,
        "unit": unit,
        "key": key,
        "lines": hz.causes_in(every),
        "tabs": [*tabs, ("all", _("All"), state == "all")],
        "may": state == ProposalState.PROPOSED and actor.may_somewhere(permits.REGISTER),
        "alone": unit is not None and unit.kind == UnitKind.SCHOOL,
    }
    return render(request, "hazard/proposals.html", context)


@page(permits.REGISTER)
def decide(request: Request) -> HttpResponse:
    """The ticked proposals and what the act asks; nothing is done yet."""
    act = request.GET.get("act", "")
    if act not in FORMS:
        raise Http404
    return _show(request, act, _ticked(request.actor, request.GET.getlist("ids")), FORMS[act]())


@page(permits.REGISTER, methods=("POST",))
def perform(request: Request, act: str) -> HttpResponse:
    """Accept or dismiss each; one that is refused stops none of the others."""
    if act not in FORMS:
        raise Http404
    rows = _ticked(request.actor, request.POST.getlist("ids"))
    form = FORMS[act](request.POST)
    return once_form(
        request,
        lambda: _done(request, act, rows, form.cleaned_data),
        form=form,
        again=lambda: _show(request, act, rows, form),
    )


def _done(request: Request, act: str, rows: list[Proposal], told: dict[str, Any]) -> str:
    actor = request.actor

    def one(row: Proposal) -> object:
        if act == "accept":
            return hz.accept_proposal(actor, row, told["interim"], told["interim_until"])
        return hz.dismiss_proposal(actor, row, told["reason"])

    outcome = hz.one_by_one(rows, one)
    n = len(outcome.done)
    if act == "accept":
        said = ngettext("%(n)d hazard was registered.", "%(n)d hazards were registered.", n)
    else:
        said = ngettext("%(n)d proposal was dismissed.", "%(n)d proposals were dismissed.", n)
    if n:
        messages.success(request, said % {"n": n})
    for row, why in outcome.refused:
        messages.warning(request, f"{row.unit.title} · {row.title}：{why}")
    state = ProposalState.ACCEPTED if act == "accept" else ProposalState.DISMISSED
    return f"{reverse('hazard:proposals')}?state={state if n else ProposalState.PROPOSED}"


def _ticked(actor: Actor, ids: list[str]) -> list[Proposal]:
    if not ids:
        raise Invalid(gettext("Tick at least one proposal in the list."))
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(gettext("Choose at most %(count)d proposals at once.") % {"count": MOST_AT_ONCE})
    return hz.some_proposals(actor, ids)


def _show(request: Request, act: str, rows: list[Proposal], form: forms.Form) -> HttpResponse:
    open_rows = [row for row in rows if row.state == ProposalState.PROPOSED]
    context = {"act": act, "rows": open_rows, "left_out": len(rows) - len(open_rows), "form": form}
    return render(request, "hazard/decide.html", context)
