"""Step 6: the city officer's numbers; each opens its rows, and the counties below add up to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.cast import World, as_action
from tests.hazard import helpers as h
from tests.journeys.conftest import LoginAs
from tests.journeys.stage import Stage, Visit

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit
from anyuan.response.hazard import public as hz
from anyuan.site.demo.land import draw, geojson, scatter

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

COUNTED = ("open", "late", "major", "found", "closed")


def _on_the_map(world: World) -> None:
    """Outlines for both counties, a position for every school."""
    with as_action():
        for county, land in zip((world.county, world.next_county), draw(2, 5), strict=True):
            Unit.everything.filter(pk=county.pk).update(outline=geojson(land.outline))
            schools = list(Unit.everything.filter(path__startswith=county.path, kind="school"))
            for unit, (longitude, latitude) in zip(
                schools, scatter(land, len(schools), county.name), strict=True
            ):
                Unit.everything.filter(pk=unit.pk).update(longitude=longitude, latitude=latitude)


def _a_life(stage: Stage) -> None:
    """Hazards of two counties in every condition."""
    world = stage.world
    stage.watch.pass_days(-14)
    soon = h.commitments(world, due_on=clock.today() + timedelta(days=3))
    hz.commit(world.actor("safety_officer"), h.assessed(world, title="逾期的一条"), soon)
    closed = h.submitted(world)
    hz.accept(world.actor("principal"), closed, hz.Accept("合格"))
    stage.watch.pass_days(14)
    h.registered(world, by="sister_safety_officer", unit=world.sister)
    h.suspected(world)
    h.major(world)
    stranger = h.registered(world, by="stranger_safety_officer", unit=world.stranger_school)
    hz.dismiss(
        world.actor("stranger_principal"),
        h.registered(world, by="stranger_safety_officer", unit=world.stranger_school, title="误录"),
        hz.Dismiss("填错了", hz.Dismissal.MISTAKE),
    )
    hz.register(
        world.actor("stranger_safety_officer"),
        h.registration(
            world,
            unit=world.stranger_school,
            title="又来了",
            interim_until=clock.today() + timedelta(days=9),
        ),
    )
    assert stranger.state == hz.State.REGISTERED


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text) or "0")


def test_every_number_opens_rows_that_add_up(
    stage: Stage, world: World, desk: Page, login_as: LoginAs, visit: Visit
) -> None:
    _on_the_map(world)
    _a_life(stage)
    login_as(desk, "city_officer")
    visit(desk, "/")
    desk.locator("a[href='/cockpit/']").first.click()
    visit(desk, "")
    expect(desk.locator("#map path.leaflet-interactive")).to_have_count(2)
    expect(desk.locator("#trend svg")).to_be_visible()

    counts, links = {}, {}
    for code in COUNTED:
        card = desk.locator(f"a.stat[data-figure={code}]")
        counts[code] = _number(card.locator(".stat-number").inner_text())
        links[code] = card.get_attribute("href")
    assert counts == {"open": 6, "late": 1, "major": 2, "found": 7, "closed": 1}

    # The counties below add up to every number; so do the schools below a county.
    _adds_up(desk, counts)
    desk.locator(".cockpit-table tbody th a", has_text="东屏县").click()
    visit(desk, "")
    below = {
        code: _number(desk.locator(f"a.stat[data-figure={code}] .stat-number").inner_text())
        for code in COUNTED
    }
    assert below == {"open": 4, "late": 1, "major": 2, "found": 5, "closed": 1}
    _adds_up(desk, below)

    for code, address in links.items():
        assert address is not None
        desk.goto(address)
        expect(desk.locator("table.ledger tbody tr")).to_have_count(counts[code])
    visit(desk, "")
    desk.goto("/cockpit/")
    rate = desk.locator("a.stat[data-figure=in_time]")
    expect(rate.locator(".stat-number")).to_have_text("100.0%")
    rate.click()
    expect(desk.locator("table.ledger tbody tr")).to_have_count(1)


def _adds_up(desk: Page, counts: dict[str, int]) -> None:
    """The first columns of the table are the counted figures in their order."""
    sums = dict.fromkeys(COUNTED, 0)
    for row in desk.locator(".cockpit-table tbody tr").all():
        for code, cell in zip(COUNTED, row.locator("td").all(), strict=False):
            sums[code] += _number(cell.inner_text())
    assert sums == counts
