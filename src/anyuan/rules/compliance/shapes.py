"""What derivation and queries give: counts, to-dos, explanations, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger.public import Record, Subject
from anyuan.rules.policy.public import Requirement, Value

from .models import Verdict
from .states import EXCEPTIONS, RATED, WORST_FIRST, State


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of something stand in which state."""

    by: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, state: str) -> int:
        return self.by.get(state, 0)

    def __add__(self, other: Counts) -> Counts:
        return Counts({s: self[s] + other[s] for s in State.values})

    @property
    def rated(self) -> int:
        """What the rate is made of."""
        return sum(self[s] for s in RATED)

    @property
    def rate(self) -> float | None:
        """Between 0 and 1; None where nothing is decided."""
        return self[State.MET] / self.rated if self.rated else None

    @property
    def exceptions(self) -> int:
        return sum(self[s] for s in EXCEPTIONS)

    @property
    def worst(self) -> State:
        """The state that speaks for all of them; not applicable where there is nothing."""
        return next((s for s in WORST_FIRST if self[s]), State.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Behind:
    """The classes, dormitories ... that one row speaks for, itself included."""

    kind: str
    counts: Counts

    @property
    def total(self) -> int:
        return sum(self.counts.by.values())


@dataclass(frozen=True, slots=True)
class Todo:
    """What a unit owes now: one thing to do, whichever documents ask for it."""

    key: str
    title: str
    title_en: str
    register: str
    """The register a record of it goes into."""
    post: str
    unit: Unit
    subject: Subject | None
    period: str
    starts: date
    ends: date
    due_at: datetime
    state: State
    documents: tuple[str, ...]
    """The titles of all documents that one record of this register and period serves."""
    keys: tuple[str, ...]
    need: float | None
    have: float | None
    measure: str
    """The unit of need and have, such as 次."""
    url: str
    """Explains the verdict."""


@dataclass(frozen=True, slots=True)
class Input:
    """A fact or param that went into a verdict."""

    key: str
    label: str
    value: Value
    unit: str
    source: str
    until: date | None
    """The last day a declared value counts."""
    choices: tuple[dict[str, str], ...] = ()
    """Codes a text may be, with their labels."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known, and who can give it."""

    key: str
    label: str
    question: str
    post: str
    post_name: str


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a verdict is what it is."""

    verdict: Verdict
    requirement: Requirement
    formula: str
    """What is had, as the document's pack writes it; for a duty, the condition on records."""
    formula_need: str
    applies: str
    inputs: tuple[Input, ...]
    params: tuple[Input, ...]
    steps: tuple[tuple[str, Value], ...]
    op: str
    need: float | None
    have: float | None
    gap: float | None
    """How much is lacking; None where it cannot be told, 0 where nothing is."""
    measure: str
    clause: str
    clause_heading: str
    document: str
    missing: tuple[Missing, ...]
    records: tuple[Record, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that changed: ``before`` is empty for a new one, ``after`` for one that is gone."""

    unit_id: UUID
    path: str
    key: str
    subject: str
    period: str
    before: str
    after: str
