"""Addresses of files: send one, see one. Whether somebody may, the subject says; else it is a 404."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.http import content_disposition_header, parse_etags
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, Problem
from anyuan.foundation.org.public import Unit
from anyuan.foundation.ui.public import Request, page

from .actions import save_upload
from .models import Attachment, Blob
from .permits import FILES_ORIGINAL, find_visible
from .storage import store

ONE_PIECE = 4 * 1024 * 1024
"""Bytes up to which an answer is not streamed."""


@page(methods=("POST",))
def send(request: Request) -> HttpResponse:
    """Take one file (field ``file``) in as a draft; JSON ``{id, thumb, name}``, or ``{error, code}``."""
    try:
        draft = _take(request)
    except Problem as problem:
        return JsonResponse({"error": problem.message, "code": problem.code}, status=problem.status)
    return JsonResponse({"id": draft.pk, "thumb": draft.thumb_url, "name": draft.name}, status=201)


def _take(request: Request) -> Attachment:
    upload = request.FILES.get("file")
    if upload is None or isinstance(upload, list):
        raise Invalid(_("Choose a file first."))
    unit = Unit.objects.visible_to(request.actor).filter(people=request.actor.person_id).first()
    if unit is None:
        raise Invalid(_("You hold no post at your unit today, so you cannot send files."))
    return save_upload(
        request.actor,
        upload,
        unit=unit,
        capture=request.POST.get("capture", "file"),
        taken_at=_instant(request.POST.get("taken_at", "")),
    )


def _instant(text: str) -> datetime | None:
    """The browser's ISO instant; None when it is absent, without an offset or nonsense."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


@page()
def show(request: Request, pk: UUID) -> HttpResponseBase:
    """What people see: the picture without EXIF, or the paper."""
    attachment = find_visible(request.actor, pk)
    return _answer(request, attachment, attachment.shown)


@page()
def thumb(request: Request, pk: UUID) -> HttpResponseBase:
    """The small picture; a paper has none."""
    attachment = find_visible(request.actor, pk)
    if attachment.thumb is None:
        return HttpResponse(status=404)
    return _answer(request, attachment, attachment.thumb)


@page(FILES_ORIGINAL)
def original(request: Request, pk: UUID) -> HttpResponseBase:
    """The bytes as they were sent, with the place a camera may have written into them."""
    attachment = find_visible(request.actor, pk)
    request.actor.require(FILES_ORIGINAL, attachment.unit.path)
    return _answer(request, attachment, attachment.original, download=True)


def _answer(
    request: Request, attachment: Attachment, blob: Blob, *, download: bool = False
) -> HttpResponseBase:
    """The bytes; 304 when the browser has them. The browser asks each time, so a right withdrawn holds."""
    etag = f'"{blob.sha256}"'
    response: HttpResponseBase
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = _bytes(blob)
        as_file = download or not blob.mime.startswith("image/")
        response.headers["Content-Disposition"] = (
            content_disposition_header(as_file, _file_name(attachment, blob)) or "attachment"
        )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _bytes(blob: Blob) -> HttpResponseBase:
    """In one piece when small: a stream of small blocks costs more than the memory it saves."""
    file = store().open(blob.sha256)
    if blob.size <= ONE_PIECE:
        with file:
            return HttpResponse(file.read(), content_type=blob.mime)
    response = FileResponse(file, content_type=blob.mime)
    response.block_size = ONE_PIECE // 16
    response.headers["Content-Length"] = str(blob.size)
    return response


def _file_name(attachment: Attachment, blob: Blob) -> str:
    """The name to save under; what is shown of a PNG is a JPEG."""
    if blob.mime == "image/jpeg":
        return attachment.name.rsplit(".", 1)[0] + ".jpg"
    return attachment.name
