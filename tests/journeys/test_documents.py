"""A county officer reads a document, sets a value stricter than the city's; a teacher reads it on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import LoginAs, Shot
from tests.journeys.stage import Stage, Visit, fits, put_documents_into_force

from anyuan.rules.policy.public import Pack, ParamOverride


@pytest.mark.journey
def test_a_county_sets_a_value_and_its_schools_read_it(
    stage: Stage, desk: Page, phone: Page, login_as: LoginAs, visit: Visit, shot: Shot
) -> None:
    put_documents_into_force(stage.world)
    risk = Pack.objects.get(code="guyuan-2018-risk-control")

    login_as(desk, "county_officer")
    visit(desk, f"/documents/{risk.pk}/")
    desk.get_by_text("专职保安员配备达标").click()
    expect(desk.locator("#guards-minimum dl")).to_contain_text("师生员工总数")
    shot(desk, "document-requirements")
    desk.get_by_role("link", name="小学每学年安全教育课时").click()
    desk.get_by_label("小学每学年安全教育课时").fill("12")
    desk.get_by_label("依据").fill("县教〔2026〕8号")
    shot(desk, "document-value")
    desk.get_by_role("button", name="设定").click()
    assert not ParamOverride.everything.exists()  # the browser itself refuses less than the document's least
    desk.get_by_label("小学每学年安全教育课时").fill("16")
    desk.get_by_role("button", name="设定").click()
    expect(desk.get_by_text("县教〔2026〕8号").first).to_be_visible()

    login_as(phone, "teacher")
    visit(phone, f"/documents/{risk.pk}/")
    fits(phone)
    phone.locator("#class-hours-primary summary").click()
    expect(phone.locator("#class-hours-primary dl")).to_contain_text("≥ 16 课时")
    expect(phone.get_by_text("县教〔2026〕8号")).to_be_visible()
    shot(phone, "document-phone")
    fits(phone)
