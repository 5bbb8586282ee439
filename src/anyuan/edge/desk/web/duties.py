"""What documents ask of a school: the list, the way to the form, and what an entry counted for."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Grant
from anyuan.foundation.org.public import Unit
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import Request, go, page, render
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger import public as ledger

from ..queries.duties import duties as find_duties
from ..queries.duties import duties_kept, filled
from ..queries.receipts import entries_this_week, receipt


@page(compliance.COMPLIANCE_VIEW)
def duties(request: Request, unit: UUID) -> HttpResponse:
    """What the documents ask of a school now, late first."""
    found = find_unit(request.actor, unit)
    request.actor.require(compliance.COMPLIANCE_VIEW, found.path)
    context = {
        "unit": found,
        "duties": find_duties(request.actor, found),
        "may_record": request.actor.may(ledger.LEDGER_RECORD, found.path),
        "above": any(g.path != found.path for g in _roles(request.actor, found)),
    }
    return render(request, "desk/duties.html", context, part="desk/parts/duties.html")


def _roles(actor: Actor, unit: Unit) -> list[Grant]:
    """The roles by which ``actor`` may enter records at ``unit``."""
    return [g for g in actor.grants_for(ledger.LEDGER_RECORD) if unit.path.startswith(g.path)]


@page(ledger.LEDGER_KEEP)
def kept(request: Request) -> HttpResponse:
    """What is owed for the class or dormitory one keeps."""
    context = {"duties": duties_kept(request.actor), "may_record": True}
    return render(request, "desk/duties.html", context, part="desk/parts/duties.html")


@page(ledger.LEDGER_KEEP)
def do(request: Request, unit: UUID) -> HttpResponse:
    """Open the form of one to-do with everything filled in that is known."""
    found = find_unit(request.actor, unit)
    request.actor.require(ledger.LEDGER_KEEP, found.path)
    known = filled(request.actor, found, request.GET.get("key", ""), request.GET.get("period", ""))
    if known is None:
        messages.info(request, _("This is done already, or no longer due."))
        return go(request, reverse("desk:home"))
    if known.register == ledger.ROUND:
        return go(request, reverse("desk:home"))
    query: list[tuple[str, str]] = [("subject", pk) for pk in known.subjects]
    query += [(f"f_{name}", text) for name, text in known.fields.items()]
    if known.stands_for:
        query.append(("stands_for", known.stands_for.isoformat()))
    return go(request, f"{reverse('ledger:new-record', args=[found.pk, known.register])}?{urlencode(query)}")


@page(ledger.LEDGER_VIEW)
def filed(request: Request, pk: UUID) -> HttpResponse:
    """What an entry counted for: which requirements of which documents, and what it saved this week."""
    record = ledger.record_by_id(request.actor, pk)
    context = {
        "record": record,
        "several": _number(request.GET.get("n", "")),
        "waiting": request.GET.get("waiting") == "1",
        "receipt": receipt(request.actor, record),
        "saved": entries_this_week(request.actor, record.unit).saved,
    }
    return render(request, "desk/filed.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 1


def receipt_address(actor: Actor, made: Sequence[ledger.Record]) -> str:
    """Where the ledger's form leads after saving; the verdicts of the school are brought up to date first,
    so that the page speaks of this entry. The follower of the trail would do the same a moment later, and
    does so alone while the whole city is derived."""
    first = made[0]
    counted = compliance.refresh_soon([first.unit_id], {first.register.code})
    if not actor.may(ledger.LEDGER_VIEW, first.unit.path):
        return reverse("desk:home")
    waiting = "" if counted else "&waiting=1"
    return f"{reverse('desk:filed', args=[first.pk])}?n={len(made)}{waiting}"
