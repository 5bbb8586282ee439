"""Everything the core may know besides the hazard itself. Built by the runner, or in memory for many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Unit, UnitKind

from ..deadlines import Calendar, Terms
from ..models import Extension, HandOver


@dataclass(frozen=True, slots=True)
class Scene:
    """``at`` is when it happened, ``now`` when it is entered. ``line`` runs from the root to the unit.

    ``actor`` is who acts: by a proxy entry the signer of the paper, and ``typist`` who entered it.
    ``before`` and ``after`` count the photos the hazard has, those sent with the move included.
    """

    actor: Actor
    at: datetime
    now: datetime
    line: tuple[Unit, ...]
    owner_line: tuple[Unit, ...]
    terms: Terms
    calendar: Calendar
    typist: Actor | None = None
    before: int = 0
    after: int = 0
    extension: Extension | None = None
    hand_over: HandOver | None = None
    units: dict[UUID, Unit] = field(default_factory=dict)
    quiet: bool = False
    """Nobody is told (loading the past)."""

    @property
    def unit(self) -> Unit:
        """The unit the hazard lies at."""
        return self.line[-1]

    @property
    def day(self) -> date:
        return clock.day_of(self.at)

    @property
    def signer_id(self) -> UUID | None:
        """The person who acts."""
        return self.actor.person_id

    @property
    def signer_name(self) -> str:
        return self.actor.name

    @property
    def hand_id(self) -> UUID | None:
        """The person who typed."""
        return self.typist.person_id if self.typist else self.actor.person_id

    @property
    def people(self) -> frozenset[UUID]:
        """Both hands of a proxy entry: who signed and who typed."""
        return frozenset(p for p in (self.signer_id, self.hand_id) if p)

    def node(self, kind: str) -> Unit | None:
        """The nearest node of ``kind`` at or above the unit."""
        return next((u for u in reversed(self.line) if u.kind == kind), None)

    @property
    def county(self) -> Unit | None:
        return self.node(UnitKind.COUNTY)

    @property
    def city(self) -> Unit | None:
        return self.node(UnitKind.CITY)

    @property
    def above(self) -> Unit:
        """One level up from the unit (the root itself has none above and answers for itself)."""
        return self.line[-2] if len(self.line) > 1 else self.line[-1]

    @property
    def above_owner(self) -> Unit:
        """One level up from the owner: the nearest bureau or district, past a managing school."""
        bureaus = [u for u in self.owner_line[:-1] if u.kind != UnitKind.SCHOOL]
        return bureaus[-1] if bureaus else self.owner_line[-1]
