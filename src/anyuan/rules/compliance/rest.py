"""Verdicts, their explanations and what is owed, over the API."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from anyuan.foundation.kernel.public import Actor, Listing
from anyuan.foundation.org.public import Unit
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import actor_of_request
from anyuan.rules.policy.public import Area

from .public import COMPLIANCE_VIEW, Explained, Input, Missing, Todo, Verdict, explain, todos
from .queries.rows import Filters, find_verdict, verdict_page
from .states import State

router = Router(tags=["verdicts"])
todos_router = Router(tags=["todos"])


class VerdictOut(Schema):
    id: UUID
    unit_id: UUID
    requirement_id: UUID
    key: str
    area: str
    domain: str
    subject_id: UUID | None
    subject_code: str
    period: str = Field(description='Such as 2026-11 or 2026-W47; "" for a standard.')
    starts: date | None
    ends: date | None = Field(description="The first day after the period.")
    due_at: datetime | None
    state: State
    need: float | None
    have: float | None
    missing: list[str]
    reason: str
    records: list[UUID]
    standing: bool = Field(description="Whether it counts today; the others are history.")
    leads: bool = Field(description="Whether it speaks for its unit: what counts, counts rows that lead.")
    changed_at: datetime


class Asked(Schema):
    """``unit``: its whole subtree. ``month``: the periods that ended in it; left out: what counts today.

    ``leads``: only rows that speak for their unit, requirement and period, or only the others (one per class,
    dormitory ...); left out: both.
    """

    unit: UUID
    area: Area | None = None
    key: str = Field("", max_length=121)
    state: State | None = None
    month: str = Field("", max_length=7)
    leads: bool | None = None
    cursor: str = ""
    size: int = Field(50, ge=1, le=200)


class InputOut(Schema):
    key: str
    label: str
    value: float | bool | str | None
    unit: str
    source: str
    until: date | None


class MissingOut(Schema):
    key: str
    label: str
    question: str
    post: str
    post_name: str


class ExplainedOut(Schema):
    verdict: VerdictOut
    document: str
    clause: str
    title: str
    sentence: str
    applies: str
    formula: str
    formula_need: str
    op: str
    inputs: list[InputOut]
    params: list[InputOut]
    need: float | None
    have: float | None
    gap: float | None
    measure: str
    missing: list[MissingOut]
    records: list[UUID]


class TodoOut(Schema):
    verdict: str = Field(description="The address of its page.")
    key: str
    keys: list[str]
    title: str
    register_code: str
    post: str
    unit_id: UUID
    subject_id: UUID | None
    period: str
    starts: date
    ends: date
    due_at: datetime
    state: State
    documents: list[str]
    need: float | None
    have: float | None
    measure: str


class TodosAsked(Schema):
    unit: UUID


@router.get("", response=Listing[VerdictOut], operation_id="list_verdicts")
def list_verdicts(request: HttpRequest, asked: Query[Asked]) -> dict[str, object]:
    """Verdicts at and below a unit, in the order of the tree."""
    actor, unit = _asked(request, asked.unit)
    filters = Filters(unit, asked.month, asked.area or "", asked.key, asked.state or "", leads=asked.leads)
    page = verdict_page(actor, filters, asked.cursor, asked.size, names=False)
    return {"items": page.rows, "next": page.next}


@router.get("/{uuid:key}/explain", response=ExplainedOut, operation_id="explain_verdict")
def explain_verdict(request: HttpRequest, key: UUID) -> ExplainedOut:
    """Why a verdict is what it is: formula, inputs, what is missing and who can give it."""
    actor = actor_of_request(request)
    return _explained(explain(actor, find_verdict(actor, key)))


@todos_router.get("", response=Listing[TodoOut], operation_id="list_todos")
def list_todos(request: HttpRequest, asked: Query[TodosAsked]) -> dict[str, object]:
    """What a unit owes now: late first, then by deadline. All of it is one page."""
    actor, unit = _asked(request, asked.unit)
    return {"items": [_todo(t) for t in todos(actor, unit)], "next": ""}


def _asked(request: HttpRequest, key: UUID) -> tuple[Actor, Unit]:
    """Raises :class:`NotFound`, :class:`NotPermitted`."""
    actor = actor_of_request(request)
    unit = unit_of(actor, key)
    actor.require(COMPLIANCE_VIEW, unit.path)
    return actor, unit


def _explained(found: Explained) -> ExplainedOut:
    names = ("sentence", "applies", "formula", "formula_need", "op", "need", "have", "gap", "measure")
    return ExplainedOut(
        verdict=_verdict(found.verdict),
        document=found.document,
        clause=found.clause,
        title=found.requirement.title,
        inputs=[_input(one) for one in found.inputs],
        params=[_input(one) for one in found.params],
        missing=[_missing(one) for one in found.missing],
        records=[record.pk for record in found.records],
        **{name: getattr(found, name) for name in names},
    )


def _verdict(row: Verdict) -> VerdictOut:
    return VerdictOut.from_orm(row)


def _input(one: Input) -> InputOut:
    value = one.value.isoformat() if isinstance(one.value, date) else one.value
    return InputOut(
        key=one.key, label=one.label, value=value, unit=one.unit, source=one.source, until=one.until
    )


def _missing(one: Missing) -> MissingOut:
    return MissingOut(
        key=one.key, label=one.label, question=one.question, post=one.post, post_name=one.post_name
    )


def _todo(one: Todo) -> TodoOut:
    names = ("key", "title", "post", "period", "starts", "ends", "due_at", "state", "need", "have", "measure")
    return TodoOut(
        verdict=one.url,
        register_code=one.register,
        unit_id=one.unit.pk,
        subject_id=one.subject.pk if one.subject else None,
        keys=list(one.keys),
        documents=list(one.documents),
        **{name: getattr(one, name) for name in names},
    )
