"""Pages of the ledger: the list, one record, a month of rounds."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.journal.public import entries_about
from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.foundation.org.public import unit as unit_of_actor
from anyuan.foundation.ui.public import BaseForm, Request, Words, once_form, page, render
from anyuan.rules.policy import public as policy

from .. import queries, registers
from ..correcting import correcting_verb, correction_of
from ..deciding import approve_record, moves_of, refuse_record, void_record
from ..elsewhere import said_elsewhere
from ..models import Record
from ..permits import LEDGER_APPROVE, LEDGER_VIEW
from ..rounds import RoundState
from ..states import State
from ..voiding import ask_void, asked_to_void, keep_record, may_ask_void
from .common import frame

TONES = {
    State.VALID: "done",
    State.PENDING: "act",
    State.REFUSED: "off",
    State.SUPERSEDED: "off",
    State.VOID: "off",
}
ROUND_TONES = {
    RoundState.DONE: "done",
    RoundState.DUE: "act",
    RoundState.LATE: "late",
    RoundState.MISSED: "late",
    RoundState.EXCUSED: "off",
    RoundState.NO_CALENDAR: "unknown",
    RoundState.NO_PLACES: "unknown",
}
UNDECIDED = "undecided"
"""Of the filter only: late entries, and those it was asked of that they are voided."""


class FilterForm(BaseForm):
    """What to show of the ledger."""

    register = forms.ChoiceField(label=pgettext_lazy("ledger", "Register"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Every state")), (UNDECIDED, _("Waits for a second person")), *State.choices],
    )
    since = forms.DateField(label=pgettext_lazy("day", "From"), required=False)
    until = forms.DateField(label=pgettext_lazy("day", "To"), required=False)

    def __init__(self, request: Request) -> None:
        super().__init__(request.GET)
        english = _english()
        built_in = [(d.code, d.title_en if english else d.title) for d in registers.BUILT_IN.values()]
        of_packs = [(d.code, d.title_en if english else d.title) for d in policy.register_defs().values()]
        titles = [*built_in, *of_packs]
        self.fields["register"].choices = [("", _("Every register")), *titles]  # type: ignore[attr-defined]


def _english() -> bool:
    return (get_language() or "").startswith("en")


@page(LEDGER_VIEW)
def record_list(request: Request) -> HttpResponse:
    """The records of the actor's units, newest first; ``?unit=`` narrows to one unit and below."""
    form = FilterForm(request)
    if not form.is_valid():
        raise Invalid(str(_("Please correct the filter.")))
    key = request.GET.get("unit", "")
    node = unit_of_actor(request.actor, key) if key else None
    chosen = form.cleaned_data
    found = queries.record_page(
        request.actor,
        request.GET.get("after", ""),
        unit=node,
        register=chosen["register"],
        state="" if chosen["state"] == UNDECIDED else chosen["state"],
        undecided=chosen["state"] == UNDECIDED,
        since=chosen["since"],
        until=chosen["until"],
    )
    lines = [(row, record_title(row), TONES[State(row.state)]) for row in found.rows]
    context = {"page": found, "lines": lines, "form": form, "unit": node}
    if node is not None:
        context |= frame(request, node, "records")
    return render(request, "ledger/list.html", context)


def record_title(row: Record) -> str:
    """The checklist that was answered, else the register."""
    if row.checklist is not None:
        return row.checklist.title
    return row.register.title_en if _english() and row.register.title_en else row.register.title


class DecideForm(BaseForm):
    """A second person's decision about a record."""

    reason = forms.CharField(
        label=pgettext_lazy("decision", "Reason"), required=False, max_length=200, widget=Words(rows=2)
    )


class AskForm(BaseForm):
    """Why a record should be voided."""

    reason = forms.CharField(label=pgettext_lazy("decision", "Reason"), max_length=200, widget=Words(rows=2))


@page(LEDGER_VIEW, assigned=True)
def record_page(request: Request, pk: UUID) -> HttpResponse:
    """One record: what was done, what was found, the photos, the trail."""
    return _record(request, queries.record_by_id(request.actor, pk), DecideForm())


def _record(request: Request, row: Record, form: DecideForm, asking: AskForm | None = None) -> HttpResponse:
    actor = request.actor
    second = actor.person_id not in (row.entered_by_id, row.person_id)
    may_decide = second and actor.may(LEDGER_APPROVE, row.unit.path, row.domain)
    entries = entries_about(actor, "ledger.record", row.pk)
    asked = asked_to_void(row, entries)
    correction = correction_of(row)
    waits = correction is not None and correction.waits_to_correct
    context = {
        "record": row,
        "title": record_title(row),
        "tone": TONES[State(row.state)],
        "answers": queries.answer_lines(row),
        "places": queries.place_names(row),
        "lines": queries.plain_lines(row, _english()),
        "photos": attachments_of(row),
        "moves": moves_of(row) if may_decide else set(),
        "elsewhere": said_elsewhere(actor, row),
        "correction": correction,
        "may_correct": not waits and bool(correcting_verb(actor, row)),
        "form": form,
        "ask_form": asking or AskForm(),
        "asked_void": asked,
        "may_ask_void": not may_decide and asked is None and may_ask_void(actor, row),
        "entries": entries,
    }
    return render(request, "ledger/record.html", context)


@page(LEDGER_APPROVE, methods=("POST",))
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Approve, refuse, void, or keep what should be voided; the button says which."""
    row = queries.record_by_id(request.actor, pk)
    form = DecideForm(request.POST)

    def work() -> str:
        reason = form.cleaned_data["reason"]
        move = request.POST.get("move", "")
        if move == "approve":
            approve_record(request.actor, row)
        elif move == "refuse":
            refuse_record(request.actor, row, reason)
        elif move == "void":
            void_record(request.actor, row, reason)
        elif move == "keep":
            keep_record(request.actor, row, reason)
        else:
            raise Invalid(str(_("Choose what to do with this record.")))
        return reverse("ledger:record", args=[row.pk])

    return once_form(request, work, form=form, again=lambda: _record(request, row, form))


@page(LEDGER_VIEW, methods=("POST",), assigned=True)
def ask_for_void(request: Request, pk: UUID) -> HttpResponse:
    """Ask a second person to void it."""
    row = queries.record_by_id(request.actor, pk)
    form = AskForm(request.POST)

    def work() -> str:
        ask_void(request.actor, row, form.cleaned_data["reason"])
        messages.success(request, _("A second person decides; those who may void it were told."))
        return reverse("ledger:record", args=[row.pk])

    return once_form(request, work, form=form, again=lambda: _record(request, row, DecideForm(), form))


@page(LEDGER_VIEW)
def round_month(request: Request, unit_id: UUID) -> HttpResponse:
    """A month of rounds of one unit: done, missed, not due. ``?month=2026-03``."""
    node = unit_of_actor(request.actor, unit_id)
    first = _month(request.GET.get("month", ""))
    following = (first + timedelta(days=32)).replace(day=1)
    last = min(following - timedelta(days=1), clock.today())
    found = queries.round_history(request.actor, node, first, last) if first <= last else []
    lines = [(r, ROUND_TONES[r.state]) for r in reversed(found)]
    states = [r.state for r in found]
    context = {
        "unit": node,
        "month": first,
        "lines": lines,
        "done": states.count(RoundState.DONE),
        "missed": states.count(RoundState.MISSED),
        "excused": states.count(RoundState.EXCUSED),
        "before": (first - timedelta(days=1)).strftime("%Y-%m"),
        "following": following.strftime("%Y-%m") if following <= clock.today() else "",
    }
    return render(request, "ledger/rounds.html", context)


def _month(text: str) -> date:
    """The first of the month an address names; this month for none, or one nobody kept a ledger in."""
    try:
        year, month = text.split("-")
        found = date(int(year), int(month), 1)
    except ValueError:
        return clock.today().replace(day=1)
    return found if 2000 <= found.year <= clock.today().year else clock.today().replace(day=1)
