"""Pages of policy documents: the list, and one document with its clauses and check items."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import NotFound, clock
from anyuan.foundation.org.public import Domain, Unit, unit
from anyuan.foundation.ui.public import BaseForm, Request, once_form, page, render

from . import queries
from .actions import activate, deactivate
from .labels import FORCE, GRADE, checkers, conditions
from .models import CheckItem, Clause, Pack
from .permits import POLICY_MANAGE, POLICY_VIEW


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A check item with its codes in words."""

    item: CheckItem
    domain: str
    grade: str
    by: list[str]
    applies: list[str]
    places: list[str]
    rows: list[str]


@dataclass(frozen=True, slots=True)
class ClauseLine:
    clause: Clause
    items: list[ItemLine]


def _line(item: CheckItem) -> ItemLine:
    return ItemLine(
        item=item,
        domain=str(Domain(item.domain).label),
        grade=str(GRADE[item.grade]),
        by=checkers(item.by),
        applies=conditions({**item.checklist.applies, **{k: v for k, v in item.applies.items() if v}}),
        places=conditions({"places": item.places}),
        rows=item.rows,
    )


class ActivateForm(BaseForm):
    """Where and from when a version applies."""

    unit = forms.ChoiceField(label=_("Region"))
    starts = forms.DateField(label=pgettext_lazy("day", "From"))

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (str(u.pk), u.name) for u in _managed(request)
        ]
        self.fields["starts"].initial = clock.today()


def _managed(request: Request) -> list[Unit]:
    """The units at which the actor may put documents into force."""
    ids = {g.unit_id for g in request.actor.grants_for(POLICY_MANAGE) if g.unit_id}
    return list(Unit.objects.visible_to(request.actor).filter(pk__in=ids).order_by("path"))


@page(POLICY_VIEW)
def documents(request: Request) -> HttpResponse:
    """The newest version of every document."""
    lines = [(pack, FORCE[pack.force]) for pack in queries.latest_packs(request.actor)]
    return render(request, "policy/documents.html", {"lines": lines})


@page(POLICY_VIEW)
def document(request: Request, pk: UUID) -> HttpResponse:
    """One version: outline, check items, where it applies."""
    return _document(request, queries.pack_by_id(request.actor, pk), ActivateForm(request))


def _document(request: Request, pack: Pack, form: ActivateForm) -> HttpResponse:
    outline = queries.outline(request.actor, pack)
    lines = [ClauseLine(e.clause, [_line(i) for i in e.items]) for e in outline]
    places = [
        (a, request.actor.may(POLICY_MANAGE, a.unit.path)) for a in queries.activations(request.actor, pack)
    ]
    context = {
        "pack": pack,
        "force": FORCE[pack.force],
        "lines": lines,
        "item_count": sum(len(line.items) for line in lines),
        "activations": places,
        "versions": queries.versions(request.actor, pack),
        "form": form if request.actor.may_somewhere(POLICY_MANAGE) else None,
    }
    return render(request, "policy/document.html", context)


@page(POLICY_MANAGE, methods=("POST",))
def put_into_force(request: Request, pk: UUID) -> HttpResponse:
    """Let this version apply to a region from a day."""
    pack = queries.pack_by_id(request.actor, pk)
    form = ActivateForm(request)

    def work() -> str:
        region = unit(request.actor, form.cleaned_data["unit"])
        activate(request.actor, pack, region, form.cleaned_data["starts"])
        return reverse("policy:document", args=[pack.pk])

    return once_form(request, work, form=form, again=lambda: _document(request, pack, form))


@page(POLICY_MANAGE, methods=("POST",))
def end_force(request: Request, pk: UUID, activation: UUID) -> HttpResponse:
    """End an activation today."""
    pack = queries.pack_by_id(request.actor, pk)
    row = next((a for a in queries.activations(request.actor, pack) if a.pk == activation), None)
    if row is None:
        raise NotFound(str(_("There is no such document.")))

    def work() -> str:
        deactivate(request.actor, row)
        return reverse("policy:document", args=[pack.pk])

    return once_form(request, work)
