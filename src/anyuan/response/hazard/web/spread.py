"""After a hazard: ask the like places for the same, answer such a question, see who looked there before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.ui.public import BaseForm, Choices, Request, Words, once_form, page, render

from .. import permits
from .. import public as hz
from ..public import Hazard, SameCheck, SameCheckState, Source
from .fields import save_photos
from .register import FindingForm


class SpreadForm(BaseForm):
    what = forms.CharField(label=_("What to look for"), widget=Words(rows=2))
    due_on = forms.DateField(label=_("Answer until"))


@page(permits.LIST, methods=("GET", "POST"))
def spread(request: Request, pk: UUID) -> HttpResponse:
    """The listing authority asks every unit with the same kind of place; it sees who answered what."""
    hazard = hz.find(request.actor, pk)
    first = {"what": hazard.title, "due_on": clock.today() + timedelta(days=7)}
    form = SpreadForm(request.POST if request.method == "POST" else None, initial=first)

    def work() -> str:
        data = form.cleaned_data
        count = hz.spread(request.actor, hazard, data["due_on"], data["what"])
        said = ngettext("%(count)d unit was asked.", "%(count)d units were asked.", count)
        messages.success(request, said % {"count": count})
        return request.path

    def show() -> HttpResponse:
        checks = list(hz.same_checks_of(request.actor, hazard))
        answered = sum(check.state != SameCheckState.OPEN for check in checks)
        found = sum(check.state == SameCheckState.FOUND for check in checks)
        context = {"hazard": hazard, "form": form, "checks": checks, "answered": answered, "found": found}
        return render(request, "hazard/spread.html", context)

    return once_form(request, work, form=form, again=show) if request.method == "POST" else show()


class SameCheckForm(FindingForm):
    """What a school saw; when the same is there, it becomes a hazard in the same act."""

    ways = ("general", "later", "suspected")
    seen = forms.ChoiceField(
        label=_("What we saw"),
        choices=[("clear", SameCheckState.CLEAR.label), ("found", SameCheckState.FOUND.label)],
        widget=Choices,
    )
    answer = forms.CharField(label=_("How it was checked"), widget=Words(rows=2))
    evidence_reason = forms.CharField(label=_("Why there is no photo"), required=False, max_length=200)

    def __init__(self, actor: Actor, check: SameCheck, data: Any = None) -> None:
        super().__init__(actor, check.unit, data)
        self.start(title=check.what[:100], domain=check.origin.domain)
        if self.data.get("seen") == "clear":
            for name in self.fields.keys() - {"seen", "answer"}:
                self.fields[name].required = False

    def clean(self) -> None:
        if self.cleaned_data.get("seen") == "found":
            super().clean()


@page(permits.ASSESS, methods=("GET", "POST"))
def same_check(request: Request, pk: UUID) -> HttpResponse:
    """The question and its answer."""
    check = hz.find_same_check(request.actor, pk)
    form = SameCheckForm(request.actor, check, request.POST if request.method == "POST" else None)

    def work() -> str:
        done = hz.answer_same_check(request.actor, check, form.cleaned_data["answer"], _found(request, form))
        return done.hazard.url if done.hazard is not None else request.path

    def show() -> HttpResponse:
        return render(request, "hazard/same_check.html", {"check": check, "form": form})

    return once_form(request, work, form=form, again=show) if request.method == "POST" else show()


def _found(request: Request, form: SameCheckForm) -> hz.Registration | None:
    if form.cleaned_data["seen"] != "found":
        return None
    return form.finding(
        source=Source.ORDER,
        evidence_reason=form.cleaned_data["evidence_reason"],
        before=save_photos(request, "before", form.unit),
    )


@page(permits.VIEW, assigned=True)
def looked(request: Request, pk: UUID) -> HttpResponse:
    """Who looked at that place before it was found, when, and what was written down."""
    hazard: Hazard = hz.find(request.actor, pk)
    context = {"hazard": hazard, "looks": hz.look_back(request.actor, hazard)}
    return render(request, "hazard/looked.html", context)
