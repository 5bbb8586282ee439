"""A Wednesday in term, a school with places on rounds, a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from tests.cast import NOW, World, as_action
from tests.files.samples import jpeg

from anyuan.foundation.files.public import save_upload
from anyuan.foundation.kernel.public import Actor, clock, job_actor
from anyuan.foundation.org.public import Term, Unit
from anyuan.rules.policy.public import Pack, activate, load_packs


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path), clock.at(NOW):
        yield


@pytest.fixture
def term(world: World) -> Term:
    """A term of the whole city, 2026-02-16 to before 2026-07-04."""
    with as_action():
        made = Term(unit=world.city, name="2026 春", starts=date(2026, 2, 16), ends=date(2026, 7, 4))
        made.save()
    return made


@pytest.fixture
def packs(world: World) -> None:
    load_packs()
    for pack in Pack.objects.all():
        activate(job_actor("test"), pack, world.city, date(2026, 1, 1))


class Camera:
    """Takes a photo as a draft."""

    def __call__(self, actor: Actor, unit: Unit, colour: str = "teal") -> tuple[object, ...]:
        file = SimpleUploadedFile("IMG_1.jpg", jpeg((64, 48), colour=colour))
        return (save_upload(actor, file, unit=unit, capture="camera").pk,)


@pytest.fixture
def photo() -> Camera:
    return Camera()
