"""Step 4: suspected major, judged, listed, re-checked on site, closed by the listing authority alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.hazard.helpers import registered
from tests.journeys.conftest import Guard, LoginAs
from tests.journeys.stage import Stage, Visit, take_photo

from anyuan.foundation.journal.public import pump_once
from anyuan.foundation.notify.models import Notice
from anyuan.response.hazard import public as hz

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_major_hazard_is_judged_listed_rechecked_and_closed(
    stage: Stage, world: World, phone: Page, desk: Page, login_as: LoginAs, visit: Visit, allow_errors: None
) -> None:
    hazard = registered(world)
    login_as(phone, "electrician")
    _mark(phone, visit, hazard)
    pump_once()
    told = set(Notice.objects.values_list("person__name", flat=True))
    assert {"赵立", "林涛"} <= told
    assert "许诺" not in told
    for officer in ("city_officer", "county_officer"):
        login_as(desk, officer)
        visit(desk, "/notices/")
        expect(desk.locator("main")).to_contain_text("疑似重大")
    _judge(world, desk, visit, hazard)

    # The school plans and rectifies; its principal cannot accept or close it.
    login_as(phone, "safety_officer")
    visit(phone, f"{hazard.url}commit/")
    phone.get_by_text("不需资金").click()
    phone.get_by_role("button", name="填写五落实").click()
    expect(phone.locator(".turn")).to_contain_text("待王磊")
    login_as(phone, "logistics")
    visit(phone, f"{hazard.url}submit/")
    take_photo(phone, "after", stage.photo("clear-stairs"))
    phone.get_by_label("整改情况").fill("清空通道并划线")
    phone.get_by_role("button", name="提交验收").click()
    expect(phone.locator(".turn")).to_contain_text("东屏县")
    login_as(phone, "principal")
    _cannot_close(phone, visit, hazard)
    _recheck_and_close(desk, visit, hazard)


def _mark(phone: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """Anybody on the staff may suspect it; the words say who must judge."""
    visit(phone, hazard.url)
    phone.locator(".act-menu > summary").click()
    phone.get_by_role("link", name="标记疑似重大").click()
    visit(phone, "")
    phone.get_by_label("疑似重大的理由").fill("唯一疏散通道被堵，可能群死群伤")
    phone.get_by_role("button", name="标记疑似重大").click()
    expect(phone.locator("main")).to_contain_text("待县级判定")
    visit(phone, "")


def _judge(world: World, desk: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """With the written basis, and not without; listed with notice, level and supervising person."""
    visit(desk, "/")
    desk.locator("#to_judge a.btn").click()
    visit(desk, "")
    desk.get_by_role("link", name="判定等级").first.click()
    visit(desk, "")

    # Without the written basis nothing is judged.
    desk.get_by_text("重大，挂牌督办").click()
    desk.get_by_label("判定标准条目").fill("判定标准第三条")
    desk.get_by_role("button", name="判定等级").click()
    expect(desk.locator(".field-errors, [role=alert]").first).to_be_visible()
    hazard.refresh_from_db()
    assert hazard.grade == ""
    desk.get_by_label("书面判定依据").fill("疏散通道不足，经现场核实")
    desk.get_by_label("督办责任人").select_option(str(world.people["county_leader"].pk))
    desk.get_by_role("button", name="判定等级").click()
    expect(desk.locator("main")).to_contain_text("隐患挂牌督办〔2026〕1号")
    expect(desk.locator("main")).to_contain_text("钱进")
    expect(desk.locator("main")).to_contain_text("疏散通道不足，经现场核实")
    visit(desk, "")
    hazard.refresh_from_db()
    assert (hazard.grade, hazard.listing_unit, hazard.supervisor) == (
        hz.Grade.MAJOR,
        world.county,
        world.people["county_leader"],
    )


def _cannot_close(phone: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """The principal is refused, with words."""
    visit(phone, hazard.url)
    expect(phone.get_by_role("button", name="验收并销号")).to_have_count(0)
    for move in ("accept", "close"):
        answer = phone.goto(f"{hazard.url}{move}/")
        assert answer is not None
        assert answer.status in {403, 409}
        visit(phone, "")
    hazard.refresh_from_db()
    assert hazard.state == hz.State.SUBMITTED


def _recheck_and_close(desk: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """The county re-checks on site, then closes and takes it off the list."""
    visit(desk, "/")
    desk.locator("#to_accept a.btn").click()
    desk.get_by_role("link", name="复查验收").first.click()
    visit(desk, "")
    desk.get_by_label("验收意见").fill("3月18日到场，通道畅通，标线清楚")
    desk.get_by_role("button", name="复查验收").click()
    expect(desk.get_by_text("请到现场复查")).to_be_visible()
    hazard.refresh_from_db()
    assert hazard.state == hz.State.SUBMITTED
    desk.get_by_label("我已到现场复查").check()
    desk.get_by_role("button", name="复查验收").click()
    expect(desk.locator(".turn")).to_contain_text("销号摘牌")
    desk.get_by_role("link", name="销号摘牌").first.click()
    visit(desk, "")
    desk.get_by_role("button", name="销号摘牌").click()
    expect(desk.locator(".turn")).to_contain_text("已销号")
    visit(desk, "")
    hazard.refresh_from_db()
    assert hazard.state == hz.State.CLOSED
    assert hazard.delisted_at is not None


@pytest.fixture
def door(stage: Stage, guard: Guard, tmp_path: Path) -> Iterator[str]:
    """The real server with the live stream on the test database; the address."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = connection.settings_dict
    where = f"postgresql://{found['USER']}@/{found['NAME']}?host={found['HOST']}&port={found['PORT']}"
    environment = {**os.environ, "DATABASE_URL": where, "ANYUAN_HOME": str(tmp_path)}
    environment["ANYUAN_SECRET_KEY"] = django_settings.SECRET_KEY
    words = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--workers", "1"]
    words += ["--host", "127.0.0.1", "--port", str(port), "anyuan.site.asgi:app"]
    server = subprocess.Popen(words, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _await_port(port)
        guard.home = address
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _await_port(port: int) -> None:
    for _try in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)


def test_the_county_officer_hears_of_it_without_reloading(
    stage: Stage, world: World, door: str, desk: Page, login_as: LoginAs
) -> None:
    hazard = registered(world)
    login_as(desk, "county_officer").goto(f"{door}/notices/", wait_until="domcontentloaded")
    expect(desk.get_by_text("疑似重大")).to_have_count(0)
    with desk.expect_response("**/live/notices*"):
        desk.reload(wait_until="domcontentloaded")
    hz.mark_suspected(world.actor("teacher"), hazard, hz.Suspect("可能群死群伤"))
    pump_once()
    expect(desk.locator(".toast, .toasts")).to_contain_text("疑似重大")
