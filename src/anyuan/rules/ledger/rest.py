"""Records, facts, subjects and applicable checklists over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anyuan.foundation.kernel.public import Listing, clock
from anyuan.foundation.org import public as org
from anyuan.foundation.ui.public import actor_of_request

from . import fact_queries
from .actions import record
from .fact_queries import FactLine, fact_lines, subjects_of
from .facts import set_facts
from .models import Record, Subject
from .queries import checklists_for, record_by_id, record_page
from .register_queries import definition
from .states import FactSource

router = Router(tags=["records"])
facts_router = Router(tags=["facts"])
subjects_router = Router(tags=["facts"])
checklists_router = Router(tags=["checklists"])


class RecordOut(Schema):
    id: UUID
    register_code: str = Field(alias="register.code")
    unit_id: UUID
    place_id: UUID | None
    subject_id: UUID | None
    domain: str
    state: str
    occurred_at: datetime
    recorded_at: datetime
    stands_for: date | None
    person_name: str
    data: dict[str, Any]


class ItemOut(Schema):
    id: UUID
    code: str
    question: str
    how: str
    fails: str
    remedy: str
    clause: str = Field(alias="clause.label")
    domain: str
    grade: str


class ChecklistOut(Schema):
    id: UUID
    code: str
    title: str
    domain: str
    items: list[ItemOut]


class Asked(Schema):
    unit: UUID | None = None
    register_code: str = Field("", max_length=60)
    since: date | None = None
    until: date | None = None
    cursor: str = ""
    size: int = Field(50, ge=1, le=200)


@router.get("", response=Listing[RecordOut], operation_id="list_records")
def list_records(request: HttpRequest, asked: Query[Asked]) -> dict[str, object]:
    """Records in the caller's scope, the latest first."""
    actor = actor_of_request(request)
    unit = org.unit(actor, asked.unit) if asked.unit else None
    page = record_page(
        actor,
        asked.cursor,
        asked.size,
        unit=unit,
        register=asked.register_code,
        since=asked.since,
        until=asked.until,
    )
    return {"items": page.rows, "next": page.next}


@router.get("/{uuid:key}", response=RecordOut, operation_id="get_record")
def get_record(request: HttpRequest, key: UUID) -> Record:
    """One record."""
    return record_by_id(actor_of_request(request), key)


class RecordIn(Schema):
    """``stands_for`` is the earlier day it was due on, when it was made up later."""

    unit: UUID
    register_code: str = Field(max_length=60)
    data: dict[str, Any]
    occurred_at: datetime | None = None
    subject: UUID | None = None
    place: UUID | None = None
    stands_for: date | None = None
    attachments: list[UUID] = Field([], max_length=20)


@router.post("", response={201: RecordOut}, operation_id="create_record")
def create_record(request: HttpRequest, new: RecordIn) -> Status[Record]:
    """Enter a record of a register that a document defines."""
    actor = actor_of_request(request)
    unit = org.unit(actor, new.unit)
    made = record(
        actor,
        register=definition(new.register_code).code,
        unit=unit,
        data=new.data,
        occurred_at=_instant(new.occurred_at),
        subject=fact_queries.subject(actor, new.subject) if new.subject else None,
        place=org.place(actor, new.place) if new.place else None,
        stands_for=new.stands_for,
        attachment_ids=new.attachments,
    )
    return Status(201, made)


def _instant(moment: datetime | None) -> datetime | None:
    """A time without a zone is Shanghai's."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=clock.SHANGHAI)


class FactOut(Schema):
    """``value`` is null while it is unknown; ``standing`` is missing, expired, soon or known."""

    key: str
    title: str
    unit: str = Field(alias="definition.unit")
    value: float | bool | str | None
    standing: str = Field(alias="standing.value")
    source: str
    valid_from: date | None = Field(None, alias="said.valid_from")
    confirmed_by: str = Field("", alias="said.confirmed_name")
    confirmed_until: date | None = Field(None, alias="said.confirmed_until")


class FactsIn(Schema):
    """Values by fact key; null takes a value back."""

    unit: UUID
    values: dict[str, float | bool | str | None] = Field(min_length=1, max_length=200)
    subject: UUID | None = None
    valid_from: date | None = None


@facts_router.get("", response=Listing[FactOut], operation_id="list_facts")
def list_facts(request: HttpRequest, unit: UUID, subject: UUID | None = None) -> dict[str, object]:
    """What is known of a unit, or of one of its subjects, today."""
    actor = actor_of_request(request)
    return {"items": _lines(request, org.unit(actor, unit), subject), "next": ""}


@facts_router.put("", response=Listing[FactOut], operation_id="put_facts")
def put_facts(request: HttpRequest, new: FactsIn) -> dict[str, object]:
    """Declare facts from a day on (default today), all of them or none."""
    actor = actor_of_request(request)
    unit = org.unit(actor, new.unit)
    about = fact_queries.subject(actor, new.subject) if new.subject else None
    set_facts(actor, unit, new.values, valid_from=new.valid_from, subject=about, source=FactSource.API)
    return {"items": _lines(request, unit, new.subject), "next": ""}


def _lines(request: HttpRequest, unit: org.Unit, subject: UUID | None) -> list[FactLine]:
    actor = actor_of_request(request)
    about = fact_queries.subject(actor, subject) if subject else None
    if about is not None and about.unit_id != unit.pk:
        raise fact_queries.nothing()
    return fact_lines(actor, unit, about)


class SubjectOut(Schema):
    id: UUID
    kind: str
    code: str
    name: str
    facts: dict[str, Any]
    valid_from: date | None
    valid_to: date | None


@subjects_router.get("", response=Listing[SubjectOut], operation_id="list_subjects")
def list_subjects(request: HttpRequest, unit: UUID, kind: str = "") -> dict[str, object]:
    """The classes, dormitories, places ... of a unit; their facts as last refreshed."""
    actor = actor_of_request(request)
    found: list[Subject] = subjects_of(actor, org.unit(actor, unit), kind)
    return {"items": found, "next": ""}


@checklists_router.get("", response=Listing[ChecklistOut], operation_id="list_checklists")
def list_checklists(request: HttpRequest, unit_id: UUID) -> dict[str, object]:
    """The checklists that apply to a unit today, each with the items that apply."""
    actor = actor_of_request(request)
    found = checklists_for(actor, org.unit(actor, unit_id))
    items = [
        {name: getattr(active.checklist, name) for name in ("id", "code", "title", "domain")}
        | {"items": list(active.items)}
        for active in found
    ]
    return {"items": items, "next": ""}
