"""Pages of registers: the overview of a unit, one register's list, a new record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import MultipleChoiceField
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.files.public import save_upload
from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.foundation.org.public import Unit
from anyuan.foundation.sheets.public import excel_response
from anyuan.foundation.ui.public import Request, go, once_form, page, render, uploads
from anyuan.rules.policy.public import POLICY_TUNE

from ..actions import record
from ..elsewhere import also_at, numbered, said_elsewhere
from ..entry_form import PREFIX, EntryForm, entry_form, renamed
from ..fact_queries import kept_by, subjects_of
from ..loading.records import records_sheet
from ..mirroring import mirror_subjects
from ..models import Record, Subject
from ..permits import LEDGER_KEEP, LEDGER_RECORD, LEDGER_VIEW
from ..queries import record_page
from ..receipts import receipt_of
from ..register_queries import books, cell, definition, label_of, shown_fields
from ..registers import Definition
from ..states import MIRRORED, State, SubjectKind
from ..wording import english
from .common import back_to, frame, own_unit, unit_here
from .records import TONES, FilterForm


@page(LEDGER_VIEW)
def home(request: Request) -> HttpResponse:
    """The registers of one's own unit."""
    return go(request, reverse("ledger:books", args=[own_unit(request).pk]))


@page(LEDGER_VIEW)
def overview(request: Request, unit_id: UUID) -> HttpResponse:
    """Every register of a unit by domain of work: how full, the last entry, what runs out."""
    unit = unit_here(request, unit_id)
    context = frame(request, unit, "books") | {
        "groups": books(request.actor, unit),
        "may_tune": unit.kind != "school" and request.actor.may(POLICY_TUNE, unit.path),
    }
    return render(request, "ledger/books.html", context)


def _title(one: Definition) -> str:
    return one.title_en if english() and one.title_en else one.title


def _ran_out(one: Definition, row: Record) -> bool:
    """Whether the last valid day it names is over."""
    last = row.data.get(one.expires) if one.expires else None
    return bool(last) and str(last) < clock.today().isoformat()


@page(LEDGER_VIEW)
def register_page(request: Request, unit_id: UUID, code: str) -> HttpResponse:
    """The records of one register at and below a unit, newest first."""
    unit = unit_here(request, unit_id)
    one = definition(code)
    form = FilterForm(request)
    if not form.is_valid():
        raise Invalid(_("Please correct the filter."))
    chosen = form.cleaned_data
    told_apart = numbered(code)
    shared = bool(told_apart and request.GET.get("shared"))
    found = record_page(
        request.actor, request.GET.get("after", ""), unit=unit, register=code,
        state=chosen["state"], since=chosen["since"], until=chosen["until"],
        shared=told_apart if shared else None,
    )  # fmt: skip
    elsewhere = also_at(request.actor, code, found.rows) if told_apart else {}
    fields = shown_fields(one.fields)
    lines = [
        (
            row,
            [(label_of(f), cell(f, row.data.get(f.key))) for f in fields],
            TONES[State(row.state)],
            _ran_out(one, row),
            "、".join(elsewhere.get(row.pk, ())),
        )
        for row in found.rows
    ]
    context = frame(request, unit, "books") | {
        "definition": one,
        "title": _title(one),
        "heads": [label_of(f) for f in fields],
        "lines": lines,
        "page": found,
        "form": form,
        "numbered": told_apart,
        "shared": shared,
        "may_enter": unit.kind == "school" and request.actor.may(LEDGER_RECORD, unit.path, one.domain),
        "may_load": request.actor.may(LEDGER_RECORD, unit.path, one.domain),
        "about": one.subject in SubjectKind.values,
    }
    return render(request, "ledger/register.html", context)


@page(LEDGER_VIEW)
def export(request: Request, unit_id: UUID, code: str) -> FileResponse:
    """The records of a register as a workbook, in the span that is shown."""
    unit = unit_here(request, unit_id)
    form = FilterForm(request)
    if not form.is_valid():
        raise Invalid(_("Please correct the filter."))
    sheet = records_sheet(request.actor, unit, code, form.cleaned_data["since"], form.cleaned_data["until"])
    return excel_response([sheet], f"{unit.title}-{sheet.name}.xlsx")


@page(LEDGER_KEEP, methods=("GET", "POST"))
def new_record(request: Request, unit_id: UUID, code: str) -> HttpResponse:
    """A new record; ``?subject=`` (several times), ``?stands_for=``, ``?f_<field>=`` and ``?next=`` fill in
    what a reminder knows."""
    unit = unit_here(request, unit_id)
    one = definition(code)
    subjects = _subjects(request, unit, one)
    kind = entry_form(one, subjects)
    form = kind(request.POST) if request.method == "POST" else kind(initial=_initial(request))

    def show() -> HttpResponse:
        context = frame(request, unit, "books") | {
            "form": form,
            "definition": one,
            "title": _title(one),
            "help": one.help_en if english() and one.help_en else one.help,
            "next": request.POST.get("next", request.GET.get("next", "")),
            "all_subjects": _all_of(request, form, subjects),
            "no_subject": one.subject in SubjectKind.values and not subjects,
        }
        return render(request, "ledger/new.html", context)

    if request.method == "GET":
        return show()
    return once_form(request, lambda: _enter(request, unit, one, form, subjects), form=form, again=show)


def _subjects(request: Request, unit: Unit, one: Definition) -> list[Subject]:
    """What a record may be about; for a keeper only what he keeps. Raises ``NotPermitted``."""
    if not request.actor.may(LEDGER_RECORD, unit.path, one.domain):
        own = kept_by(request.actor, unit, one.subject)
        request.actor.require(LEDGER_KEEP if own else LEDGER_RECORD, unit.path, one.domain)
        return own
    if one.subject not in SubjectKind.values:
        return []
    if one.subject in MIRRORED:
        mirror_subjects([unit.pk], clock.today())
    return subjects_of(request.actor, unit, one.subject, day=clock.today())


def _all_of(request: Request, form: EntryForm, subjects: list[Subject]) -> str:
    """The query string that opens the form with everything chosen; empty where only one can be."""
    if len(subjects) < 2 or not isinstance(form.fields.get("subjects"), MultipleChoiceField):
        return ""
    asked = request.GET.copy()
    asked.setlist("subject", [str(s.pk) for s in subjects])
    return asked.urlencode()


def _initial(request: Request) -> dict[str, object]:
    subjects = request.GET.getlist("subject")
    try:
        stands_for = date.fromisoformat(request.GET.get("stands_for", ""))
    except ValueError:
        stands_for = None
    now = clock.now().astimezone(clock.SHANGHAI).replace(second=0, microsecond=0)
    fields = {key: request.GET[key] for key in request.GET if key.startswith(PREFIX)}
    return {"occurred_at": now, "stands_for": stands_for, "subjects": subjects or None, **fields}


def _enter(request: Request, unit: Unit, one: Definition, form: EntryForm, subjects: list[Subject]) -> str:
    """Enter one record, or one for each thing chosen; the address to go to."""
    wanted = form.cleaned_data.get("subjects") or []
    keys = {wanted} if isinstance(wanted, str) else set(wanted)
    chosen: list[Subject | None] = [s for s in subjects if str(s.pk) in keys]
    try:
        with transaction.atomic():
            photos = [
                save_upload(
                    request.actor, sent.file, unit=unit, capture=sent.capture, taken_at=sent.taken_at
                ).pk
                for sent in uploads(request)
            ]
            made = [
                record(
                    request.actor,
                    register=one.code,
                    unit=unit,
                    data=form.data_of_record(),
                    occurred_at=form.occurred_at(),
                    subject=subject,
                    stands_for=form.cleaned_data["stands_for"],
                    attachment_ids=photos,
                    verb=LEDGER_KEEP if subject is not None else LEDGER_RECORD,
                )
                for subject in chosen or [None]
            ]
    except Invalid as error:
        raise renamed(error) from error
    _say_elsewhere(request, made)
    receipt = receipt_of(request.actor, made)
    target = back_to(request, receipt or reverse("ledger:register", args=[unit.pk, one.code]))
    if target != receipt or made[0].state != State.PENDING:
        _say(request, made)  # the receipt itself says what is pending
    return target


def _say(request: Request, made: list[Record]) -> None:
    if made[0].state == State.PENDING:
        messages.warning(request, _("Entered late: it counts once a second person approves it."))
    else:
        text = ngettext("Entered: %(count)s record.", "Entered: %(count)s records.", len(made))
        messages.success(request, text % {"count": len(made)})


def _say_elsewhere(request: Request, made: list[Record]) -> None:
    if notice := said_elsewhere(request.actor, made[0]):
        messages.warning(request, notice)
