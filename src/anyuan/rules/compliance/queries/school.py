"""One school: every requirement that has a verdict, by area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.policy.public import Area

from ..models import Verdict
from ..shapes import Behind, Counts
from ..states import WORST_FIRST, State

_RANK = {str(state): rank for rank, state in enumerate(WORST_FIRST)}
_TO_DO = (State.LATE, State.DUE)


class Row(NamedTuple):
    """A verdict of today with the words of its requirement: a school has hundreds, so they are no models."""

    id: UUID
    key: str
    area: str
    state: str
    leads: bool
    period: str
    starts: date | None
    due_at: datetime | None
    need: float | None
    have: float | None
    subject_code: str
    subject: str | None
    kind: str | None
    title: str
    title_en: str
    order: int
    version: int
    pack: str
    document: str
    clause: str
    op: str | None
    unit: str | None
    unit_of_duty: str | None

    @property
    def measure(self) -> str:
        return self.unit or self.unit_of_duty or ""


def _spec(part: str, name: str) -> KeyTextTransform:
    return KeyTextTransform(name, KeyTransform(part, F("requirement__spec")))


_COLUMNS: dict[str, str | Combinable] = {
    "order": "requirement__order", "version": "requirement__pack__version",
    "pack": "requirement__pack__code", "document": "requirement__pack__title",
    "clause": "requirement__clause__label", "title": "requirement__title",
    "title_en": "requirement__title_en", "subject": "subject__name", "kind": "subject__kind",
    "op": _spec("standard", "op"), "unit": _spec("standard", "unit"), "unit_of_duty": _spec("duty", "unit"),
}  # fmt: skip
"""Where the columns of a row stand that are not the verdict's own."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a requirement comes to in a period: the row that leads, and whom it speaks for beside itself."""

    first: Row
    behind: Behind | None

    @property
    def order(self) -> tuple[int, int]:
        return _RANK[self.first.state], -(self.first.starts.toordinal() if self.first.starts else 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement at a school: its periods that count today, the worst first, of equals the newest."""

    periods: list[Period]

    @property
    def first(self) -> Row:
        return self.periods[0].first

    @property
    def order(self) -> tuple[int, str, int]:
        return _RANK[self.first.state], self.first.pack, self.first.order


@dataclass(slots=True)
class AreaPart:
    area: str
    label: str
    counts: Counts
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a duty that waits, for the unit itself or for these of its classes, dormitories ..."""

    rows: list[Row]

    @property
    def first(self) -> Row:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class SchoolView:
    """``due``: what waits to be done, late first, then by deadline."""

    unit: Unit
    counts: Counts
    parts: list[AreaPart]
    due: list[Due]


def school_view(actor: Actor, unit: Unit) -> SchoolView:
    """Every requirement of ``unit`` that has a verdict today; one statement."""
    found = Verdict.objects.visible_to(actor).filter(unit=unit, standing=True).order_by()
    columns = [_COLUMNS.get(name, name) for name in Row._fields]
    places: dict[tuple[str, str], list[Row]] = {}
    for row in map(Row._make, found.values_list(*columns)):
        places.setdefault((row.key, row.period), []).append(row)
    lines: dict[str, list[Period]] = {}
    for (key, _period), rows in places.items():
        lines.setdefault(key, []).append(_spoken_for(rows))
    by_area: dict[str, list[Line]] = {}
    for periods in lines.values():
        periods.sort(key=lambda p: p.order)
        by_area.setdefault(periods[0].first.area, []).append(Line(periods))
    parts = [_part(code, str(label), by_area[code]) for code, label in Area.choices if code in by_area]
    due = [Due(waiting) for rows in places.values() if (waiting := _waiting(rows))]
    due.sort(key=lambda d: (d.first.state != State.LATE, d.first.due_at, d.first.pack, d.first.order))
    return SchoolView(unit, _counts(x for part in parts for x in part.lines), parts, due)


def _spoken_for(rows: list[Row]) -> Period:
    first = next((row for row in rows if row.leads), rows[0])
    many = len(rows) > 1 and first.kind is not None
    return Period(first, Behind(first.kind or "", Counts(Counter(r.state for r in rows))) if many else None)


def _waiting(rows: list[Row]) -> list[Row]:
    """Late ones, else those that are due; the subjects in their order."""
    for state in _TO_DO:
        found = [row for row in rows if row.state == state and row.due_at is not None]
        if found:
            return sorted(found, key=lambda row: row.subject_code)
    return []


def _part(code: str, label: str, lines: list[Line]) -> AreaPart:
    return AreaPart(code, label, _counts(lines), sorted(lines, key=lambda line: line.order))


def _counts(lines: Iterable[Line]) -> Counts:
    """Of what speaks for the school, period by period."""
    return Counts(Counter(period.first.state for line in lines for period in line.periods))
