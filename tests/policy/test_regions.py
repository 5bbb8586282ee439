"""Where which document applies with which values, who may set them, and that looser ones are refused."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.cast import World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Conflict, Invalid, NotPermitted, Refused, job_actor
from anyuan.rules.policy.public import (
    Activation,
    Pack,
    ParamOverride,
    Region,
    Requirement,
    activate,
    active_packs,
    deactivate,
    end_override,
    fact_defs,
    load_packs,
    override_param,
    pack_root,
    regions,
    regions_of,
    register_defs,
    requirement_of,
    settings_of,
    switch_off,
)

pytestmark = pytest.mark.django_db
CITY_PACK, RISK = "city-2023-hazard-sweep", "guyuan-2018-risk-control"
JOB = job_actor("test")
DAY = date(2026, 3, 18)
LATER = DAY + timedelta(days=30)


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_packs()


@pytest.fixture
def risk(world: World) -> Pack:
    """Guyuan's document, in force in the city since DAY."""
    pack = Pack.objects.get(code=RISK)
    activate(JOB, pack, world.city, DAY)
    return pack


def at(path: str, day: date = DAY, code: str = RISK) -> Region | None:
    """The region that decides at a path."""
    found = [r for r in regions(day) if r.pack_code == code and path.startswith(r.path)]
    return max(found, key=lambda r: len(r.path), default=None)


def value(world: World, unit: str, name: str, day: date = DAY) -> object:
    region = at(world.units[unit].path, day)
    assert region is not None
    return region.params[name]


def test_a_document_asks_where_it_is_in_force(world: World, risk: Pack) -> None:
    (region,) = regions(DAY)
    assert (region.path, region.pack, region.starts) == (world.city.path, risk, DAY)
    rule = next(r for r in region.rules if r.code == "guards-minimum")
    assert rule.key == f"{RISK}/guards-minimum"
    assert rule.rows == ("002-07-1", "002-07-2", "002-07-3", "002-07-4")
    assert rule.row == Requirement.objects.get(key=rule.key).pk
    assert (rule.clause_label, rule.pack_title) == ("二(二)7", risk.title)
    assert regions(DAY - timedelta(days=1)) == []


def test_a_county_sets_a_stricter_value_from_a_day(world: World, risk: Pack) -> None:
    made = override_param(
        world.actor("county_officer"), RISK, "guard_step", world.county, 300, LATER, "县政发〔2026〕3号"
    )
    assert value(world, "school", "guard_step", LATER - timedelta(days=1)) == 500
    assert value(world, "school", "guard_step", LATER) == 300
    assert value(world, "stranger_school", "guard_step", LATER) == 500
    end_override(world.actor("county_officer"), made, LATER + timedelta(days=1))
    assert value(world, "school", "guard_step", LATER + timedelta(days=1)) == 500
    entry = Entry.everything.get(verb="policy.override-param")
    assert entry.unit_path == world.county.path


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("hours_primary", 13),  # below the document's own least
        ("hours_primary", 81),
        ("hours_primary", "16"),
        ("hours_primary", True),
        ("hours_primary", None),
        ("guard_rounding", "up"),
        ("gard_step", 300),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(
    world: World, risk: Pack, name: str, wanted: object
) -> None:
    with pytest.raises(Invalid):
        override_param(world.actor("city_officer"), RISK, name, world.city, wanted, DAY, "决定")
    assert not ParamOverride.everything.exists()


def test_an_unknown_param_offers_the_nearest(world: World, risk: Pack) -> None:
    with pytest.raises(Invalid, match="guard_step"):
        override_param(world.actor("city_officer"), RISK, "gard_step", world.city, 300, DAY, "决定")


@pytest.mark.parametrize(
    ("name", "city", "looser", "stricter"),
    [
        ("guard_step", 400, 401, 399),  # fewer pupils per guard is stricter
        ("hours_primary", 16, 15, 17),
        ("guard_rounding", "round", "floor", "ceil"),
        ("check_vacation", "keep", "skip", "keep"),
    ],
)
def test_a_county_may_not_ask_for_less_than_the_city(
    world: World, risk: Pack, name: str, city: object, looser: object, stricter: object
) -> None:
    override_param(world.actor("city_officer"), RISK, name, world.city, city, DAY, "市决定")
    with pytest.raises(Invalid):
        override_param(world.actor("county_officer"), RISK, name, world.county, looser, DAY, "县决定")
    assert ParamOverride.everything.count() == 1
    override_param(world.actor("county_officer"), RISK, name, world.county, city, DAY, "县决定")
    override_param(world.actor("county_officer"), RISK, name, world.county, stricter, DAY, "县决定")
    assert value(world, "school", name) == stricter
    assert value(world, "stranger_school", name) == city


def test_the_topmost_region_may_go_below_the_default(world: World) -> None:
    sweep = Pack.objects.get(code=CITY_PACK)
    activate(JOB, sweep, world.city, DAY)
    override_param(JOB, CITY_PACK, "fire_day_kindergartens", world.city, False, DAY, "市决定")
    region = at(world.school.path, code=CITY_PACK)
    assert region is not None
    assert region.params["fire_day_kindergartens"] is False


@pytest.mark.parametrize(
    ("name", "looser", "stricter"),
    [
        ("fire_day_kindergartens", False, True),
        ("fire_day_window", "month", "day"),
        ("check_vacation", None, "keep"),
        ("fire_day_shift", "none", "next-school-day"),
        ("fire_day_shift", None, "previous-school-day"),
        ("night_from", 18, 19),
        ("night_from", None, 20),
        ("night_until", 7, 6),
        ("night_until", None, 5),
        ("fire_day_rule", None, "first-week"),  # neither side asks for more
    ],
)
def test_a_county_on_top_may_not_go_below_the_default(
    world: World, name: str, looser: object, stricter: object
) -> None:
    sweep = Pack.objects.get(code=CITY_PACK)
    activate(JOB, sweep, world.county, DAY)
    officer = world.actor("county_officer")
    if looser is not None:
        with pytest.raises(Invalid, match=r"city or above|市级"):
            override_param(officer, CITY_PACK, name, world.county, looser, DAY, "县决定")
        assert not ParamOverride.everything.exists()
        ParamOverride(  # one from before this was refused counts no more
            code=CITY_PACK, name=name, unit=world.county, value=looser, starts=DAY, ends=LATER, basis="旧"
        ).save(force_insert=True)
        region = at(world.school.path, code=CITY_PACK)
        assert region is not None
        assert region.params[name] == stricter
    override_param(officer, CITY_PACK, name, world.county, stricter, LATER, "县决定")
    region = at(world.school.path, LATER, code=CITY_PACK)
    assert region is not None
    assert region.params[name] == stricter


def test_a_city_that_tightens_later_binds_the_county(world: World, risk: Pack) -> None:
    override_param(world.actor("county_officer"), RISK, "hours_primary", world.county, 16, DAY, "县决定")
    override_param(world.actor("city_officer"), RISK, "hours_primary", world.city, 20, LATER, "市决定")
    assert value(world, "school", "hours_primary", LATER - timedelta(days=1)) == 16
    assert value(world, "school", "hours_primary", LATER) == 20
    (setting,) = [s for s in settings_of(world.school, risk, LATER) if s.param.key == "hours_primary"]
    assert setting.override is not None
    assert setting.override.unit == world.city


def test_who_set_what(world: World, risk: Pack) -> None:
    override_param(world.actor("county_officer"), RISK, "guard_step", world.county, 300, DAY, "县决定")
    found = {s.param.key: s for s in settings_of(world.school, risk, DAY)}
    assert found["guard_step"].value == 300
    assert found["guard_step"].override is not None
    assert found["guard_step"].override.unit == world.county
    assert found["doctor_from"].override is None


@pytest.mark.parametrize("name", ["principal", "stranger_officer", "fire_officer", "county_leader"])
def test_others_set_nothing(world: World, risk: Pack, name: str) -> None:
    with pytest.raises(NotPermitted):
        override_param(world.actor(name), RISK, "guard_step", world.county, 300, DAY, "决定")
    assert not ParamOverride.everything.exists()


def test_a_value_needs_a_basis_a_region_and_a_document_in_force(world: World, risk: Pack) -> None:
    officer = world.actor("city_officer")
    with pytest.raises(Invalid):
        override_param(officer, RISK, "guard_step", world.city, 300, DAY, "  ")
    with pytest.raises(Invalid):
        override_param(officer, RISK, "guard_step", world.school, 300, DAY, "决定")
    with pytest.raises(Invalid):
        override_param(officer, RISK, "guard_step", world.city, 300, DAY - timedelta(days=1), "决定")
    with pytest.raises(Invalid):
        override_param(officer, CITY_PACK, "guard_step", world.city, 300, DAY, "决定")
    override_param(officer, RISK, "guard_step", world.city, 300, LATER, "决定")
    with pytest.raises(Invalid):
        override_param(officer, RISK, "guard_step", world.city, 200, LATER - timedelta(days=1), "决定")
    assert ParamOverride.everything.count() == 1


def test_a_cadence_takes_the_regions_value(world: World) -> None:
    sweep = Pack.objects.get(code=CITY_PACK)
    activate(JOB, sweep, world.city, DAY)
    override_param(JOB, CITY_PACK, "fire_day_rule", world.county, "first-week", DAY, "县决定")

    def rule_at(unit: str) -> str:
        region = at(world.units[unit].path, code=CITY_PACK)
        assert region is not None
        cadence = next(r for r in region.rules if r.code == "fire-day-drill").cadence
        assert cadence is not None
        return cadence.rule

    assert rule_at("school") == "first-week"
    assert rule_at("stranger_school") == "first-weekday"


def test_switched_off_below(world: World, risk: Pack) -> None:
    switch_off(world.actor("city_officer"), risk, world.county, "市政府批复", LATER)
    before, after = at(world.school.path, LATER - timedelta(days=1)), at(world.school.path, LATER)
    assert before is not None
    assert before.rules
    assert after is not None
    assert (after.path, after.rules) == (world.county.path, ())
    assert active_packs(world.school, LATER) == []
    assert active_packs(world.stranger_school, LATER) == [risk]
    assert regions_of(world.school, LATER) == []
    activate(JOB, risk, world.county, LATER + timedelta(days=5))
    assert active_packs(world.school, LATER + timedelta(days=5)) == [risk]
    again = at(world.school.path, LATER + timedelta(days=5))
    assert again is not None
    assert again.starts == LATER + timedelta(days=5)


def test_who_put_it_into_force_decides_about_switching_it_off(world: World, risk: Pack) -> None:
    for name in ("county_officer", "principal"):
        with pytest.raises(NotPermitted):
            switch_off(world.actor(name), risk, world.county, "县决定", DAY)
    with pytest.raises(Invalid):
        switch_off(world.actor("city_officer"), risk, world.county, "", DAY)
    assert Activation.everything.count() == 1


def test_a_new_version_goes_on_from_the_first_day(world: World, risk: Pack, tmp_path: Path) -> None:
    folder = tmp_path / RISK
    shutil.copytree(pack_root() / RISK, folder)
    head = folder / "pack.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("version: 4", "version: 5"), encoding="utf-8")
    load_packs(JOB, [folder])
    activate(JOB, Pack.objects.get(code=RISK, version=5), world.city, LATER)
    region = at(world.school.path, LATER)
    assert region is not None
    assert (region.pack.version, region.starts) == (5, DAY)
    row = requirement_of(f"{RISK}/guards-minimum", world.school, DAY)
    assert row is not None
    assert row.pack.version == 4
    newest = requirement_of(f"{RISK}/guards-minimum")
    assert newest is not None
    assert newest.pack.version == 5


def test_after_a_gap_it_begins_anew(world: World, risk: Pack) -> None:
    deactivate(JOB, Activation.everything.get(), DAY + timedelta(days=5))
    activate(JOB, risk, world.city, LATER)
    region = at(world.school.path, LATER)
    assert region is not None
    assert region.starts == LATER


def _changed_common(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "common"
    shutil.copytree(pack_root() / "common", folder)
    for name, before, after in (("pack.yaml", "version: 3", "version: 4"), ("facts.yaml", old, new)):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def test_a_common_without_what_is_in_force_is_refused(world: World, risk: Pack, tmp_path: Path) -> None:
    folder = _changed_common(tmp_path, "key: psychologists", "key: psychology_teachers")
    with pytest.raises(Refused, match="mental-health-teacher"):
        load_packs(JOB, [folder])
    assert Pack.objects.filter(code="common").count() == 1


def test_a_fact_keeps_its_type(world: World, tmp_path: Path) -> None:
    old = "key: for_girls\n    type: boolean"
    folder = _changed_common(tmp_path, old, "key: for_girls\n    type: number")
    with pytest.raises((Conflict, Invalid), match=r"for_girls"):
        load_packs(JOB, [folder])
    assert Pack.objects.filter(code="common").count() == 1


def test_facts_and_registers_of_the_newest_packs() -> None:
    facts, registers = fact_defs(), register_defs()
    assert facts["headcount"].derive == {"expression": "pupils + staff"}
    order = list(facts)
    assert order.index("headcount") > order.index("pupils")
    assert order.index("is_school") > order.index("teaches_vocational")
    assert facts["managers"].per == "dormitory"
    assert facts["guards_certified"].asked
    assert not facts["headcount"].asked
    assert facts["check_points"].whole
    assert registers["drill"].evidence == "photo"
    assert registers["guard-certificate"].expires == "valid_until"
    assert registers["reminder-1530"].subject == "class"


def test_regions_cost_few_queries(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for pack in Pack.objects.exclude(document=""):
        activate(JOB, pack, world.city, DAY)
    for name in ("county", "next_county"):
        override_param(JOB, RISK, "guard_step", world.units[name], 300, DAY, "决定")
    regions(DAY)
    with django_assert_max_num_queries(3):
        assert len(regions(DAY)) == 7
