"""People of a unit: list, page of a person, posts, transfer, leave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.ui.public import Request, page, render

from .. import queries
from ..actions.departures import leave_person, transfer_person
from ..actions.heirs import Heir
from ..actions.people import add_person, change_person
from ..actions.posts import NewPost, end_post, hold_post, posts_for, title_of
from ..catalogue import POSTS, UnitKind
from ..models import Person, Unit
from ..permits import MANAGE, VIEW
from . import forms
from .common import Sheet, chosen_person, chosen_unit, form_page, person_choices, unit_choices, unit_url

BOTH = ("GET", "POST")


@page(VIEW)
def people(request: Request, pk: UUID) -> HttpResponse:
    """The people of a unit with their posts."""
    unit = queries.unit(request.actor, pk)
    found = queries.people_of(request.actor, unit, request.GET.get("after", ""))
    posts = queries.posts_of_people(request.actor, found.rows)
    context = {
        "unit": unit,
        "trail": queries.trail_above(request.actor, unit),
        "page": found,
        "rows": [(p, [_line(h) for h in posts[p.pk]]) for p in found.rows],
        "may_manage": request.actor.may(MANAGE, unit.path) and unit.is_open(),
    }
    return render(request, "org/people.html", context)


@page(VIEW)
def person(request: Request, pk: UUID) -> HttpResponse:
    """A person, the posts held now and before."""
    who = queries.person(request.actor, pk)
    context = {
        "person": who,
        "unit": who.unit,
        "trail": [*queries.trail_above(request.actor, who.unit), who.unit],
        "running": [_line(h) for h in queries.posts_of_people(request.actor, [who])[who.pk]],
        "past": [_line(h) for h in queries.past_posts(request.actor, who)],
        "may_manage": request.actor.may(MANAGE, who.unit.path) and who.left_on is None,
    }
    return render(request, "org/person.html", context)


def _line(holding: Any) -> dict[str, Any]:
    return {"holding": holding, "title": title_of(holding), "unit": holding.unit}


@page(MANAGE, methods=BOTH)
def add(request: Request, pk: UUID) -> HttpResponse:
    """Somebody new at a unit."""
    unit = queries.unit(request.actor, pk)
    request.actor.require(MANAGE, unit.path)
    form = forms.PersonForm(request.POST or None)

    def work() -> str:
        made = add_person(request.actor, unit, form.cleaned_data["name"], form.cleaned_data["phone"])
        return reverse("org:add-post", args=[made.pk])

    sheet = Sheet(_("Add a person"), _("Next: the post"), reverse("org:people", args=[unit.pk]), unit.name)
    return form_page(request, sheet, form, work, _("Added."))


@page(MANAGE, methods=BOTH)
def change(request: Request, pk: UUID) -> HttpResponse:
    """Name and number."""
    who = _to_manage(request, pk)
    form = forms.PersonForm(request.POST or None, initial={"name": who.name, "phone": who.phone})

    def work() -> str:
        change_person(request.actor, who, form.cleaned_data["name"], form.cleaned_data["phone"])
        return _url(who)

    return form_page(request, _sheet(who, _("Change the details"), _("Save")), form, work, _("Saved."))


@page(MANAGE, methods=BOTH)
def add_post(request: Request, pk: UUID) -> HttpResponse:
    """A post at the person's unit, or at the one named in the address."""
    who = queries.person(request.actor, pk)
    unit = queries.unit(request.actor, request.GET["unit"]) if request.GET.get("unit") else who.unit
    request.actor.require(MANAGE, unit.path)
    form = forms.PostForm(_posts(unit), request.POST or None)

    def work() -> str:
        data = form.cleaned_data
        new = NewPost(data["post"], bool(data["deputy"]), data.get("domains") or None)
        hold_post(request.actor, who, unit, new, data["starts"], form.ends)
        return _url(who)

    sheet = _sheet(who, _("A post at %(unit)s") % {"unit": unit.name}, _("Appoint"))
    return form_page(request, sheet, form, work, _("Appointed."))


@page(MANAGE, methods=BOTH)
def end(request: Request, pk: UUID) -> HttpResponse:
    """The end of a post."""
    holding = queries.holding(request.actor, pk)
    request.actor.require(MANAGE, holding.unit.path)
    who, unit = holding.person, holding.unit
    form = forms.HeirForm(person_choices(request.actor, unit, who), request.POST or None)

    def work() -> str:
        end_post(request.actor, holding, form.cleaned_data["day"], _heir(request.actor, form))
        return _url(who)

    heading = _("End: %(post)s, %(unit)s") % {"post": title_of(holding), "unit": unit.name}
    lead = _("The day named is the first one without the post.")
    return form_page(request, _sheet(who, heading, _("End the post"), lead=lead), form, work, _("Ended."))


@page(MANAGE, methods=BOTH)
def transfer(request: Request, pk: UUID) -> HttpResponse:
    """To another unit; open tasks go to somebody named."""
    who = _to_manage(request, pk)
    unit = who.unit
    kinds = (
        [UnitKind.SCHOOL] if unit.kind == UnitKind.SCHOOL else [k for k in UnitKind.values if k != "school"]
    )
    units = unit_choices(request.actor, unit, request.GET.get("q", ""), kinds)
    posts = _posts(unit)
    form = forms.TransferForm(units, posts, person_choices(request.actor, unit, who), request.POST or None)

    def work() -> str:
        data = form.cleaned_data
        target = chosen_unit(request.actor, data["target"])
        new = [NewPost(data["post"])] if data["post"] else []
        transfer_person(request.actor, who, unit, target, data["day"], _heir(request.actor, form), new)
        return _url(who)

    sheet = _sheet(
        who, _("Transfer"), _("Transfer"), search=_("Find another unit"),
        lead=_("Posts at %(unit)s end on the day named; posts at other units stay.") % {"unit": unit.name},
    )  # fmt: skip
    return form_page(request, sheet, form, work, _("Transferred."))


@page(MANAGE, methods=BOTH)
def leave(request: Request, pk: UUID) -> HttpResponse:
    """Gone for good."""
    who = _to_manage(request, pk)
    form = forms.HeirForm(person_choices(request.actor, who.unit, who), request.POST or None)

    def work() -> str:
        leave_person(request.actor, who, form.cleaned_data["day"], _heir(request.actor, form))
        return unit_url(who.unit)

    warning = _("Every post ends and the account stops working.")
    sheet = _sheet(who, _("Has left"), _("Record the leave"), warning=warning)
    return form_page(request, sheet, form, work, _("Recorded."))


def _heir(actor: Actor, form: forms.HeirForm) -> Heir:
    key = form.cleaned_data["successor"]
    return Heir(vacant=True) if key == forms.VACANT else Heir(chosen_person(actor, key))


def _posts(unit: Unit) -> list[tuple[str, Any]]:
    return [(code, POSTS[code].name) for code in posts_for(unit)]


def _to_manage(request: Request, pk: UUID) -> Person:
    who = queries.person(request.actor, pk)
    request.actor.require(MANAGE, who.unit.path)
    return who


def _url(who: Person) -> str:
    return reverse("org:person", args=[who.pk])


def _sheet(who: Person, heading: str, submit: str, **more: str) -> Sheet:
    return Sheet(heading, submit, _url(who), who.name, **more)
