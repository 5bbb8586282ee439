"""The figures in a real browser: charts and map draw, every number leads to its rows, it prints on A4."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.cast import World, as_action
from tests.cockpit import fill
from tests.journeys.conftest import Axe, LoginAs, Shot

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit
from anyuan.response.hazard.public import Hazard
from anyuan.site.demo.land import draw, geojson, scatter


@pytest.fixture
def town(world: World) -> World:
    """Two counties with outlines, sixty schools on them, hazards up to now."""
    rng = random.Random(5)
    units: list[Unit] = []
    counties = [world.county, world.next_county]
    for number, (county, land) in enumerate(zip(counties, draw(2, 5), strict=True)):
        with as_action():
            Unit.everything.filter(pk=county.pk).update(outline=geojson(land.outline))
        made = fill.schools(county, 30, rng, 50_000 + number * 1000)
        for unit, (longitude, latitude) in zip(made, scatter(land, 30, county.name), strict=True):
            unit.longitude, unit.latitude = longitude, latitude
        with as_action():
            Unit.everything.bulk_update(made, ["longitude", "latitude"])
        units += made
    fill.copy(fill.hazards(units, 1200, rng, clock.now(), years=1), Hazard)
    return world


@pytest.mark.journey
def test_an_officer_reads_the_figures(
    town: World, desk: Page, login_as: LoginAs, axe: Axe, shot: Shot, tmp_path: Path
) -> None:
    login_as(desk, "city_officer")
    desk.goto("/cockpit/")
    expect(desk.locator("#trend svg")).to_contain_text("已销号")
    expect(desk.locator("#map path.leaflet-interactive")).to_have_count(2)
    shot(desk, "cockpit-city-desk")
    axe(desk)
    desk.get_by_role("button", name="“逾期”怎么算").click()
    expect(desk.get_by_role("dialog")).to_contain_text("到期时仍未提交")
    desk.keyboard.press("Escape")
    desk.locator(".cockpit-table tbody a").first.click()
    expect(desk.locator(".cockpit-table tbody tr")).to_have_count(33)
    desk.get_by_role("link", name="本年").click()
    expect(desk.get_by_role("link", name="本年")).to_have_attribute("aria-current", "true")
    link = desk.locator("[data-spot]").first
    link.focus()
    expect(desk.locator(".leaflet-marker-icon.lit")).to_have_count(1)
    shot(desk, "cockpit-county-desk")
    axe(desk)
    desk.pdf(path=tmp_path / "a4.pdf", format="A4", prefer_css_page_size=True)
    desk.emulate_media(media="print")
    desk.set_viewport_size({"width": 680, "height": 960})
    shot(desk, "cockpit-county-print")


@pytest.mark.journey
def test_the_figures_on_a_phone(town: World, phone: Page, login_as: LoginAs, axe: Axe, shot: Shot) -> None:
    login_as(phone, "county_officer")
    phone.goto("/cockpit/")
    expect(phone.locator("#domains svg")).to_contain_text("未逾期")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    shot(phone, "cockpit-county-phone")
    axe(phone)
