"""One page per move: ``/hazards/<id>/<move>/`` shows the form and takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import Actor, NotPermitted, Problem, Refused
from anyuan.foundation.ui.public import Request, once_form, page, render

from .. import permits
from .. import public as hz
from ..public import Hazard, Move, State
from . import forms as f
from . import forms_above as above
from .fields import Desk, MoveForm, save_photos
from .photos import Shown, shown

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Act = Callable[[Actor, Hazard, Any, hz.Stamp], Hazard]


@dataclass(frozen=True, slots=True)
class Way:
    """How a move is made on a page."""

    form: type[MoveForm]
    act: Act
    icon: str


WAYS: dict[Move, Way] = {
    Move.ASSESS: Way(f.AssessForm, hz.assess, "scale"),
    Move.SUSPECT: Way(f.SuspectForm, hz.mark_suspected, "alert-triangle"),
    Move.JUDGE: Way(above.JudgeForm, hz.judge, "gavel"),
    Move.COMMIT: Way(f.CommitForm, hz.commit, "writing-sign"),
    Move.INTERIM: Way(f.InterimForm, hz.set_interim, "barrier-block"),
    Move.WATCH: Way(f.WatchForm, hz.watch, "eye"),
    Move.SUBMIT: Way(f.SubmitForm, hz.submit, "tools"),
    Move.FIX: Way(f.FixForm, hz.fix_on_the_spot, "tool"),
    Move.ACCEPT: Way(above.AcceptForm, hz.accept, "check"),
    Move.SEND_BACK: Way(above.SendBackForm, hz.send_back, "arrow-back-up"),
    Move.CLOSE: Way(above.CloseForm, hz.close, "checks"),
    Move.HAND_OVER: Way(f.HandOverForm, hz.hand_over, "transfer"),
    Move.ANSWER_HAND_OVER: Way(above.AnswerHandOverForm, hz.answer_hand_over, "message"),
    Move.ASK_EXTENSION: Way(f.AskExtensionForm, hz.ask_extension, "calendar-plus"),
    Move.DECIDE_EXTENSION: Way(above.DecideExtensionForm, hz.decide_extension, "calendar-event"),
    Move.PAUSE: Way(above.PauseForm, hz.pause, "clock-pause"),
    Move.ALLOW_LATE_ENTRY: Way(above.AllowLateEntryForm, hz.allow_late_entry, "clock-hour-4"),
    Move.DELEGATE: Way(above.DelegateForm, hz.delegate, "share"),
    Move.DISMISS: Way(above.DismissForm, hz.dismiss, "ban"),
    Move.REASSIGN: Way(f.ReassignForm, hz.reassign, "switch-horizontal"),
}
"""Every move that a hazard in being can take; registering has a page of its own."""


def label_of(move: Move, hazard: Hazard) -> StrOrPromise:
    """The words on the button of ``move``."""
    major = hazard.grade == hz.Grade.MAJOR
    if move == Move.ACCEPT:
        return _("Accept after the re-check") if major else _("Accept and close")
    if move == Move.COMMIT and hazard.committed_at is not None:
        return _("Change the five commitments")
    if move == Move.INTERIM and hazard.interim:
        return pgettext_lazy("move", "Renew interim protection")
    if move == Move.JUDGE and major:
        return _("Judge again: general")
    return move.label


def url_of(move: Move, hazard: Hazard) -> str:
    return reverse("hazard:move", args=[hazard.pk, str(move)])


@page(permits.VIEW, methods=("GET", "POST"), assigned=True)
def move_page(request: Request, pk: UUID, move: str) -> HttpResponse:
    """The form of one move; who cannot make it now is told why."""
    chosen = _move(move)
    hazard = hz.find(request.actor, pk)
    desk = Desk(request.actor, hazard)
    way = WAYS[chosen]
    if request.method != "POST":
        refused = _refusal(request.actor, hazard, chosen)
        if refused is not None:
            return _refused(request, hazard, chosen, refused)
        return _show(request, chosen, way.form(desk))
    form = way.form(desk, request.POST)

    def work() -> str:
        photos = {p.name: save_photos(request, p.name, hazard.unit) for p in form.photos}
        paper = save_photos(request, "paper", hazard.unit) if form.cleaned_data.get("signer") else ()
        return way.act(request.actor, hazard, form.told(photos), form.stamp(paper)).url

    return once_form(request, work, form=form, again=lambda: _show(request, chosen, form))


def _move(text: str) -> Move:
    if text not in Move.values or Move(text) not in WAYS:
        raise Http404
    return Move(text)


def _refusal(actor: Actor, hazard: Hazard, move: Move) -> Problem | None:
    """Why this actor cannot make this move now; None when he can."""
    if move in hz.moves_for(actor, hazard):
        return None
    if hazard.state not in hz.MOVES[move].sources:
        return Refused(
            gettext("“%(move)s” is not possible: the hazard is “%(state)s”. Look at it again.")
            % {"move": move.label, "state": State(hazard.state).label}
        )
    return NotPermitted(gettext("This step is not yours to take, or not now."))


def _refused(request: Request, hazard: Hazard, move: Move, problem: Problem) -> HttpResponse:
    """A page of its own: what happened, who can do it, and a line for the group chat."""
    second = move == Move.DISMISS and isinstance(problem, NotPermitted)
    context = {
        "hazard": hazard,
        "move": move,
        "problem": problem,
        "second": second and request.actor.may(permits.DISMISS, hazard.unit.path, hazard.domain),
        "link": request.build_absolute_uri(url_of(move, hazard)),
    }
    return render(request, "hazard/refused.html", context, status=problem.status)


def _show(request: Request, move: Move, form: MoveForm) -> HttpResponse:
    hazard = form.hazard
    context = {
        "hazard": hazard,
        "move": move,
        "label": label_of(move, hazard),
        "icon": WAYS[move].icon,
        "form": form,
        "facts": [(label, text) for label, text in form.facts() if text],
        "photos": shown(hazard) if form.wide else Shown(),
        "draft": f"hazard-{hazard.pk}-{move}",
        "opened": bool(form["occurred_at"].value()) or ("signer" in form.fields and form["signer"].value()),
    }
    return render(request, "hazard/move.html", context)
