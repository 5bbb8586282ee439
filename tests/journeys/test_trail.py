"""The auditor reads the trail on a desk, the county officer on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.journeys.conftest import Axe, LoginAs, Shot

from anyuan.foundation.journal.public import action, pump_once
from anyuan.foundation.org.models import Unit


@pytest.mark.journey
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_the_trail_is_read_filtered_and_opened(
    device: str, world: World, login_as: LoginAs, axe: Axe, shot: Shot, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(device)
    with action(world.actor("principal"), "org.rename") as act:
        act.entry(
            "将点位“教学楼东侧楼梯”改名为“教学楼东侧疏散楼梯”",
            on=world.places["corridor"],
            path=world.school.path,
            before={"name": "教学楼东侧楼梯", "on_round": True},
            after={"name": "教学楼东侧疏散楼梯", "on_round": False},
        )
    with action(world.actor("safety_officer"), "files.save") as act:
        act.entry("上传了现场照片", path=world.school.path)
    Unit.everything.filter(pk=world.sister.pk).update(address="县城东路 1 号")
    pump_once()

    login_as(page, "admin")
    page.goto("/trail/")
    expect(page.locator(".trail-whole")).to_be_visible()
    # The fourth: following them, the ledger took over the places of the schools.
    expect(page.locator(".trail-rows > li")).to_have_count(4)
    page.locator("summary", has_text="变更前后").last.click()
    expect(page.get_by_role("cell", name="教学楼东侧疏散楼梯")).to_be_visible()
    axe(page)
    shot(page, f"trail-{device}")

    page.locator("select[name=verb]").select_option("org")
    expect(page.locator(".trail-rows > li")).to_have_count(1)
    page.locator(".trail-open").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("改名")
    axe(page)
    shot(page, f"trail-entry-{device}")
