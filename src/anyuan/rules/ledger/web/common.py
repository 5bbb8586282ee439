"""What the pages of registers, facts and subjects share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anyuan.foundation.kernel.public import NotFound
from anyuan.foundation.org.public import Unit, tops
from anyuan.foundation.org.public import unit as unit_of_actor
from anyuan.foundation.ui.public import Request

from ..permits import LEDGER_FACTS, LEDGER_KEEP, LEDGER_RECORD, LEDGER_VIEW


def unit_here(request: Request, pk: UUID) -> Unit:
    """The unit, when the actor sees its ledger. Raises ``NotFound``."""
    found = unit_of_actor(request.actor, pk)
    if not any(request.actor.may(verb, found.path) for verb in (LEDGER_VIEW, LEDGER_RECORD, LEDGER_KEEP)):
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    return found


def own_unit(request: Request) -> Unit:
    """The highest unit whose ledger the actor sees. Raises ``NotFound``."""
    for found in tops(request.actor):
        if request.actor.may(LEDGER_VIEW, found.path):
            return found
    raise NotFound(_("There is nothing here, or it lies outside what you may see."))


def frame(request: Request, unit: Unit, here: str) -> dict[str, Any]:
    """The tabs above every page of one unit."""
    tabs = [
        ("books", _("Registers"), reverse("ledger:books", args=[unit.pk])),
        ("facts", pgettext("ledger", "Facts"), reverse("ledger:facts", args=[unit.pk])),
        ("subjects", _("Classes and dormitories"), reverse("ledger:subjects", args=[unit.pk])),
        ("records", _("All records"), reverse("ledger:list") + f"?unit={unit.pk}"),
    ]
    if unit.kind != "school":
        tabs = [tab for tab in tabs if tab[0] != "subjects"]
    shown = [(label, url, code == here) for code, label, url in tabs]
    return {
        "unit": unit,
        "tabs": shown,
        "may_declare": request.actor.may(LEDGER_FACTS, unit.path),
        "may_view": request.actor.may(LEDGER_VIEW, unit.path),
        "may_record": request.actor.may(LEDGER_RECORD, unit.path),
    }


def back_to(request: Request, usual: str) -> str:
    """Where to go afterwards: the page the form was opened from, when it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if wanted and safe else usual
