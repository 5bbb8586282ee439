"""Step 1: the safety officer's fire day on a phone; entries that count for requirements of two documents."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit, put_documents_into_force, take_photo

from anyuan.foundation.kernel.public import job_actor
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger.public import Record

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

CITY = "city-2023-hazard-sweep"
RISK = "guyuan-2018-risk-control"
TO_THE_EVE_OF_THE_FIRE_DAY = 13
"""From Wednesday 18 March to Tuesday 31 March; 1 April is the first Wednesday of its month."""


def test_a_fire_day(stage: Stage, world: World, phone: Page, login_as: LoginAs, visit: Visit) -> None:
    put_documents_into_force(world)
    stage.watch.pass_days(TO_THE_EVE_OF_THE_FIRE_DAY)
    derive()
    login_as(phone, "safety_officer")
    visit(phone, "/")
    expect(phone.locator("#duties")).to_be_visible()
    expect(phone.locator("#duties")).not_to_contain_text("消防日")

    stage.watch.pass_days(1)
    derive()
    login_as(phone, "safety_officer")
    visit(phone, "/")
    today = phone.locator("#duties-today")
    for work in ("消防日全面自查", "消防日灭火和疏散演练", "消防日消防知识培训"):
        expect(today).to_contain_text(work)

    _check_everything(phone, visit)
    _drill(stage, phone, visit)
    visit(phone, "/")
    expect(phone.locator("#duties-today")).not_to_contain_text("消防日全面自查")
    expect(phone.locator("#duties-today")).not_to_contain_text("消防日灭火和疏散演练")
    expect(phone.locator("#duties-today")).to_contain_text("消防日消防知识培训")


def derive() -> None:
    """The night's work."""
    compliance.rebuild(job_actor("test"))


def _open(phone: Page, work: str) -> None:
    phone.locator("#duties-today li").filter(has_text=work).locator("a.btn").click()


def _check_everything(phone: Page, visit: Visit) -> None:
    """What the requirement asks for is filled in; one self-check counts for four requirements."""
    _open(phone, "消防日全面自查")
    visit(phone, "")
    expect(phone.locator("input[name=f_level][value=school]")).to_be_checked()
    expect(phone.locator("input[name=f_full][value=yes]")).to_be_checked()
    phone.locator("input[name=f_points]").fill("18")
    phone.locator("input[name=f_found]").fill("0")
    phone.locator(".form-end button").click()
    receipt = phone.locator("#receipt")
    for requirement in ("消防日全面自查", "学校每月检查", "每周隐患排查", "每月隐患排查"):
        expect(receipt).to_contain_text(requirement)
    expect(receipt.locator(".receipt-document")).to_have_count(2)
    expect(phone.locator(".saved-week")).to_contain_text("本周已免重复填报 3 项")
    visit(phone, "")
    record = Record.everything.get(register__code="self-check")
    counted = compliance.Verdict.everything.filter(records__contains=[record.pk])
    assert set(counted.values_list("key", "state")) == {
        (f"{CITY}/fire-day-self-check", "met"),
        (f"{CITY}/check-monthly", "met"),
        (f"{RISK}/check-weekly", "met"),
        (f"{RISK}/check-monthly", "met"),
    }
    phone.locator(".two-buttons a.btn-primary").click()


def _drill(stage: Stage, phone: Page, visit: Visit) -> None:
    """One drill with a photo: the fire day, the month, and the shelter drill of the other document."""
    _open(phone, "消防日灭火和疏散演练")
    visit(phone, "")
    phone.locator("label:has(input[name=f_kind][value=fire-evacuation])").click()
    phone.locator("label:has(input[name=f_scenario][value=fire])").click()
    phone.locator("input[name=f_participants]").fill("430")
    take_photo(phone, "photos", stage.photo("drill"))
    phone.locator(".form-end button").click()
    receipt = phone.locator("#receipt")
    drills = (
        "消防日灭火和疏散演练",
        "中小学每月应急疏散演练",
        "中小学每月应急避险和救援演练",
        "一学年内四种情景都演练到",
    )
    for requirement in drills:
        expect(receipt).to_contain_text(requirement)
    expect(phone.locator(".saved-week")).to_contain_text("6")
    visit(phone, "")
