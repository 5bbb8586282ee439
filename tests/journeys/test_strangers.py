"""Step 7: the next county sees nothing at all of it; the fire department sees fire, all over the city."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.hazard import helpers as h
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit

from anyuan.foundation.access.public import make_key
from anyuan.foundation.files.public import attachments_of
from anyuan.response.hazard import public as hz

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TITLE = "锅炉房泄压阀失灵"


def _hazard(stage: Stage, **changes: object) -> hz.Hazard:
    officer = stage.world.actor("safety_officer")
    photo = stage.draft(officer, stage.world.school)
    return hz.register(
        officer,
        h.registration(stage.world, **{"title": TITLE, "evidence_reason": "", "before": (photo,)} | changes),
    )


def test_the_next_county_finds_nothing_of_it(
    stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit, allow_errors: None
) -> None:
    hazard = _hazard(stage)
    photo = attachments_of(hazard)[0]
    login_as(desk, "stranger_officer")
    for address in (
        hazard.url,
        f"{hazard.url}assess/",
        f"{hazard.url}notice/",
        f"/hazards/{hazard.number}/",
        photo.url,
        photo.thumb_url,
        f"/files/{photo.pk}/original/",
        f"/schools/{world.school.pk}/",
        f"/units/{world.school.pk}/",
        f"/cockpit/{world.county.pk}/",
        f"/hazards/?unit={world.school.pk}",
        f"/rounds/{world.school.pk}/",
    ):
        answer = desk.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        assert TITLE not in desk.content(), address
    visit(desk, "")
    for address in (
        "/",
        "/hazards/?tab=all",
        f"/hazards/?tab=all&q={TITLE}",
        f"/hazards/?tab=all&q={hazard.number}",
        "/schools/?q=实验小学",
        "/units/?q=实验小学",
        "/accounts/?q=周敏",
        "/notices/",
        "/cockpit/",
        "/leads/?state=all",
    ):
        visit(desk, address)
        for words in (TITLE, hazard.number, "东屏县实验小学", "周敏"):
            listed = desk.locator("main .rows li, main table tbody tr", has_text=words)
            expect(listed, f"{words} on {address}").to_have_count(0)


def test_nothing_of_it_leaves_by_export_or_api(stage: Stage, world: World) -> None:
    hazard = _hazard(stage)
    for row in range(2):
        h.registered(world, by="stranger_safety_officer", unit=world.stranger_school, title=f"本县的 {row}")
    stranger = world.client("stranger_officer")
    answer = stranger.post("/hazards/export/?tab=all", {"kind": "ledger"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    assert not any(TITLE in cell or hazard.number in cell for cell in cells)
    assert sum("本县的" in cell for cell in cells) == 2
    refused = stranger.post(f"/hazards/export/?tab=all&unit={world.school.pk}", {"kind": "ledger"})
    assert refused.status_code == 404

    _key, secret = make_key(world.actor("stranger_officer"), world.next_county, "报表", "county-officer", 30)
    api = Client(headers={"authorization": f"Bearer {secret}"})
    assert api.get(f"/api/v1/hazards/{hazard.pk}").status_code == 404
    page = api.get("/api/v1/hazards")
    assert page.status_code == 200
    assert {item["title"] for item in page.json()["items"]} == {"本县的 0", "本县的 1"}
    assert api.get(f"/api/v1/files/{attachments_of(hazard)[0].pk}").status_code == 404
    moved = api.post(
        f"/api/v1/hazards/{hazard.pk}/assess",
        {"reason": "x"},
        content_type="application/json",
        headers={"idempotency-key": "stranger-1"},
    )
    assert moved.status_code == 404
    hazard.refresh_from_db()
    assert hazard.state == hz.State.REGISTERED


def test_the_fire_officer_sees_fire_across_the_city(
    stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit, allow_errors: None
) -> None:
    here = _hazard(stage, title="消防栓无水", domain="fire")
    there = h.registered(
        world, by="stranger_safety_officer", unit=world.stranger_school, title="疏散门上锁", domain="fire"
    )
    food = _hazard(stage, title="食堂留样不全", domain="food")
    login_as(desk, "fire_officer")
    visit(desk, "/")
    visit(desk, "/hazards/?tab=all")
    expect(desk.locator("table.ledger tbody tr")).to_have_count(2)
    for hazard in (here, there):
        expect(desk.locator("table.ledger")).to_contain_text(hazard.title)
        visit(desk, hazard.url)
        expect(desk.get_by_role("heading", level=1)).to_contain_text(hazard.title)
        desk.go_back()
    answer = desk.goto(food.url)
    assert answer is not None
    assert answer.status == 404
    answer = desk.goto(attachments_of(food)[0].thumb_url)
    assert answer is not None
    assert answer.status == 404
    visit(desk, "/hazards/?tab=all&q=留样")
    expect(desk.locator("main table tbody tr")).to_have_count(0)
