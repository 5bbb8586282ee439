"""Take the list away: Excel ledger, the four lists, Word with photos; long ones with progress."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.foundation.sheets.public import XLSX
from anyuan.foundation.ui.public import Request, once_form, page, render

from .. import permits
from ..public import (
    COUNT_CAP,
    Export,
    ExportKind,
    ExportState,
    Wanted,
    ask_export,
    at_once,
    count_of,
    export_now,
    file_of,
    my_export,
    my_exports,
)
from .asked import asked

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@page(permits.EXPORT, methods=("GET", "POST"))
def choose(request: Request) -> HttpResponseBase:
    """What to make of the list in the address; a POST makes it, at once or in the background."""
    ask = asked(request.actor, request.GET)
    count = count_of(request.actor, ask.filters)
    context: dict[str, Any] = {
        "ask": ask,
        "count": count,
        "capped": count >= COUNT_CAP,
        "kinds": ExportKind.choices,
        "exports": my_exports(request.actor),
    }
    if request.method != "POST":
        return render(request, "hazard/export.html", context)
    kind = request.POST.get("kind", "")
    wanted = Wanted(kind, ask.filters, ask.in_words(), ask.order)
    if kind in ExportKind.values and count and at_once(wanted, count):
        return _file(export_now(request.actor, wanted, count), kind)

    def work() -> str:
        if kind not in ExportKind.values:
            raise Invalid(_("Choose what to make of the list."))
        if not count:
            raise Invalid(_("The list is empty: there is nothing to export."))
        return reverse("hazard:export-progress", args=[ask_export(request.actor, wanted, count).pk])

    return once_form(request, work, again=lambda: render(request, "hazard/export.html", context))


@page(permits.EXPORT)
def progress(request: Request, pk: UUID) -> HttpResponse:
    """How far a long export is. The page may be left; the list of exports leads back."""
    export = my_export(request.actor, pk)
    return render(request, "hazard/export_progress.html", {"export": export}, part="hazard/export_state.html")


@page(permits.EXPORT)
def download(request: Request, pk: UUID) -> FileResponse:
    """The file of a finished export, for its maker alone."""
    export = my_export(request.actor, pk)
    if export.state != ExportState.READY or not file_of(export).is_file():
        raise Http404
    return _file(file_of(export).open("rb"), export.kind, export)


def _file(out: Any, kind: str, export: Export | None = None) -> FileResponse:
    moment = export.made_at if export is not None else clock.now()
    day = clock.day_of(moment).isoformat()
    ending, mime = ("docx", DOCX) if kind == ExportKind.WORD else ("xlsx", XLSX)
    names = {
        ExportKind.LEDGER: _("Hazard ledger"),
        ExportKind.FOUR: _("Four lists of hazards"),
        ExportKind.WORK: _("Work list"),
        ExportKind.PROBLEM: _("Problem list"),
        ExportKind.RESPONSIBILITY: _("Responsibility list"),
        ExportKind.RECTIFICATION: _("Rectification list"),
        ExportKind.WORD: _("Hazards before and after"),
    }
    name = f"{names[ExportKind(kind)]} {day}.{ending}"
    return FileResponse(out, as_attachment=True, filename=name, content_type=mime)
