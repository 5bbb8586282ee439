"""The frame of the pages in a real browser: readable, usable by keyboard, forgetting nothing."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from PIL import Image
from playwright.sync_api import Page, Route, expect

from anyuan.foundation.ui.public import Entry, frame

from .conftest import Axe, LoginAs, Shot

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


ENTRIES = [
    Entry("今日", "ui-gallery", "home", phone=True),
    Entry("随手拍", "healthz", "camera", phone=True),
    Entry("隐患", "readyz", "flame", ("hazard.view",), phone=True),
    Entry("台账", "access:activate", "notebook", ("ledger.view",), group="日常", phone=True),
    Entry("单位与点位", "access:login", "building-community", ("org.view",), group="基础信息"),
    Entry("判定", "notify:list", "gavel", ("hazard.judge",), group="基础信息"),
]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urls = ModuleType("urls_of_the_frame_journey")
urls.__dict__.update(
    urlpatterns=[path("broken/", broken), path("", include("anyuan.site.urls"))],
    handler404="anyuan.foundation.ui.errors.not_found",
    handler500="anyuan.foundation.ui.errors.server_error",
)


@pytest.fixture(autouse=True)
def demo(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's banner and gallery, with a navigation of this test's own."""
    settings.DEMO = True
    settings.ROOT_URLCONF = urls
    monkeypatch.setattr(frame, "_entries", ENTRIES)
    monkeypatch.setattr(frame, "_unit_name", lambda actor: "东屏县实验小学")


def test_gallery_on_a_desk(desk: Page, login_as: LoginAs, axe: Axe, shot: Shot) -> None:
    login_as(desk, "safety_officer").goto("/ui/gallery/")
    shot(desk, "gallery-desk")
    axe(desk)


def test_gallery_on_a_phone(phone: Page, login_as: LoginAs, axe: Axe, shot: Shot) -> None:
    login_as(phone, "teacher").goto("/ui/gallery/")
    shot(phone, "gallery-phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360, "nothing sticks out sideways"
    axe(phone)
    phone.get_by_role("button", name="更多").click()
    expect(phone.get_by_role("dialog")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator("#more-sheet")).not_to_be_visible()


def test_error_pages(
    desk: Page, phone: Page, login_as: LoginAs, axe: Axe, shot: Shot, allow_errors: None
) -> None:
    for page, name in ((desk, "desk"), (phone, "phone")):
        page.goto("/nowhere/")
        shot(page, f"not-found-visitor-{name}")
        login_as(page, "teacher").goto("/nowhere/")
        expect(page.locator("main h1")).to_be_visible()
        shot(page, f"not-found-{name}")
        axe(page)
        page.goto("/broken/")
        expect(page.get_by_role("heading", name="系统出错了")).to_be_visible()
        shot(page, f"broken-{name}")
        axe(page)


def test_the_navigation_shows_what_the_role_may_do(
    desk: Page, phone: Page, login_as: LoginAs, shot: Shot
) -> None:
    login_as(desk, "county_officer").goto("/ui/gallery/")
    side = desk.get_by_role("navigation", name="主导航", exact=True)
    expect(side.get_by_role("link", name="判定")).to_be_visible()
    expect(side.get_by_role("link", name="今日")).to_have_attribute("aria-current", "page")
    login_as(phone, "teacher").goto("/ui/gallery/")
    bar = phone.get_by_role("navigation", name="手机主导航")
    expect(bar.get_by_role("link", name="随手拍")).to_be_visible()
    expect(phone.get_by_text("判定", exact=True)).to_have_count(0)
    bar.get_by_role("button", name="更多").click()
    phone.wait_for_timeout(200)
    shot(phone, "more-phone")


def test_the_language_switch_stays_on_the_page(desk: Page) -> None:
    desk.goto("/ui/gallery/?a=1")
    expect(desk.locator("html")).to_have_attribute("lang", "zh-Hans")
    desk.get_by_role("button", name="English").click()
    expect(desk).to_have_url(re.compile(r"/ui/gallery/\?a=1$"))
    expect(desk.locator("html")).to_have_attribute("lang", "en")
    desk.get_by_role("button", name="中文").click()
    expect(desk.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_what_was_typed_and_photographed_comes_back(
    phone: Page, login_as: LoginAs, tmp_path: Path, shot: Shot
) -> None:
    picture = tmp_path / "large.png"
    Image.effect_noise((3200, 1200), 80).save(picture)
    login_as(phone, "teacher").goto("/ui/gallery/")
    phone.get_by_label("标题").fill("消防通道被占")
    phone.get_by_text("重大", exact=True).last.click()
    phone.locator("input[name=photos_camera]").set_input_files(picture)
    expect(phone.locator(".photo-list li")).to_have_count(1)
    phone.locator("input[name=photos_album]").set_input_files(picture)
    expect(phone.locator(".photo-list li")).to_have_count(2)
    phone.wait_for_timeout(800)  # typing is kept a moment after the last key

    phone.reload()
    expect(phone.get_by_label("标题")).to_have_value("消防通道被占")
    expect(phone.locator("input[name=grade][value=major]")).to_be_checked()
    expect(phone.locator(".photo-list li")).to_have_count(2)
    expect(phone.get_by_text("已恢复上次填写的内容")).to_be_visible()
    shot(phone, "draft-phone")
    files = phone.evaluate(
        """async () => {
            const file = document.querySelector('input[name=photos_camera]').files[0];
            const bitmap = await createImageBitmap(file);
            return [file.type, bitmap.width, bitmap.height, document.querySelectorAll(
              'input[name=photos_camera_taken]').length];
        }"""
    )
    assert files == ["image/jpeg", 1600, 600, 1]

    phone.get_by_role("button", name="清除重填").click()
    expect(phone.get_by_label("标题")).to_have_value("")
    expect(phone.locator(".photo-list li")).to_have_count(0)


def test_another_person_on_the_same_device_sees_no_draft(phone: Page, login_as: LoginAs) -> None:
    login_as(phone, "teacher").goto("/ui/gallery/")
    phone.get_by_label("标题").fill("消防通道被占")
    phone.wait_for_timeout(800)
    assert phone.evaluate("localStorage.length") == 1
    login_as(phone, "principal").goto("/ui/gallery/")
    expect(phone.get_by_label("标题")).to_have_value("")


def test_rows_are_ticked_one_by_one_by_range_and_all(desk: Page, login_as: LoginAs) -> None:
    login_as(desk, "safety_officer").goto("/ui/gallery/")
    rows = desk.locator("[data-check-row]")
    expect(desk.get_by_role("button", name="批量验收")).not_to_be_visible()
    rows.nth(0).click()
    expect(desk.get_by_text("已选 1 项")).to_be_visible()
    rows.nth(2).click(modifiers=["Shift"])
    expect(desk.get_by_text("已选 3 项")).to_be_visible()
    desk.get_by_label("选择本页全部").check()
    expect(desk.get_by_text("已选 5 项")).to_be_visible()
    desk.get_by_role("button", name="取消选择").click()
    expect(desk.get_by_role("button", name="批量验收")).not_to_be_visible()


def test_the_keyboard_reaches_everything_and_dialogs_give_the_focus_back(
    desk: Page, login_as: LoginAs
) -> None:
    login_as(desk, "safety_officer").goto("/ui/gallery/")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="跳到正文")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_be_focused()
    opener = desk.get_by_role("button", name="登记隐患")
    opener.press("Enter")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_text_is_copied_for_the_group_chat(desk: Page, login_as: LoginAs) -> None:
    login_as(desk, "county_officer").goto("/ui/gallery/")
    desk.get_by_role("button", name="复制", exact=True).click()
    expect(desk.get_by_text("已复制")).to_be_visible()
    assert "第一中学" in desk.evaluate("navigator.clipboard.readText()")


def test_a_notice_arrives_while_the_page_is_open_and_the_next_page_goes_on_after_it(
    desk: Page, login_as: LoginAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "live_url", "/live/notices")
    asked: list[str] = []

    def stream(route: Route) -> None:
        asked.append(route.request.url.partition("/live/")[2])
        body = (
            'id: 41\nevent: notice\ndata: {"text": "请整改：护栏松动", "url": "/ui/gallery/?n=1"}\n\n'
            'event: unread\ndata: {"unread": 3}\n\n'
        )
        route.fulfill(content_type="text/event-stream", body=body if len(asked) == 1 else ": nothing new\n\n")

    desk.route("**/live/notices*", stream)
    login_as(desk, "logistics").goto("/ui/gallery/")
    expect(desk.locator("#bell-count")).to_have_text("3")
    desk.get_by_role("link", name="请整改：护栏松动").click()
    expect(desk).to_have_url(re.compile(r"\?n=1$"))
    desk.wait_for_timeout(300)
    assert asked[0] == "notices"
    assert asked[-1] == "notices?after=41"


def test_a_page_prints_without_its_frame(desk: Page, login_as: LoginAs, shot: Shot) -> None:
    login_as(desk, "principal").goto("/ui/gallery/")
    desk.emulate_media(media="print")
    for hidden in ("header.top", "nav.side", ".page-actions", ".toolbar"):
        expect(desk.locator(hidden).first).not_to_be_visible()
    expect(desk.get_by_role("heading", name="样式陈列")).to_be_visible()
    shot(desk, "gallery-print")
