"""Forms that change units."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.ui.public import Request, page

from .. import queries
from ..actions.merging import merge_units
from ..actions.places import add_campus
from ..actions.units import (
    NewUnit,
    change_code,
    change_facts,
    close_unit,
    create_unit,
    kinds_below,
    move_unit,
    rename_unit,
)
from ..catalogue import UnitKind
from ..models import Unit
from ..permits import MANAGE, MANAGE_PLACES, require_reshape
from . import forms
from .common import Sheet, chosen_unit, form_page, unit_choices, unit_url

BOTH = ("GET", "POST")


def _sheet(unit: Unit, heading: str, submit: str, **more: str) -> Sheet:
    return Sheet(heading, submit, unit_url(unit), unit.name, **more)


@page(MANAGE, methods=BOTH)
def create(request: Request, pk: UUID, kind: str) -> HttpResponse:
    """A new unit below this one."""
    parent = queries.unit(request.actor, pk)
    request.actor.require(MANAGE, parent.path)
    if kind not in kinds_below(parent):
        raise queries.missing()
    form = forms.NewUnitForm(kind, request.POST or None)

    def work() -> str:
        data = dict(form.cleaned_data)
        new = NewUnit(kind, str(data.pop("name")), str(data.pop("code", "")), data)
        return unit_url(create_unit(request.actor, parent, new))

    heading = _("Add: %(kind)s") % {"kind": UnitKind(kind).label}
    return form_page(request, _sheet(parent, heading, _("Add")), form, work, _("Added."))


@page(MANAGE, methods=BOTH)
def facts(request: Request, pk: UUID) -> HttpResponse:
    """The facts of a unit."""
    unit = queries.unit(request.actor, pk)
    request.actor.require(MANAGE, unit.path)
    form = forms.FactsForm(unit.kind, request.POST or None, initial=forms.facts_of(unit))

    def work() -> str:
        return unit_url(change_facts(request.actor, unit, form.cleaned_data))

    return form_page(request, _sheet(unit, _("Change the facts"), _("Save")), form, work, _("Saved."))


@page(MANAGE, methods=BOTH)
def rename(request: Request, pk: UUID) -> HttpResponse:
    """Another name, dated."""
    unit = _to_reshape(request, pk)
    form = forms.RenameForm(request.POST or None, initial={"name": unit.name, "short_name": unit.short_name})

    def work() -> str:
        data = form.cleaned_data
        return unit_url(rename_unit(request.actor, unit, data["name"], data["day"], data["short_name"]))

    lead = _("The present name stays on record with its dates; people still find the unit by it.")
    sheet = _sheet(unit, _("Rename"), _("Rename"), lead=lead)
    return form_page(request, sheet, form, work, _("Renamed."))


@page(MANAGE, methods=BOTH)
def code(request: Request, pk: UUID) -> HttpResponse:
    """Another official code."""
    unit = _to_reshape(request, pk)
    form = forms.CodeForm(request.POST or None, initial={"code": unit.code})

    def work() -> str:
        return unit_url(change_code(request.actor, unit, form.cleaned_data["code"]))

    lead = _("A school that changes its type gets a new code. Codes are never used twice.")
    return form_page(
        request, _sheet(unit, _("Change the code"), _("Save"), lead=lead), form, work, _("Saved.")
    )


@page(MANAGE, methods=BOTH)
def move(request: Request, pk: UUID) -> HttpResponse:
    """Under another unit, with everything below."""
    unit = _to_reshape(request, pk)
    kinds = [k for k in UnitKind.values if k != UnitKind.DEPARTMENT]
    choices = unit_choices(request.actor, unit, request.GET.get("q", ""), kinds)
    if not request.GET.get("q"):
        own = {str(u.pk): u.name for u in queries.trail_above(request.actor, unit)}
        choices = [*((key, name) for key, name in own.items()), *choices]
    form = forms.TargetForm(choices, request.POST or None)

    def work() -> str:
        parent = chosen_unit(request.actor, form.cleaned_data["parent"])
        return unit_url(move_unit(request.actor, unit, parent))

    sheet = _sheet(
        unit, _("Move"), _("Move"), search=_("Find another unit"),
        lead=_("Everything below moves along. Who manages the new place sees it from now on."),
    )  # fmt: skip
    return form_page(request, sheet, form, work, _("Moved."))


@page(MANAGE, methods=BOTH)
def merge(request: Request, pk: UUID) -> HttpResponse:
    """Into another unit, with people and history."""
    unit = _to_reshape(request, pk)
    choices = unit_choices(request.actor, unit, request.GET.get("q", ""), [unit.kind])
    form = forms.MergeForm(choices, request.POST or None)

    def work() -> str:
        data = form.cleaned_data
        into = chosen_unit(request.actor, data["into"])
        done = merge_units(request.actor, unit, into, data["day"], keep_grounds=data["keep_grounds"])
        return unit_url(done.into)

    sheet = _sheet(
        unit, _("Merge into another unit"), _("Merge"), search=_("Find another unit"),
        lead=_("Its people, its history and what is still open go to the other unit."),
        warning=_("Leading posts end here; others go on there. A merger cannot be undone."),
    )  # fmt: skip
    return form_page(request, sheet, form, work, _("Merged."))


@page(MANAGE, methods=BOTH)
def close(request: Request, pk: UUID) -> HttpResponse:
    """Without a successor."""
    unit = _to_reshape(request, pk)
    form = forms.CloseForm(request.POST or None)

    def work() -> str:
        data = form.cleaned_data
        return unit_url(close_unit(request.actor, unit, data["day"], data["reason"]))

    warning = _("It leaves the lists; its history stays. If another unit takes over, merge it instead.")
    sheet = _sheet(unit, _("Close the unit"), _("Close for good"), warning=warning)
    return form_page(request, sheet, form, work, _("Closed down."))


@page(MANAGE_PLACES, methods=BOTH)
def campus(request: Request, pk: UUID) -> HttpResponse:
    """A new campus."""
    unit = queries.unit(request.actor, pk)
    request.actor.require(MANAGE_PLACES, unit.path)
    form = forms.CampusForm(request.POST or None)

    def work() -> str:
        add_campus(request.actor, unit, **form.cleaned_data)
        return reverse("org:unit", args=[unit.pk])

    return form_page(request, _sheet(unit, _("Add a campus"), _("Add")), form, work, _("Added."))


def _to_reshape(request: Request, pk: UUID) -> Unit:
    """The unit, when the actor may change its place in the tree."""
    unit = queries.unit(request.actor, pk)
    require_reshape(request.actor, unit)
    return unit
