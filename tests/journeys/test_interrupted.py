"""A session ends over a half-filled hazard; an officer in English who has no mouse."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from tests.cast import PASSWORD, World
from tests.hazard import helpers as h
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit, hazard_on, take_photo

from anyuan.foundation.files.public import attachments_of
from anyuan.response.hazard import public as hz

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_hazard_half_typed_survives_the_end_of_the_session(
    stage: Stage, world: World, phone: Page, login_as: LoginAs, visit: Visit
) -> None:
    login_as(phone, "safety_officer")
    visit(phone, "/hazards/new/")
    take_photo(phone, "before", stage.photo("cracked-wall"))
    phone.get_by_label("隐患概述").fill("东墙裂缝")
    phone.locator("select[name=place]").select_option(label="教学楼东侧楼梯")
    phone.get_by_label("业务领域", exact=True).select_option("building")
    phone.locator("textarea[name=interim]").fill("封闭东侧通道")
    phone.wait_for_timeout(600)  # what is typed is kept a moment later

    Session.objects.all().delete()
    phone.locator("form[data-draft] button.btn-primary").last.click()
    expect(phone).to_have_url(re.compile("/login/"))
    visit(phone, "")
    assert hz.Hazard.everything.count() == 0
    phone.locator("input[name=login]").fill("李强")
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.locator("input[name=password]").press("Enter")

    expect(phone).to_have_url(re.compile("/hazards/new/"))
    expect(phone.get_by_label("隐患概述")).to_have_value("东墙裂缝")
    expect(phone.locator("select[name=place]")).to_have_value(str(world.places["corridor"].pk))
    expect(phone.locator("textarea[name=interim]")).to_have_value("封闭东侧通道")
    expect(phone.locator(".photo-list li")).to_have_count(1)
    phone.locator("form[data-draft] button.btn-primary").last.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("东墙裂缝")
    hazard = hazard_on(phone)
    assert hz.Hazard.everything.count() == 1
    assert hazard.interim == "封闭东侧通道"
    assert [file.capture for file in attachments_of(hazard)] == ["camera"]

    phone.goto("/hazards/new/")
    expect(phone.get_by_label("隐患概述")).to_have_value("")


def _tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Walk there with the Tab key, as one must without a mouse; every stop shows where one is."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
            )
            assert outline, f"nothing shows that {selector} has the focus"
            return
    raise AssertionError(f"{selector} is not reached with the Tab key on {page.url}")


def test_in_english_with_the_keyboard_alone(
    stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit
) -> None:
    hazard = h.suspected(world)
    login_as(desk, "county_officer")
    visit(desk, "/")
    _tab_to(desk, ".language button[lang=en]")
    desk.keyboard.press("Enter")
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    visit(desk, "")

    # The first Tab offers to skip the navigation.
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.matches('a[href^=\"#\"]')")
    _tab_to(desk, "#to_judge a.btn")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text(hazard.title)
    expect(desk.get_by_text("The county must judge whether it is major.")).to_be_visible()
    visit(desk, "")
    _tab_to(desk, ".turn a.btn-primary")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile("/judge/$"))
    visit(desk, "")
    _tab_to(desk, "input[name=grade]")
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("input[name=grade][value=general]")).to_be_checked()
    _tab_to(desk, "textarea[name=basis]")
    desk.keyboard.type("Two other exits are free; nobody is at risk.")
    _tab_to(desk, "form[data-draft] button.btn-primary")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Written basis")).to_be_visible()
    visit(desk, "")
    hazard.refresh_from_db()
    assert (hazard.grade, hazard.judge_basis) == (
        hz.Grade.GENERAL,
        "Two other exits are free; nobody is at risk.",
    )
    missing = re.findall(r"[\u4e00-\u9fff]+", desk.locator(".page-head, .side").all_inner_texts()[0])
    assert missing == []
