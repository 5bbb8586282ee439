"""One hazard with all that its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from anyuan.foundation.files.public import Attachment, attachments_of
from anyuan.foundation.kernel.public import Actor, clock

from .. import deadlines
from ..loop import ladders, stage
from ..loop.inputs import Stamp
from ..loop.offers import offered
from ..loop.scene import Scene
from ..models import Delegation, Extension, HandOver, Hazard, Step, WatchNote
from ..stages import Stage, nine_stages
from ..states import Grade, Move
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
    "check_item",
    "recurrence_of",
    "merged_into",
)


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
    row: Hazard | None = Hazard.objects.visible_to(actor).select_related(*_WITH).filter(pk=pk).first()
    if row is None:
        raise missing()
    return row


def find_number(actor: Actor, number: str) -> Hazard:
    """The hazard with this number; raises ``NotFound``."""
    rows = Hazard.objects.visible_to(actor).select_related(*_WITH)
    row: Hazard | None = rows.filter(number=number.strip().upper()).first()
    if row is None:
        raise missing()
    return row


def detail(actor: Actor, hazard: Hazard) -> Detail:
    """All the page shows of a hazard that :func:`find` gave; nine queries, however long its history."""
    scene = stage.build(actor, hazard, None, None, Stamp())
    moves = offered(hazard, scene)
    moves.sort(key=lambda m: _MAIN.index(m) if m in _MAIN else len(_MAIN))
    return Detail(
        hazard=hazard,
        steps=list(hazard.steps.order_by("order")),
        watch_notes=list(hazard.watch_notes.all()[:50]),
        extensions=list(hazard.extension_requests.all()),
        hand_overs=list(hazard.hand_overs.select_related("from_unit", "to_unit")),
        delegations=list(hazard.delegations.select_related("from_unit", "to_unit")),
        attachments=attachments_of(hazard),
        recurrences=list(hazard.recurrences.defer("words", "search")),
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


def moves_for(actor: Actor, hazard: Hazard) -> list[Move]:
    """The moves to offer to ``actor``."""
    return offered(hazard, stage.build(actor, hazard, None, None, Stamp()))


def explain(hazard: Hazard, scene: Scene) -> list[str]:
    """How the deadline came about, in sentences."""
    from django.utils.translation import gettext as _

    major = hazard.grade == Grade.MAJOR and hazard.judged_at is not None
    start = clock.day_of(hazard.judged_at if major and hazard.judged_at else hazard.found_at)
    counted = deadlines.due(
        hazard.grade, start, scene.terms, scene.calendar, deadlines.parse_pauses(hazard.pauses)
    )
    said = [counted.explain()]
    day = ladders.due_day(hazard)
    if hazard.extensions:
        said.append(_("More time was granted: due by the end of %(day)s.") % {"day": day.isoformat()})
    elif day != counted.day:
        said.append(_("The time limit set for it: the end of %(day)s.") % {"day": day.isoformat()})
    return said
