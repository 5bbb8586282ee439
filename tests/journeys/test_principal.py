"""Step 3: a general hazard from its five commitments to the sealed page in the record; the batch to sign."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.cast import World
from tests.hazard.helpers import commitments, registration, submission
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit, take_photo

from anyuan.foundation.files.public import Role, attachments_of
from anyuan.response.hazard import public as hz

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def _assessed(stage: Stage, title: str) -> hz.Hazard:
    """Registered by the safety officer, with a photo before, and assessed as general."""
    officer, school = stage.world.actor("safety_officer"), stage.world.school
    hazard = hz.register(
        officer,
        registration(
            stage.world, title=title, evidence_reason="", before=(stage.draft(officer, school, title),)
        ),
    )
    return hz.assess(officer, hazard, hz.Assess("学校可自行整改"))


def _handed_in(stage: Stage, title: str) -> hz.Hazard:
    logistics = stage.world.actor("logistics")
    hazard = hz.commit(stage.world.actor("safety_officer"), _assessed(stage, title), commitments(stage.world))
    after = stage.draft(logistics, stage.world.school, f"{title}-after")
    return hz.submit(logistics, hazard, submission(evidence_reason="", after=(after,)))


def test_the_principal_signs_a_batch_by_its_pictures(
    stage: Stage, world: World, phone: Page, login_as: LoginAs, visit: Visit
) -> None:
    hazards = [_handed_in(stage, title) for title in ("灭火器过期", "窗扣脱落", "插座松动")]
    login_as(phone, "principal")
    visit(phone, "/")
    rows = phone.locator("#sign .sign-row")
    expect(rows).to_have_count(3)
    expect(rows.locator(".sign-photos img")).to_have_count(6)
    for picture in rows.locator(".sign-photos img").all():
        assert picture.evaluate("async i => { await i.decode(); return i.naturalWidth }") > 0
    rows.nth(0).locator("input[type=checkbox]").check()
    rows.nth(1).locator("input[type=checkbox]").check()
    expect(phone.locator("#sign .bulk-bar")).to_be_visible()
    visit(phone, "")
    phone.locator("#sign .bulk-bar button.btn-primary").click()
    expect(phone.locator("#sign .sign-row")).to_have_count(1)
    visit(phone, "")
    states = [hz.Hazard.everything.get(pk=h.pk).state for h in hazards]
    assert sorted(states) == [hz.State.CLOSED, hz.State.CLOSED, hz.State.SUBMITTED]
    closed = hz.Hazard.everything.filter(state=hz.State.CLOSED)
    assert {h.acceptor_name for h in closed} == {"周敏"}


def test_one_hazard_from_commitments_to_the_sealed_page(
    stage: Stage, world: World, phone: Page, desk: Page, login_as: LoginAs, visit: Visit
) -> None:
    hazard = _assessed(stage, "食堂后门应急灯不亮")
    login_as(phone, "principal")
    _commit(stage, phone, visit, hazard)
    login_as(phone, "logistics")
    _hand_in(stage, phone, visit, hazard)
    login_as(phone, "principal")
    _accept_and_close(phone, visit, hazard)
    _print_notice(phone, login_as(desk, "principal"), visit, hazard)

    # The sealed page goes back into the record.
    phone.goto(hazard.url)
    phone.get_by_text("上传签章页").click()
    take_photo(phone, "paper", stage.photo("sealed-page"))
    phone.get_by_role("button", name="归入记录").click()
    expect(phone.locator("#papers .papers img")).to_have_count(1)
    visit(phone, "")
    papers = [f for f in attachments_of(hazard) if f.role == Role.PAPER]
    assert len(papers) == 1


def _commit(stage: Stage, phone: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """Five commitments, prefilled: she only says that no funds are needed and how it is protected."""
    world = stage.world
    visit(phone, hazard.url)
    phone.get_by_role("link", name="填写五落实").first.click()
    visit(phone, "")
    expect(phone.get_by_label("整改责任人")).to_have_value(str(world.people["logistics"].pk))
    expect(phone.get_by_label("盯防责任人")).not_to_have_value("")
    expect(phone.get_by_label("整改措施")).not_to_be_empty()
    expect(phone.get_by_label("应急预案")).not_to_be_empty()
    expect(phone.get_by_label("整改时限")).not_to_have_value("")
    phone.get_by_label("盯防责任人").select_option(str(world.people["teacher"].pk))
    phone.get_by_text("不需资金").click()
    phone.get_by_label("临时防控", exact=True).fill("备用应急灯一盏，晚间有人值守")
    phone.get_by_role("button", name="填写五落实").click()
    expect(phone.locator(".turn")).to_contain_text("待王磊")
    hazard.refresh_from_db()
    assert hazard.state == hz.State.RECTIFYING
    assert (hazard.funds_wan, hazard.watcher, hazard.responsible) == (
        0,
        world.people["teacher"],
        world.people["logistics"],
    )
    assert hazard.interim == "备用应急灯一盏，晚间有人值守"


def _hand_in(stage: Stage, phone: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """The logistics head finds it in his inbox and hands it in with a photo."""
    visit(phone, "/")
    phone.locator("#to_rectify a.btn, #late a.btn, #today a.btn").first.click()
    visit(phone, "")
    if not phone.url.endswith("/submit/"):
        phone.get_by_role("link", name="提交验收").first.click()
        visit(phone, "")
    take_photo(phone, "after", stage.photo("new-lamp"))
    phone.get_by_label("整改情况").fill("更换应急灯，断电测试正常")
    phone.get_by_role("button", name="提交验收").click()
    expect(phone.locator(".turn")).to_contain_text("验收")
    expect(phone.get_by_role("button", name="验收并销号")).to_have_count(0)
    hazard.refresh_from_db()
    assert hazard.state == hz.State.SUBMITTED


def _accept_and_close(phone: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """She sees both photos and accepts and closes with one button on the page; every step is kept."""
    visit(phone, hazard.url)
    expect(phone.locator(".pair img")).to_have_count(2)
    phone.get_by_role("button", name="验收并销号").click()
    expect(phone.locator(".turn")).to_contain_text("已销号")
    visit(phone, "")
    hazard.refresh_from_db()
    assert (hazard.state, hazard.acceptor_name) == (hz.State.CLOSED, "周敏")
    assert hazard.accepted_at == hazard.closed_at

    steps = phone.locator(".steps-bar")
    for word in ("登记", "整改", "验收", "销号"):
        expect(steps).to_contain_text(word)
    expect(phone.locator(".steps-all")).to_be_hidden()
    phone.locator(".steps-more summary").click()
    expect(phone.locator(".steps-all > li")).to_have_count(9)
    expect(phone.locator(".steps-all")).to_contain_text("预警")
    expect(phone.locator(".steps-all")).to_be_visible()
    expect(phone.locator(".trail > li")).to_have_count(5)
    visit(phone, "")


def _print_notice(phone: Page, desk: Page, visit: Visit, hazard: hz.Hazard) -> None:
    """One A4 page with a code that leads back here."""
    phone.get_by_role("link", name="打印整改通知书").last.click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("责任整改通知书")
    expect(phone.locator(".qr svg, .qr img")).to_be_visible()
    visit(phone, "")
    desk.goto(f"{hazard.url}notice/")
    paper = desk.pdf(prefer_css_page_size=True)
    width, height = map(float, re.findall(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)", paper)[0])
    assert (round(width), round(height)) in {(595, 842), (596, 842), (596, 843), (595, 843)}
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
