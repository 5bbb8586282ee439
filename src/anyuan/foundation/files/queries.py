"""The files of business rows. The caller has already found the subject within the actor's scope."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import models

from .models import Attachment
from .permits import of_subjects


def attachments_of(subject: models.Model) -> list[Attachment]:
    """The files of one row the caller may see, in their order."""
    return attachments_of_many(subject._meta.label_lower, [subject.pk]).get(subject.pk, [])


def attachments_of_many(kind: str, ids: Iterable[UUID]) -> dict[UUID, list[Attachment]]:
    """The files of many rows of ``kind`` ("hazard.Hazard") in one query; rows without files are left out."""
    found: dict[UUID, list[Attachment]] = {}
    for attachment in of_subjects(kind, ids):
        assert attachment.subject_id is not None
        found.setdefault(attachment.subject_id, []).append(attachment)
    return found
