"""One case teaches all, by forms; and who looked at a place before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.cast import NOW, World

from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import SameCheckState

from . import helpers as h
from .web_page_helpers import picture, see


def ask(world: World, who: str = "county_officer") -> int:
    url = f"{h.closed_major(world).url}spread/"
    sent = {"once": str(uuid4()), "what": "校门铰链开裂", "due_on": "2026-03-25"}
    return world.client(who).post(url, sent).status_code


def answer(world: World, check: hz.SameCheck, **changes: Any) -> str:
    sent = {"once": str(uuid4()), "seen": "clear", "answer": "逐扇查看，完好"} | changes
    response = world.client("sister_safety_officer").post(check.url, sent)
    assert response.status_code == 303, response.content.decode()[-3000:]
    return response["Location"]


def asked(world: World) -> hz.SameCheck:
    assert ask(world) == 303
    found = hz.SameCheck.everything.get()
    assert isinstance(found, hz.SameCheck)
    return found


def test_the_authority_asks_and_sees_the_answers(world: World) -> None:
    check = asked(world)
    county = world.client("county_officer")
    assert f"{check.origin.url}spread/" in see(county, check.origin.url)
    assert f"{check.origin.url}spread/" not in see(world.client("principal"), check.origin.url)
    assert "校门铰链开裂" in see(world.client("sister_safety_officer"), check.url)
    assert answer(world, check) == check.url
    check.refresh_from_db()
    assert check.state == SameCheckState.CLEAR
    assert "逐扇查看，完好" in see(county, f"{check.origin.url}spread/")


def test_found_there_too_it_becomes_a_hazard(world: World) -> None:
    check = asked(world)
    found = {
        "seen": "found",
        "title": "校门铰链开裂",
        "place": str(world.places["sister_gate"].pk),
        "domain": "fire",
        "way": "general",
        "interim": "停用左侧门",
        "interim_until": "2026-03-28",
        "before_camera": picture(),
    }
    url = answer(world, check, **found)
    check.refresh_from_db()
    assert check.hazard is not None
    assert (check.state, check.hazard.url) == (SameCheckState.FOUND, url)
    assert check.hazard.unit_id == world.sister.pk
    assert check.hazard.photos_before == 1


def test_strangers_neither_ask_nor_answer(world: World) -> None:
    assert ask(world, "principal") == 403
    assert not hz.SameCheck.everything.exists()
    check = asked_after(world)
    see(world.client("stranger_safety_officer"), check.url, 404)
    assert check.state == SameCheckState.OPEN


def asked_after(world: World) -> hz.SameCheck:
    """The question, when a closed hazard is there already."""
    hazard = hz.Hazard.everything.get()
    hz.spread(world.actor("county_officer"), hazard, hazard.found_at.date())
    found = hz.SameCheck.everything.get()
    assert isinstance(found, hz.SameCheck)
    return found


def test_who_looked_there_before(world: World) -> None:
    hz.file_round(world.actor("safety_officer"), world.school, no_photo="手机没电")
    with clock.at(NOW + timedelta(hours=2)):
        hazard = h.registered(world, place=world.places["gate"], place_text="")
        client = world.client("principal")
        assert f"{hazard.url}looked/" in see(client, hazard.url)
        html = see(client, f"{hazard.url}looked/")
        assert "李强" in html
        assert "当时记录：正常" in html
        see(world.client("stranger_officer"), f"{hazard.url}looked/", 404)


def test_nobody_looked_is_said(world: World) -> None:
    hazard = h.registered(world, place=world.places["gate"], place_text="")
    html = see(world.client("principal"), f"{hazard.url}looked/")
    assert "没有查到该点位的检查记录" in html
