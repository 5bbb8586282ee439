"""Pages of classes, dormitories, vehicles: the list of a unit, one of them with its facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Person, Unit, people_of
from anyuan.foundation.ui.public import BaseForm, DayInput, Request, once_form, page, render

from ..fact_queries import fact_lines, subject, subjects_of
from ..permits import LEDGER_FACTS, LEDGER_VIEW
from ..states import MIRRORED, SubjectKind
from ..subjects import (
    BY_HAND,
    NewSubject,
    add_subject,
    change_subject,
    close_subject,
    name_keeper,
    usual_first_day,
)
from .common import frame, unit_here
from .facts import declare_for, show_facts

_MOST_PEOPLE = 400


class NewSubjectForm(BaseForm):
    """A class, dormitory ... as somebody enters it."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(k, SubjectKind(k).label) for k in BY_HAND])
    code = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=40,
        help_text=gettext_lazy("Names it for good, such as 2026-1-3."),
    )
    name = forms.CharField(label=pgettext_lazy("subject", "Name"), max_length=80)
    valid_from = forms.DateField(
        label=gettext_lazy("Since"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("From this day on it owes what documents ask. Empty: it was always there."),
    )


class ChangeForm(BaseForm):
    """Another name or first day."""

    name = forms.CharField(label=pgettext_lazy("subject", "Name"), max_length=80)
    valid_from = forms.DateField(label=gettext_lazy("Since"), required=False, widget=DayInput())


class KeeperForm(BaseForm):
    """Who keeps it; of the people of the unit."""

    keeper = forms.ChoiceField(
        label=pgettext_lazy("subject", "Kept by"),
        required=False,
        help_text=gettext_lazy(
            "Class teacher or dormitory manager: is reminded of it, may enter its records."
        ),
    )

    def __init__(self, people: Sequence[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(p.pk): p for p in people}
        field = cast("forms.ChoiceField", self.fields["keeper"])
        field.choices = [("", "–"), *((pk, p.name) for pk, p in self.people.items())]


class CloseForm(BaseForm):
    """The first day without it."""

    day = forms.DateField(label=pgettext_lazy("subject", "Closed from"), widget=DayInput())


@page(LEDGER_VIEW)
def subjects_page(request: Request, unit_id: UUID) -> HttpResponse:
    """What the unit keeps registers and facts of one by one."""
    unit = unit_here(request, unit_id)
    form = NewSubjectForm(initial={"valid_from": usual_first_day(unit), **request.GET.dict()})
    return _list(request, unit, form)


def _list(request: Request, unit: Unit, form: NewSubjectForm) -> HttpResponse:
    today = clock.today()
    found = subjects_of(request.actor, unit)
    groups = []
    for kind in SubjectKind:
        mine = [(s, s.valid_to is not None and s.valid_to <= today) for s in found if s.kind == kind]
        if mine:
            groups.append((kind, kind in MIRRORED, sorted(mine, key=lambda pair: pair[1])))
    context = frame(request, unit, "subjects") | {"groups": groups, "form": form}
    return render(request, "ledger/subjects.html", context)


@page(LEDGER_FACTS, methods=("POST",))
def add(request: Request, unit_id: UUID) -> HttpResponse:
    """Add one."""
    unit = unit_here(request, unit_id)
    form = NewSubjectForm(request.POST)

    def work() -> str:
        made = add_subject(request.actor, unit, NewSubject(**form.cleaned_data))
        messages.success(request, _("Added: %(name)s.") % {"name": made.name})
        return reverse("ledger:subject", args=[made.pk])

    return once_form(request, work, form=form, again=lambda: _list(request, unit, form))


@page(LEDGER_VIEW)
def subject_page(request: Request, pk: UUID) -> HttpResponse:
    """One class, dormitory ...: its facts."""
    row = subject(request.actor, pk)
    return show_facts(request, row.unit, row, fact_lines(request.actor, row.unit, row))


@page(LEDGER_FACTS, methods=("POST",))
def declare(request: Request, pk: UUID) -> HttpResponse:
    """Save what was changed among the facts of one."""
    row = subject(request.actor, pk)
    return declare_for(request, row.unit, row, reverse("ledger:subject", args=[pk]))


@page(LEDGER_FACTS, methods=("GET", "POST"))
def change(request: Request, pk: UUID) -> HttpResponse:
    """Change a name or first day, say who keeps it, or close it."""
    row = subject(request.actor, pk)
    request.actor.require(LEDGER_FACTS, row.unit.path)
    what = request.POST.get("what", "")
    sent = {name: request.POST if what == name else None for name in ("change", "keeper", "close")}
    people = people_of(request.actor, row.unit, size=_MOST_PEOPLE).rows
    found: dict[str, BaseForm] = {
        "change": ChangeForm(sent["change"], initial={"name": row.name, "valid_from": row.valid_from}),
        "keeper": KeeperForm(people, sent["keeper"], initial={"keeper": str(row.keeper_id or "")}),
        "close": CloseForm(sent["close"], initial={"day": clock.today()}),
    }

    form = found.get(what, found["change"])

    def show() -> HttpResponse:
        context = frame(request, row.unit, "subjects")
        return render(
            request,
            "ledger/subject_change.html",
            context | {"subject": row, **{f"{name}_form": form for name, form in found.items()}},
        )

    def work() -> str:
        told = form.cleaned_data
        if what == "close":
            close_subject(request.actor, row, told["day"])
        elif isinstance(form, KeeperForm):
            name_keeper(request.actor, row, form.people.get(told["keeper"]))
        else:
            change_subject(request.actor, row, **told)
        return reverse("ledger:subject", args=[pk])

    if request.method == "GET":
        return show()
    return once_form(request, work, form=form, again=show)
