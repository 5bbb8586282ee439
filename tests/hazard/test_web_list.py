"""The list page: who sees which rows, filters in the address, thumbnails, statements."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import World

from anyuan.response.hazard import public as hz

from . import helpers as h


@pytest.fixture
def ledger(world: World) -> World:
    h.registered(world, title="甲灭火器失效", before=(h.photo(world.actor("safety_officer"), world),))
    h.registered(world, title="乙食品过期", domain="food", place=world.places["canteen"], place_text="")
    stranger = h.registration(world, unit=world.stranger_school, title="丙围墙倾斜", domain="building")
    hz.register(world.actor("stranger_safety_officer"), stranger)
    hz.accept(world.actor("principal"), h.submitted(world, title="丁电线老化"))
    return world


def titles(world: World, who: str, query: str = "", **extra: Any) -> set[str]:
    response = world.client(who).get(f"/hazards/{query}", **extra)
    assert response.status_code == 200
    text = response.content.decode()
    names = {"甲灭火器失效", "乙食品过期", "丙围墙倾斜", "丁电线老化"}
    return {name for name in names if name in text}


OPEN = {"甲灭火器失效", "乙食品过期"}


@pytest.mark.parametrize(
    ("who", "query", "seen"),
    [
        ("principal", "", OPEN),
        ("principal", "?tab=all", OPEN | {"丁电线老化"}),
        ("principal", "?tab=closed", {"丁电线老化"}),
        ("principal", "?tab=nonsense", OPEN),
        ("principal", "?domain=food", {"乙食品过期"}),
        ("principal", "?q=灭火器", {"甲灭火器失效"}),
        ("principal", "?late=on", set()),
        ("principal", "?tab=all&in_time=1", {"丁电线老化"}),
        ("principal", "?tab=all&in_time=0", set()),
        ("principal", "?found_from=2026-03-18", OPEN),
        ("principal", "?found_from=2026-03-19", set()),
        ("principal", "?tab=all&closed_to=2026-03-17", set()),
        ("county_officer", "?tab=all", OPEN | {"丁电线老化"}),
        ("stranger_officer", "?tab=all", {"丙围墙倾斜"}),
        ("city_officer", "", OPEN | {"丙围墙倾斜"}),
        ("fire_officer", "", {"甲灭火器失效"}),
        ("teacher", "?tab=all", {"丁电线老化"} - {"丁电线老化"}),
    ],
)
def test_rows_by_person_and_address(ledger: World, who: str, query: str, seen: set[str]) -> None:
    assert titles(ledger, who, query) == seen


def test_the_responsible_person_finds_his_own_without_any_role(ledger: World) -> None:
    h.rectifying(ledger, title="丁电线老化")
    assert titles(ledger, "logistics", "?mine=on&tab=to-rectify") == {"丁电线老化"}


def test_a_unit_narrows_to_its_subtree_and_out_of_sight_is_404(ledger: World) -> None:
    assert titles(ledger, "city_officer", f"?unit={ledger.county.pk}") == OPEN
    assert titles(ledger, "city_officer", f"?unit={ledger.next_county.pk}") == {"丙围墙倾斜"}
    assert ledger.client("principal").get(f"/hazards/?unit={ledger.stranger_school.pk}").status_code == 404
    assert ledger.client("principal").get("/hazards/?unit=x").status_code == 404


def test_a_place_narrows_further(ledger: World) -> None:
    query = f"?unit={ledger.school.pk}&place={ledger.places['canteen'].pk}"
    assert titles(ledger, "principal", query) == {"乙食品过期"}


@pytest.mark.parametrize("query", ["?found_from=yesterday", "?state=lost", "?in_time=7", "?after=broken"])
def test_an_impossible_address_is_refused_in_words(ledger: World, query: str) -> None:
    assert ledger.client("principal").get(f"/hazards/{query}").status_code == 422


def test_counts_thumbnails_and_chips(ledger: World) -> None:
    page = ledger.client("principal").get("/hazards/?domain=fire").context
    counts = {tab.name: tab.count for tab in page["tabs"]}
    assert counts["open"] == 1
    assert counts["closed"] == 1
    assert "to-judge" not in counts
    assert "<img" in page["lines"][0].picture
    assert [chip.text for chip in page["chips"]] == ["消防安全"]
    assert page["chips"][0].query == ""
    officer = ledger.client("county_officer").get("/hazards/").context
    assert "to-judge" in {tab.name for tab in officer["tabs"]}


def test_pages_go_on_by_key(world: World) -> None:
    for number in range(52):
        h.registered(world, title=f"隐患{number:02d}号")
    client = world.client("principal")
    first = client.get("/hazards/").context["page"]
    second = client.get(f"/hazards/?after={first.next}").context["page"]
    assert len(first.rows) == 50
    assert len(second.rows) == 2
    assert not {r.pk for r in first.rows} & {r.pk for r in second.rows}


def test_statements(ledger: World, django_assert_max_num_queries: Any) -> None:
    client = ledger.client("county_officer")
    client.get("/hazards/")
    with django_assert_max_num_queries(12):
        client.get("/hazards/?tab=all")


def test_units_to_choose_from(ledger: World) -> None:
    client = ledger.client("county_officer")
    found = client.get("/hazards/units/?domain=fire&unit_q=实验").content.decode()
    assert f"unit={ledger.school.pk}&amp;domain=fire" in found
    assert "青石镇中心小学" in client.get("/hazards/units/").content.decode()
    assert "西岭县" not in client.get("/hazards/units/?unit_q=西岭").content.decode()
