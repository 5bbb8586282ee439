"""Records and applicable checklists over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from anyuan.foundation.kernel.public import Listing
from anyuan.foundation.org import public as org
from anyuan.foundation.ui.public import actor_of_request

from .models import Record
from .queries import checklists_for, record_by_id, record_page

router = Router(tags=["records"])
checklists_router = Router(tags=["checklists"])


class RecordOut(Schema):
    id: UUID
    register_code: str = Field(alias="register.code")
    unit_id: UUID
    place_id: UUID | None
    domain: str
    state: str
    occurred_at: datetime
    recorded_at: datetime
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
