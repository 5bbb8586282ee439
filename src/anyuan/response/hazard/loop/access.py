"""Whether the actor may make this move at all, before any gate is asked."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import NotPermitted

from .. import permits as p
from ..models import Hazard
from ..states import MOVES, Move
from . import who
from .scene import Scene

Allowed = Callable[[Hazard, Scene], bool]


def _here(verb: str) -> Allowed:
    return lambda h, s: s.actor.may(verb, s.unit.path, h.domain)


def _owner(verb: str) -> Allowed:
    return lambda h, s: who.may_own(h, s, verb)


def _register(h: Hazard, s: Scene) -> bool:
    """Anybody at the school may report what he holds to be major."""
    suspected = bool(h.suspected_reason) and s.actor.may(p.REPORT, s.unit.path, h.domain)
    return suspected or s.actor.may(p.REGISTER, s.unit.path, h.domain)


def _assess(h: Hazard, s: Scene) -> bool:
    """The school, or the body whose inspection found it."""
    finder = s.units.get(h.finder_unit_id)
    found = finder is not None and h.finder_unit_id != h.unit_id
    return s.actor.may(p.ASSESS, s.unit.path, h.domain) or (
        found and finder is not None and who.acts_for(s.actor, finder, (p.REGISTER,), h.domain)
    )


def _hands_on(verb: str) -> Allowed:
    """The responsible person by assignment alone, or whoever may for the owner."""
    return lambda h, s: s.signer_id == h.responsible_id is not None or who.may_own(h, s, verb)


def _guards(verb: str) -> Allowed:
    """Those assigned to the hazard, the owner, or the unit where it lies."""
    return lambda h, s: (
        (s.signer_id is not None and s.signer_id in {h.responsible_id, h.watcher_id})
        or s.actor.may(verb, s.unit.path, h.domain)
        or who.may_own(h, s, verb)
    )


def _suspect(h: Hazard, s: Scene) -> bool:
    return s.actor.may(p.REPORT, s.unit.path, h.domain) or s.signer_id == h.finder_id is not None


def _answer(h: Hazard, s: Scene) -> bool:
    owner = s.owner_line[-1]
    return s.actor.everywhere or who.acts_for_any_domain(s.actor, owner, p.HAND_OVER)


_ALLOWED: dict[Move, Allowed] = {
    Move.REGISTER: _register,
    Move.ASSESS: _assess,
    Move.SUSPECT: _suspect,
    Move.COMMIT: _owner(p.ASSIGN),
    Move.REASSIGN: _owner(p.ASSIGN),
    Move.INTERIM: _guards(p.ASSIGN),
    Move.WATCH: _guards(p.WATCH),
    Move.SUBMIT: _hands_on(p.RECTIFY),
    Move.FIX: _hands_on(p.RECTIFY),
    Move.HAND_OVER: _owner(p.HAND_OVER),
    Move.ANSWER_HAND_OVER: _answer,
    Move.ASK_EXTENSION: _hands_on(p.RECTIFY),
    Move.DISMISS: _here(p.DISMISS),
}
"""For the moves that are not listed the gates name the body: a role somewhere is not enough there."""


def allowed(move: Move, hazard: Hazard, scene: Scene) -> bool:
    """Whether role or assignment lets the actor make ``move`` here."""
    return move not in _ALLOWED or _ALLOWED[move](hazard, scene)


def require(move: Move, hazard: Hazard, scene: Scene) -> None:
    """Raise :class:`NotPermitted` unless the actor may make ``move`` here (``MOVES[move].verb``)."""
    if not allowed(move, hazard, scene):
        raise NotPermitted(
            _("Your role does not allow “%(move)s” here (%(verb)s).")
            % {"move": move.label, "verb": MOVES[move].verb}
        )
