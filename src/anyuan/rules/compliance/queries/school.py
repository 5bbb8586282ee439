"""One school: every requirement that has a verdict, by area."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.policy.public import Area, Requirement

from ..models import Verdict
from ..shapes import Counts
from ..states import WORST_FIRST, State
from .rows import named

_RANK = {str(state): rank for rank, state in enumerate(WORST_FIRST)}


@dataclass(slots=True)
class Line:
    """A requirement at a school: the verdicts that count today, the worst first."""

    requirement: Requirement
    verdicts: list[Verdict]

    @property
    def state(self) -> str:
        return self.verdicts[0].state

    @property
    def first(self) -> Verdict:
        return self.verdicts[0]

    @property
    def order(self) -> tuple[int, str, int]:
        return _RANK[self.state], self.requirement.pack.code, self.requirement.order


@dataclass(slots=True)
class AreaPart:
    area: str
    label: str
    counts: Counts
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SchoolView:
    """``due``: what waits to be done, late first, then by deadline."""

    unit: Unit
    counts: Counts
    parts: list[AreaPart]
    due: list[Verdict]


def school_view(actor: Actor, unit: Unit) -> SchoolView:
    """Every requirement of ``unit`` that has a verdict today; one statement."""
    rows = named(Verdict.objects.visible_to(actor).filter(unit=unit, standing=True))
    lines: dict[str, Line] = {}
    for verdict in rows.order_by("key", "-requirement__pack__version", "subject_code", "-starts"):
        lines.setdefault(verdict.key, Line(verdict.requirement, [])).verdicts.append(verdict)
    for line in lines.values():
        line.verdicts.sort(key=lambda v: _RANK[v.state])
    every = [verdict for line in lines.values() for verdict in line.verdicts]
    parts = [_part(code, str(label), lines) for code, label in Area.choices]
    due = [v for v in every if v.state in {State.LATE, State.DUE} and v.due_at is not None]
    due.sort(key=lambda v: (v.state != State.LATE, v.due_at))
    return SchoolView(unit, _counts(every), [p for p in parts if p.lines], due)


def _part(code: str, label: str, lines: dict[str, Line]) -> AreaPart:
    own = sorted((x for x in lines.values() if x.first.area == code), key=lambda x: x.order)
    return AreaPart(code, label, _counts([v for x in own for v in x.verdicts]), own)


def _counts(verdicts: list[Verdict]) -> Counts:
    return Counts(Counter(verdict.state for verdict in verdicts))
