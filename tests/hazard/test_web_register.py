"""Registering by form, and quick snaps that become hazards or are dismissed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.cast import World

from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Grade, LeadState, State

from . import helpers as h
from .web_page_helpers import picture, see


def finding(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "once": str(uuid4()),
        "title": "楼梯扶手松动",
        "place": str(world.places["corridor"].pk),
        "domain": "building",
        "way": "general",
        "interim": "拉警戒线",
        "interim_until": "2026-03-30",
        "source": "self",
        "before_camera": picture(),
    }
    return values | changes


def enter(
    world: World, name: str = "safety_officer", status: int = 303, url: str = "", **changes: Any
) -> str:
    response = world.client(name).post(url or "/hazards/new/", finding(world, **changes))
    assert response.status_code == status, response.content.decode()[-4000:]
    return response["Location"] if status == 303 else response.content.decode()


def only() -> hz.Hazard:
    found = hz.Hazard.everything.get()
    assert isinstance(found, hz.Hazard)
    return found


def test_registered_and_graded_in_one_form(world: World) -> None:
    assert enter(world) == only().url
    assert (only().state, only().grade, only().photos_before) == (State.ASSESSED, Grade.GENERAL, 1)


def test_assessed_later(world: World) -> None:
    enter(world, way="later", interim="")
    assert only().state == State.REGISTERED


def test_suspected_major_is_marked_at_once(world: World) -> None:
    html = enter(world, status=422, way="suspected")
    assert "楼梯扶手松动" in html
    enter(world, way="suspected", suspected="承重构件开裂")
    assert only().awaits_judgement


def test_fixed_on_the_spot_waits_for_one_tap(world: World) -> None:
    enter(world, status=422, way="fixed", interim="")
    enter(world, status=409, way="fixed", interim="", result="当场拧紧")
    assert not hz.Hazard.everything.exists()
    enter(world, way="fixed", interim="", result="当场拧紧", after_camera=picture(200))
    assert (only().state, only().on_the_spot) == (State.SUBMITTED, True)
    url = only().url
    assert f'action="{url}accept/"' in see(world.client("principal"), url)
    assert f'action="{url}accept/"' not in see(world.client("safety_officer"), url)


def test_no_photo_wants_a_reason(world: World) -> None:
    enter(world, status=409, before_camera="")
    enter(world, before_camera="", evidence_reason="手机没电")
    assert only().evidence_reason == "手机没电"


def test_a_place_is_needed(world: World) -> None:
    enter(world, status=422, place="")
    enter(world, place="", place_text="操场北侧")
    assert only().where == "操场北侧"


def test_an_officer_first_chooses_the_school(world: World) -> None:
    client = world.client("county_officer")
    html = see(client, "/hazards/new/")
    assert world.school.name in html
    assert world.stranger_school.name not in html
    assert world.sister.name not in see(client, "/hazards/new/?q=实验")
    url = f"/hazards/new/?unit={world.school.pk}"
    enter(world, "county_officer", url=url, way="later", source="inspection")
    assert only().finder_unit_id == world.county.pk
    assert only().accept_by == hz.AcceptBy.FINDER


def test_a_recurrence_is_linked(world: World) -> None:
    old = hz.accept(world.actor("principal"), h.submitted(world), hz.Accept())
    url = f"/hazards/new/?recurrence_of={old.pk}"
    enter(world, url=url, way="later")
    assert hz.Hazard.everything.get(recurrence_of=old).title == "楼梯扶手松动"


@pytest.mark.parametrize("name", ["teacher", "county_leader"])
def test_who_may_not_register(world: World, name: str) -> None:
    see(world.client(name), "/hazards/new/", 403)
    assert world.client(name).post("/hazards/new/", finding(world)).status_code == 403
    assert not hz.Hazard.everything.exists()


def test_a_stranger_registers_nothing(world: World) -> None:
    see(world.client("stranger_officer"), f"/hazards/new/?unit={world.school.pk}", 404)


def snap(world: World) -> hz.Lead:
    teacher = world.actor("teacher")
    photos = (h.photo(teacher, world),)
    return hz.report_lead(
        teacher,
        world.school,
        place=world.places["gate"],
        text="减速带翘起",
        photos=photos,
    )


def test_a_quick_snap_becomes_a_hazard(world: World) -> None:
    lead = snap(world)
    client = world.client("safety_officer")
    assert "减速带翘起" in see(client, "/leads/")
    html = see(client, lead.url)
    assert 'value="减速带翘起"' in html
    sent = finding(world, place=str(world.places["gate"].pk), title="减速带翘起", domain="traffic")
    response = client.post(f"{lead.url}complete/", sent)
    assert response["Location"] == only().url
    assert (only().photos_before, only().source, only().evidence_reason) == (1, hz.Source.SNAP, "")
    assert only().number in see(world.client("teacher"), lead.url)
    assert "减速带翘起" not in see(client, "/leads/")
    assert "减速带翘起" in see(client, "/leads/?state=completed")


def test_a_quick_snap_is_dismissed_with_a_reason(world: World) -> None:
    lead = snap(world)
    client = world.client("safety_officer")
    assert client.post(f"{lead.url}dismiss/", {"once": str(uuid4()), "reason": ""}).status_code == 422
    response = client.post(f"{lead.url}dismiss/", {"once": str(uuid4()), "reason": "已在维修计划内"})
    assert response["Location"] == "/leads/"
    lead.refresh_from_db()
    assert lead.state == LeadState.DISMISSED
    assert "已在维修计划内" in see(world.client("teacher"), lead.url)


def test_quick_snaps_of_others_stay_hidden(world: World) -> None:
    lead = snap(world)
    see(world.client("stranger_safety_officer"), lead.url, 404)
    see(world.client("second_teacher"), lead.url, 404)
    assert "减速带翘起" not in see(world.client("stranger_safety_officer"), "/leads/")
    for act in ("complete", "dismiss"):
        sent = finding(world, reason="x")
        assert world.client("teacher").post(f"{lead.url}{act}/", sent).status_code == 403
    lead.refresh_from_db()
    assert lead.state == LeadState.OPEN
