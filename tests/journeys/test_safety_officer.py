"""Step 2: the safety officer's morning on a phone, and a teacher's quick snap between lessons."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import (
    Stage,
    Visit,
    hazard_on,
    photo_field,
    put_documents_into_force,
    take_photo,
)

from anyuan.foundation.files.public import attachments_of
from anyuan.response.hazard.public import Hazard, Lead, LeadState, Source, State
from anyuan.rules.ledger.public import Record

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_round_and_a_check_become_hazards(
    stage: Stage, world: World, phone: Page, login_as: LoginAs, visit: Visit
) -> None:
    put_documents_into_force(world)
    login_as(phone, "safety_officer")
    visit(phone, "/")
    expect(phone.locator("a.snap-big")).to_be_visible()
    expect(phone.locator("#rounds .rows > li")).to_have_count(1)
    expect(phone.locator("#rounds")).to_contain_text("18")
    phone.locator("#rounds a.btn").click()

    _walk(stage, phone, visit)
    _answer_a_checklist(stage, phone, visit)
    assert Hazard.everything.count() == 2

    # The round is done; the home says so, and both hazards wait.
    visit(phone, "/")
    expect(phone.locator("#rounds .is-done")).to_have_count(1)
    expect(phone.get_by_text("疏散通道堆放纸箱")).to_be_visible()


def _walk(stage: Stage, phone: Page, visit: Visit) -> None:
    """18 places in order but one; the system asks for two photos, the exception wants one of its own."""
    visit(phone, "")
    rows = phone.locator(".round-list > li")
    expect(rows).to_have_count(18)
    wished = phone.locator(".round-list > li.wants-photo")
    expect(wished).to_have_count(2)
    stairs = rows.filter(has_text="教学楼东侧楼梯")
    asked = 0
    for index in range(2):
        if "教学楼东侧楼梯" not in (wished.nth(index).text_content() or ""):
            take_photo(phone, photo_field(wished.nth(index)), stage.photo(f"in-order-{index}"))
            asked += 1
    stairs.locator("label.round-place").click()
    stairs.locator("input[name^=note_]").fill("疏散通道堆放纸箱")
    take_photo(phone, photo_field(stairs), stage.photo("boxes"))
    visit(phone, "")
    phone.locator(".save-bar button").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("18")
    visit(phone, "")
    phone.get_by_role("link", name="疏散通道堆放纸箱").click()
    visit(phone, "")
    expect(phone.locator("main")).to_contain_text("教学楼东侧楼梯")
    from_round = hazard_on(phone)
    record = Record.everything.get(slot__startswith="round:")
    assert (from_round.source, from_round.source_record) == (Source.ROUND, record.pk)
    assert from_round.place_id == stage.world.places["corridor"].pk
    assert len(attachments_of(from_round)) == 1
    assert len(record.data["places"]) == 18
    assert len(attachments_of(record)) == len(record.data["photo_places"]) == asked


def _answer_a_checklist(stage: Stage, phone: Page, visit: Visit) -> None:
    """One item of the Nantong document fails."""
    visit(phone, "/checks/")
    phone.get_by_role("link", name="实验室安全责任检查").first.click()
    visit(phone, "")
    items = phone.locator("fieldset.check-item")
    expect(items).to_have_count(3)
    failed = items.nth(0)
    failed.locator("input.check-fail + label").click()
    failed.locator("select[name^=place_]").select_option(label="科学实验室")
    failed.locator("textarea[name^=note_]").fill("危化品室门口责任牌仍写着已退休的老师")
    take_photo(phone, photo_field(failed), stage.photo("old-sign"))
    items.nth(1).locator("input.check-pass + label").click()
    items.nth(2).locator("input.check-pass + label").click()
    visit(phone, "")
    phone.locator(".save-bar button").click()
    expect(phone.locator("main .desk-group a.row-title")).to_have_count(1)
    visit(phone, "")
    phone.locator("main .desk-group a.row-title").click()
    visit(phone, "")
    expect(phone.locator("main")).to_contain_text("三(二)1")
    expect(phone.locator("main")).to_contain_text("南通市校园和校车安全专项整治实施方案")
    from_check = hazard_on(phone)
    assert from_check.check_item is not None
    assert from_check.check_item.code == "lab-responsibility"
    assert from_check.check_item.clause.label == "三(二)1"
    check = Record.everything.get(pk=from_check.source_record)
    assert (check.data["failed"], check.data["passed"]) == (1, 2)
    assert from_check.place_id == stage.world.places["lab"].pk


def test_a_quick_snap_is_completed_another_dismissed(
    stage: Stage, world: World, phone: Page, login_as: LoginAs, visit: Visit
) -> None:
    login_as(phone, "teacher")
    visit(phone, "/")
    phone.locator("a.snap-big").click()
    visit(phone, "")
    take_photo(phone, "photos", stage.photo("railing"))
    phone.locator("select#place").select_option(label="教学楼东侧楼梯")
    phone.locator(".snap-form button.btn-primary").click()
    expect(phone).to_have_url(re.compile("/snap/sent/"))
    expect(phone.locator("main")).to_contain_text("李强")
    visit(phone, "")
    phone.locator(".two-buttons a.btn-primary").click()
    phone.locator("select#place").select_option(label="校门")
    phone.locator("textarea#text").fill("门口有只猫")
    phone.locator(".snap-form button.btn-primary").click()
    expect(phone).to_have_url(re.compile("/snap/sent/"))
    assert set(Lead.everything.values_list("state", flat=True)) == {LeadState.OPEN}
    assert Hazard.everything.count() == 0

    login_as(phone, "safety_officer")
    visit(phone, "/")
    expect(phone.locator("#leads .rows > li")).to_have_count(2)
    phone.locator("#leads li").filter(has_text="教学楼东侧楼梯").locator("a.btn").click()
    visit(phone, "")
    phone.get_by_label("隐患概述").fill("楼梯扶手松动")
    phone.get_by_label("业务领域", exact=True).select_option("building")
    phone.get_by_label("临时防控", exact=True).fill("拉警戒带，改走西侧楼梯")
    phone.get_by_role("button", name="转为隐患").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("楼梯扶手松动")
    visit(phone, "")
    hazard = hazard_on(phone)
    lead = Lead.everything.get(hazard=hazard)
    assert (hazard.source, hazard.source_record, lead.state) == (Source.SNAP, lead.pk, LeadState.COMPLETED)
    assert hazard.state == State.ASSESSED
    assert [f.capture for f in attachments_of(hazard)] == ["camera"]

    visit(phone, "/leads/")
    phone.get_by_role("link", name="核实", exact=True).click()
    phone.get_by_label("退回理由").fill("猫已离开，不构成隐患")
    phone.get_by_role("button", name="退回线索").click()
    expect(phone.get_by_text("上报的线索都已处理")).to_be_visible()
    assert Lead.everything.get(place=world.places["gate"]).state == LeadState.DISMISSED
    assert Hazard.everything.count() == 1

    # The teacher reads what became of both.
    login_as(phone, "teacher")
    visit(phone, "/")
    expect(phone.locator("#mine")).to_contain_text("猫已离开，不构成隐患")
    expect(phone.locator("#mine")).to_contain_text(hazard.number)
