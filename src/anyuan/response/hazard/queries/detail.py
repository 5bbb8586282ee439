"""One hazard with all that its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.files.public import Attachment, attachments_of
from anyuan.foundation.kernel.public import Actor, ScopedQuerySet, clock
from anyuan.rules.ledger.public import CheckedPlace, checks_of_place

from .. import deadlines
from ..loop import ladders, stage
from ..loop.inputs import Stamp
from ..loop.offers import offered
from ..loop.scene import Scene
from ..models import Delegation, Extension, HandOver, Hazard, Step, WatchNote
from ..stages import Stage, nine_stages
from ..states import Grade, Move, State
from .lists import _uuid, missing

_WITH = (
    "unit",
    "place",
    "owner_unit",
    "finder_unit",
    "accept_unit",
    "delegate_unit",
    "listing_unit",
    "judging_unit",
    "responsible",
    "watcher",
    "supervisor",
    "judged_by",
    "assessed_by",
    "suspected_by",
    "check_item__clause__pack",
    "recurrence_of",
    "merged_into",
)
_HEAVY = ("words", "search", "check_item__clause__pack__content")


@dataclass(frozen=True, slots=True)
class Detail:
    """``moves`` are offered to the actor, the main one first; ``deadline`` explains the due date."""

    hazard: Hazard
    steps: list[Step]
    watch_notes: list[WatchNote]
    extensions: list[Extension]
    hand_overs: list[HandOver]
    delegations: list[Delegation]
    attachments: list[Attachment]
    recurrences: list[Hazard]
    moves: list[Move]
    stages: list[Stage]
    deadline: list[str]

    @property
    def main_move(self) -> Move | None:
        """The one primary button of the page."""
        return self.moves[0] if self.moves else None


def find(actor: Actor, key: UUID | str) -> Hazard:
    """The hazard; raises ``NotFound`` outside the scope."""
    pk = key if isinstance(key, UUID) else _uuid(key)
    row = Hazard.seen(actor, pk, _WITH, _HEAVY)
    if row is None:
        raise missing()
    return row


def find_number(actor: Actor, number: str) -> Hazard:
    """The hazard with this number; raises ``NotFound``."""
    row: Hazard | None = _shown(actor).filter(number=number.strip().upper()).first()
    if row is None:
        raise missing()
    return row


def _shown(actor: Actor) -> ScopedQuerySet:
    return Hazard.objects.visible_to(actor).select_related(*_WITH).defer(*_HEAVY)


def detail(actor: Actor, hazard: Hazard) -> Detail:
    """All the page shows of a hazard that :func:`find` gave: eight statements, however long its history."""
    extensions = list(hazard.extension_requests.all())
    hand_overs = list(hazard.hand_overs.select_related("from_unit", "to_unit"))
    scene = stage.look(
        actor,
        hazard,
        next((e for e in extensions if e.granted is None), None),
        next((o for o in hand_overs if o.taken is None), None),
    )
    moves = offered(hazard, scene)
    moves.sort(key=lambda move: _rank(move, hazard))
    delegated = hazard.delegations.select_related("from_unit", "to_unit")
    over = hazard.state == State.CLOSED  # only what was closed can come back
    return Detail(
        hazard=hazard,
        steps=list(hazard.steps.order_by("order")),
        watch_notes=list(hazard.watch_notes.all()[:50]),
        extensions=extensions,
        hand_overs=hand_overs,
        delegations=list(delegated) if hazard.delegate_unit_id else [],
        attachments=attachments_of(hazard),
        recurrences=list(hazard.recurrences.defer("words", "search")) if over else [],
        moves=moves,
        stages=nine_stages(hazard),
        deadline=explain(hazard, scene),
    )


_MAIN = (
    Move.JUDGE,
    Move.CLOSE,
    Move.ACCEPT,
    Move.DECIDE_EXTENSION,
    Move.ANSWER_HAND_OVER,
    Move.SUBMIT,
    Move.ASSESS,
    Move.COMMIT,
    Move.FIX,
    Move.SEND_BACK,
    Move.WATCH,
    Move.INTERIM,
)
"""What a person is most likely here for comes first."""


def _rank(move: Move, hazard: Hazard) -> int:
    """A judgement made once comes last: it is there to be downgraded, not asked for."""
    if move not in _MAIN or (move == Move.JUDGE and not hazard.awaits_judgement):
        return len(_MAIN)
    return _MAIN.index(move)


def moves_for(actor: Actor, hazard: Hazard) -> list[Move]:
    """The moves to offer to ``actor``."""
    return offered(hazard, stage.build(actor, hazard, None, None, Stamp()))


def explain(hazard: Hazard, scene: Scene) -> list[str]:
    """How the deadline came about, in sentences."""
    major = hazard.grade == Grade.MAJOR and hazard.judged_at is not None
    start = clock.day_of(hazard.judged_at if major and hazard.judged_at else hazard.found_at)
    first = clock.day_of(hazard.first_due_at - timedelta(microseconds=1))
    days = deadlines.days_for(hazard.grade, scene.terms, hazard.own_days)
    said = [deadlines.Deadline(start, days, first, provisional=hazard.due_provisional).explain()]
    for begins, after in deadlines.parse_pauses(hazard.pauses):
        words = {"first": begins.isoformat(), "last": (after - timedelta(days=1)).isoformat()}
        said.append(_("Paused from %(first)s to %(last)s.") % words)
    day = ladders.due_day(hazard)
    if day != first:
        said.append(_("Now due by the end of %(day)s.") % {"day": day.isoformat()})
    return said


def look_back(actor: Actor, hazard: Hazard, limit: int = 20) -> list[CheckedPlace]:
    """Who looked at that place before it was found, when, and what they wrote down (责任倒查, 000-001-4)."""
    if hazard.place is None:
        return []
    return checks_of_place(actor, hazard.place, until=hazard.found_at, limit=limit)
