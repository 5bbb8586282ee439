"""The moves of a hazard as actions: one function per move, all through :func:`runner.run`.

Each takes the actor, the hazard, what the move is told and a :class:`Stamp`; gives the hazard as saved.
Each raises ``NotPermitted`` (role), ``Refused`` (a gate, with what to do), ``Conflict`` (somebody else was
first), ``Invalid`` (input) or ``NotFound`` (outside the actor's scope); then nothing was changed.
"""

from __future__ import annotations

from anyuan.foundation.kernel.public import Actor

from ..loop import inputs as i
from ..loop.inputs import Stamp
from ..models import Hazard
from ..states import Move
from .runner import begin, run

_NOW = Stamp()


def register(actor: Actor, data: i.Registration, stamp: Stamp = _NOW) -> Hazard:
    """Enter a hazard in the ledger; ``found_at`` is ``stamp.occurred_at`` (default now)."""
    return begin(actor, data, stamp)


def assess(actor: Actor, hazard: Hazard, data: i.Assess, stamp: Stamp = _NOW) -> Hazard:
    """The school grades it general; the deadline starts from the day it was found."""
    return run(actor, hazard, Move.ASSESS, data, stamp)


def mark_suspected(actor: Actor, hazard: Hazard, data: i.Suspect, stamp: Stamp = _NOW) -> Hazard:
    """Anybody at the school: county and city know at once, the county must judge within its days."""
    return run(actor, hazard, Move.SUSPECT, data, stamp)


def judge(actor: Actor, hazard: Hazard, data: i.Judge, stamp: Stamp = _NOW) -> Hazard:
    """The county judges with a written basis; major means listed, in the same act. Also downgrades."""
    return run(actor, hazard, Move.JUDGE, data, stamp)


def commit(actor: Actor, hazard: Hazard, data: i.Commit, stamp: Stamp = _NOW) -> Hazard:
    """The five commitments, watcher and interim protection; rectification begins or is planned anew."""
    return run(actor, hazard, Move.COMMIT, data, stamp)


def set_interim(actor: Actor, hazard: Hazard, data: i.Interim, stamp: Stamp = _NOW) -> Hazard:
    """State or renew the interim protection and the last day it holds."""
    return run(actor, hazard, Move.INTERIM, data, stamp)


def watch(actor: Actor, hazard: Hazard, data: i.Watch, stamp: Stamp = _NOW) -> Hazard:
    """Write a line of the watch log."""
    return run(actor, hazard, Move.WATCH, data, stamp)


def submit(actor: Actor, hazard: Hazard, data: i.Submit, stamp: Stamp = _NOW) -> Hazard:
    """Rectified: hand it in for acceptance."""
    return run(actor, hazard, Move.SUBMIT, data, stamp)


def fix_on_the_spot(actor: Actor, hazard: Hazard, data: i.Fix, stamp: Stamp = _NOW) -> Hazard:
    """A general hazard fixed at once, photo before and after; a second person's accept closes it."""
    return run(actor, hazard, Move.FIX, data, stamp)


def accept(actor: Actor, hazard: Hazard, data: i.Accept | None = None, stamp: Stamp = _NOW) -> Hazard:
    """The body of ``hazard.accept_unit`` accepts; a general hazard is closed in the same act."""
    return run(actor, hazard, Move.ACCEPT, data or i.Accept(), stamp)


def send_back(actor: Actor, hazard: Hazard, data: i.SendBack, stamp: Stamp = _NOW) -> Hazard:
    """A failed acceptance goes back with its reasons."""
    return run(actor, hazard, Move.SEND_BACK, data, stamp)


def close(actor: Actor, hazard: Hazard, data: i.Close | None = None, stamp: Stamp = _NOW) -> Hazard:
    """The listing authority closes and de-lists an accepted major hazard."""
    return run(actor, hazard, Move.CLOSE, data or i.Close(), stamp)


def hand_over(actor: Actor, hazard: Hazard, data: i.HandOverTo, stamp: Stamp = _NOW) -> Hazard:
    """Give it to the body that owns the matter, or ask government to coordinate."""
    return run(actor, hazard, Move.HAND_OVER, data, stamp)


def answer_hand_over(actor: Actor, hazard: Hazard, data: i.AnswerHandOver, stamp: Stamp = _NOW) -> Hazard:
    """The new owner takes it, or gives it back with a reason."""
    return run(actor, hazard, Move.ANSWER_HAND_OVER, data, stamp)


def ask_extension(actor: Actor, hazard: Hazard, data: i.AskExtension, stamp: Stamp = _NOW) -> Hazard:
    """Ask for more time, before the deadline only."""
    return run(actor, hazard, Move.ASK_EXTENSION, data, stamp)


def decide_extension(actor: Actor, hazard: Hazard, data: i.DecideExtension, stamp: Stamp = _NOW) -> Hazard:
    """One level up grants or refuses the open request."""
    return run(actor, hazard, Move.DECIDE_EXTENSION, data, stamp)


def pause(actor: Actor, hazard: Hazard, data: i.Pause, stamp: Stamp = _NOW) -> Hazard:
    """One level up lets some days not count; the deadline is computed anew."""
    return run(actor, hazard, Move.PAUSE, data, stamp)


def allow_late_entry(actor: Actor, hazard: Hazard, data: i.AllowLateEntry, stamp: Stamp = _NOW) -> Hazard:
    """One level up lets what was done longer ago be entered."""
    return run(actor, hazard, Move.ALLOW_LATE_ENTRY, data, stamp)


def delegate(actor: Actor, hazard: Hazard, data: i.Delegate, stamp: Stamp = _NOW) -> Hazard:
    """The accepting body above the school delegates the re-check in writing."""
    return run(actor, hazard, Move.DELEGATE, data, stamp)


def dismiss(actor: Actor, hazard: Hazard, data: i.Dismiss, stamp: Stamp = _NOW) -> Hazard:
    """A second person voids it or merges it into another, with a reason; it stays readable."""
    return run(actor, hazard, Move.DISMISS, data, stamp)


def reassign(actor: Actor, hazard: Hazard, data: i.Reassign, stamp: Stamp = _NOW) -> Hazard:
    """Name another responsible person or watcher."""
    return run(actor, hazard, Move.REASSIGN, data, stamp)
