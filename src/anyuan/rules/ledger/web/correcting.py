"""The page that corrects an entry: prefilled, with a reason; the old entry stays readable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.files.public import Attachment, attachments_of, save_upload
from anyuan.foundation.kernel.public import Invalid, NotPermitted
from anyuan.foundation.ui.public import Request, once_form, page, render, uploads

from .. import queries, registers
from ..correcting import Corrected, comes_late, correcting_verb, need_open, replace_record
from ..entry_form import EntryForm, correction_form, entered, renamed
from ..fact_queries import kept_by, subjects_of
from ..models import Record, Subject
from ..permits import LEDGER_KEEP, LEDGER_RECORD
from ..registers import Definition
from ..states import State, SubjectKind
from .records import record_title


@page(LEDGER_KEEP, methods=("GET", "POST"))
def correct(request: Request, pk: UUID) -> HttpResponse:
    """What the entry should have been, and why."""
    row = queries.record_by_id(request.actor, pk)
    verb = _verb(request, row)
    files = attachments_of(row)
    subjects = _subjects(request, row, verb)
    kind = correction_form(_definition(row), subjects, [(str(f.pk), f.name) for f in files])
    form = kind(request.POST) if request.method == "POST" else kind(initial=entered(row))
    kept = set(request.POST.getlist("keep")) if request.method == "POST" else {str(f.pk) for f in files}

    def show() -> HttpResponse:
        context = {
            "record": row,
            "title": record_title(row),
            "form": form,
            "waits": comes_late(row),
            "files": [(f, str(f.pk) in kept) for f in files],
        }
        return render(request, "ledger/correct.html", context)

    if request.method == "GET":
        return show()
    return once_form(
        request, lambda: _correct(request, row, verb, form, files, subjects), form=form, again=show
    )


def _verb(request: Request, row: Record) -> str:
    """Raises ``Conflict`` for what cannot be corrected now, ``NotPermitted``."""
    need_open(row)
    verb = correcting_verb(request.actor, row)
    if not verb:
        raise NotPermitted(_("Whoever may enter this record corrects it."))
    return verb


def _definition(row: Record) -> Definition:
    """The register as it was when the entry was made."""
    register = row.register
    return Definition(
        register.code, register.version, register.title, register.title_en,
        tuple(registers.fields_of(register)), register.subject, register.needs_evidence,
    )  # fmt: skip


def _subjects(request: Request, row: Record, verb: str) -> list[Subject]:
    """What the entry may have been about: what exists today, or what it names."""
    if row.register.subject not in SubjectKind.values:
        return []
    if verb == LEDGER_RECORD:
        found = subjects_of(request.actor, row.unit, row.register.subject)
    else:
        found = kept_by(request.actor, row.unit, row.register.subject)
    return found if row.subject is None or row.subject in found else [row.subject, *found]


def _correct(
    request: Request,
    row: Record,
    verb: str,
    form: EntryForm,
    files: list[Attachment],
    subjects: list[Subject],
) -> str:
    wanted = form.cleaned_data.get("subjects") or ""
    kept = set(form.cleaned_data["keep"])
    try:
        with transaction.atomic():
            photos = [
                save_upload(
                    request.actor, sent.file, unit=row.unit, capture=sent.capture, taken_at=sent.taken_at
                ).pk
                for sent in uploads(request)
            ]
            corrected = Corrected(
                _moment(form, row),
                next((s for s in subjects if str(s.pk) == wanted), None),
                form.cleaned_data["stands_for"],
                [f.pk for f in files if str(f.pk) in kept],
                photos,
            )
            made = replace_record(
                request.actor, row, form.data_of_record(), form.cleaned_data["reason"],
                corrected=corrected, verb=verb,
            )  # fmt: skip
    except Invalid as error:
        raise renamed(error) from error
    if made.state == State.PENDING:
        messages.warning(
            request, _("Handed in. Until a second person approves it the earlier entry counts as before.")
        )
    else:
        messages.success(request, _("Corrected. The earlier entry stays readable."))
    return reverse("ledger:record", args=[made.pk])


def _moment(form: EntryForm, row: Record) -> datetime:
    """The chosen minute; the entry's own means that moment itself."""
    chosen = form.occurred_at()
    own = row.occurred_at.replace(second=0, microsecond=0)
    return row.occurred_at if chosen.replace(second=0, microsecond=0) == own else chosen
