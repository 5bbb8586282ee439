"""Workbooks of facts, registers and subjects: template, looking through, taking over."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.kernel.public import Actor, Invalid, Problem, clock
from anyuan.foundation.sheets.public import XLSX
from anyuan.foundation.ui.public import BaseForm, Request, once_form, page, render

from ..loading.base import Loader, dry_run, given_back, load, template
from ..loading.facts import FactLoader
from ..loading.records import RecordLoader
from ..loading.subjects import SubjectLoader
from ..permits import LEDGER_RECORD
from ..register_queries import nothing
from .common import frame, unit_here

_TOKEN = re.compile(r"[0-9a-f]{32}")
_KEEP_SECONDS = 24 * 3600
_SHOWN = 100


class UploadForm(BaseForm):
    """A workbook to look through."""

    file = forms.FileField(
        label=gettext_lazy("Excel file"),
        widget=forms.FileInput({"accept": ".xlsx,.xls"}),
        help_text=gettext_lazy("At most 20 MB and 100,000 rows."),
    )


def _loader(request: Request, unit_id: UUID, kind: str, name: str) -> Loader:
    """Raises ``NotFound`` outside the scope, ``NotPermitted`` inside it."""
    unit = unit_here(request, unit_id)
    loader: Loader
    if kind == "facts":
        loader = FactLoader(request.actor, unit)
    elif kind == "records":
        loader = RecordLoader(request.actor, unit, name)
    elif kind == "subjects":
        loader = SubjectLoader(request.actor, unit, name)
    else:
        raise nothing()
    request.actor.require(loader.verb, unit.path)
    return loader


def _context(request: Request, loader: Loader, kind: str, name: str) -> dict[str, object]:
    here = {"facts": "facts", "subjects": "subjects"}.get(kind, "books")
    back = {
        "facts": reverse("ledger:facts", args=[loader.root.pk]),
        "subjects": reverse("ledger:subjects", args=[loader.root.pk]),
    }.get(kind) or reverse("ledger:register", args=[loader.root.pk, name])
    return frame(request, loader.root, here) | {
        "title": loader.title,
        "notes": loader.notes(),
        "kind": kind,
        "name": name,
        "back": back,
    }


@page(LEDGER_RECORD, methods=("GET", "POST"))
def look_through(request: Request, unit_id: UUID, kind: str, name: str) -> HttpResponse:
    """Choose a file; see what it would do."""
    loader = _loader(request, unit_id, kind, name)
    form = UploadForm(request.POST or None, request.FILES or None)
    context = _context(request, loader, kind, name) | {"form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "ledger/sheet.html", context, status=422 if request.method == "POST" else 200)
    content = form.cleaned_data["file"].read()
    try:
        report = dry_run(loader, content)
    except Problem as problem:
        form.add_error("file", problem.message)
        return render(request, "ledger/sheet.html", context, status=problem.status)
    context |= {
        "report": report,
        "token": _keep(request.actor, content),
        "problems": sorted(report.problems, key=lambda p: p.number)[:_SHOWN],
        "lines": report.lines[:_SHOWN],
    }
    return render(request, "ledger/sheet.html", context)


@page(LEDGER_RECORD)
def sample(request: Request, unit_id: UUID, kind: str, name: str) -> FileResponse:
    """The workbook to fill in."""
    loader = _loader(request, unit_id, kind, name)
    return FileResponse(
        template(loader), as_attachment=True, filename=f"{loader.title}.xlsx", content_type=XLSX
    )


@page(LEDGER_RECORD)
def faults(request: Request, unit_id: UUID, kind: str, name: str) -> FileResponse:
    """The file as it came, with what is wrong beside each row."""
    loader = _loader(request, unit_id, kind, name)
    report = dry_run(loader, _kept(request.actor, request.GET.get("token", "")))
    filename = _("%(kind)s, with remarks.xlsx") % {"kind": loader.title}
    return FileResponse(given_back(report), as_attachment=True, filename=filename, content_type=XLSX)


@page(LEDGER_RECORD, methods=("POST",))
def take(request: Request, unit_id: UUID, kind: str, name: str) -> HttpResponse:
    """Take the file over that was just looked through."""
    loader = _loader(request, unit_id, kind, name)
    token = request.POST.get("token", "")

    def work() -> str:
        report = load(loader, _kept(request.actor, token))
        messages.success(request, _("Taken over: %(rows)d rows.") % {"rows": report.rows})
        _path(request.actor, token).unlink(missing_ok=True)
        return str(_context(request, loader, kind, name)["back"])

    return once_form(request, work)


def _path(actor: Actor, token: str) -> Path:
    return Path(settings.HOME) / "imports" / f"ledger-{actor.person_id}-{token}"


def _keep(actor: Actor, content: bytes) -> str:
    """Keep a file between looking through and taking over; a day at most, for its sender alone."""
    token = secrets.token_hex(16)
    path = _path(actor, token)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    oldest = clock.now().timestamp() - _KEEP_SECONDS
    for old in path.parent.iterdir():
        if old.stat().st_mtime < oldest:
            old.unlink(missing_ok=True)
    return token


def _kept(actor: Actor, token: str) -> bytes:
    path = _path(actor, token) if _TOKEN.fullmatch(token) else None
    if path is None or not path.is_file():
        raise Invalid(_("The file is no longer here. Choose it again."))
    return path.read_bytes()
