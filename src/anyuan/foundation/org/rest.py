"""Units and places over the API."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from anyuan.foundation.kernel.public import Listing, paginate
from anyuan.foundation.ui.public import actor_of_request

from .models import Place, Unit
from .queries import place_by_token, places_of, schools_below, search_units, tops, unit

router = Router(tags=["organisation"])
places_router = Router(tags=["organisation"])


class UnitOut(Schema):
    id: UUID
    code: str
    name: str
    kind: str
    unit_type: str
    parent: UUID | None = Field(None, alias="parent_id")
    ownership: str
    boarding: str
    setting: str
    pupils: int | None
    closed: bool

    @staticmethod
    def resolve_closed(row: Unit) -> bool:
        return not row.is_open()


class PlaceOut(Schema):
    id: UUID
    name: str
    kind: str
    token: str
    on_round: bool


class Asked(Schema):
    """``text`` searches names and codes (30 at most); else the schools below ``below``, by name."""

    text: str = Field("", max_length=100)
    below: UUID | None = None
    cursor: str = ""
    size: int = Field(50, ge=1, le=200)


@router.get("", response=Listing[UnitOut], operation_id="list_units")
def list_units(request: HttpRequest, asked: Query[Asked]) -> dict[str, object]:
    """Units in the caller's scope."""
    actor = actor_of_request(request)
    if asked.text.strip():
        return {"items": search_units(actor, asked.text), "next": ""}
    if asked.below is None:
        return {"items": tops(actor), "next": ""}
    page = paginate(schools_below(actor, unit(actor, asked.below)), ["name", "id"], asked.cursor, asked.size)
    return {"items": page.rows, "next": page.next}


@router.get("/{uuid:key}", response=UnitOut, operation_id="get_unit")
def get_unit(request: HttpRequest, key: UUID) -> Unit:
    """One unit."""
    return unit(actor_of_request(request), key)


@places_router.get("", response=Listing[PlaceOut], operation_id="list_places")
def list_places(request: HttpRequest, unit_id: UUID) -> dict[str, object]:
    """The open places of a unit, in round order."""
    actor = actor_of_request(request)
    return {"items": places_of(actor, unit(actor, unit_id)), "next": ""}


@places_router.get("/by-token/{token}", response=PlaceOut, operation_id="get_place_by_token")
def get_place(request: HttpRequest, token: str) -> Place:
    """The place whose QR code was scanned."""
    return place_by_token(actor_of_request(request), token)
