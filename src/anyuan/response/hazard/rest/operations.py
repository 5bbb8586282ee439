"""Hazards over the API: the same actions and the same scope as the pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anyuan.foundation.kernel.public import Actor, Invalid, Listing
from anyuan.foundation.org import public as org
from anyuan.foundation.org.public import Person, Unit
from anyuan.foundation.ui.public import actor_of_request

from .. import public as loop
from ..models import Hazard
from . import schemas as s

router = Router(tags=["hazards"])


class Asked(Schema):
    """Filters of the list; those of the page, by the same names."""

    tab: str = Field("open", description="One of: " + ", ".join(loop.TABS))
    state: str = ""
    grade: str = ""
    domain: str = ""
    source: str = ""
    unit: UUID | None = Field(None, description="A unit; its whole subtree counts.")
    place: UUID | None = None
    text: Annotated[str, Field(max_length=200)] = ""
    late: bool = False
    mine: bool = False
    listed: bool = False
    recurring: bool = False
    on_the_spot: bool = False
    counted: bool = Field(default=False, description="Without those dismissed, as every figure counts.")
    alone: bool = Field(default=False, description="The unit itself, not what lies below it.")
    in_time: bool | None = None
    found_from: date | None = None
    found_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    order: str = Field("due", pattern="^(due|new)$")
    cursor: str = ""
    size: int = Field(50, ge=1, le=200)


def unit_of(actor: Actor, key: UUID | None, code: str) -> Unit:
    """The unit a body names by id or code; raises ``Invalid`` when it names none."""
    if key is not None:
        return org.unit(actor, key)
    if code:
        return org.unit_by_code(actor, code)
    text = _("Name the unit by its id or its code.")
    raise Invalid(text, {"unit": [text]})


def person_or_none(actor: Actor, key: UUID | None) -> Person | None:
    return org.person(actor, key) if key else None


def _stamp(body: s.Stamped) -> loop.Stamp:
    return loop.Stamp(occurred_at=body.occurred_at, version=body.version)


@router.get("", response=Listing[s.HazardOut], operation_id="list_hazards")
def list_hazards(request: HttpRequest, asked: Query[Asked]) -> Listing[s.HazardOut]:
    """Hazards in the caller's scope, one keyset page; no total is counted."""
    actor = actor_of_request(request)
    values = asked.model_dump(exclude={"cursor", "size", "order", "unit"})
    filters = loop.Filters(**values, unit=org.unit(actor, asked.unit) if asked.unit else None)
    page = loop.hazard_page(actor, filters, asked.cursor, asked.size, asked.order)
    return Listing(items=[s.HazardOut.of(row) for row in page.rows], next=page.next)


@router.get("/{uuid:key}", response=s.HazardDetailOut, operation_id="get_hazard")
def get_hazard(request: HttpRequest, key: UUID) -> s.HazardDetailOut:
    """One hazard with its history and what the caller may do now."""
    actor = actor_of_request(request)
    return s.HazardDetailOut.of_detail(loop.detail(actor, loop.find(actor, key)))


@router.post("", response={201: s.HazardOut}, operation_id="register_hazard")
def register_hazard(request: HttpRequest, body: s.HazardIn) -> Status[s.HazardOut]:
    """Enter a hazard in the ledger."""
    actor = actor_of_request(request)
    if body.domain not in org.Domain.values:
        text = _("There is no domain of this code. Known: %(codes)s") % {
            "codes": ", ".join(org.Domain.values)
        }
        raise Invalid(text, {"domain": [text]})
    data = loop.Registration(
        unit=unit_of(actor, body.unit, body.unit_code),
        title=body.title,
        domain=body.domain,
        description=body.description,
        place=org.place(actor, body.place) if body.place else None,
        place_text=body.place_text,
        source=body.source,
        before=tuple(body.photos),
        evidence_reason=body.evidence_reason,
        interim=body.interim,
        interim_until=body.interim_until,
        recurrence_of=loop.find(actor, body.recurrence_of) if body.recurrence_of else None,
        suspected=body.suspected_major,
        general=body.general,
    )
    row = loop.register(actor, data, loop.Stamp(occurred_at=body.found_at))
    return Status(201, _again(actor, row))


def _again(actor: Actor, row: Hazard) -> s.HazardOut:
    """The row as a list gives it, with its names."""
    return s.HazardOut.of(loop.find(actor, row.pk))


@router.post("/{uuid:key}/assess", response=s.HazardOut, operation_id="assess_hazard")
def assess(request: HttpRequest, key: UUID, body: s.AssessIn) -> s.HazardOut:
    """The school grades it general."""
    actor = actor_of_request(request)
    data = loop.Assess(body.reason, body.interim, body.interim_until)
    return _again(actor, loop.assess(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/suspect", response=s.HazardOut, operation_id="suspect_hazard")
def suspect(request: HttpRequest, key: UUID, body: s.SuspectIn) -> s.HazardOut:
    """Mark it as suspected major; county and city are told at once."""
    actor = actor_of_request(request)
    data = loop.Suspect(body.reason)
    return _again(actor, loop.mark_suspected(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/judge", response=s.HazardOut, operation_id="judge_hazard")
def judge(request: HttpRequest, key: UUID, body: s.JudgeIn) -> s.HazardOut:
    """The county judges with a written basis; major means listed in the same act."""
    actor = actor_of_request(request)
    data = loop.Judge(
        major=body.major,
        basis=body.basis,
        item=body.item,
        level=body.level or "",
        supervisor=person_or_none(actor, body.supervisor),
        notice=body.notice,
    )
    return _again(actor, loop.judge(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/rectify", response=s.HazardOut, operation_id="rectify_hazard")
def rectify(request: HttpRequest, key: UUID, body: s.RectifyIn) -> s.HazardOut:
    """Make the five commitments; rectification begins."""
    actor = actor_of_request(request)
    data = loop.Commit(
        responsible=org.person(actor, body.responsible),
        watcher=person_or_none(actor, body.watcher),
        **body.model_dump(exclude={"version", "occurred_at", "responsible", "watcher"}),
    )
    return _again(actor, loop.commit(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/submit", response=s.HazardOut, operation_id="submit_hazard")
def submit(request: HttpRequest, key: UUID, body: s.SubmitIn) -> s.HazardOut:
    """Rectified: hand it in for acceptance."""
    actor = actor_of_request(request)
    rectifier = person_or_none(actor, body.rectifier)
    data = loop.Submit(body.result, tuple(body.photos), body.evidence_reason, rectifier)
    return _again(actor, loop.submit(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/accept", response=s.HazardOut, operation_id="accept_hazard")
def accept(request: HttpRequest, key: UUID, body: s.AcceptIn) -> s.HazardOut:
    """Accept; a general hazard is closed in the same act. Never by who rectified."""
    actor = actor_of_request(request)
    data = loop.Accept(body.text, body.on_site)
    return _again(actor, loop.accept(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/return", response=s.HazardOut, operation_id="return_hazard")
def send_back(request: HttpRequest, key: UUID, body: s.ReturnIn) -> s.HazardOut:
    """A failed acceptance goes back with its reasons."""
    actor = actor_of_request(request)
    data = loop.SendBack(body.reason)
    return _again(actor, loop.send_back(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/extend", response=s.HazardOut, operation_id="extend_hazard")
def extend(request: HttpRequest, key: UUID, body: s.ExtendIn) -> s.HazardOut:
    """Ask for more time, before the deadline only."""
    actor = actor_of_request(request)
    data = loop.AskExtension(body.due_on, body.reason)
    return _again(actor, loop.ask_extension(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/decide-extension", response=s.HazardOut, operation_id="decide_extension")
def decide_extension(request: HttpRequest, key: UUID, body: s.DecideIn) -> s.HazardOut:
    """One level up grants or refuses the open request."""
    actor = actor_of_request(request)
    data = loop.DecideExtension(body.granted, body.answer)
    return _again(actor, loop.decide_extension(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/close", response=s.HazardOut, operation_id="close_hazard")
def close(request: HttpRequest, key: UUID, body: s.CloseIn) -> s.HazardOut:
    """The listing authority closes and de-lists an accepted major hazard."""
    actor = actor_of_request(request)
    return _again(actor, loop.close(actor, loop.find(actor, key), loop.Close(body.text), _stamp(body)))


@router.post("/{uuid:key}/dismiss", response=s.HazardOut, operation_id="dismiss_hazard")
def dismiss(request: HttpRequest, key: UUID, body: s.DismissIn) -> s.HazardOut:
    """Void it, or merge it into another; by a second person, with a reason."""
    actor = actor_of_request(request)
    into = loop.find(actor, body.into) if body.into else None
    data = loop.Dismiss(body.reason, body.kind, into)
    return _again(actor, loop.dismiss(actor, loop.find(actor, key), data, _stamp(body)))


@router.post("/{uuid:key}/hand-over", response=s.HazardOut, operation_id="hand_over_hazard")
def hand_over(request: HttpRequest, key: UUID, body: s.HandOverIn) -> s.HazardOut:
    """Give it to the body that owns the matter, or ask government to coordinate."""
    actor = actor_of_request(request)
    hazard = loop.find(actor, key)
    target = next((unit for unit in loop.bodies(hazard) if unit.pk == body.to_unit), None)
    if target is None:
        text = _("It can be given to a department or office of the regions it lies in, and to no other unit.")
        raise Invalid(text, {"to_unit": [text]})
    data = loop.HandOverTo(target, body.reason, body.kind)
    return _again(actor, loop.hand_over(actor, hazard, data, _stamp(body)))
