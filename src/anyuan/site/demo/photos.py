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
from .scenes import SCENES, photo

_VARIANTS = 3
_BATCH = 1000


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
    """The distinct pictures. The first use of each takes the draft itself, so that none is left over."""

    def __init__(self, city: City) -> None:
        assert city.unit is not None
        self._rng = random.Random(f"{SEED}photos")
        self._drafts: dict[tuple[str, bool], list[Attachment]] = {}
        self._unused: set[UUID] = set()
        for name in SCENES:
            for fixed in (False, True):
                rows = [self._take(city.unit, name, fixed, n) for n in range(_VARIANTS)]
                self._drafts[name, fixed] = rows
                self._unused |= {row.pk for row in rows}

    @staticmethod
    def _take(unit: Unit, name: str, fixed: bool, number: int) -> Attachment:
        file = ContentFile(photo(name, fixed=fixed, seed=number), name=_name(name, fixed, number))
        return save_upload(LOADER, file, unit=unit, capture=Capture.CAMERA)

    def show(self, shots: Sequence[Shot]) -> None:
        """Attach a picture for every shot, with one entry in the trail."""
        rows = [self._row(shot) for shot in shots]
        old = [row for row in rows if row.pk in self._unused]
        new = [row for row in rows if row.pk not in self._unused]
        self._unused -= {row.pk for row in old}
        with action(LOADER, "files.attach") as act:
            fields = [
                "unit", "uploader", "uploader_name", "subject_kind", "subject_id", "role", "taken_at",
                "received_at",
            ]  # fmt: skip
            Attachment.everything.bulk_update(old, fields, batch_size=_BATCH)
            Attachment.everything.bulk_create(new, batch_size=_BATCH)
            act.entry(f"为{len(rows)}处隐患展示绘制的照片（演示）", path="/", after={"photos": len(rows)})

    def _row(self, shot: Shot) -> Attachment:
        drafts = self._drafts[shot.scene, shot.fixed]
        source = self._rng.choice(drafts)
        if source.pk not in self._unused or source.subject_id is not None:
            source = Attachment(
                pk=new_id(),
                original_id=source.original_id,
                shown_id=source.shown_id,
                thumb_id=source.thumb_id,
                name=source.name,
                capture=source.capture,
            )
        source.unit = shot.unit
        source.uploader, source.uploader_name = shot.person, shot.person.name
        source.subject_kind, source.subject_id = Hazard._meta.label_lower, shot.hazard
        source.role = Role.AFTER if shot.fixed else Role.BEFORE
        source.taken_at = source.received_at = shot.at
        return source


def snap(actor: Actor, unit: Unit, scene: str, number: int = 9, *, fixed: bool = False) -> UUID:
    """A fresh draft of ``actor``, for the few things done by the very actions people use."""
    file = ContentFile(photo(scene, fixed=fixed, seed=number), name=_name(scene, fixed, number))
    return save_upload(actor, file, unit=unit, capture=Capture.CAMERA, taken_at=clock.now()).pk


def _name(scene: str, fixed: bool, number: int) -> str:
    return f"演示-{scene}-{'整改后' if fixed else '整改前'}-{number + 1}.jpg"
