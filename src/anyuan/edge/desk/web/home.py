"""``/``: everybody's own desk. Who has several switches between them; the choice is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import schools_below
from anyuan.foundation.ui.public import Request, page, render
from anyuan.rules.compliance.public import COMPLIANCE_VIEW
from anyuan.rules.ledger.public import LEDGER_APPROVE

from ..links import tab_links
from ..permits import DESK_VIEW
from ..queries.day import today
from ..queries.desks import Desk, Kind, desks_of, named
from ..queries.duties import late_duties
from ..queries.inbox import inbox, my_leads, photos_of, with_photos

CHOSEN = "desk_chosen"
"""Session key: the desk somebody with several looked at last."""

Context = dict[str, Any]


@page(DESK_VIEW)
def home(request: Request) -> HttpResponse:
    """The desk asked for, the one looked at last, or the most responsible one."""
    desks = named(request.actor, desks_of(request.actor))
    asked = request.GET.get("desk", "")
    if asked and any(d.key == asked for d in desks):
        request.session[CHOSEN] = asked
    wanted = request.session.get(CHOSEN, "") if len(desks) > 1 else ""
    desk = next((d for d in desks if d.key == wanted), desks[0] if desks else None)
    if desk is None:
        return render(request, "desk/nothing.html", {"day": today()})
    template, build = _BUILD[desk.kind]
    context = {"desk": desk, "desks": desks, **build(request.actor, desk)}
    return render(request, template, context)


def _field(actor: Actor, desk: Desk) -> Context:
    """The phone of those who do the work: safety officer, staff, teacher."""
    found = inbox(actor, desk.unit_id, by_day=True)
    found.groups["leads"].lines = with_photos(found.groups["leads"].lines, "hazard.Lead")
    teacher = desk.kind is Kind.TEACHER
    return {
        "day": today(),
        "first": found.shown("late", "today"),
        "tasks": found.shown(
            "to_rectify",
            "leads",
            "to_assess",
            "to_commit",
            "to_accept",
            "to_watch",
            "same_checks",
            "hand_overs",
        ),
        "leads": my_leads(actor) if teacher else [],
        "teacher": teacher,
        "duties_here": not teacher,
        "links": tab_links(desk.unit_id),
    }


def _principal(actor: Actor, desk: Desk) -> Context:
    """Signing first, then what is grave, then whether the school keeps its own watch."""
    found = inbox(actor, desk.unit_id)
    sign = found.todo.to_accept
    return {
        "day": today(),
        "sign": sign,
        "more_sign": "to_accept" in found.todo.more,
        "photos": photos_of([h.pk for h in sign]),
        "tasks": found.shown(
            "late", "to_assess", "to_commit", "to_rectify", "leads", "to_watch", "hand_overs"
        ),
        "links": tab_links(desk.unit_id),
        "late_duties": late_duties(actor, desk.unit_id),
    }


def _office(actor: Actor, desk: Desk) -> Context:
    """County, region and department: what to decide, then where it is worst."""
    found = inbox(actor, None, above=True)
    return {
        "day": today(),
        "tasks": found.shown(
            "to_judge", "to_accept", "extensions", "hand_overs", "to_close", "to_rectify", "to_commit"
        ),
        "links": tab_links(desk.area.pk),
        "county": desk.kind is Kind.COUNTY,
        "compliance": actor.may(COMPLIANCE_VIEW, desk.area.path),
        "export": f"{reverse('hazard:export')}?unit={desk.area.pk}&tab=open",
        "accounts": actor.may_somewhere("access.view"),
        "approves": actor.may(LEDGER_APPROVE, desk.area.path),
        "may_register": actor.may("hazard.register", desk.area.path),
    }


def _admin(actor: Actor, desk: Desk) -> Context:
    return {"day": today(), "schools": schools_below(actor, desk.area).count()}


_BUILD: dict[Kind, tuple[str, Callable[[Actor, Desk], Context]]] = {
    Kind.SAFETY: ("desk/field.html", _field),
    Kind.STAFF: ("desk/field.html", _field),
    Kind.TEACHER: ("desk/field.html", _field),
    Kind.PRINCIPAL: ("desk/principal.html", _principal),
    Kind.COUNTY: ("desk/office.html", _office),
    Kind.CITY: ("desk/office.html", _office),
    Kind.DEPARTMENT: ("desk/office.html", _office),
    Kind.ADMIN: ("desk/admin.html", _admin),
}
