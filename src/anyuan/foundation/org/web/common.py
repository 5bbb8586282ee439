"""What the pages share: one way to show a form, choices of units and people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.ui.public import Request, once_form, render

from .. import queries
from ..models import Person, Unit
from ..permits import MANAGE

_MOST = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that is one form: its words, and where it goes back to."""

    heading: str
    submit: str
    back: str
    back_label: str
    lead: str = ""
    warning: str = ""
    search: str = ""
    """Label of a search field that narrows the choices; "" for none."""


def form_page(
    request: Request, sheet: Sheet, form: forms.Form, work: Callable[[], str], done: str = ""
) -> HttpResponse:
    """Show ``form``; when it was sent run ``work``, which gives the address to go to, and say ``done``."""

    def show() -> HttpResponse:
        context = {"sheet": sheet, "form": form, "q": request.GET.get("q", "")}
        return render(request, "org/form.html", context)

    def act() -> str:
        url = work()
        if done:
            messages.success(request, done)
        return url

    return once_form(request, act, form=form, again=show) if request.method == "POST" else show()


def unit_url(unit: Unit) -> str:
    """The page of a unit."""
    return reverse("org:unit", args=[unit.pk])


def unit_choices(actor: Actor, near: Unit, text: str, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """Units the actor manages, of these kinds: those found by ``text``, else those around ``near``."""
    if text:
        found = [u for u in queries.search_units(actor, text, limit=_MOST) if u.kind in kinds]
    else:
        around = near.parent if near.parent and actor.may(MANAGE, near.parent.path) else near
        found = queries.units_around(actor, around, kinds, _MOST)
    return [
        (str(u.pk), f"{u.name}（{u.parent.name}）" if u.parent else u.name)
        for u in found
        if u.pk != near.pk and actor.may(MANAGE, u.path)
    ]


def chosen_unit(actor: Actor, key: str) -> Unit:
    """The unit a form names."""
    return queries.unit(actor, key)


def person_choices(actor: Actor, unit: Unit, leaving: Person) -> list[tuple[str, str]]:
    """Who could take over at ``unit``: its people and whoever holds a post there, but the one who goes."""
    people = queries.colleagues(actor, unit, _MOST)
    return [(str(p.pk), p.name) for p in people if p.pk != leaving.pk]


def chosen_person(actor: Actor, key: str) -> Person | None:
    """The person a form names, or None."""
    return queries.person(actor, UUID(key)) if key else None
