"""Shortcuts through the loop: a hazard brought to a state by the people who should bring it there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.cast import NOW, World

from anyuan.foundation.files.public import save_upload
from anyuan.foundation.kernel.public import Actor, clock
from anyuan.response.hazard import public as hz

LATER = NOW + timedelta(hours=1)


def photo(actor: Actor, world: World, unit: str = "school", shade: int = 7) -> UUID:
    """A draft picture of ``actor``."""
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 90, 30)).save(raw, "JPEG")
    upload = SimpleUploadedFile("photo.jpg", raw.getvalue(), "image/jpeg")
    return save_upload(actor, upload, unit=world.units[unit]).pk


def registration(world: World, **changes: Any) -> hz.Registration:
    values: dict[str, Any] = {
        "unit": world.school,
        "title": "消防通道堆放杂物",
        "domain": "fire",
        "place_text": "教学楼一层",
        "evidence_reason": "相机损坏",
        "interim": "设警戒线并派人值守",
        "interim_until": clock.today() + timedelta(days=20),
    }
    return hz.Registration(**values | changes)


def registered(world: World, by: str = "safety_officer", **changes: Any) -> hz.Hazard:
    return hz.register(world.actor(by), registration(world, **changes))


def assessed(world: World, **changes: Any) -> hz.Hazard:
    hazard = registered(world, **changes)
    return hz.assess(world.actor("safety_officer"), hazard, hz.Assess(reason="一般"))


def commitments(world: World, **changes: Any) -> hz.Commit:
    values: dict[str, Any] = {
        "responsible": world.people["logistics"],
        "measures": "清理杂物并划线",
        "funds_wan": Decimal(0),
        "plan": "发现火情立即疏散",
        "watcher": world.people["teacher"],
    }
    return hz.Commit(**values | changes)


def rectifying(world: World, **changes: Any) -> hz.Hazard:
    return hz.commit(world.actor("safety_officer"), assessed(world, **changes), commitments(world))


def submission(**changes: Any) -> hz.Submit:
    return hz.Submit(**{"result": "已清理完毕", "evidence_reason": "见维修单"} | changes)


def submitted(world: World, **changes: Any) -> hz.Hazard:
    return hz.submit(world.actor("logistics"), rectifying(world, **changes), submission())


def judgement(world: World, **changes: Any) -> hz.Judge:
    values: dict[str, Any] = {
        "major": True,
        "basis": "疏散通道不足",
        "item": "判定标准第三条",
        "level": "county",
        "supervisor": world.people["county_leader"],
    }
    return hz.Judge(**values | changes)


def suspected(world: World) -> hz.Hazard:
    return hz.mark_suspected(world.actor("teacher"), registered(world), hz.Suspect("可能群死群伤"))


def major(world: World, **changes: Any) -> hz.Hazard:
    return hz.judge(world.actor("county_officer"), suspected(world), judgement(world, **changes))


def major_submitted(world: World, **changes: Any) -> hz.Hazard:
    hazard = hz.commit(world.actor("safety_officer"), major(world, **changes), commitments(world))
    return hz.submit(world.actor("logistics"), hazard, submission())


def fresh(hazard: hz.Hazard) -> hz.Hazard:
    """The row as the database has it."""
    found = hz.Hazard.everything.get(pk=hazard.pk)
    assert isinstance(found, hz.Hazard)
    return found


def snapshot(hazard: hz.Hazard) -> tuple[Any, ...]:
    """Everything a refused move must leave as it was."""
    row = hz.Hazard.everything.filter(pk=hazard.pk).values().get()
    return row, hazard.steps.count(), hazard.extension_requests.count(), hazard.hand_overs.count()


@contextmanager
def day(text: str, hour: int = 9) -> Iterator[datetime]:
    """Stand on a Shanghai day at a full hour."""
    moment = datetime.combine(date.fromisoformat(text), datetime.min.time(), clock.SHANGHAI)
    moment += timedelta(hours=hour)
    with clock.at(moment):
        yield moment


def closed_major(world: World) -> hz.Hazard:
    """Judged major, re-checked on site, closed and de-listed; at the school's gate."""
    place = {"place": world.places["gate"], "place_text": ""}
    hazard = hz.mark_suspected(world.actor("teacher"), registered(world, **place), hz.Suspect("严重"))
    county = world.actor("county_officer")
    hazard = hz.judge(county, hazard, judgement(world))
    hazard = hz.commit(world.actor("safety_officer"), hazard, commitments(world))
    hazard = hz.submit(world.actor("logistics"), hazard, submission())
    hazard = hz.accept(county, hazard, hz.Accept("已到现场", on_site=True))
    return hz.close(county, hazard)
