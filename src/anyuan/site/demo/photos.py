"""Drawn evidence photos: a few dozen pictures taken in once, then shown under many rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile

from anyuan.foundation.files.public import Attachment, Capture, Role, save_upload
from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, clock, new_id
from anyuan.foundation.org.public import Person, Unit
from anyuan.response.hazard.public import Hazard
from anyuan.rules.ledger.public import Record

from .city import LOADER, SEED, City
from .scenes import photo

_VARIANTS = 3
_BATCH = 1000
_MARKS = {Role.BEFORE: "BEFORE", Role.AFTER: "AFTER", Role.EVIDENCE: ""}
_NAMES = {Role.BEFORE: "整改前", Role.AFTER: "整改后", Role.EVIDENCE: "现场"}
_BOUND = (
    "unit", "uploader", "uploader_name", "subject_kind", "subject_id", "role", "taken_at", "received_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo to show under a hazard or a record."""

    subject: UUID
    unit: Unit
    person: Person
    scene: str
    role: Role
    at: datetime

    @property
    def kind(self) -> str:
        """The label of what it is shown under."""
        shown = Record if self.role == Role.EVIDENCE else Hazard
        return shown._meta.label_lower


class Album:
    """The distinct pictures, each taken in when it is first wanted; that first use keeps the draft itself."""

    def __init__(self, city: City) -> None:
        assert city.unit is not None
        self._unit = city.unit
        self._rng = random.Random(f"{SEED}photos")
        self._taken: dict[tuple[str, Role, int], Attachment] = {}

    @staticmethod
    def _take(unit: Unit, name: str, role: Role, number: int) -> Attachment:
        file = ContentFile(photo(name, _MARKS[role], seed=number), name=_name(name, role, number))
        return save_upload(LOADER, file, unit=unit, capture=Capture.CAMERA)

    def show(self, shots: Sequence[Shot]) -> None:
        """Attach a picture for every shot, with one entry in the trail."""
        old: list[Attachment] = []
        new: list[Attachment] = []
        for shot in shots:
            key = (shot.scene, shot.role, self._rng.randrange(_VARIANTS))
            source = self._taken.get(key)
            if source is None:
                row = self._taken[key] = self._take(self._unit, *key)
                old.append(row)
            else:
                row = _copy(source)
                new.append(row)
            _bind(row, shot)
        with action(LOADER, "files.attach") as act:
            Attachment.everything.bulk_update(old, _BOUND, batch_size=_BATCH)
            Attachment.everything.bulk_create(new, batch_size=_BATCH)
            act.entry(f"展示{len(shots)}张绘制的照片（演示）", path="/", after={"photos": len(shots)})


def _copy(source: Attachment) -> Attachment:
    return Attachment(
        pk=new_id(),
        original_id=source.original_id,
        shown_id=source.shown_id,
        thumb_id=source.thumb_id,
        name=source.name,
        capture=source.capture,
    )


def _bind(row: Attachment, shot: Shot) -> None:
    row.unit = shot.unit
    row.uploader, row.uploader_name = shot.person, shot.person.name
    row.subject_kind, row.subject_id = shot.kind, shot.subject
    row.role = shot.role
    row.taken_at = row.received_at = shot.at


def snap(actor: Actor, unit: Unit, scene: str, number: int = 9, *, fixed: bool = False) -> UUID:
    """A fresh draft of ``actor``, for the few things done by the very actions people use."""
    role = Role.AFTER if fixed else Role.BEFORE
    file = ContentFile(photo(scene, _MARKS[role], seed=number), name=_name(scene, role, number))
    return save_upload(actor, file, unit=unit, capture=Capture.CAMERA, taken_at=clock.now()).pk


def _name(scene: str, role: Role, number: int) -> str:
    return f"演示-{scene}-{_NAMES[role]}-{number + 1}.jpg"
