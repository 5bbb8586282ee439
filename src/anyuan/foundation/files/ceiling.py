"""No request fills the disk: bytes of an upload beyond a ceiling are dropped as they arrive."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

CEILING = 64 * 1024 * 1024
"""Bytes kept of one file, above every limit a room sets, so the room still sees that it is too large."""


class CeilingUploadHandler(FileUploadHandler):
    """First in ``FILE_UPLOAD_HANDLERS``: passes bytes on up to :data:`CEILING`, then drops the rest."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start < CEILING else None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        return None
