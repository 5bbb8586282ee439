"""Evidence over the API: send a file as a draft, then name its id in the write it belongs to."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from anyuan.foundation.org import public as org
from anyuan.foundation.ui.public import actor_of_request

from .actions import save_upload
from .models import Attachment, Capture

router = Router(tags=["files"])


class FileOut(Schema):
    id: UUID
    name: str
    url: str
    thumb_url: str


@router.post("", response={201: FileOut}, operation_id="send_file")
def send_file(
    request: HttpRequest,
    file: File[UploadedFile],
    unit: Form[UUID],
    capture: Form[Capture] = Capture.FILE,
    taken_at: Form[AwareDatetime | None] = None,
) -> Status[Attachment]:
    """A photo or a paper (JPEG, PNG, WebP, PDF, Word, Excel), as a draft of the caller at ``unit``."""
    actor = actor_of_request(request)
    where = org.unit(actor, unit)
    return Status(201, save_upload(actor, file, unit=where, capture=capture, taken_at=taken_at))
