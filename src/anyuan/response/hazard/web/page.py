"""The hazard's page: what is wrong, who must act by when, what has been proved done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.ui.public import Request, page, render
from anyuan.rules.compliance.public import COMPLIANCE_VIEW

from .. import permits
from .. import public as hz
from ..public import Detail, Grade, Hazard, Move, Source, State
from .fields import Desk
from .forms_above import AcceptForm
from .moves import WAYS, label_of, url_of
from .photos import sort_out

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STEP_NAMES: dict[str, StrOrPromise] = {
    "register": pgettext_lazy("step", "Register"),
    "rectify": pgettext_lazy("step", "Rectify"),
    "accept": pgettext_lazy("step", "Accept"),
    "close": pgettext_lazy("step", "Close"),
}
TONES: dict[str, str] = {
    State.REGISTERED: "act",
    State.ASSESSED: "act",
    State.RECTIFYING: "act",
    State.SUBMITTED: "wait",
    State.ACCEPTED: "wait",
    State.CLOSED: "done",
    State.DISMISSED: "off",
}
MAIN = (
    Move.JUDGE,
    Move.CLOSE,
    Move.ACCEPT,
    Move.DECIDE_EXTENSION,
    Move.ANSWER_HAND_OVER,
    Move.SUBMIT,
    Move.ASSESS,
    Move.COMMIT,
)
"""The moves that bring a hazard on: the first of them that is offered is the one button."""


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as ``<c-steps>`` draws it; ``state`` is done, now, late or todo."""

    label: StrOrPromise
    state: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Button:
    move: Move
    label: StrOrPromise
    url: str
    icon: str


@page(permits.VIEW, assigned=True)
def hazard_page(request: Request, pk: UUID) -> HttpResponse:
    """One hazard, for whoever may see it."""
    hazard = hz.find(request.actor, pk)
    return render(request, "hazard/page.html", page_context(request.actor, hz.detail(request.actor, hazard)))


@page(permits.VIEW, assigned=True)
def by_number(request: Request, number: str) -> HttpResponse:
    """The number people say leads to the page."""
    return redirect(hz.find_number(request.actor, number).url)


def page_context(actor: Actor, detail: Detail) -> dict[str, Any]:
    """All that the template says."""
    hazard = detail.hazard
    main = main_button(actor, detail)
    inline = None
    if main is not None and main.move == Move.ACCEPT and hazard.grade != Grade.MAJOR:
        inline = AcceptForm(Desk(actor, hazard))
    who, due, done = waits_for(hazard)
    return {
        "detail": detail,
        "hazard": hazard,
        "status": State(hazard.state).label,
        "tone": "late" if hazard.is_late and hazard.state in hz.WORKING else TONES[hazard.state],
        "steps": four_steps(hazard),
        "stages": [StepShown(s.name, "done" if s.at else "todo", s.at) for s in detail.stages],
        "who": who,
        "overdue": hazard.is_open and done is None and _over(due),
        "due": due,
        "done": done,
        "main": main,
        "accept_form": inline,
        "more": [b for b in buttons(detail) if main is None or b.move != main.move],
        "photos": sort_out(detail.attachments, detail.steps),
        "interim_over": hazard.is_open and _over(hazard.interim_until),
        "history": detail.steps[::-1],
        "origin": origin(actor, hazard),
        "may_paper": hz.may_keep_paper(actor, hazard),
        "may_recur": hazard.state == State.CLOSED
        and actor.may(permits.REGISTER, hazard.unit.path, hazard.domain),
        "may_spread": may_spread(actor, hazard),
        "may_look": hazard.place is not None and actor.may("ledger.view", hazard.unit.path, hazard.domain),
        "awaited": [e for e in detail.extensions if e.granted is None],
    }


def may_spread(actor: Actor, hazard: Hazard) -> bool:
    """Whether the actor's authority listed it and may ask others to look for the same."""
    grave = hazard.state == State.CLOSED and hazard.grade == Grade.MAJOR and hazard.place is not None
    return grave and any(g.unit_id == hazard.listing_unit_id for g in actor.grants_for(permits.LIST))


def _over(until: datetime | None) -> bool:
    return until is not None and until <= clock.now()


def buttons(detail: Detail) -> list[Button]:
    """Every move offered to the actor, the likely ones first."""
    hazard = detail.hazard
    return [
        Button(m, label_of(m, hazard), url_of(m, hazard), WAYS[m].icon) for m in detail.moves if m in WAYS
    ]


def main_button(actor: Actor, detail: Detail) -> Button | None:
    """The next move of this actor; None when it is somebody else's turn."""
    hazard = detail.hazard
    offered = {b.move: b for b in buttons(detail)}
    if hazard.state == State.RECTIFYING and _over(hazard.interim_until) and Move.INTERIM in offered:
        return offered[Move.INTERIM]
    judged = hazard.grade == Grade.MAJOR  # to judge it again is open to the authority, but brings nothing on
    moves = [m for m in MAIN if m in offered and not (judged and m == Move.JUDGE)]
    if hazard.state == State.RECTIFYING and Move.COMMIT in moves:
        moves.remove(Move.COMMIT)
    moves = [m for m in moves if m not in _OWNERS or _his_turn(actor, hazard, m)]
    if moves:
        return offered[moves[0]]
    return offered.get(Move.WATCH) if _only_watches(actor, hazard) else None


_OWNERS = frozenset({Move.ASSESS, Move.COMMIT, Move.SUBMIT})


def _his_turn(actor: Actor, hazard: Hazard, move: Move) -> bool:
    """Whether a move of the owner is this person's: a body above may make it too, but it is not his turn."""
    if move == Move.SUBMIT and hazard.responsible_id is not None:
        return actor.person_id == hazard.responsible_id
    owner = hazard.owner_unit
    at_owner = any(g.unit_id == owner.pk or g.path == owner.path for g in actor.grants)
    return at_owner or actor.may(permits.ASSESS, owner.path, hazard.domain)


def _only_watches(actor: Actor, hazard: Hazard) -> bool:
    return actor.person_id is not None and actor.person_id == hazard.watcher_id


def waits_for(hazard: Hazard) -> tuple[str, datetime | None, datetime | None]:
    """(who must act, by when, when it was done): the sentence under the title."""
    name = hazard.responsible.name if hazard.responsible else ""
    owner = hazard.owner_unit.title
    accepting = (hazard.delegate_unit or hazard.accept_unit).title
    if hazard.awaits_judgement:
        return _("The county must judge whether it is major."), hazard.judge_due_at, None
    said = {
        State.REGISTERED: _("%(unit)s must assess it.") % {"unit": owner},
        State.ASSESSED: _("%(unit)s must make the five commitments.") % {"unit": owner},
        State.RECTIFYING: _("%(name)s (%(unit)s) must rectify it.") % {"name": name, "unit": owner},
        State.SUBMITTED: _("%(unit)s must accept it.") % {"unit": accepting},
        State.ACCEPTED: _("%(unit)s must close and de-list it.")
        % {"unit": hazard.listing_unit.title if hazard.listing_unit else ""},
        State.CLOSED: _("Closed."),
        State.DISMISSED: hazard.get_dismissal_display(),
    }
    if hazard.state == State.DISMISSED:
        return said[State.DISMISSED], None, None
    return said[State(hazard.state)], hazard.due_at, hazard.submitted_at


def four_steps(hazard: Hazard) -> list[StepShown]:
    """Register, rectify, accept, close: where it stands and when each was done."""
    reached = {
        "register": hazard.found_at,
        "rectify": hazard.submitted_at,
        "accept": hazard.accepted_at,
        "close": hazard.closed_at,
    }
    names = [name for name, _states in hz.STEPS]
    current = next((n for n, states in hz.STEPS if hazard.state in states), "")
    if hazard.state == State.ASSESSED:
        current = "rectify"
    if hazard.state == State.ACCEPTED:
        current = "close"
    place = names.index(current) if current else -1
    now = "late" if hazard.is_late else "now"
    shown = []
    for index, name in enumerate(names):
        done = hazard.state == State.CLOSED or 0 <= index < place or (not current and name == "register")
        state = "done" if done else now if index == place else "todo"
        shown.append(StepShown(STEP_NAMES[name], state, reached[name] if done else None))
    return shown


_ORIGINS: dict[str, tuple[str, StrOrPromise]] = {
    Source.CHECK: ("ledger:record", gettext_lazy("The check it was found in")),
    Source.ROUND: ("ledger:record", gettext_lazy("The round it was found in")),
    Source.SNAP: ("hazard:lead", gettext_lazy("The quick snap it came from")),
    Source.UNMET: ("compliance:verdict", gettext_lazy("Why the requirement is unmet")),
}


def origin(actor: Actor, hazard: Hazard) -> tuple[str, StrOrPromise] | None:
    """(address, words) of what it comes from, when there is a page of it this actor may open."""
    if hazard.source_record is None or hazard.source not in _ORIGINS:
        return None
    name, words = _ORIGINS[hazard.source]
    verb = {"ledger": "ledger.view", "compliance": COMPLIANCE_VIEW}.get(name.split(":")[0], permits.VIEW)
    if not actor.may(verb, hazard.unit.path):
        return None
    return reverse(name, args=[hazard.source_record]), words
