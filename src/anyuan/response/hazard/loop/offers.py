"""Which moves a page may offer to this actor now: access and the gates that ask for no input."""

from __future__ import annotations

from collections.abc import Callable

from anyuan.foundation.kernel.public import Problem

from .. import permits as p
from ..models import Hazard
from ..states import MOVES, AcceptBy, Grade, Move
from . import access, who
from .gates import before_deadline, graded, listing_authority, never_rectifier, not_major, not_suspected
from .scene import Scene

Offer = Callable[[Hazard, Scene], bool]


def _passes(gate: Callable[..., None], hazard: Hazard, scene: Scene) -> bool:
    try:
        gate(hazard, None, scene)
    except Problem:
        return False
    return True


def _all(*gates: Callable[..., None]) -> Offer:
    return lambda h, s: all(_passes(g, h, s) for g in gates)


def _judge(h: Hazard, s: Scene) -> bool:
    body = who.judging_unit(h, s)
    again = h.grade == Grade.MAJOR
    return body is not None and (body.pk == h.judging_unit_id if again else h.awaits_judgement)


def _accept(h: Hazard, s: Scene) -> bool:
    return who.may_accept(h, s) and _passes(never_rectifier, h, s)


def _delegate(h: Hazard, s: Scene) -> bool:
    body = s.units[h.accept_unit_id]
    return h.accept_by != AcceptBy.UNIT and who.acts_for(s.actor, body, (p.RECHECK, p.LIST), h.domain)


def _dismiss(h: Hazard, s: Scene) -> bool:
    first = {h.registered_by_id, h.finder_id, h.responsible_id, h.rectifier_id}
    if s.people & first:
        return False
    if h.grade == Grade.MAJOR or h.awaits_judgement:
        body = who.judging_unit(h, s)
        return body is not None and (h.grade != Grade.MAJOR or body.pk == h.judging_unit_id)
    return h.accept_by not in {AcceptBy.FINDER, AcceptBy.TAKER} or who.may_accept(h, s)


def _decide(h: Hazard, s: Scene) -> bool:
    asked = s.extension
    return asked is not None and asked.asked_by_id not in s.people and who.one_level_up(h, s)


def _handed_over(h: Hazard, s: Scene) -> bool:
    return s.hand_over is not None


def _not_handed_over(h: Hazard, s: Scene) -> bool:
    return s.hand_over is None


def _ask(h: Hazard, s: Scene) -> bool:
    return s.extension is None and s.now < h.due_at


def _pause(h: Hazard, s: Scene) -> bool:
    return who.one_level_up(h, s) and _passes(before_deadline, h, s)


_OFFERS: dict[Move, Offer] = {
    Move.ASSESS: _all(not_suspected),
    Move.SUSPECT: _all(not_suspected, not_major),
    Move.JUDGE: _judge,
    Move.COMMIT: _all(graded),
    Move.SUBMIT: _all(not_suspected),
    Move.FIX: _all(not_major, not_suspected),
    Move.ACCEPT: lambda h, s: _accept(h, s) and not h.awaits_judgement,
    Move.SEND_BACK: _accept,
    Move.CLOSE: _all(listing_authority, never_rectifier),
    Move.HAND_OVER: _not_handed_over,
    Move.ANSWER_HAND_OVER: _handed_over,
    Move.ASK_EXTENSION: _ask,
    Move.DECIDE_EXTENSION: _decide,
    Move.PAUSE: _pause,
    Move.ALLOW_LATE_ENTRY: who.one_level_up,
    Move.DELEGATE: _delegate,
    Move.DISMISS: _dismiss,
}


def offered(hazard: Hazard, scene: Scene) -> list[Move]:
    """The moves to offer, in the order of the table. A move offered may still meet a gate."""
    return [
        move
        for move, rule in MOVES.items()
        if hazard.state in rule.sources
        and access.allowed(move, hazard, scene)
        and (move not in _OFFERS or _OFFERS[move](hazard, scene))
    ]
