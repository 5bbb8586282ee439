"""The pure core: may this move be made now, and what does it change? No database, no clock.

Actions wrap it in a lock, a transaction and the journal; the bulk path runs the same function in memory
over dated histories. So a loaded demo obeys the very rules a teacher's phone obeys.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, Refused, bigrams, clock

from .. import deadlines
from .. import permits as p
from ..models import Hazard
from ..states import MOVES, Grade, Move, State
from . import access, effects, tells, who
from . import inputs as i
from .change import Change
from .gates import GATES
from .scene import Scene

EFFECTS: dict[Move, effects.Effect] = {
    Move.ASSESS: effects.assess,
    Move.SUSPECT: effects.suspect,
    Move.JUDGE: effects.judge,
    Move.COMMIT: effects.commit,
    Move.INTERIM: effects.interim,
    Move.WATCH: effects.watch,
    Move.SUBMIT: effects.submit,
    Move.FIX: effects.fix,
    Move.ACCEPT: effects.accept,
    Move.SEND_BACK: effects.send_back,
    Move.CLOSE: effects.close,
    Move.HAND_OVER: effects.hand_over,
    Move.ANSWER_HAND_OVER: effects.answer_hand_over,
    Move.ASK_EXTENSION: effects.ask_extension,
    Move.DECIDE_EXTENSION: effects.decide_extension,
    Move.PAUSE: effects.pause,
    Move.ALLOW_LATE_ENTRY: effects.allow_late_entry,
    Move.DELEGATE: effects.delegate,
    Move.DISMISS: effects.dismiss,
    Move.REASSIGN: effects.reassign,
}


def apply(hazard: Hazard, move: Move, data: i.Input, scene: Scene) -> Change:
    """Make ``move`` on ``hazard`` in memory and give what changed.

    Raises ``Refused``, ``NotPermitted`` or ``Invalid``; then ``hazard`` is untouched.
    """
    rule = MOVES[move]
    if hazard.state not in rule.sources:
        raise Refused(
            _("“%(move)s” is not possible: the hazard is “%(state)s”. Look at it again.")
            % {"move": move.label, "state": State(hazard.state).label}
        )
    access.require(move, hazard, scene)
    _needs(move, data, scene)
    moves_on = rule.to is not None or move in _CHOOSING
    _times(hazard, scene, moves_on)
    for gate in rule.gates:
        GATES[gate](hazard, data, scene)
    change = EFFECTS[move](hazard, data, scene)
    if rule.to is not None:
        change.fields.setdefault("state", rule.to)
    if change.fields.get("state", hazard.state) != hazard.state:
        change.fields["moved_at"] = scene.at
    if scene.day != clock.day_of(scene.now):
        change.fields["recorded_later"] = True
    for name, value in change.fields.items():
        setattr(hazard, name, value)
    hazard.version += 1
    if not scene.quiet:
        change.tell = tells.told(move, hazard, data, scene)
    return change


_CHOOSING = frozenset({Move.JUDGE, Move.ACCEPT, Move.SEND_BACK, Move.HAND_OVER})
_REASONED = frozenset(
    {Move.SUSPECT, Move.SEND_BACK, Move.HAND_OVER, Move.PAUSE, Move.ALLOW_LATE_ENTRY, Move.REASSIGN}
)


def _needs(move: Move, data: i.Input, scene: Scene) -> None:
    """What a few moves ask for beyond the gates: a reason, a row to answer, an order of days."""
    if move in _REASONED and not getattr(data, "reason", "").strip():
        raise Invalid(_("Give the reason."), {"reason": [_("Give the reason.")]})
    check = _CHECKS.get(move)
    if check is not None:
        check(data, scene)


def _hand_over(data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.HandOverTo)
    if data.kind not in {"refer", "coordinate"}:
        raise Invalid(_("Choose whether it is handed over or to be coordinated."), {"kind": []})
    if scene.hand_over is not None:
        raise Refused(_("It was handed over already and the new owner has not answered yet."))
    if data.to_unit.pk == scene.owner_line[-1].pk:
        raise Invalid(_("Choose another unit than the present owner."), {"to_unit": []})


def _answer(data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.AnswerHandOver)
    if scene.hand_over is None:
        raise Refused(_("There is no handing over to answer."))
    if not data.taken and not data.answer.strip():
        raise Invalid(_("Say why it is given back."), {"answer": [_("Say why it is given back.")]})


def _pause(data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Pause)
    if data.last < data.first:
        raise Invalid(_("The last day of the pause lies before its first."), {"last": []})


def _until(data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.AllowLateEntry)
    if data.until < clock.day_of(scene.now):
        raise Invalid(_("The day lies in the past."), {"until": []})


def _reassign(data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Reassign)
    if data.responsible is None and data.watcher is None:
        raise Invalid(_("Choose who takes it over."), {"responsible": []})


def _watch(data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Watch)
    if not data.text.strip():
        raise Invalid(_("Write what you saw."), {"text": [_("Write what you saw.")]})


_CHECKS: dict[Move, Callable[[i.Input, Scene], None]] = {
    Move.HAND_OVER: _hand_over,
    Move.ANSWER_HAND_OVER: _answer,
    Move.PAUSE: _pause,
    Move.ALLOW_LATE_ENTRY: _until,
    Move.REASSIGN: _reassign,
    Move.WATCH: _watch,
}


def _times(hazard: Hazard, scene: Scene, moves_on: bool, known_since: datetime | None = None) -> None:
    """Act and entry are two times: not in the future, in order, and not too long ago without approval."""
    if scene.at > scene.now:
        raise Invalid(_("It cannot have happened in the future."), {"occurred_at": []})
    if moves_on and hazard.moved_at is not None and scene.at < hazard.moved_at:
        raise Refused(_("The step before it happened later than this. Correct the time."))
    written = clock.day_of(known_since or scene.now)
    late = (written - scene.day).days > scene.terms.late_record_days
    permitted = hazard.late_entry_until is not None and scene.now < hazard.late_entry_until
    if late and not permitted and not who.one_level_up(hazard, scene):
        raise Refused(
            _("It happened more than %(days)s days ago. Ask the level above to allow the late entry.")
            % {"days": scene.terms.late_record_days}
        )


def finding_unit(actor: Actor, data: i.Registration, scene: Scene) -> UUID:
    """The body that found it: named, or the one whose role lets the actor register here."""
    if data.finder_unit is not None:
        return data.finder_unit.pk
    held = [g for g in actor.grants if g.covers(p.REGISTER, scene.unit.path, data.domain)]
    if not held or any(who.belongs(g, scene.unit) for g in held):
        return scene.unit.pk
    nearest = max(held, key=lambda g: len(g.path))
    named = next((u.pk for u in reversed(scene.line) if who.belongs(nearest, u)), scene.unit.pk)
    return nearest.unit_id or named


def _blank(data: i.Registration, scene: Scene) -> Hazard:
    """The row as it was told, before any rule looked at it."""
    return Hazard(
        unit_id=data.unit.pk,
        owner_unit_id=data.unit.pk,
        finder_unit_id=finding_unit(scene.actor, data, scene),
        accept_unit_id=data.unit.pk,
        place=data.place,
        place_text=data.place_text.strip(),
        title=data.title.strip(),
        description=data.description.strip(),
        domain=data.domain,
        cause=data.cause,
        source=data.source,
        source_record=data.source_record,
        check_item=data.check_item,
        clause_ref=data.clause_ref,
        requirement_key=data.requirement_key,
        subject_code=data.subject_code,
        own_days=data.own_days,
        finder_id=data.finder.pk if data.finder else scene.signer_id,
        finder_name=data.finder.name if data.finder else data.finder_name or scene.signer_name,
        registered_by_id=scene.hand_id,
        found_at=scene.at,
        recorded_at=scene.now,
        recorded_later=scene.day != clock.day_of(scene.now),
        moved_at=scene.at,
        evidence_reason=data.evidence_reason.strip(),
        photos_before=scene.before,
        recurrence_of=data.recurrence_of,
        suspected_reason=data.suspected.strip(),
    )


def enter(data: i.Registration, scene: Scene) -> tuple[Hazard, Change]:
    """A new hazard in memory, without number. Raises as :func:`apply`."""
    hazard = _blank(data, scene)
    if data.key is not None:
        hazard.pk = data.key
    access.require(Move.REGISTER, hazard, scene)
    _finder_is_his(hazard, scene)
    _times(hazard, scene, moves_on=False, known_since=data.known_since)
    for gate in MOVES[Move.REGISTER].gates:
        GATES[gate](hazard, data, scene)
    due = deadlines.due(Grade.GENERAL, scene.day, scene.terms, scene.calendar, own_days=hazard.own_days)
    hazard.first_due_at = hazard.due_at = due.due_at
    hazard.due_provisional = due.provisional
    if data.interim.strip() and data.interim_until is not None:
        hazard.interim, hazard.interim_until = data.interim.strip(), clock.end_of(data.interim_until)
    hazard.accept_unit_id, hazard.accept_by = who.accepting(hazard, scene)
    return hazard, Change(_("registered it: %(title)s") % {"title": hazard.title}, climbs=True)


def _finder_is_his(hazard: Hazard, scene: Scene) -> None:
    """Nobody registers a finding in the name of a body he does not act for."""
    finder = scene.units[hazard.finder_unit_id]
    if finder.pk == hazard.unit_id or who.acts_for(scene.actor, finder, (p.REGISTER,), hazard.domain):
        return
    if not scene.actor.may(p.REGISTER, finder.path, hazard.domain):
        raise Refused(
            _("You do not act for %(unit)s. Choose the body that found it.") % {"unit": finder.title}
        )


def index_words(hazard: Hazard, unit_name: str) -> str:
    """What the text search finds it by."""
    words = (hazard.number, hazard.title, hazard.where, hazard.description, unit_name)
    return bigrams(" ".join(words))
