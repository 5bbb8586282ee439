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

from .city import LOADER, SEED, City
from .scenes import photo

_VARIANTS = 3
_BATCH = 1000
_BOUND = (
    "unit", "uploader", "uploader_name", "subject_kind", "subject_id", "role", "taken_at", "received_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo to show under a hazard."""

    hazard: UUID
    unit: Unit
    person: Person
    scene: str
    fixed: bool
    at: datetime


class Album:
    """The distinct pictures, each taken in when it is first wanted; that first use keeps the draft itself."""

    def __init__(self, city: City) -> None:
        assert city.unit is not None
        self._unit = city.unit
        self._rng = random.Random(f"{SEED}photos")
        self._taken: dict[tuple[str, bool, int], Attachment] = {}

    @staticmethod
    def _take(unit: Unit, name: str, fixed: bool, number: int) -> Attachment:
        file = ContentFile(photo(name, fixed=fixed, seed=number), name=_name(name, fixed, number))
        return save_upload(LOADER, file, unit=unit, capture=Capture.CAMERA)

    def show(self, shots: Sequence[Shot]) -> None:
        """Attach a picture for every shot, with one entry in the trail."""
        old: list[Attachment] = []
        new: list[Attachment] = []
        for shot in shots:
            key = (shot.scene, shot.fixed, self._rng.randrange(_VARIANTS))
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
            act.entry(f"为隐患展示{len(shots)}张绘制的照片（演示）", path="/", after={"photos": len(shots)})


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
    row.subject_kind, row.subject_id = Hazard._meta.label_lower, shot.hazard
    row.role = Role.AFTER if shot.fixed else Role.BEFORE
    row.taken_at = row.received_at = shot.at


def snap(actor: Actor, unit: Unit, scene: str, number: int = 9, *, fixed: bool = False) -> UUID:
    """A fresh draft of ``actor``, for the few things done by the very actions people use."""
    file = ContentFile(photo(scene, fixed=fixed, seed=number), name=_name(scene, fixed, number))
    return save_upload(actor, file, unit=unit, capture=Capture.CAMERA, taken_at=clock.now()).pk


def _name(scene: str, fixed: bool, number: int) -> str:
    return f"演示-{scene}-{'整改后' if fixed else '整改前'}-{number + 1}.jpg"
