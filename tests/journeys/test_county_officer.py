"""Step 5: the county officer's morning: what waits, Excel in, signatures in bulk, Excel and Word out."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.hazard import helpers as h
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard import public as hz

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

LEDGER = [
    "序号", "单位", "排查时间", "排查人", "隐患部位", "隐患描述", "类别", "等级", "整改措施",
    "责任人", "资金(万元)", "时限", "进展", "临时防控", "完成时间", "验收人", "销号时间", "备注",
]  # fmt: skip
SCHOOLS = ("东屏县实验小学", "东屏县第一中学", "青石镇中心小学")


def test_the_desk_shows_what_waits_for_the_county(
    stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit
) -> None:
    h.suspected(world)
    h.major_submitted(world)
    general = h.rectifying(world)
    officer, logistics = world.actor("county_officer"), world.actor("logistics")
    day = clock.day_of(general.due_at)
    hz.ask_extension(logistics, general, hz.AskExtension(day.replace(month=day.month + 1), "等待配件到货"))
    login_as(desk, "county_officer")
    visit(desk, "/")
    expect(desk.locator("#to_judge .rows > li")).to_have_count(1)
    expect(desk.locator("#to_accept .rows > li")).to_have_count(1)

    # More time is granted one level up; the first deadline stays visible.
    desk.locator("#extensions a.btn").click()
    visit(desk, "")
    desk.get_by_role("link", name="审批延期").first.click()
    visit(desk, "")
    expect(desk.locator("main")).to_contain_text("等待配件到货")
    desk.get_by_text("同意", exact=True).click()
    desk.get_by_role("button", name="审批延期").click()
    expect(desk.locator("main")).to_contain_text("原时限")
    general.refresh_from_db()
    assert general.extensions == 1
    assert general.first_due_at < general.due_at

    # A month on, what was not done is late, and the number opens it.
    stage.watch.pass_days(75)
    login_as(desk, "county_officer")
    visit(desk, "/")
    late = desk.locator(".stats a.stat").nth(1)
    count = int(late.locator(".stat-number").inner_text())
    assert count == sum(row.is_late for row in hz.hazards(officer) if row.is_open)
    late.click()
    expect(desk.locator("table.ledger tbody tr")).to_have_count(count)
    visit(desk, "")


def _table(rows: int, stranger: bool) -> str:
    """What Excel puts on the clipboard."""
    lines = ["序号\t学校\t隐患部位\t问题描述\t类别\t等级\t检查日期\t检查人\t临时防控措施"]
    for number in range(1, rows + 1):
        school = "西岭县第二小学" if stranger and number == 7 else SCHOOLS[number % 3]
        cells = [str(number), school, f"{number} 号楼", f"第 {number} 处灭火器过期"]
        lines.append("\t".join([*cells, "消防", "一般", "2026-03-17", "赵立", "借用备用灭火器"]))
    return "\r\n".join(lines)


def test_twenty_rows_are_pasted_from_excel(
    stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit, allow_errors: None
) -> None:
    login_as(desk, "county_officer")
    visit(desk, "/")
    desk.locator("a[href='/hazards/paste/']").click()
    visit(desk, "")
    desk.evaluate("text => navigator.clipboard.writeText(text)", _table(20, stranger=True))
    desk.locator("tbody textarea").first.focus()
    desk.keyboard.press("Control+V")

    # One school lies in the next county: nothing is registered, the cell says why and is mended.
    expect(desk.locator("tr.row-wrong")).to_have_count(1)
    visit(desk, "")
    assert hz.Hazard.everything.count() == 0
    desk.locator("#row-7 textarea[name=unit]").fill("东屏县第一中学")
    desk.locator("button[value=check]").click()
    register = desk.locator("button[value=register]")
    expect(register).to_contain_text("20")
    visit(desk, "")
    assert hz.Hazard.everything.count() == 0
    register.click()
    expect(desk).to_have_url(re.compile(r"/hazards/\?tab=all"))
    expect(desk.locator("table.ledger tbody tr")).to_have_count(20)
    visit(desk, "")
    found = list(hz.Hazard.everything.select_related("unit"))
    assert len(found) == 20
    assert {row.unit.name for row in found} == set(SCHOOLS)
    assert {row.source for row in found} == {hz.Source.INSPECTION}
    assert {clock.day_of(row.found_at).isoformat() for row in found} == {"2026-03-17"}
    assert len({row.number for row in found}) == 20


def _inspected(stage: Stage, title: str) -> hz.Hazard:
    """Found by the county, rectified by the school, photos on both sides: the county re-checks."""
    world = stage.world
    officer, logistics, school = world.actor("county_officer"), world.actor("logistics"), world.school
    finding = h.registration(
        world,
        title=title,
        source=hz.Source.INSPECTION,
        evidence_reason="",
        before=(stage.draft(officer, school, title),),
        general=True,
    )
    hazard = hz.commit(world.actor("safety_officer"), hz.register(officer, finding), h.commitments(world))
    after = stage.draft(logistics, school, f"{title}-after")
    return hz.submit(logistics, hazard, h.submission(evidence_reason="", after=(after,)))


def test_bulk_acceptance_then_excel_and_word(
    stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit
) -> None:
    hazards = [_inspected(stage, title) for title in ("护栏松动", "门锁损坏", "地砖松动", "灯罩脱落")]
    login_as(desk, "county_officer")
    visit(desk, "/hazards/?tab=to-accept")
    rows = desk.locator("table.ledger tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.locator("img.thumb")).to_have_count(4)
    for index in range(3):
        rows.nth(index).locator("input[type=checkbox]").check()
    desk.locator(".bulk-bar button[value=accept]").click()
    expect(desk.locator(".bulk-row")).to_have_count(3)
    expect(desk.locator(".bulk-photos img")).to_have_count(6)
    visit(desk, "")
    assert {hz.Hazard.everything.get(pk=row.pk).state for row in hazards} == {hz.State.SUBMITTED}
    desk.locator(".bulk-do button.btn-primary").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("3")
    visit(desk, "")
    assert hz.Hazard.everything.filter(state=hz.State.CLOSED, acceptor_name="赵立").count() == 3

    ledger = openpyxl.load_workbook(_export(desk, visit, "ledger"))
    cells = [[str(c or "") for c in row] for row in ledger.worksheets[0].iter_rows(values_only=True)]
    head = next(i for i, row in enumerate(cells) if "序号" in row)
    assert [c.replace("（", "(").replace("）", ")") for c in cells[head]] == LEDGER
    body = [row for row in cells[head + 1 :] if row[0].isdigit()]
    assert {row[5].split("\n")[0] for row in body} == {row.title for row in hazards}
    assert [row[0] for row in body] == ["1", "2", "3", "4"]
    assert any("4" in cell for row in cells[:head] + cells[head + 1 + len(body) :] for cell in row)
    assert Entry.everything.filter(verb__startswith="hazard.export").count() == 1

    word = zipfile.ZipFile(_export(desk, visit, "word"))
    pictures = [name for name in word.namelist() if name.startswith("word/media/")]
    assert len(pictures) == 8
    text = word.read("word/document.xml").decode()
    assert all(row.title in text for row in hazards)


def _export(desk: Page, visit: Visit, kind: str) -> io.BytesIO:
    visit(desk, "/hazards/?tab=all")
    desk.locator("a[href^='/hazards/export/']").first.click()
    visit(desk, "")
    desk.locator(f"input[name=kind][value={kind}]").check()
    with desk.expect_download() as download:
        desk.locator("form .btn-primary.btn-big").click()
    return io.BytesIO(download.value.path().read_bytes())
