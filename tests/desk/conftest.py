"""A Wednesday in term at a school with places, documents in force and a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from tests.cast import NOW, World, as_action
from tests.files.samples import jpeg

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.foundation.org.public import Term
from anyuan.rules.policy.public import Pack, activate, load_packs


@pytest.fixture(autouse=True)
def _standing(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path), clock.at(NOW):
        yield


@pytest.fixture
def term(world: World) -> Term:
    """A term of the whole city."""
    with as_action():
        made = Term(unit=world.city, name="2026 春", starts=date(2026, 2, 16), ends=date(2026, 7, 4))
        made.save()
    return made


@pytest.fixture
def packs(world: World) -> None:
    load_packs()
    for pack in Pack.objects.all():
        activate(job_actor("test"), pack, world.city, date(2026, 1, 1))


def picture(colour: str = "teal") -> Any:
    """A photo as a browser sends it."""
    return SimpleUploadedFile("IMG_1.jpg", jpeg((64, 48), colour=colour), "image/jpeg")
