"""Quick snaps over the API."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from anyuan.foundation.kernel.public import Listing
from anyuan.foundation.org import public as org
from anyuan.foundation.ui.public import actor_of_request

from .. import public as loop
from ..models import Lead
from . import schemas as s
from .operations import unit_of

leads_router = Router(tags=["leads"])


def _out(row: Lead) -> s.LeadOut:
    return s.LeadOut(
        id=row.pk,
        unit=s.UnitRef(id=row.unit.pk, code=row.unit.code, name=row.unit.name),
        place=row.place.name if row.place else row.place_text,
        text=row.text,
        state=row.state,
        reporter=row.reporter_name,
        found_at=row.found_at,
        hazard=row.hazard_id,
        reason=row.reason,
    )


@leads_router.get("", response=Listing[s.LeadOut], operation_id="list_leads")
def list_leads(request: HttpRequest, state: str = "open", cursor: str = "") -> Listing[s.LeadOut]:
    """Leads in the caller's scope and the caller's own, newest first."""
    page = loop.lead_page(actor_of_request(request), state, cursor)
    return Listing(items=[_out(row) for row in page.rows], next=page.next)


@leads_router.post("", response={201: s.LeadOut}, operation_id="report_lead")
def report_lead(request: HttpRequest, body: s.LeadIn) -> Status[s.LeadOut]:
    """Report what was seen; the safety officer completes or dismisses it."""
    actor = actor_of_request(request)
    unit = unit_of(actor, body.unit, body.unit_code)
    place = org.place(actor, body.place) if body.place else None
    row = loop.report_lead(
        actor, unit, place=place, place_text=body.place_text, text=body.text, photos=tuple(body.photos)
    )
    return Status(201, _out(row))
