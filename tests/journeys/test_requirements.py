"""Requirements in the browser: the county officer from matrix to hazard, the city officer to the rows."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.compliance import engine as e
from tests.journeys.conftest import LoginAs, Shot
from tests.journeys.stage import Stage, Visit, put_documents_into_force

from anyuan.foundation.journal.public import seal, step_followers
from anyuan.response.hazard.public import Hazard, Proposal
from anyuan.rules.compliance.public import Verdict, refresh
from anyuan.rules.ledger.public import define_registers
from anyuan.rules.policy.public import Pack, activate, fact_defs

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
GUARDS = f"{e.GUYUAN}guards-minimum"


@pytest.fixture
def town(stage: Stage, world: World) -> World:
    """Documents in force; the school lacks guards, its sister has not said how many it has."""
    put_documents_into_force(world)
    define_registers()
    for pack in Pack.objects.exclude(code="common"):
        if not pack.activations.exists():
            activate(e.JOB, pack, world.city, date(2026, 1, 1))
    for school in (world.school, world.sister):
        e.shape(school, pupils=1200, staff=80, boarding="none")
    refresh([world.school.pk, world.sister.pk])
    lacking = Verdict.everything.get(unit=world.school, key=GUARDS)
    e.know(world.school, **dict.fromkeys(_asked(lacking), 0))
    settle()
    return world


def _asked(found: Any) -> list[str]:
    return [key for key in found.missing if fact_defs()[key].asked]


def settle() -> None:
    """Let the followers do their work: verdicts, then proposals."""
    seal()
    while step_followers():
        seal()


def test_the_county_officer_from_matrix_to_hazard(
    town: World, desk: Page, login_as: LoginAs, visit: Visit, shot: Shot
) -> None:
    login_as(desk, "county_officer")
    visit(desk, "/")
    desk.locator("a[href='/compliance/']").first.click()
    visit(desk, "")
    first = desk.locator("table.board tbody tr").first
    expect(first.locator("th")).to_have_text(town.school.title)
    shot(desk, "compliance-county")

    # An area opens to its requirements; a red cell explains itself.
    desk.locator("table.board thead a", has_text="安防建设").click()
    visit(desk, "")
    shot(desk, "compliance-area")
    red = Verdict.everything.get(unit=town.school, key=GUARDS)
    desk.locator(f"a[href='{red.url}']").click()
    visit(desk, "")
    expect(desk.locator("[data-number=need]")).to_contain_text(re.compile(r"≥ \d+ 人"))
    expect(desk.locator("[data-number=have]")).to_have_text("0 人")
    expect(desk.locator("main")).to_contain_text("二(二)7")
    expect(desk.locator("pre.formula").first).to_contain_text("持证专职保安员")
    shot(desk, "compliance-red")

    # A grey one names the fact and who can give it, with words to copy.
    desk.go_back()
    grey = Verdict.everything.get(unit=town.sister, key=GUARDS)
    desk.locator(f"a[href='{grey.url}']").click()
    visit(desk, "")
    expect(desk.locator(".missing")).to_contain_text("持证专职保安员")
    expect(desk.locator(".missing")).to_contain_text("郑凯")
    expect(desk.locator("[data-copy-text]")).to_contain_text(town.sister.title)
    shot(desk, "compliance-grey")

    # What is unmet is proposed; the proposals are accepted in bulk.
    visit(desk, f"/hazards/proposals/?unit={town.county.pk}")
    waiting = Proposal.everything.filter(unit=town.school, state="proposed").count()
    assert waiting > 0
    expect(desk.locator("ul.rows > li")).to_have_count(min(waiting, 50))
    shot(desk, "proposals")
    desk.locator("[data-check-all]").check()
    desk.get_by_role("button", name="登记为隐患").click()
    visit(desk, "")
    desk.get_by_label("整改前的临时防控措施").fill("加派人员值守，直至整改到位")
    shot(desk, "proposals-decide")
    desk.get_by_role("button", name=re.compile("登记.*条隐患")).click()
    desk.wait_for_url("**/hazards/proposals/?state=accepted")
    visit(desk, "")
    hazard = Hazard.everything.get(title="专职保安员人数不足")  # one, though two documents ask for guards
    assert (hazard.unit, hazard.source, hazard.grade) == (town.school, "unmet", "general")
    desk.get_by_role("link", name=hazard.number).click()
    visit(desk, "")
    settle()
    assert not Proposal.everything.filter(unit=town.school, title=hazard.title, state="proposed").exists()


def test_the_city_officer_from_rate_to_rows(
    town: World, desk: Page, login_as: LoginAs, visit: Visit, shot: Shot
) -> None:
    login_as(desk, "city_officer")
    visit(desk, "/compliance/")
    expect(desk.locator("#trend svg")).to_be_visible()
    shot(desk, "compliance-city")
    cell = desk.locator("table.rate-board").first.locator("tbody tr td a").first
    met, rated = map(int, cell.locator("small").inner_text().split("/"))
    assert rated > met >= 0
    cell.click()
    visit(desk, "")
    expect(desk.locator("#shown")).to_have_text(f"共{rated}条")
    expect(desk.locator("ul.verdict-rows > li")).to_have_count(min(rated, 50))
    shot(desk, "compliance-rows")


def test_a_school_on_a_phone(town: World, phone: Page, login_as: LoginAs, visit: Visit, shot: Shot) -> None:
    login_as(phone, "safety_officer")
    visit(phone, "/compliance/")
    shot(phone, "compliance-school-phone")
    red = Verdict.everything.get(unit=town.school, key=GUARDS)
    visit(phone, red.url)
    shot(phone, "compliance-red-phone")
    visit(phone, "/hazards/proposals/")
    shot(phone, "proposals-phone")
    login_as(phone, "county_officer")
    visit(phone, "/compliance/")
    shot(phone, "compliance-county-phone")
    visit(phone, f"/compliance/{town.county.pk}/security/")
    login_as(phone, "city_officer")
    visit(phone, "/compliance/")
    shot(phone, "compliance-city-phone")
