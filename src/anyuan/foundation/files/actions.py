"""Every write: take a file in as a draft, attach drafts to a row, let forgotten drafts expire."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.core.files.base import File
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, clock, job_actor, new_id
from anyuan.foundation.org.public import Unit

from . import intake
from .models import Attachment, Blob, Capture, Role
from .permits import is_own_draft
from .storage import CHUNK, store

DRAFT_LIFE = timedelta(days=7)
_PICTURES_ONLY = frozenset({Role.BEFORE, Role.AFTER, Role.PHOTO})


def save_upload(
    actor: Actor,
    upload: File[bytes],
    *,
    unit: Unit,
    capture: str = Capture.FILE,
    taken_at: datetime | None = None,
) -> Attachment:
    """Take ``upload`` in as a draft of ``actor`` at ``unit``; nobody else sees it until it is attached.

    ``taken_at`` (aware) defaults to what the camera wrote into the picture. Raises :class:`Invalid`
    for a type, size or content that is not accepted, ``StoreFull`` when the disk is full; then
    nothing is kept.
    """
    if capture not in Capture.values:
        raise Invalid(_("Say whether the file was taken now, comes from the album or is a document."))
    intake.refuse_size(upload.size)
    file = upload.file if upload.file is not None else upload
    mime = intake.type_of(file)
    picture = intake.read_picture(file, mime) if mime in intake.IMAGES else None
    sources: list[tuple[IO[bytes], str]] = [(file, mime)]
    if picture is not None:
        sources += [(io.BytesIO(data), intake.JPEG) for data in (picture.shown, picture.thumb)]
        taken_at = taken_at or picture.taken_at
    with action(actor, "files.upload") as act:
        blobs = _keep(sources)
        attachment = Attachment(
            unit=unit,
            uploader_id=actor.person_id,
            uploader_name=actor.label,
            capture=capture,
            taken_at=taken_at,
            received_at=clock.now(),
            original=blobs[0],
            shown=blobs[1] if picture else blobs[0],
            thumb=blobs[2] if picture else None,
            name=intake.clean_name(upload.name or "", mime),
        )
        attachment.save(force_insert=True)
        act.entry(
            _("sent the file %(name)s") % {"name": attachment.name},
            on=attachment,
            path=unit.path,
            after={"sha256": blobs[0].sha256, "size": upload.size, "mime": mime},
        )
    return attachment


def attach(
    actor: Actor, ids: Iterable[UUID | str], subject: models.Model, role: str = Role.PHOTO
) -> list[Attachment]:
    """Bind the actor's drafts ``ids`` to ``subject``, in this order, after those it already has.

    The caller has checked that ``actor`` may change ``subject``. A file already bound to it in this
    role is left as it is. Raises :class:`Invalid` when a file is not the actor's draft or its type
    does not fit ``role`` (before, after and photo want pictures).
    """
    wanted = _unique_ids(ids)
    if not wanted:
        return []
    if role not in Role.values:
        raise Invalid(_("Say what the files show."))
    kind = subject._meta.label_lower
    with transaction.atomic():
        rows = {
            a.pk: a
            for a in Attachment.everything.select_for_update(of=("self",))
            .select_related("original")
            .filter(pk__in=wanted)
        }
        files = [rows[i] for i in wanted if i in rows]
        fresh = [a for a in files if (a.subject_kind, a.subject_id, a.role) != (kind, subject.pk, role)]
        if len(files) < len(wanted) or not all(is_own_draft(actor, a) for a in fresh):
            raise Invalid(_("A photo or file is no longer there. Add it again and send the form."))
        if role in _PICTURES_ONLY and not all(a.is_image for a in fresh):
            raise Invalid(_("Only pictures belong here. Add documents as evidence or as the signed page."))
        if fresh:
            _bind(actor, fresh, subject, role)
    return files


def _bind(actor: Actor, files: Sequence[Attachment], subject: models.Model, role: str) -> None:
    kind = subject._meta.label_lower
    unit = getattr(subject, "unit", None)
    with action(actor, "files.attach") as act:
        taken = Attachment.everything.filter(subject_kind=kind, subject_id=subject.pk)
        last = taken.aggregate(last=models.Max("order"))["last"]
        for place, attachment in enumerate(files, start=0 if last is None else last + 1):
            attachment.subject_kind, attachment.subject_id = kind, subject.pk
            attachment.role, attachment.order = role, place
            if isinstance(unit, Unit):
                attachment.unit = unit
            attachment.save(update_fields=["subject_kind", "subject_id", "role", "order", "unit"])
        sentence = ngettext(
            "attached %(count)s file (%(role)s)", "attached %(count)s files (%(role)s)", len(files)
        )
        act.entry(
            sentence % {"count": len(files), "role": Role(role).label},
            on=subject,
            path=files[0].unit.path,
            domain=str(getattr(subject, "domain", "") or ""),
            after={"files": [{"id": a.pk, "name": a.name, "sha256": a.original_id} for a in files]},
        )


def share(
    actor: Actor,
    source: models.Model,
    target: models.Model,
    role: str = "",
    *,
    only: Collection[UUID] | None = None,
) -> list[Attachment]:
    """Show the files of ``source`` (``only`` these) under ``target`` too: the same bytes, kept once.

    In ``role``; none named: each in its own. The caller has checked that ``actor`` may see ``source`` and
    change ``target``. For a picture role only pictures go along. Nothing is written when there are no files.
    """
    rows = Attachment.everything.filter(subject_kind=source._meta.label_lower, subject_id=source.pk)
    if only is not None:
        rows = rows.filter(pk__in=only)
    files = [a for a in rows.order_by("order", "pk") if a.is_image or role not in _PICTURES_ONLY]
    if not files:
        return []
    sentence = (
        _("showed the files of another entry here (%(role)s)") % {"role": Role(role).label}
        if role
        else _("took over the files of the entry this one replaces")
    )
    for place, attachment in enumerate(files):
        attachment.pk, attachment._state.adding = new_id(), True
        attachment.subject_kind, attachment.subject_id = target._meta.label_lower, target.pk
        attachment.role, attachment.order = role or attachment.role, place
    with action(actor, "files.share") as act:
        Attachment.everything.bulk_create(files)
        act.entry(
            sentence,
            on=target,
            path=files[0].unit.path,
            domain=str(getattr(target, "domain", "") or ""),
            after={"files": [{"id": a.pk, "name": a.name, "sha256": a.original_id} for a in files]},
        )
    return files


def _unique_ids(ids: Iterable[UUID | str]) -> list[UUID]:
    try:
        return list(dict.fromkeys(i if isinstance(i, UUID) else UUID(i) for i in ids))
    except ValueError as error:
        raise Invalid(_("A photo or file is no longer there. Add it again and send the form.")) from error


def expire_drafts(limit: int = 500) -> int:
    """Erase up to ``limit`` drafts nobody attached within :data:`DRAFT_LIFE`; give how many.

    The journal keeps their names and hashes. Bytes that nothing else uses leave the store.
    """
    old = (
        Attachment.everything.select_for_update(skip_locked=True, of=("self",))
        .select_related("unit")
        .filter(subject_id__isnull=True, received_at__lte=clock.now() - DRAFT_LIFE)
        .order_by("received_at")
    )
    with transaction.atomic():
        drafts: list[Attachment] = list(old[:limit])
        if not drafts:
            return 0
        hashes = {h for a in drafts for h in (a.original_id, a.shown_id, a.thumb_id) if h}
        with action(job_actor(_("System (unused files)")), "files.expire-drafts") as act:
            for draft in drafts:
                act.entry(
                    _("erased the file %(name)s, which nobody used within %(days)s days")
                    % {"name": draft.name, "days": DRAFT_LIFE.days},
                    on=draft,
                    path=draft.unit.path,
                    before={"sha256": draft.original_id, "uploader": draft.uploader_name},
                )
            Attachment.everything.filter(pk__in=[a.pk for a in drafts]).delete()
        _lock(hashes)
        _unlist(hashes)
    _sweep(hashes)
    return len(drafts)


def _keep(sources: Sequence[tuple[IO[bytes], str]]) -> list[Blob]:
    """Put the bytes into the store and their rows into the table, safe against a sweep at the same time."""
    hashed = [(_hash(file), file, mime) for file, mime in sources]
    _lock(sha for sha, _file, _mime in hashed)
    blobs = []
    for sha, file, mime in hashed:
        store().put(sha, file)
        size = file.seek(0, io.SEEK_END)
        blob, _made = Blob.objects.get_or_create(sha256=sha, defaults={"size": size, "mime": mime})
        blobs.append(blob)
    return blobs


def _unlist(hashes: set[str]) -> None:
    """Drop the rows of blobs that no attachment uses any more."""
    used = set()
    for field in ("original_id", "shown_id", "thumb_id"):
        used |= set(Attachment.everything.filter(**{f"{field}__in": hashes}).values_list(field, flat=True))
    Blob.objects.filter(pk__in=hashes - used).delete()


def _sweep(hashes: set[str]) -> None:
    """Remove bytes without a row. The lock keeps an upload of the same bytes waiting, or us behind it."""
    with transaction.atomic():
        _lock(hashes)
        kept = set(Blob.objects.filter(pk__in=hashes).values_list("pk", flat=True))
        for sha in hashes - kept:
            store().remove(sha)


def _lock(hashes: Iterable[str]) -> None:
    """Hold these hashes until the transaction ends. Sorted, so that two holders cannot deadlock."""
    keys = sorted(int(sha[:15], 16) for sha in set(hashes))
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("select pg_advisory_xact_lock(%s)", [key])


def _hash(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
