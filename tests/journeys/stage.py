"""Where the journeys of the first users take place: a Wednesday in term, documents in force, a camera.

::

    def test_story(stage: Stage, phone: Page, login_as: LoginAs, visit: Visit) -> None:
        login_as(phone, "teacher")
        visit(phone, "/snap/")             # opens the page; it must be free of serious axe findings
        take_photo(phone, "photos", stage.photo("stairs"))
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect
from tests.cast import NOW, World, as_action

from anyuan.foundation.files.public import save_upload
from anyuan.foundation.kernel.public import Actor, job_actor
from anyuan.foundation.org.public import Place, PlaceKind, Term, Unit
from anyuan.response.hazard.public import Hazard
from anyuan.rules.policy.public import Pack, activate, load_packs

Visit = Callable[[Page, str], None]

ROUND_PLACES = 18
NANTONG = "nantong-2020-campus-and-bus"


class Watch:
    """The wall clock moved to another day: it runs on, in every thread, and can be put forward."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_days(self, days: int) -> None:
        self._ahead += timedelta(days=days)


@dataclass(slots=True)
class Stage:
    world: World
    watch: Watch
    folder: Path

    def photo(self, name: str) -> Path:
        """A picture as a phone takes it, another for every name."""
        path = self.folder / f"{name}.jpg"
        shade = sum(name.encode()) % 200
        image = Image.new("RGB", (1280, 960), (shade, 120, 200 - shade))
        ImageDraw.Draw(image).text((40, 40), name, fill="white", font_size=80)
        image.save(path, quality=80)
        return path

    def draft(self, actor: Actor, unit: Unit, name: str = "before") -> UUID:
        """A photo that ``actor`` has sent already."""
        upload = SimpleUploadedFile(f"{name}.jpg", self.photo(name).read_bytes(), "image/jpeg")
        return save_upload(actor, upload, unit=unit).pk


def make_stage(world: World, folder: Path) -> Stage:
    """The cast on :data:`tests.cast.NOW`, the first day of term; its school has 18 places on rounds."""
    watch = Watch(NOW)
    with as_action():
        Term(unit=world.city, name="2026 春", starts=date(2026, 3, 18), ends=date(2026, 7, 4)).save()
        missing = ROUND_PLACES - Place.everything.filter(unit=world.school).count()
        Place.everything.bulk_create(
            Place(
                unit=world.school,
                kind=PlaceKind.CLASSROOM,
                name=f"{number} 号教室",
                token=f"room{number}",
                order=50 + number,
            )
            for number in range(1, missing + 1)
        )
    return Stage(world, watch, folder)


def put_documents_into_force(world: World) -> None:
    load_packs()
    for pack in Pack.objects.all():
        activate(job_actor("test"), pack, world.city, date(2026, 1, 1))


def photo_field(part: Locator) -> str:
    """The name of the photo field inside a part of a page."""
    name = part.locator("fieldset[data-photos]").get_attribute("data-photos")
    assert name is not None
    return name


def take_photo(page: Page, name: str, *pictures: Path, way: str = "camera") -> None:
    """Take photos for one field and wait until the phone has made them small."""
    field = page.locator(f"fieldset[data-photos='{name}']")
    before = field.locator(".photo-list li").count()
    field.locator(f"input[name='{name}_{way}']").set_input_files(list(pictures))
    expect(field.locator(".photo-list li")).to_have_count(before + len(pictures))


def fits(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{page.url} is {over} px wider than the screen"


def hazard_on(page: Page) -> Hazard:
    """The hazard whose page is open."""
    found = re.search(r"/hazards/([0-9a-f-]{36})/", page.url)
    assert found, page.url
    hazard = Hazard.everything.get(pk=found[1])
    assert isinstance(hazard, Hazard)
    return hazard
