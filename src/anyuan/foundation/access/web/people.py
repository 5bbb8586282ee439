"""Accounts of a school or a county: list, open, slips, reset, close, and the roles given by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from anyuan.foundation.kernel.public import Actor, Problem, clock
from anyuan.foundation.org.public import Domain, Person, Unit
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import BaseForm, Request, go, once_form, page, render

from .. import queries
from ..actions import accounts
from ..actions.grants import NewGrant, give_role, take_role
from ..permits import MANAGE, VIEW, find_person, roles_for

MOST_SLIPS = 500


@page(VIEW)
def people(request: Request) -> HttpResponse:
    """Everybody whose account the actor may see, with filters and bulk acts."""
    actor, get = request.actor, request.GET
    unit = unit_or_none(actor, get.get("unit", ""))
    lines, after = queries.people(
        actor, text=get.get("q", ""), unit=unit, state=get.get("state", ""), cursor=get.get("after", "")
    )
    context = {
        "lines": lines,
        "pager": {"next": after},
        "unit": unit,
        "q": get.get("q", ""),
        "state": get.get("state", ""),
        "states": STATES,
        "may_manage": actor.may_somewhere(MANAGE),
    }
    return render(request, "access/people.html", context)


STATES = (
    ("none", gettext_lazy("No account")),
    ("waiting", gettext_lazy("Slip not used yet")),
    ("active", gettext_lazy("In use")),
    ("closed", gettext_lazy("Closed")),
)


def _chosen(request: Request) -> list[Person]:
    """The people ticked in the list that the actor may manage; what lies beyond is left out silently."""
    rows = Person.objects.visible_to(request.actor, MANAGE).select_related("unit", "account")
    ids = [key for key in request.POST.getlist("ids")[:MOST_SLIPS] if _is_uuid(key)]
    return list(rows.filter(pk__in=ids).order_by("unit__path", "name"))


@page(MANAGE, methods=("POST",))
def open_some(request: Request) -> HttpResponse:
    """Open accounts for the ticked people."""

    def work() -> str:
        opened = accounts.open_accounts(request.actor, _chosen(request))
        if opened:
            text = _("%(count)d accounts opened. Print their slips next.") % {"count": len(opened)}
            messages.success(request, text)
        else:
            messages.info(request, _("These people have accounts already."))
        return reverse("access:people") + "?state=waiting"

    return once_form(request, work)


@never_cache
@page(MANAGE, methods=("POST",))
def slips(request: Request) -> HttpResponse:
    """Slips for the ticked people, to be printed now: the codes are shown this once."""
    try:
        made = accounts.make_slips(request.actor, _chosen(request))
    except Problem as problem:
        messages.error(request, problem.message)
        return go(request, reverse("access:people"))
    where = request.build_absolute_uri(reverse("access:activate"))
    shown = [
        {
            "slip": slip,
            "person": slip.user.person,
            "qr": segno.make(f"{where}?code={slip.code}", error="m").svg_data_uri(border=0, dark="#000"),
        }
        for slip in made
    ]
    context = {"slips": shown, "where": where, "ends": made[0].user.activation_ends_at}
    return render(request, "access/slips.html", context)


class RoleForm(BaseForm):
    """A role to give: what, where, for how long."""

    unit = forms.ChoiceField(label=gettext_lazy("On the unit"))
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    domains = forms.MultipleChoiceField(
        label=gettext_lazy("Only these domains of work"),
        choices=Domain.choices,
        required=False,
        help_text=gettext_lazy("Nothing ticked: all domains."),
        widget=forms.SelectMultiple({"size": 5}),
    )
    starts = forms.DateField(label=gettext_lazy("First day"))
    last = forms.DateField(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, actor: Actor, person: Person, *args: Any, **kwargs: Any) -> None:
        today = clock.today()
        initial = {"starts": today, "last": today + timedelta(days=30), "unit": str(person.unit_id)}
        super().__init__(*args, initial=initial, **kwargs)
        units = [person.unit, *queries.units_to_manage(actor)]
        self.units = {str(u.pk): u for u in units}
        roles = {r.code: r.name for u in self.units.values() for r in roles_for(actor, u)}
        _choose(self, "unit", [(key, u.name) for key, u in self.units.items()])
        _choose(self, "role", list(roles.items()))

    def grant(self) -> NewGrant:
        data = self.cleaned_data
        return NewGrant(
            role=data["role"],
            unit=self.units[data["unit"]],
            starts=data["starts"],
            ends=data["last"] + timedelta(days=1),
            domains=data["domains"] or None,
            reason=data["reason"],
        )


def _choose(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


@page(VIEW)
def person(request: Request, pk: UUID) -> HttpResponse:
    """One person's account, posts and roles."""
    return _show(request, find_person(request.actor, pk, VIEW))


def _show(
    request: Request, found: Person, *, form: RoleForm | None = None, temporary: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    manages = actor.may(MANAGE, found.unit.path)
    context = {
        "person": found,
        "account": getattr(found, "account", None),
        "posts": queries.posts_of(actor, found),
        "grants": queries.grants_of(actor, found),
        "manages": manages,
        "self": found.pk == actor.person_id,
        "today": clock.today(),
        "form": form or (RoleForm(actor, found) if manages else None),
        "temporary": temporary,
    }
    return render(request, "access/person.html", context, status=status)


@page(MANAGE, methods=("POST",))
def open_one(request: Request, pk: UUID) -> HttpResponse:
    found = find_person(request.actor, pk)

    def work() -> str:
        accounts.open_accounts(request.actor, [found])
        messages.success(request, _("The account is open. Print the slip or give a temporary password."))
        return reverse("access:person", args=[pk])

    return once_form(request, work)


@never_cache
@page(MANAGE, methods=("POST",))
def reset(request: Request, pk: UUID) -> HttpResponse:
    """A temporary password, shown on this answer only; the person's sessions end."""
    found = find_person(request.actor, pk)
    temporary = accounts.reset_password(request.actor, found)
    return _show(request, find_person(request.actor, pk), temporary=temporary)


@page(MANAGE, methods=("POST",))
def close(request: Request, pk: UUID) -> HttpResponse:
    found = find_person(request.actor, pk)

    def work() -> str:
        accounts.close_account(request.actor, found, request.POST.get("reason", ""))
        messages.success(request, _("The account is closed; it cannot be logged in to any more."))
        return reverse("access:person", args=[pk])

    return once_form(request, work)


@page(MANAGE, methods=("POST",))
def reopen(request: Request, pk: UUID) -> HttpResponse:
    found = find_person(request.actor, pk)

    def work() -> str:
        accounts.reopen_account(request.actor, found)
        messages.success(request, _("The account is open again. Give a new slip or a temporary password."))
        return reverse("access:person", args=[pk])

    return once_form(request, work)


@page(MANAGE, methods=("POST",))
def give(request: Request, pk: UUID) -> HttpResponse:
    """Give a role for a time."""
    found = find_person(request.actor, pk)
    form = RoleForm(request.actor, found, request.POST)

    def work() -> str:
        give_role(request.actor, found, form.grant())
        messages.success(request, _("The role is given."))
        return reverse("access:person", args=[pk])

    return once_form(request, work, form=form, again=lambda: _show(request, found, form=form))


@page(MANAGE, methods=("POST",))
def take(request: Request, pk: UUID) -> HttpResponse:
    """End a role given by hand."""
    found = queries.grant(request.actor, pk)

    def work() -> str:
        take_role(request.actor, pk)
        messages.success(request, _("The role has ended."))
        return reverse("access:person", args=[found.person_id])

    return once_form(request, work)


def unit_or_none(actor: Actor, key: str) -> Unit | None:
    return find_unit(actor, key) if key else None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
