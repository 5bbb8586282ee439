"""Who may see a file: whoever may see what it belongs to; the uploader alone while it is a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound

from .models import Attachment

FILES_VIEW = "files.view"
FILES_ORIGINAL = "files.original"

MayView = Callable[[Actor, UUID], bool]

_subjects: dict[str, MayView] = {}


def register_subject(model_label: str, may_view: MayView) -> None:
    """Say who may see files of ``model_label`` ("hazard.Hazard"). Called in ``AppConfig.ready``."""
    _subjects[model_label.lower()] = may_view


def is_own_draft(actor: Actor, attachment: Attachment) -> bool:
    """Whether ``actor`` uploaded this draft. A program's key has no person, so its name decides."""
    return (
        attachment.is_draft
        and attachment.uploader_id == actor.person_id
        and (actor.person_id is not None or (bool(actor.name) and attachment.uploader_name == actor.label))
    )


def may_view(actor: Actor, attachment: Attachment) -> bool:
    """A subject nobody registered shows its files to nobody."""
    if attachment.subject_id is None:
        return is_own_draft(actor, attachment)
    resolver = _subjects.get(attachment.subject_kind)
    return resolver is not None and resolver(actor, attachment.subject_id)


def find_visible(actor: Actor, attachment_id: UUID) -> Attachment:
    """The attachment, when ``actor`` may see what it belongs to. Raises :class:`NotFound` otherwise."""
    found: Attachment | None = (
        Attachment.everything.select_related("unit", "original", "shown", "thumb")
        .filter(pk=attachment_id)
        .first()
    )
    if found is None or not may_view(actor, found):
        raise NotFound(_("There is no such file, or it is not yours to see."))
    return found


def of_subjects(kind: str, ids: Iterable[UUID]) -> QuerySet[Attachment]:
    """The files of rows whose visibility the caller has checked, in their order."""
    return Attachment.everything.filter(subject_kind=kind.lower(), subject_id__in=list(ids)).order_by(
        "subject_id", "order", "id"
    )
