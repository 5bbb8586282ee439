"""Step 4: the first day of a county: calendar, the facts that unlock most by Excel, documents in waves."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook
from tests.cast import World, as_action
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit
from xlsxwriter import Workbook

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger.public import FactValue
from anyuan.rules.policy.public import Activation, load_packs

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

GUARDS = "持证专职保安员（人）"


def test_a_county_begins(stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit) -> None:
    load_packs()
    school = _numbers(world.stranger_school)
    start = f"/desk/start/{world.next_county.pk}/"

    # The county officer sees what is missing, and asks the city for the documents.
    login_as(desk, "stranger_officer")
    visit(desk, "/")
    desk.get_by_role("link", name="起步向导").click()
    visit(desk, "")
    assert desk.url.endswith(start)
    expect(desk.locator(".start-step").first).to_contain_text("2026 春")
    unlocks = desk.locator("#unlocks")
    expect(unlocks).to_contain_text("持证专职保安员")
    expect(desk.locator("#waves .wave")).to_have_count(4)
    expect(desk.locator("#waves .wave-form")).to_have_count(0)
    expect(desk.get_by_role("button", name="复制申请")).to_be_visible()

    _fill_in(stage, desk, visit, school)
    visit(desk, start)
    expect(unlocks).not_to_contain_text("持证专职保安员")
    guards = FactValue.everything.get(unit=school, key="guards_certified")
    assert (guards.value, guards.source) == (2, "import")

    # The city puts the first document into force, the others wait.
    login_as(desk, "city_officer")
    visit(desk, start)
    first = desk.locator("#waves .wave").first
    first.locator("input[name=basis]").fill("县教育局决定继续执行")
    first.get_by_role("button").click()
    visit(desk, "")
    expect(desk.locator("#waves .wave").first).to_contain_text("施行中")
    expect(desk.locator("#waves .wave-form")).to_have_count(3)
    activation = Activation.everything.get()
    assert (activation.unit_id, activation.starts) == (world.next_county.pk, clock.today())

    compliance.refresh(None)
    quota = compliance.Verdict.everything.get(unit=school, key=f"{activation.code}/guards-quota")
    assert quota.state == compliance.State.MET
    assert not compliance.Verdict.everything.filter(unit=world.school).exists()
    visit(desk, f"/compliance/{world.next_county.pk}/")
    expect(desk.locator("main")).to_contain_text("西岭县第二小学")


def _numbers(school: Unit) -> Unit:
    """What the list of schools brought: its code, pupils and staff."""
    with as_action():
        school.code, school.pupils, school.staff, school.boarding = "2199010001", 420, 32, "none"
        school.save(update_fields=["code", "pupils", "staff", "boarding"])
    return school


def _fill_in(stage: Stage, desk: Page, visit: Visit, school: Unit) -> None:
    """Download the workbook with just these facts, fill it in, look through, take over."""
    with desk.expect_download() as told:
        desk.get_by_role("link", name="下载只含这几项的工作簿").click()
    empty = stage.folder / "empty.xlsx"
    told.value.save_as(empty)
    filled = _filled(empty, stage.folder / "filled.xlsx", school.code)
    desk.get_by_role("link", name="上传并预检").click()
    visit(desk, "")
    desk.locator("input[type=file]").set_input_files(filled)
    desk.get_by_role("button", name="预检").click()
    visit(desk, "")
    assert not FactValue.everything.exists(), "looking through writes nothing"
    desk.locator("form[action$='/take/'] button").click()
    desk.wait_for_url("**/facts/**")


def _filled(empty: Path, into: Path, code: str) -> Path:
    """Two in every column of the school."""
    rows = CalamineWorkbook.from_path(str(empty)).get_sheet_by_index(0).to_python()
    head = next(row for row in rows if GUARDS in row)
    place = rows.index(head)
    with Workbook(str(into)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head)
        for number, row in enumerate(rows[place + 1 :], start=1):
            own = str(row[0]) == code
            sheet.write_row(number, 0, [*row[:2], *([2] * (len(row) - 2) if own else row[2:])])
    return into
