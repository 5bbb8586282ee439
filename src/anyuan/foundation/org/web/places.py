"""Places: list, forms, the sheet of QR codes, and the page behind a code."""

from __future__ import annotations

from uuid import UUID

import segno
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from anyuan.foundation.ui.public import BaseForm, Request, page, render

from .. import queries
from ..actions.places import NewPlace, add_place, change_place, close_place
from ..models import Place, Unit
from ..offers import offers_at
from ..permits import MANAGE_PLACES, VIEW
from . import forms
from .common import Sheet, form_page

BOTH = ("GET", "POST")


@page(VIEW)
def places(request: Request, pk: UUID) -> HttpResponse:
    """The places of a unit in the order of the round."""
    unit = queries.unit(request.actor, pk)
    context = {
        "unit": unit,
        "trail": queries.trail_above(request.actor, unit),
        "places": queries.places_of(request.actor, unit, closed=True),
        "may_manage": request.actor.may(MANAGE_PLACES, unit.path) and unit.is_open(),
    }
    return render(request, "org/places.html", context)


@page(MANAGE_PLACES, methods=BOTH)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new place; then the form again, because places come in rows."""
    unit = queries.unit(request.actor, pk)
    request.actor.require(MANAGE_PLACES, unit.path)
    form = forms.PlaceForm(queries.campuses_of(request.actor, unit), request.POST or None)

    def work() -> str:
        add_place(request.actor, unit, _new(request, unit, form))
        return reverse("org:add-place" if "more" in request.POST else "org:places", args=[unit.pk])

    sheet = Sheet(_("Add a place"), _("Add"), reverse("org:places", args=[unit.pk]), unit.name)
    return form_page(request, sheet, form, work, _("Added."))


@page(MANAGE_PLACES, methods=BOTH)
def change(request: Request, pk: UUID) -> HttpResponse:
    """Another name, kind or order for a place."""
    place = _to_manage(request, pk)
    initial = {
        "name": place.name, "kind": place.kind, "campus": str(place.campus_id or ""), "order": place.order,
        "on_round": place.on_round,
    }  # fmt: skip
    campuses = queries.campuses_of(request.actor, place.unit)
    form = forms.PlaceForm(campuses, request.POST or None, initial=initial)

    def work() -> str:
        change_place(request.actor, place, _new(request, place.unit, form))
        return reverse("org:places", args=[place.unit_id])

    sheet = Sheet(
        _("Change the place"), _("Save"), reverse("org:places", args=[place.unit_id]), place.unit.name
    )
    return form_page(request, sheet, form, work, _("Saved."))


@page(MANAGE_PLACES, methods=BOTH)
def close(request: Request, pk: UUID) -> HttpResponse:
    """Out of use from today."""
    place = _to_manage(request, pk)
    back = reverse("org:places", args=[place.unit_id])

    def work() -> str:
        close_place(request.actor, place)
        return back

    warning = _("It leaves the round from today; what was recorded there stays. Its code is not used again.")
    heading = _("Take out of use: %(place)s") % {"place": place.name}
    sheet = Sheet(heading, _("Take out of use"), back, place.unit.name, warning=warning)
    return form_page(request, sheet, BaseForm(request.POST or None), work, _("Taken out of use."))


@page(VIEW)
def sheet(request: Request, pk: UUID) -> HttpResponse:
    """QR codes of all open places, to print on A4 and cut."""
    unit = queries.unit(request.actor, pk)
    rows = [(place, _qr(request, place)) for place in queries.places_of(request.actor, unit)]
    return render(request, "org/sheet.html", {"unit": unit, "rows": rows})


@page(VIEW)
def scanned(request: Request, token: str) -> HttpResponse:
    """What a QR code opens: the place, and what can be done there."""
    place = queries.place_by_token(request.actor, token)
    context = {"place": place, "unit": place.unit, "offers": offers_at(request.actor, place)}
    return render(request, "org/place.html", context)


def _new(request: Request, unit: Unit, form: forms.PlaceForm) -> NewPlace:
    data = form.cleaned_data
    campuses = {str(c.pk): c for c in queries.campuses_of(request.actor, unit)}
    return NewPlace(
        data["name"], data["kind"], campuses.get(data.get("campus", "")), data["on_round"], data["order"]
    )


def _to_manage(request: Request, pk: UUID) -> Place:
    place = queries.place(request.actor, pk)
    request.actor.require(MANAGE_PLACES, place.unit.path)
    return place


def _qr(request: Request, place: Place) -> SafeString:
    """The code as inline SVG; made by us from an address, so it holds nothing a person typed."""
    address = request.build_absolute_uri(reverse("org:scanned", args=[place.token]))
    return mark_safe(segno.make(address, error="m").svg_inline(border=0, omitsize=True, svgclass="qr"))  # noqa: S308
