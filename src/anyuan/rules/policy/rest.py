"""Requirements over the API."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from anyuan.foundation.kernel.public import Listing, clock
from anyuan.foundation.org.public import Domain
from anyuan.foundation.ui.public import actor_of_request

from . import queries
from .areas import Area
from .models import Requirement

router = Router(tags=["requirements"])


class RequirementOut(Schema):
    id: UUID
    key: str = Field(description="Stable over versions: <document>/<requirement>.")
    pack_code: str = Field(alias="pack.code")
    pack_version: int = Field(alias="pack.version")
    clause: str = Field(alias="clause.label")
    title: str
    title_en: str
    kind: str
    area: str
    domain: str
    per: str = Field(description="What there is one verdict for each of; empty: the unit itself.")
    rows: list[str]


class ValueOut(Schema):
    key: str
    title: str
    value: float | bool | str
    set_by: UUID | None = Field(description="The unit that set it; null: the document's own value.")


class RequirementDetail(RequirementOut):
    spec: dict[str, Any] = Field(description="The requirement as its document states it.")
    applies: str = Field(description="In words.")
    have: str
    need: str
    cadence: str
    register_title: str
    amount: str
    condition: str
    in_force: bool = Field(description="Whether this version is in force at the unit.")
    values: list[ValueOut]


class Asked(Schema):
    unit: UUID | None = Field(None, description="Requirements in force there; else of the newest versions.")
    pack: str = Field("", max_length=60)
    area: Area | None = None
    domain: Domain | None = None
    kind: Literal["", "standard", "duty", "check", "principle"] = ""
    cursor: str = ""
    size: int = Field(50, ge=1, le=200)


@router.get("", response=Listing[RequirementOut], operation_id="list_requirements")
def list_requirements(request: HttpRequest, asked: Query[Asked]) -> dict[str, object]:
    """Requirements by key."""
    actor = actor_of_request(request)
    unit = queries.viewpoint(actor, asked.unit) if asked.unit else None
    page = queries.requirements_at(
        actor,
        unit,
        clock.today(),
        asked.cursor,
        asked.size,
        pack__code=asked.pack,
        area=asked.area or "",
        domain=asked.domain or "",
        kind=asked.kind,
    )
    return {"items": page.rows, "next": page.next}


@router.get("/{uuid:key}", response=RequirementDetail, operation_id="get_requirement")
def get_requirement(request: HttpRequest, key: UUID, unit: UUID | None = None) -> dict[str, object]:
    """One requirement in words, with the values that apply at the unit (default: the caller's topmost)."""
    actor = actor_of_request(request)
    row = queries.requirement_by_id(actor, key)
    here, rules = queries.reading_of(actor, row.pack, queries.viewpoint(actor, unit))
    shown = next(r for r in rules if r.row == row.pk)
    return _plain(row) | {
        "spec": row.spec,
        "applies": shown.applies,
        "have": shown.have,
        "need": shown.need,
        "cadence": shown.cadence,
        "register_title": shown.register,
        "amount": shown.amount,
        "condition": shown.condition,
        "in_force": here.in_force,
        "values": [
            {
                "key": s.param.key,
                "title": s.param.title,
                "value": s.value,
                "set_by": s.override.unit_id if s.override else None,
            }
            for s in here.settings
        ],
    }


def _plain(row: Requirement) -> dict[str, object]:
    names = ("id", "key", "title", "title_en", "kind", "area", "domain", "per", "rows")
    return {name: getattr(row, name) for name in names} | {
        "pack.code": row.pack.code,
        "pack.version": row.pack.version,
        "clause.label": row.clause.label,
    }
