"""Units: codes, shape of the tree, names with dates, closing; nobody acts beyond his own bounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Invalid, NotFound, NotPermitted, Refused, clock, job_actor
from anyuan.foundation.org import queries
from anyuan.foundation.org.actions.heirs import Heir
from anyuan.foundation.org.public import (
    NewUnit,
    Unit,
    UnitKind,
    UnitName,
    change_code,
    change_facts,
    close_unit,
    create_unit,
    create_units,
    leave_person,
    move_unit,
    rename_unit,
    search_units,
)

SYSTEM = job_actor("tests")


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


def school(name: str = "东屏县实验幼儿园", code: str = "", **facts: object) -> NewUnit:
    return NewUnit(UnitKind.SCHOOL, name, code, {"unit_type": "kindergarten", **facts})


def test_a_new_school_lies_below_its_county_and_is_found(world: World) -> None:
    actor = world.actor("county_officer")
    made = create_unit(actor, world.county, school(code="1132000001", pupils=240))
    assert made.path == f"{world.county.path}{made.label}/"
    assert search_units(actor, "实验幼儿") == [made]
    assert search_units(actor, "1132000001") == [made]
    assert search_units(world.actor("stranger_officer"), "实验幼儿") == []
    entry = Entry.everything.get(subject_id=made.pk)
    assert entry.actor_name.startswith("赵立")
    assert entry.unit_path == made.path


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("113200000", "ten digits"),
        ("11320000011", "ten digits"),
        ("113200000A", "ten digits"),
        ("１１３２０００００１", "ten digits"),
        ("1232000001", "cannot begin with 12"),
        ("1199000001", "99 is none"),
    ],
)
def test_a_wrong_school_code_is_refused_with_its_wrong_part(
    world: World, code: str, part: str, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(Invalid, match=part):
        create_unit(world.actor("county_officer"), world.county, school(code=code))
    assert not Unit.everything.filter(parent=world.county, unit_type="kindergarten").exists()


@pytest.mark.parametrize(
    ("kind", "code", "right"),
    [
        (UnitKind.PROVINCE, "32", True),
        (UnitKind.PROVINCE, "320", False),
        (UnitKind.PROVINCE, "99", False),
        (UnitKind.CITY, "3206", True),
        (UnitKind.CITY, "320600", False),
        (UnitKind.COUNTY, "320602", True),
        (UnitKind.COUNTY, "3206", False),
    ],
)
def test_division_codes_have_two_four_or_six_digits(db: None, kind: str, code: str, right: bool) -> None:
    province = create_unit(SYSTEM, None, NewUnit("province", "某省", "32")) if kind == "city" else None
    new = NewUnit(kind, "某地", code)
    if right:
        assert create_unit(SYSTEM, province, new).code == code
    else:
        with pytest.raises(Invalid):
            create_unit(SYSTEM, province, new)


def test_a_county_code_must_lie_below_its_city(db: None) -> None:
    province = create_unit(SYSTEM, None, NewUnit("province", "某省", "32"))
    city = create_unit(SYSTEM, province, NewUnit("city", "某市", "3206"))
    with pytest.raises(Invalid):
        create_unit(SYSTEM, city, NewUnit("county", "某县", "320702"))


def test_a_code_is_never_given_twice_even_after_closing(world: World) -> None:
    actor = world.actor("county_officer")
    first = create_unit(actor, world.county, school(code="1132000001"))
    close_unit(actor, first, clock.today(), "停办")
    with pytest.raises(Invalid):
        create_unit(actor, world.county, school("另一所", code="1132000001"))
    with pytest.raises(Invalid):
        create_units(
            actor, [(world.county, school("甲", "1132000002")), (world.county, school("乙", "1132000002"))]
        )
    with pytest.raises(Invalid):
        change_code(actor, world.school, "1132000001")


@pytest.mark.parametrize("who", ["stranger_officer", "stranger_principal"])
def test_the_next_county_finds_nothing_here(world: World, who: str) -> None:
    actor = world.actor(who)
    before = list(Unit.everything.order_by("label").values())
    for attempt in (
        lambda: create_unit(actor, world.county, school()),
        lambda: rename_unit(actor, world.school, "偷改", clock.today()),
        lambda: change_facts(actor, world.school, {"pupils": 1}),
        lambda: change_code(actor, world.school, ""),
        lambda: move_unit(actor, world.school, world.next_county),
        lambda: close_unit(actor, world.school, clock.today(), "x"),
        lambda: queries.unit(actor, world.school.pk),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert list(Unit.everything.order_by("label").values()) == before


def test_who_sees_but_may_not_manage_is_refused_and_nothing_changes(world: World) -> None:
    actor = world.actor("teacher")
    before = list(Unit.everything.order_by("label").values())
    for attempt in (
        lambda: create_unit(actor, world.school, school()),
        lambda: rename_unit(actor, world.school, "改名", clock.today()),
        lambda: change_facts(actor, world.school, {"pupils": 1}),
        lambda: close_unit(actor, world.school, clock.today(), "x"),
    ):
        with pytest.raises(NotPermitted):
            attempt()
    assert list(Unit.everything.order_by("label").values()) == before
    assert not Entry.everything.exists()


@pytest.mark.parametrize("name", ["principal", "managing_principal"])
def test_a_principal_cannot_rename_move_or_close_schools(world: World, name: str) -> None:
    actor = world.actor(name)
    target = world.school if name == "principal" else world.point
    with pytest.raises(NotPermitted):
        rename_unit(actor, target, "改名", clock.today())
    with pytest.raises(NotPermitted):
        close_unit(actor, target, clock.today(), "x")


def test_a_move_needs_the_right_at_both_ends(world: World) -> None:
    with pytest.raises(NotFound):
        move_unit(world.actor("county_officer"), world.school, world.next_county)
    moved = move_unit(world.actor("city_officer"), world.school, world.next_county)
    assert moved.path.startswith(world.next_county.path)


def test_a_move_takes_everything_below_along_and_changes_who_sees_it(world: World) -> None:
    city = world.actor("city_officer")
    move_unit(city, world.managing, world.next_county)
    point = Unit.everything.get(pk=world.point.pk)
    assert point.path == f"{world.next_county.path}{world.managing.label}/{point.label}/"
    assert queries.unit(world.actor("stranger_officer"), point.pk) == point
    with pytest.raises(NotFound):
        queries.unit(world.actor("county_officer"), point.pk)


def test_rings_and_impossible_parents_are_refused(world: World) -> None:
    city = world.actor("city_officer")
    for unit, parent in (
        (world.managing, world.point),
        (world.school, world.school),
        (world.county, world.next_county),
        (world.school, world.fire),
    ):
        with pytest.raises(Invalid):
            move_unit(city, unit, parent)


def test_names_keep_their_dates_and_old_names_still_find_the_school(world: World) -> None:
    actor = world.actor("county_officer")
    made = create_unit(actor, world.county, school(opened_on=date(2020, 9, 1)))
    rename_unit(actor, made, "东屏县阳光幼儿园", date(2026, 3, 1))
    rows = list(UnitName.objects.filter(unit=made).order_by("starts").values_list("name", "starts", "ends"))
    assert rows == [
        ("东屏县实验幼儿园", date(2020, 9, 1), date(2026, 3, 1)),
        ("东屏县阳光幼儿园", date(2026, 3, 1), None),
    ]
    assert [u.name for u in search_units(actor, "实验幼儿园")] == ["东屏县阳光幼儿园"]
    with pytest.raises(Invalid):
        rename_unit(actor, made, "太早", date(2026, 2, 28))
    with pytest.raises(Invalid):
        rename_unit(actor, made, "太晚", date(2026, 3, 19))
    rename_unit(actor, made, "东屏县阳光实验幼儿园", date(2026, 3, 1))
    assert UnitName.objects.filter(unit=made).count() == 2


def test_a_school_of_the_cast_without_dated_names_can_be_renamed(world: World) -> None:
    rename_unit(world.actor("county_officer"), world.school, "东屏县第一小学", date(2026, 3, 2))
    names = list(UnitName.objects.filter(unit=world.school).order_by("starts").values_list("name", flat=True))
    assert names == ["东屏县实验小学", "东屏县第一小学"]


def test_a_school_with_people_on_posts_or_open_units_below_cannot_close(world: World) -> None:
    actor = world.actor("county_officer")
    with pytest.raises(Refused):
        close_unit(actor, world.managing, clock.today(), "撤并")
    with pytest.raises(Refused):
        close_unit(actor, world.point, clock.today(), "撤并")
    leave_person(actor, world.people["point_head"], clock.today(), Heir(vacant=True))
    closed = close_unit(actor, world.point, clock.today(), "撤并")
    assert not closed.is_open()
    with pytest.raises(Refused):
        change_facts(actor, closed, {"pupils": 3})


def test_facts_that_no_school_can_have_are_refused(world: World) -> None:
    actor = world.actor("county_officer")
    for facts in ({"pupils": -1}, {"longitude": 181.0}, {"latitude": -91.0}, {"boarding": "sometimes"}):
        with pytest.raises(Invalid):
            change_facts(actor, world.school, facts)
    change_facts(actor, world.school, {"pupils": 0, "longitude": 180.0, "latitude": -90.0})
    assert Entry.everything.filter(verb="org.change-facts").count() == 1
    change_facts(actor, world.school, {"pupils": 0})
    assert Entry.everything.filter(verb="org.change-facts").count() == 1


def test_many_units_are_one_entry_and_few_queries(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    actor = world.actor("county_officer")
    with django_assert_max_num_queries(20):
        made = create_units(actor, [(world.county, school(f"第{i}小学")) for i in range(120)])
    assert len({u.path for u in made}) == 120
    assert Entry.everything.filter(verb="org.create-unit").count() == 1


def test_a_name_is_one_line_of_text(world: World) -> None:
    actor = world.actor("county_officer")
    made = create_unit(actor, world.county, school("  <b>东屏</b>\n\x00小学  "))
    assert made.name == "<b>东屏</b> 小学"
    for bad in ("", " \n ", "学" * 101):
        with pytest.raises(Invalid):
            create_unit(actor, world.county, school(bad))
