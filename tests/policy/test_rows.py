"""The rows of the requirement table and the check items that execute them."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db.models import QuerySet

from anyuan.rules.policy.public import CheckItem, Pack, load_packs, row_table

pytestmark = pytest.mark.django_db

PACK_OF = {
    "000": "city-2023-hazard-sweep",
    "001": "pingdingshan-campus-surroundings",
    "002": "guyuan-2018-risk-control",
    "003": "changzhou-2018-safety-drive",
    "004": "nantong-2020-campus-and-bus",
}
CHECKS = sorted(r.id for r in row_table().values() if r.kind == "CHK")


@pytest.fixture
def loaded() -> None:
    load_packs()


def items(row: str) -> QuerySet[CheckItem]:
    return CheckItem.objects.filter(rows__contains=[row], checklist__pack__code=PACK_OF[row[:3]])


def codes(row: str) -> set[str]:
    return set(items(row).values_list("code", flat=True))


def test_the_table_has_every_row_once() -> None:
    rows = list(row_table().values())
    assert len(rows) == 479
    assert Counter(r.tier for r in rows) == {"A": 301, "B": 149, "C": 29}
    assert Counter(r.id[:3] for r in rows) == {"000": 80, "001": 50, "002": 189, "003": 43, "004": 117}
    assert all(r.parameters for r in rows)


def test_there_are_46_check_rows() -> None:
    assert len(CHECKS) == 46
    assert Counter(row[:3] for row in CHECKS) == {"000": 7, "001": 10, "002": 12, "003": 2, "004": 15}


@pytest.mark.parametrize("row", CHECKS)
def test_every_check_row_is_an_item_of_its_own_document(loaded: None, row: str) -> None:
    packs = set(
        CheckItem.objects.filter(rows__contains=[row]).values_list("checklist__pack__code", flat=True)
    )
    assert packs == {PACK_OF[row[:3]]}


def test_items_name_check_rows_only(loaded: None) -> None:
    named = {row for rows in CheckItem.objects.values_list("rows", flat=True) for row in rows}
    assert named == set(CHECKS)
    assert Pack.objects.exclude(document="").count() == 5


@pytest.mark.row("000-307-1")
def test_laboratories_have_four_protections(loaded: None) -> None:
    assert codes("000-307-1") == {"lab-fire", "lab-theft", "lab-explosion", "lab-sabotage"}
    assert all("laboratory" in i.places for i in items("000-307-1"))


@pytest.mark.row("000-308-8")
def test_fire_places_are_checked_in_three_groups(loaded: None) -> None:
    assert codes("000-308-8") == {"fire-responsibility", "fire-equipment", "fire-drill"}


@pytest.mark.row("001-012-3")
def test_both_window_bars_and_iron_doors_are_looked_at(loaded: None) -> None:
    assert codes("001-012-3") == {"window-bars", "dormitory-iron-doors"}


@pytest.mark.row("001-012-4")
def test_the_fire_check_has_three_focus_points(loaded: None) -> None:
    assert codes("001-012-4") == {"wiring-age", "high-power-appliances", "gas-use"}


@pytest.mark.row("002-02-1")
def test_three_defences_are_asked_one_by_one(loaded: None) -> None:
    assert codes("002-02-1") == {"guards-standard", "barriers-standard", "devices-standard"}


@pytest.mark.row("002-07-19")
def test_the_small_fire_post_binds_key_units_only(loaded: None) -> None:
    assert codes("002-07-19") == {"fire-post-gear", "fire-post-people"}
    assert all(i.only_if and i.domain == "fire" for i in items("002-07-19"))


@pytest.mark.row("002-08-10")
def test_police_guidance_covers_four_systems(loaded: None) -> None:
    assert items("002-08-10").count() == 4
    assert all("police" in i.by for i in items("002-08-10"))


@pytest.mark.row("002-10-1")
def test_a_new_site_is_assessed_for_three_factors(loaded: None) -> None:
    assert codes("002-10-1") == {"site-geology", "site-nature", "site-pollution"}


@pytest.mark.row("002-11-6")
def test_counselling_is_a_room_and_three_activities(loaded: None) -> None:
    assert codes("002-11-6") == {
        "counselling-room",
        "counselling-lessons",
        "counselling-consultation",
        "counselling-guidance",
    }


@pytest.mark.row("003-301-6")
def test_one_duty_and_five_in_place(loaded: None) -> None:
    found = codes("003-301-6")
    assert len(found) == 6
    assert len([c for c in found if c.startswith("in-place-")]) == 5


@pytest.mark.row("003-302-6")
def test_barriers_and_devices_are_two_questions(loaded: None) -> None:
    assert codes("003-302-6") == {"security-barriers", "security-devices"}


@pytest.mark.row("004-321-1")
def test_laboratory_management_has_three_items(loaded: None) -> None:
    assert items("004-321-1").count() == 3


@pytest.mark.row("004-322-10")
def test_dormitories_have_three_items_and_need_boarders(loaded: None) -> None:
    assert codes("004-322-10") == {"dormitory-appliances", "dormitory-wiring", "dormitory-passages"}
    assert all(i.applies["boarding"] is True for i in items("004-322-10"))


@pytest.mark.row("004-323-3")
def test_a_gate_wants_barriers_and_a_guard_post(loaded: None) -> None:
    assert codes("004-323-3") == {"gate-barriers", "gate-guard-post"}


@pytest.mark.row("004-328-3")
def test_three_things_are_urged_on_internship_units(loaded: None) -> None:
    assert items("004-328-3").count() == 3
    assert all(i.checklist.applies["unit_types"] == ["internship", "vocational"] for i in items("004-328-3"))


@pytest.mark.row("000-310-1")
@pytest.mark.row("004-327-2")
def test_alcohol_fuel_and_dangerous_buildings_are_suspected_major(loaded: None) -> None:
    major = set(CheckItem.objects.exclude(grade="general").values_list("code", "grade"))
    assert major == {("no-alcohol-fuel", "suspected-major"), ("dangerous-building", "suspected-major")}
    assert set(items("000-310-1").values_list("on_fail", flat=True)) == {"hazard"}


@pytest.mark.row("004-322-8")
@pytest.mark.row("004-322-9")
def test_e_bikes_and_escape_routes_become_hazards_and_want_a_photo(loaded: None) -> None:
    for row in ("004-322-8", "004-322-9"):
        (item,) = items(row)
        assert (item.on_fail, item.photo, item.domain) == ("hazard", "always", "fire")


@pytest.mark.row("002-02-3")
def test_an_optional_point_becomes_no_hazard(loaded: None) -> None:
    (item,) = items("002-02-3")
    assert item.on_fail == "note"


def test_only_soft_rows_are_notes(loaded: None) -> None:
    tiers = row_table()
    for item in CheckItem.objects.filter(on_fail="note"):
        assert {tiers[row].tier for row in item.rows} == {"C"}
