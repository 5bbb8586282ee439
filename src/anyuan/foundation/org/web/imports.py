"""Import pages: template, dry run with counts and faults, taking over."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, Problem, clock
from anyuan.foundation.sheets.public import XLSX
from anyuan.foundation.ui.public import Request, once_form, page, render

from .. import queries
from ..imports.run import KINDS, dry_run, given_back, kinds_for, run_import, template
from ..models import Unit
from ..permits import MANAGE_PLACES
from .common import unit_url
from .forms import UploadForm

_TOKEN = re.compile(r"[0-9a-f]{32}")
_KEEP_SECONDS = 24 * 3600
_SHOWN_PROBLEMS = 100


@page(MANAGE_PLACES)
def index(request: Request, pk: UUID) -> HttpResponse:
    """What can be imported here."""
    unit = queries.unit(request.actor, pk)
    kinds = [k for k in kinds_for(unit) if request.actor.may(k.verb, unit.path)]
    if not kinds:
        request.actor.require(MANAGE_PLACES, unit.path)
    return render(request, "org/imports.html", {"unit": unit, "trail": _trail(request, unit), "kinds": kinds})


@page(MANAGE_PLACES)
def sample(request: Request, pk: UUID, kind: str) -> HttpResponse | FileResponse:
    """The workbook to fill in."""
    _to_import(request, pk, kind)
    name = f"{KINDS[kind].title}.xlsx"
    return FileResponse(template(kind), as_attachment=True, filename=name, content_type=XLSX)


@page(MANAGE_PLACES, methods=("GET", "POST"))
def load(request: Request, pk: UUID, kind: str) -> HttpResponse:
    """Choose a file; see what it would do."""
    unit = _to_import(request, pk, kind)
    form = UploadForm(kind, request.POST or None, request.FILES or None)
    context = {"unit": unit, "trail": _trail(request, unit), "form": form, "importer": KINDS[kind]}
    if request.method == "GET" or not form.is_valid():
        return render(request, "org/import.html", context, status=422 if request.method == "POST" else 200)
    content = form.cleaned_data["file"].read()
    try:
        report = dry_run(request.actor, unit, kind, content, full=bool(form.cleaned_data.get("full")))
    except Problem as problem:
        form.add_error("file", problem.message)
        return render(request, "org/import.html", context, status=problem.status)
    token = _keep(request.actor, content)
    context |= {
        "report": report, "token": token, "full": form.cleaned_data.get("full"),
        "problems": sorted(report.problems, key=lambda p: p.number)[:_SHOWN_PROBLEMS],
        "changes": report.changes[:_SHOWN_PROBLEMS],
    }  # fmt: skip
    return render(request, "org/import.html", context)


@page(MANAGE_PLACES)
def faults(request: Request, pk: UUID, kind: str) -> FileResponse:
    """The file as it came, with what is wrong beside each row."""
    unit = _to_import(request, pk, kind)
    content = _kept(request.actor, request.GET.get("token", ""))
    report = dry_run(request.actor, unit, kind, content, full=request.GET.get("full") == "1")
    name = _("%(kind)s, with remarks.xlsx") % {"kind": KINDS[kind].title}
    return FileResponse(given_back(report), as_attachment=True, filename=name, content_type=XLSX)


@page(MANAGE_PLACES, methods=("POST",))
def take(request: Request, pk: UUID, kind: str) -> HttpResponse:
    """Take the file over that was just looked through."""
    unit = _to_import(request, pk, kind)

    def work() -> str:
        content = _kept(request.actor, request.POST.get("token", ""))
        report = run_import(request.actor, unit, kind, content, full=request.POST.get("full") == "1")
        messages.success(
            request,
            _("Taken over: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.")
            % {"new": report.new, "changed": report.changed, "unchanged": report.unchanged},
        )
        _path(request.actor, request.POST["token"]).unlink(missing_ok=True)
        return unit_url(unit)

    return once_form(request, work)


def _to_import(request: Request, pk: UUID, kind: str) -> Unit:
    """The unit, when the actor may import this kind there."""
    unit = queries.unit(request.actor, pk)
    if kind not in {k.code for k in kinds_for(unit)}:
        raise queries.missing()
    request.actor.require(KINDS[kind].verb, unit.path)
    return unit


def _trail(request: Request, unit: Unit) -> list[Unit]:
    return [*queries.trail_above(request.actor, unit), unit]


def _path(actor: Actor, token: str) -> Path:
    return Path(settings.HOME) / "imports" / f"{actor.person_id}-{token}"


def _keep(actor: Actor, content: bytes) -> str:
    """Keep a file between the dry run and the taking over; a day at most, for its sender alone."""
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
