"""What each move is told. Plain values: pages, the API, imports and the bulk path fill the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from anyuan.foundation.org.public import Person, Place, Unit
from anyuan.rules.policy.public import CheckItem

from ..models import Hazard
from ..states import Dismissal, Source


@dataclass(frozen=True, slots=True)
class Proxy:
    """The signer cannot log in; somebody else types, with a photo of the signed paper (代录)."""

    signer: Person
    paper: tuple[UUID | str, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every move may carry: when it happened, which version the actor had before him, a proxy."""

    occurred_at: datetime | None = None
    version: int | None = None
    proxy: Proxy | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """``finder_unit`` is the body that found it or took the tip-off (default: the unit itself).

    ``interim_until`` is the last day the interim protection holds. ``before`` are draft attachments.
    """

    unit: Unit
    title: str
    domain: str
    description: str = ""
    place: Place | None = None
    place_text: str = ""
    cause: str = ""
    source: str = Source.SELF
    source_record: UUID | None = None
    check_item: CheckItem | None = None
    clause_ref: str = ""
    requirement_key: str = ""
    subject_code: str = ""
    own_days: int | None = None
    """Working days the unmet requirement gives while the hazard is general."""
    finder_unit: Unit | None = None
    finder: Person | None = None
    finder_name: str = ""
    before: tuple[UUID | str, ...] = ()
    shared_before: int = 0
    """Photos the caller shows under the new hazard in the same transaction (those of a lead)."""
    evidence_reason: str = ""
    interim: str = ""
    interim_until: date | None = None
    recurrence_of: Hazard | None = None
    known_since: datetime | None = None
    """When it was first written down elsewhere (a lead, a record): then this is no late entry."""
    suspected: str = ""
    """Why it may be major: then it is marked in the same act, and reporting is permission enough."""
    general: bool = False
    """Graded general in the same act, where the actor may."""
    key: UUID | None = None
    """The id the hazard will have, when the caller must know it beforehand."""


@dataclass(frozen=True, slots=True)
class Assess:
    """The school grades it general."""

    reason: str = ""
    interim: str = ""
    interim_until: date | None = None


@dataclass(frozen=True, slots=True)
class Suspect:
    reason: str


@dataclass(frozen=True, slots=True)
class Judge:
    """``level`` and ``supervisor`` are asked for when it is major; an empty notice number is made."""

    major: bool
    basis: str
    item: str = ""
    level: str = ""
    supervisor: Person | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """The five commitments (002-04-8) with watcher and interim protection.

    ``funds_wan`` is in ten thousand yuan, 0 for "no funds needed". ``due_on`` None takes the deadline.
    """

    responsible: Person
    measures: str
    funds_wan: Decimal | None
    plan: str
    watcher: Person | None
    due_on: date | None = None
    interim: str = ""
    interim_until: date | None = None
    root_cause: str = ""
    lasting_measure: str = ""


@dataclass(frozen=True, slots=True)
class Interim:
    interim: str
    interim_until: date


@dataclass(frozen=True, slots=True)
class Watch:
    text: str
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class Submit:
    """``after`` are draft attachments; ``evidence_reason`` stands in when there can be no photo."""

    result: str
    after: tuple[UUID | str, ...] = ()
    evidence_reason: str = ""
    rectifier: Person | None = None
    """Who did the work, when that is not the one who hands it in."""


@dataclass(frozen=True, slots=True)
class Fix:
    """Fixed on the spot (即查即改); a photo before and one after."""

    result: str
    before: tuple[UUID | str, ...] = ()
    after: tuple[UUID | str, ...] = ()
    rectifier: Person | None = None
    root_cause: str = ""
    lasting_measure: str = ""


@dataclass(frozen=True, slots=True)
class Accept:
    """``on_site``: the acceptor was there. A major hazard asks for it."""

    text: str = ""
    on_site: bool = False


@dataclass(frozen=True, slots=True)
class SendBack:
    reason: str


@dataclass(frozen=True, slots=True)
class Close:
    text: str = ""


@dataclass(frozen=True, slots=True)
class HandOverTo:
    """``kind``: "refer" (移交) or "coordinate" (提请协调)."""

    to_unit: Unit
    reason: str
    kind: str = "refer"


@dataclass(frozen=True, slots=True)
class AnswerHandOver:
    taken: bool
    answer: str = ""


@dataclass(frozen=True, slots=True)
class AskExtension:
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class DecideExtension:
    granted: bool
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days from ``first`` to ``last`` do not count (a works stop, a closed school)."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class AllowLateEntry:
    """Until the end of ``until`` things done longer ago than the region allows may be entered."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Delegate:
    """``document`` names the written delegation."""

    to_unit: Unit
    document: str


@dataclass(frozen=True, slots=True)
class Dismiss:
    """``into`` names the hazard that stays when this one is a duplicate."""

    reason: str
    kind: str = Dismissal.MISTAKE
    into: Hazard | None = None


@dataclass(frozen=True, slots=True)
class Reassign:
    """Change who is responsible or who watches; None leaves it."""

    reason: str
    responsible: Person | None = None
    watcher: Person | None = None


Input = (
    Registration
    | Assess
    | Suspect
    | Judge
    | Commit
    | Interim
    | Watch
    | Submit
    | Fix
    | Accept
    | SendBack
    | Close
    | HandOverTo
    | AnswerHandOver
    | AskExtension
    | DecideExtension
    | Pause
    | AllowLateEntry
    | Delegate
    | Dismiss
    | Reassign
)
