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
from .actions import activate, deactivate, end_override, override_param
from .labels import FORCE, GRADE, checkers, conditions
from .models import CheckItem, Clause
from .params_form import param_form, setting_line, shown_value, tuned_units
from .permits import POLICY_MANAGE, POLICY_TUNE, POLICY_VIEW
from .showing import Shown


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
    rules: list[Shown]


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
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False)

    def __init__(self, request: Request, known: Unit | None = None) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (str(u.pk), u.name) for u in _managed(request, known)
        ]
        self.fields["starts"].initial = clock.today()


def _managed(request: Request, known: Unit | None) -> list[Unit]:
    """The units at which the actor may put documents into force; nothing is asked where it is ``known``."""
    ids = {g.unit_id for g in request.actor.grants_for(POLICY_MANAGE) if g.unit_id}
    if known is not None and ids == {known.pk}:
        return [known]
    return list(Unit.objects.visible_to(request.actor).filter(pk__in=ids).order_by("path"))


@page(POLICY_VIEW)
def documents(request: Request) -> HttpResponse:
    """The newest version of every document."""
    lines = [(pack, FORCE[pack.force]) for pack in queries.latest_packs(request.actor)]
    return render(request, "policy/documents.html", {"lines": lines})


@page(POLICY_VIEW)
def document(request: Request, pk: UUID) -> HttpResponse:
    """One version: outline, requirements and check items, where it applies, its values at a unit."""
    here = queries.viewpoint(request.actor)
    return _document(request, pk, here, ActivateForm(request, here))


def _document(request: Request, pk: UUID, at: Unit | None, form: ActivateForm) -> HttpResponse:
    versions = queries.versions(request.actor, pk)
    pack = next(p for p in versions if p.pk == pk)
    outline = queries.outline(request.actor, pack)
    here, rules = queries.reading_of(request.actor, pack, at)
    by_clause: dict[str, list[Shown]] = {}
    for rule in rules:
        by_clause.setdefault(rule.clause, []).append(rule)
    lines = [
        ClauseLine(e.clause, [_line(i) for i in e.items], by_clause.get(e.clause.label, [])) for e in outline
    ]
    places = [
        (a, request.actor.may(POLICY_MANAGE, a.unit.path)) for a in queries.activations(request.actor, pack)
    ]
    context = {
        "pack": pack,
        "force": FORCE[pack.force],
        "ended": pack.until is not None and clock.today() >= pack.until,
        "lines": lines,
        "item_count": sum(len(line.items) for line in lines),
        "rule_count": len(rules),
        "here": here,
        "values": [setting_line(s) for s in here.settings],
        "may_tune": request.actor.may_somewhere(POLICY_TUNE),
        "activations": places,
        "versions": versions,
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
        data = form.cleaned_data
        activate(request.actor, pack, region, data["starts"], data["basis"])
        return reverse("policy:document", args=[pack.pk])

    def again() -> HttpResponse:
        return _document(request, pk, queries.viewpoint(request.actor), form)

    return once_form(request, work, form=form, again=again)


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


@page(POLICY_TUNE, methods=("GET", "POST"))
def param(request: Request, pk: UUID, name: str) -> HttpResponse:
    """One param of a document: what regions set, and a form to set it for one's own."""
    pack = queries.pack_by_id(request.actor, pk)
    setting = queries.setting(request.actor, pack, name)
    form = param_form(request, setting, tuned_units(request))

    def show() -> HttpResponse:
        context = {
            "pack": pack,
            "line": setting_line(setting),
            "param": setting.param,
            "form": form,
            "overrides": [
                (o, shown_value(setting.param, o.value), request.actor.may(POLICY_TUNE, o.unit.path))
                for o in queries.overrides_of(request.actor, pack, name)
            ],
        }
        return render(request, "policy/param.html", context)

    def work() -> str:
        data = form.cleaned_data
        region = unit(request.actor, data["unit"])
        override_param(request.actor, pack.code, name, region, form.wanted(), data["starts"], data["basis"])
        return reverse("policy:param", args=[pack.pk, name])

    return once_form(request, work, form=form, again=show) if request.method == "POST" else show()


@page(POLICY_TUNE, methods=("POST",))
def end_param(request: Request, pk: UUID, name: str, override: UUID) -> HttpResponse:
    """End a region's own value today."""
    pack = queries.pack_by_id(request.actor, pk)
    row = next((o for o in queries.overrides_of(request.actor, pack, name) if o.pk == override), None)
    if row is None:
        raise NotFound(str(_("There is no such value.")))

    def work() -> str:
        end_override(request.actor, row)
        return reverse("policy:param", args=[pack.pk, name])

    return once_form(request, work)
