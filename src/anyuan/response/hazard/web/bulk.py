"""Several hazards at once: tick, see per row what will happen or why not, do it, read what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.files.public import Attachment, attachments_of_many
from anyuan.foundation.kernel.public import Actor, Invalid
from anyuan.foundation.ui.public import Request, go, once_form, page, render

from .. import permits as p
from .. import public as hz
from ..public import MOST_AT_ONCE, Hazard, Stamp, many, one_by_one, rehearse, sentence
from . import bulk_forms as f

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REMIND = "remind"
KEPT = "hazard-bulk"
"""Session key: the outcomes of the last bulk acts, by their key."""


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on many hazards; ``verbs``: who holds one of them somewhere is offered it."""

    name: str
    label: StrOrPromise
    icon: str
    verbs: tuple[str, ...]
    form: type[f.BulkForm] = f.BulkForm
    act: Callable[[Actor, Hazard, Any, Stamp], Hazard] | None = None


ACTS: tuple[BulkAct, ...] = (
    BulkAct(
        "accept", pgettext_lazy("move", "Accept"), "check", (p.ACCEPT, p.RECHECK), f.AcceptForm, hz.accept
    ),
    BulkAct(
        "assess", pgettext_lazy("move", "Assess as general"), "scale", (p.ASSESS,), f.AssessForm, hz.assess
    ),
    BulkAct(
        "commit",
        pgettext_lazy("move", "Make the five commitments"),
        "writing-sign",
        (p.ASSIGN,),
        f.CommitForm,
        hz.commit,
    ),
    BulkAct("assign", _("Name another person"), "user-edit", (p.ASSIGN,), f.AssignForm, hz.reassign),
    BulkAct(
        "ask",
        pgettext_lazy("move", "Ask for an extension"),
        "calendar-plus",
        (p.RECTIFY,),
        f.AskForm,
        hz.ask_extension,
    ),
    BulkAct("close", pgettext_lazy("move", "Close and de-list"), "checks", (p.LIST,), f.CloseForm, hz.close),
    BulkAct(REMIND, _("Reminder to copy"), "message", (p.VIEW,)),
)


@dataclass(frozen=True, slots=True)
class BulkRow:
    """A ticked hazard: its photos, and what stands against the act ("": nothing)."""

    hazard: Hazard
    photos: list[Attachment]
    problem: str


def acts_for(actor: Actor) -> list[BulkAct]:
    return [act for act in ACTS if any(actor.may_somewhere(verb) for verb in act.verbs)]


@page(p.VIEW, assigned=True)
def preview(request: Request) -> HttpResponse:
    """What the act would do to each ticked hazard; nothing is done yet."""
    act = _act(request.actor, request.GET.get("act", ""))
    hazards = _ticked(request.actor, request.GET.getlist("ids"))
    if act.act is None:
        return render(request, "hazard/remind.html", {"texts": reminders(hazards), "count": len(hazards)})
    return _preview(request, act, act.form(request.actor, hazards))


@page(p.VIEW, methods=("POST",), assigned=True)
def perform(request: Request, name: str) -> HttpResponse:
    """Do it to each hazard that was shown as ready; what is refused meanwhile is listed with its reason."""
    act = _act(request.actor, name)
    if act.act is None:
        raise Http404
    versions = dict(_row(text) for text in request.POST.getlist("row"))
    hazards = _ticked(request.actor, list(versions))
    form = act.form(request.actor, hazards, request.POST)
    move = act.act

    def work() -> str:
        outcome = one_by_one(
            hazards, lambda h: move(request.actor, h, form.told(h), Stamp(version=versions[str(h.pk)]))
        )
        key = request.POST["once"]
        kept = dict(list(request.session.get(KEPT, {}).items())[-4:])
        kept[key] = {
            "act": act.name,
            "done": [_brief(h) for h in outcome.done],
            "refused": [[*_brief(h), why] for h, why in outcome.refused],
        }
        request.session[KEPT] = kept
        return reverse("hazard:bulk-result", args=[UUID(key)])

    return once_form(request, work, form=form, again=lambda: _preview(request, act, form))


@page(p.VIEW, assigned=True)
def result(request: Request, key: UUID) -> HttpResponse:
    """What became of each hazard of a bulk act of this session; another one is sent to the list."""
    kept = request.session.get(KEPT, {}).get(str(key))
    if kept is None:
        return go(request, reverse("hazard:list"))
    act = next(a for a in ACTS if a.name == kept["act"])
    return render(
        request, "hazard/bulk_result.html", {"act": act, "done": kept["done"], "refused": kept["refused"]}
    )


def _brief(hazard: Hazard) -> list[str]:
    return [hazard.url, hazard.number, hazard.title]


def _preview(request: Request, act: BulkAct, form: f.BulkForm) -> HttpResponse:
    rows = rows_of(request.actor, act, form)
    context = {
        "act": act,
        "form": form,
        "ready": [r for r in rows if not r.problem],
        "stopped": [r for r in rows if r.problem],
    }
    return render(request, "hazard/bulk.html", context)


def rows_of(actor: Actor, act: BulkAct, form: f.BulkForm) -> list[BulkRow]:
    """Each hazard with what the act would meet there, found by a rehearsal."""
    files = attachments_of_many("hazard.hazard", [h.pk for h in form.hazards])
    return [
        BulkRow(h, [a for a in files.get(h.pk, []) if a.is_image][-3:], _problem(actor, act, form, h))
        for h in form.hazards
    ]


def _problem(actor: Actor, act: BulkAct, form: f.BulkForm, hazard: Hazard) -> str:
    sample, move = form.sample(hazard), act.act
    if sample is None or move is None:
        return gettext("You see nobody on a post at the unit that must rectify it.")
    problem = rehearse(lambda: move(actor, hazard, sample, Stamp()))
    return sentence(problem) if problem is not None else ""


def _act(actor: Actor, name: str) -> BulkAct:
    for act in acts_for(actor):
        if act.name == name:
            return act
    raise Http404


def _ticked(actor: Actor, ids: list[str]) -> list[Hazard]:
    if not ids:
        raise Invalid(gettext("Tick at least one hazard in the list."))
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(gettext("Choose at most %(count)d hazards at once.") % {"count": MOST_AT_ONCE})
    return many(actor, ids)


def _row(text: str) -> tuple[str, int]:
    """The key and the version a row of the preview was shown with."""
    key, _colon, version = text.partition(":")
    if not version.isdecimal():
        raise Invalid(gettext("This form is damaged. Go back to the list and tick the rows again."))
    return key, int(version)


def reminders(hazards: list[Hazard]) -> list[tuple[str, str]]:
    """(unit, text) for the group chat, one text per unit."""
    found: list[tuple[str, str]] = []
    ordered = sorted(hazards, key=lambda h: (h.owner_unit.path, h.due_at))
    for _path, rows in groupby(ordered, key=lambda h: h.owner_unit.path):
        own = list(rows)
        unit = own[0].owner_unit.title
        lines = [gettext("[Hazards to rectify] %(unit)s, %(n)d in all:") % {"unit": unit, "n": len(own)}]
        lines += [f"{n}. {_reminder(h)}" for n, h in enumerate(own, start=1)]
        found.append((unit, "\n".join(lines)))
    return found


def _reminder(hazard: Hazard) -> str:
    day = f.last_day(hazard).isoformat()
    words = {"title": hazard.title, "where": hazard.where, "day": day, "number": hazard.number}
    if hazard.is_late:
        return gettext("%(title)s (%(where)s), was due on %(day)s and is late. %(number)s") % words
    return gettext("%(title)s (%(where)s), due on %(day)s. %(number)s") % words
