"""What the API takes and gives. Instants are ISO 8601 with offset, days ISO, money ten thousand yuan."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from ..models import Hazard, Step
from ..public import Detail, Dismissal, Level, Source

Text = Field("", max_length=4000)
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(9000, 1, 1, tzinfo=UTC))
]
"""An instant with its offset: without one, nobody knows which hour is meant."""


class UnitRef(Schema):
    id: UUID
    code: str
    name: str


class StepOut(Schema):
    move: str
    from_state: str
    to_state: str
    occurred_at: datetime
    recorded_at: datetime
    name: str
    sentence: str
    reason: str


class PhotoOut(Schema):
    id: UUID
    role: str
    url: str
    thumb_url: str


class HazardOut(Schema):
    """One row of the ledger."""

    id: UUID
    number: str
    version: int
    state: str
    grade: str
    suspected_major: bool
    title: str
    description: str
    domain: str
    unit: UnitRef
    owner_unit: UnitRef
    place: str
    source: str
    clause: str
    found_at: datetime
    recorded_at: datetime
    first_due_at: datetime
    due_at: datetime
    late: bool
    responsible: str
    submitted_at: datetime | None
    accepted_at: datetime | None
    closed_at: datetime | None
    in_time: bool | None
    returns: int
    listing_number: str

    @classmethod
    def of(cls, row: Hazard) -> HazardOut:
        return cls(**_columns(row))


class HazardDetailOut(HazardOut):
    """One hazard with its history; ``moves`` are what the caller may do now, the main one first."""

    steps: list[StepOut]
    photos: list[PhotoOut]
    moves: list[str]
    deadline: list[str]

    @classmethod
    def of_detail(cls, found: Detail) -> HazardDetailOut:
        return cls(
            **_columns(found.hazard),
            steps=[_step(step) for step in found.steps],
            photos=[
                PhotoOut(id=a.pk, role=a.role, url=a.url, thumb_url=a.thumb_url) for a in found.attachments
            ],
            moves=[str(move) for move in found.moves],
            deadline=found.deadline,
        )


def _columns(row: Hazard) -> dict[str, Any]:
    same = (
        "id number version state grade title description domain source found_at recorded_at first_due_at"
        " due_at submitted_at accepted_at closed_at in_time returns listing_number"
    )
    return {name: getattr(row, name) for name in same.split()} | {
        "suspected_major": row.awaits_judgement,
        "unit": _unit(row.unit),
        "owner_unit": _unit(row.owner_unit),
        "place": row.where,
        "clause": row.clause_ref,
        "late": row.is_late,
        "responsible": row.responsible.name if row.responsible else "",
    }


def _unit(unit: object) -> dict[str, object]:
    return {name: getattr(unit, name) for name in ("id", "code", "name")}


def _step(step: Step) -> StepOut:
    return StepOut(**{name: getattr(step, name) for name in StepOut.model_fields})


class Stamped(Schema):
    """What every move may carry."""

    version: int | None = Field(None, description="The version you saw; refused when somebody was first.")
    occurred_at: Moment | None = Field(None, description="When it was done, if not now.")


class HazardIn(Schema):
    """A new hazard. Name the unit by id or official code; photos are ids from ``POST /files``."""

    unit: UUID | None = None
    unit_code: str = Field("", max_length=20)
    title: str = Field(min_length=1, max_length=100)
    domain: str
    description: str = Text
    place: UUID | None = None
    place_text: str = Field("", max_length=80)
    source: Source = Source.SELF
    found_at: Moment | None = None
    photos: list[UUID] = Field(default_factory=list, max_length=20)
    evidence_reason: str = Field("", max_length=200)
    interim: str = Text
    interim_until: date | None = None
    recurrence_of: UUID | None = None
    suspected_major: str = Field("", description="Why it may be major; then it is marked in the same act.")
    general: bool = Field(False, description="Grade it general in the same act, where the role allows.")


class AssessIn(Stamped):
    reason: str = Text
    interim: str = Text
    interim_until: date | None = None


class SuspectIn(Stamped):
    reason: str = Field(min_length=1, max_length=4000)


class JudgeIn(Stamped):
    major: bool
    basis: str = Field(min_length=1, max_length=4000)
    item: str = Field("", max_length=120)
    level: Level | None = None
    supervisor: UUID | None = None
    notice: str = Field("", max_length=40)


class RectifyIn(Stamped):
    """The five commitments, watcher and interim protection. ``funds_wan`` 0 says that none are needed."""

    responsible: UUID
    measures: str = Field(min_length=1, max_length=4000)
    funds_wan: Decimal = Field(ge=0, max_digits=12, decimal_places=4)
    plan: str = Field(min_length=1, max_length=4000)
    watcher: UUID | None = None
    due_on: date | None = None
    interim: str = Text
    interim_until: date | None = None
    root_cause: str = Text
    lasting_measure: str = Text


class SubmitIn(Stamped):
    result: str = Field(min_length=1, max_length=4000)
    photos: list[UUID] = Field(default_factory=list, max_length=20)
    evidence_reason: str = Field("", max_length=200)
    rectifier: UUID | None = None


class AcceptIn(Stamped):
    text: str = Text
    on_site: bool = False


class ReturnIn(Stamped):
    reason: str = Field(min_length=1, max_length=4000)


class ExtendIn(Stamped):
    due_on: date
    reason: str = Field(min_length=1, max_length=4000)


class DecideIn(Stamped):
    granted: bool
    answer: str = Text


class CloseIn(Stamped):
    text: str = Text


class DismissIn(Stamped):
    reason: str = Field(min_length=1, max_length=4000)
    kind: Dismissal = Dismissal.MISTAKE
    into: UUID | None = Field(None, description="The hazard that stays, when this one is a duplicate.")


class HandOverIn(Stamped):
    to_unit: UUID
    reason: str = Field(min_length=1, max_length=4000)
    kind: str = Field("refer", pattern="^(refer|coordinate)$")


class LeadIn(Schema):
    """A quick snap: photo, place, send."""

    unit: UUID | None = None
    unit_code: str = Field("", max_length=20)
    place: UUID | None = None
    place_text: str = Field("", max_length=80)
    text: str = Text
    photos: list[UUID] = Field(default_factory=list, max_length=20)


class LeadOut(Schema):
    id: UUID
    unit: UnitRef
    place: str
    text: str
    state: str
    reporter: str
    found_at: datetime
    hazard: UUID | None
    reason: str
