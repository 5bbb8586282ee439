"""API keys: made for a program, shown once, revoked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from anyuan.foundation.kernel.public import Invalid, Problem
from anyuan.foundation.ui.public import BaseForm, Request, once_form, page, render

from .. import queries
from ..actions.keys import make_key, revoke_key
from ..permits import MANAGE, VIEW
from ..roles import ROLES


class KeyForm(BaseForm):
    """A key to make: for which program, where, with which rights, for how long."""

    name = forms.CharField(label=gettext_lazy("Name of the program"), max_length=60)
    unit = forms.ChoiceField(label=gettext_lazy("On the unit"))
    role = forms.ChoiceField(label=gettext_lazy("May what this role may"))
    days = forms.IntegerField(
        label=gettext_lazy("Works for how many days"), min_value=1, max_value=366, initial=180
    )

    def __init__(self, request: Request, data: Any = None) -> None:
        super().__init__(data)
        self.units = {str(u.pk): u for u in queries.units_to_manage(request.actor)}
        mine = [grant.verbs for grant in request.actor.grants_for(MANAGE)]
        roles = [(r.code, r.name) for r in ROLES.values() if any(r.verbs <= verbs for verbs in mine)]
        for name, choices in (("unit", [(k, u.name) for k, u in self.units.items()]), ("role", roles)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


@page(VIEW)
def keys(request: Request) -> HttpResponse:
    return _show(request)


def _show(request: Request, form: KeyForm | None = None, token: str = "", status: int = 200) -> HttpResponse:
    actor = request.actor
    manages = actor.may_somewhere(MANAGE)
    context = {
        "keys": [{"key": k, "role": ROLES[k.role].name if k.role in ROLES else k.role,
                  "used": getattr(k, "use", None), "works": k.works()} for k in queries.keys(actor)],
        "form": form or (KeyForm(request) if manages else None),
        "manages": manages,
        "token": token,
    }  # fmt: skip
    return render(request, "access/keys.html", context, status=status)


@never_cache
@page(MANAGE, methods=("POST",))
def make(request: Request) -> HttpResponse:
    """Make a key; its secret stands on this answer only."""
    form = KeyForm(request, request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    data = form.cleaned_data
    try:
        unit = form.units[data["unit"]]
        _key, token = make_key(request.actor, unit, data["name"], data["role"], data["days"])
    except Problem as problem:
        form.add_error(None, problem.message)
        for name, texts in (problem.fields if isinstance(problem, Invalid) else {}).items():
            form.add_error(name, texts)
        return _show(request, form, status=problem.status)
    return _show(request, token=token)


@page(MANAGE, methods=("POST",))
def revoke(request: Request, pk: UUID) -> HttpResponse:
    """The key stops working at once."""
    queries.key(request.actor, pk)

    def work() -> str:
        revoke_key(request.actor, pk)
        messages.success(request, _("The key is revoked; no program can use it any more."))
        return reverse("access:keys")

    return once_form(request, work)
