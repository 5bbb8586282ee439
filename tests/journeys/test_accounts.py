"""Step 5, people: accounts from Excel and slips, a forgotten password, a principal who moves on."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.hazard import helpers as h
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit

from anyuan.foundation.access.models import User
from anyuan.foundation.org.public import Holding, Person
from anyuan.response.hazard import public as hz

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def _book(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["单位", "姓名", "手机号码", "岗位"])
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_school_gets_its_accounts_from_excel(
    stage: Stage, world: World, desk: Page, phone: Page, login_as: LoginAs, visit: Visit, allow_errors: None
) -> None:
    before = User.objects.count()
    people = [
        ("东屏县第一中学", "丁一", "13911110001", "班主任"),
        ("东屏县第一中学", "丁二", "13911110002", "班主任"),
    ]
    wrong = _book(stage.folder / "wrong.xlsx", *people, ("西岭县第二小学", "丁三", "13911110003", "班主任"))
    login_as(desk, "county_officer")
    visit(desk, "/accounts/")
    desk.get_by_role("link", name="从 Excel 导入").click()
    visit(desk, "")
    desk.locator("input[type=file]").set_input_files(wrong)
    desk.get_by_role("button", name="导入").click()
    expect(desk.locator("main .tag").first).to_contain_text("4")
    visit(desk, "")
    assert User.objects.count() == before

    desk.locator("input[type=file]").set_input_files(_book(stage.folder / "right.xlsx", *people))
    desk.get_by_role("button", name="导入").click()
    expect(desk.get_by_text("开通 2 个账号")).to_be_visible()
    assert User.objects.count() == before + 2
    for name in ("丁一", "丁二"):
        desk.locator("table.accounts tr").filter(has_text=name).locator("input[type=checkbox]").check()
    visit(desk, "")
    desk.locator(".bulk-bar button.btn-primary").click()
    expect(desk.locator(".slip")).to_have_count(2)
    expect(desk.locator(".slip-qr")).to_have_count(2)
    visit(desk, "")
    code = desk.locator(".slip").filter(has_text="丁一").locator(".slip-code").inner_text()

    # The slip makes a login, once.
    visit(phone, "/activate/")
    phone.locator("input[name=code]").fill(code)
    for number, field in enumerate(phone.locator("input[type=password]").all()):
        assert number < 2
        field.fill("Autumn-moon-2026")
    phone.locator("main button.btn-primary, form button.btn-primary").first.click()
    expect(phone).not_to_have_url(re.compile("/activate/"))
    assert User.objects.get(login="13911110001").check_password("Autumn-moon-2026")


def test_a_forgotten_password_is_reset(
    stage: Stage, world: World, desk: Page, phone: Page, login_as: LoginAs, visit: Visit
) -> None:
    login_as(desk, "county_officer")
    visit(desk, "/schools/?q=实验小学")
    desk.locator("main ul.rows a.row-title").first.click()
    visit(desk, "")
    desk.get_by_role("link", name="周敏").first.click()
    visit(desk, "")
    desk.get_by_role("button", name="重置为临时密码").click()
    word = desk.locator(".secret-word code")
    expect(word).to_be_visible()
    visit(desk, "")
    user = User.objects.get(person=world.people["principal"])
    assert user.check_password(word.inner_text())

    visit(phone, "/login/")
    phone.locator("input[name=login]").fill("周敏")
    phone.locator("input[name=password]").fill(word.inner_text())
    phone.locator("input[name=password]").press("Enter")
    expect(phone).to_have_url(re.compile("/password/"))
    visit(phone, "")


def test_a_principal_moves_and_her_tasks_stay(
    stage: Stage, world: World, desk: Page, phone: Page, login_as: LoginAs, visit: Visit
) -> None:
    principal = world.people["principal"]
    hazard = hz.commit(
        world.actor("safety_officer"),
        h.assessed(world),
        h.commitments(world, responsible=principal, watcher=principal),
    )
    login_as(desk, "county_officer")
    visit(desk, f"/units/people/{principal.pk}/")
    desk.get_by_role("link", name="调动").click()
    visit(desk, "")
    desk.get_by_label("调往单位").select_option(str(world.sister.pk))
    desk.get_by_label("新单位岗位").select_option("principal")
    desk.get_by_label("未办事项接手人").select_option(str(world.people["safety_officer"].pk))
    desk.get_by_role("button", name="调动").click()
    expect(desk.get_by_text("已调动")).to_be_visible()
    visit(desk, "")

    hazard.refresh_from_db()
    assert (hazard.responsible, hazard.watcher) == (world.people["safety_officer"],) * 2
    moved = Person.everything.get(pk=principal.pk)
    assert moved.unit == world.sister
    assert Holding.everything.filter(person=moved, unit=world.sister, post="principal", ends=None).exists()

    # Her successor finds the work; she finds the new school and nothing of the old one.
    login_as(phone, "safety_officer")
    visit(phone, "/")
    expect(phone.locator("#to_rectify, #today, #late").first).to_contain_text(hazard.title)
    login_as(phone, "principal")
    visit(phone, "/")
    expect(phone.locator("body")).to_contain_text("东屏县第一中学")
    expect(phone.locator("body")).not_to_contain_text(hazard.title)
    assert world.client("principal").get(hazard.url).status_code == 404
