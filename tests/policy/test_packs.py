"""Versions never change; what applies is the activation nearest to the unit on the day."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from tests.cast import NOW, World, as_action

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Conflict, Invalid, NotFound, NotPermitted, clock, job_actor
from anyuan.foundation.org.public import Boarding, Place, PlaceKind, UnitType
from anyuan.rules.policy.models import Clause
from anyuan.rules.policy.public import (
    Activation,
    CheckItem,
    Checklist,
    Pack,
    activate,
    active_checklists,
    active_packs,
    checklist_for,
    deactivate,
    load_packs,
    pack_root,
)

pytestmark = pytest.mark.django_db
PACK = "nantong-2020-campus-and-bus"
JOB = job_actor("test")
DAY = date(2026, 3, 18)


@pytest.fixture
def pack() -> Pack:
    load_packs()
    return Pack.objects.get(code=PACK)


def _second_version(tmp_path: Path) -> Path:
    folder = tmp_path / PACK
    shutil.copytree(pack_root() / PACK, folder)
    head = folder / "pack.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("version: 2", "version: 3"), encoding="utf-8")
    return folder


def test_loading_twice_changes_nothing() -> None:
    first = load_packs()
    assert len(first.loaded) == 7
    counts = [m.objects.count() for m in (Pack, Clause, Checklist, CheckItem)]
    entries = Entry.everything.count()
    second = load_packs()
    assert (second.loaded, set(second.unchanged)) == ((), set(first.loaded))
    assert [m.objects.count() for m in (Pack, Clause, Checklist, CheckItem)] == counts
    assert Entry.everything.count() == entries


def test_a_new_version_stands_beside_the_old_one(pack: Pack, tmp_path: Path) -> None:
    assert load_packs(JOB, [_second_version(tmp_path)]).loaded == (PACK,)
    assert list(Pack.objects.filter(code=PACK).order_by("version").values_list("version", flat=True)) == [
        2,
        3,
    ]


def test_other_content_under_an_old_number_is_refused(pack: Pack, tmp_path: Path) -> None:
    folder = _second_version(tmp_path)
    head = folder / "pack.yaml"
    head.write_text(
        head.read_text(encoding="utf-8").replace("version: 3", "version: 2").replace("初稿", "终稿"),
        encoding="utf-8",
    )
    with pytest.raises(Conflict):
        load_packs(JOB, [folder])
    assert Pack.objects.filter(code=PACK).count() == 1


def test_one_wrong_pack_stops_all(tmp_path: Path) -> None:
    folder = _second_version(tmp_path)
    shutil.copytree(pack_root() / "changzhou-2018-safety-drive", tmp_path / "changzhou-2018-safety-drive")
    (folder / "checklists.yaml").write_text("checklists: {}\n", encoding="utf-8")
    with pytest.raises(Invalid, match=r"checklists\.yaml:1"):
        load_packs(JOB, [tmp_path])
    assert not Pack.objects.exists()


def test_only_managers_of_everything_load(world: World) -> None:
    for name in ("principal", "county_officer", "city_officer"):
        with pytest.raises(NotPermitted):
            load_packs(world.actor(name))
    assert not Pack.objects.exists()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_a_version(pack: Pack, change: str) -> None:
    item = CheckItem.objects.filter(checklist__pack=pack)
    work = item.delete if change == "delete" else lambda: item.update(question="?")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        work()


def test_a_city_switches_a_pack_on_for_everything_below(pack: Pack, world: World) -> None:
    activate(world.actor("city_officer"), pack, world.city, DAY, "市政府会议纪要")
    assert [p.pk for p in active_packs(world.school, DAY)] == [pack.pk]
    assert [p.pk for p in active_packs(world.stranger_school, DAY)] == [pack.pk]
    assert active_packs(world.province, DAY) == []


def test_a_document_past_its_own_end_needs_a_basis(pack: Pack, world: World) -> None:
    officer = world.actor("city_officer")
    assert pack.until is not None
    eve = datetime.combine(pack.until - timedelta(days=1), NOW.timetz())
    for basis in ("", "  "):
        with pytest.raises(Invalid):
            activate(officer, pack, world.city, DAY, basis)
        with pytest.raises(Invalid), clock.at(eve):  # it would begin on the day the document ends
            activate(officer, pack, world.city, pack.until, basis)
    assert not Activation.everything.exists()
    made = activate(officer, pack, world.city, DAY, " 市政府会议纪要 ")
    assert made.basis == "市政府会议纪要"
    text = Entry.everything.get(verb="policy.activate").sentence
    assert "市政府会议纪要" in text
    assert "2021" in text


def test_a_document_before_its_own_end_needs_none(pack: Pack, world: World) -> None:
    assert pack.until is not None
    officer = world.actor("city_officer")
    with clock.at(datetime.combine(pack.until - timedelta(days=1), NOW.timetz())):
        made = activate(officer, pack, world.city)
    assert (made.basis, made.starts) == ("", pack.until - timedelta(days=1))
    assert "2021" not in Entry.everything.get(verb="policy.activate").sentence


def test_a_county_pack_does_not_reach_the_next_county(pack: Pack, world: World) -> None:
    activate(JOB, pack, world.county, DAY)
    assert active_packs(world.school, DAY)
    assert active_packs(world.stranger_school, DAY) == []


def test_activation_is_half_open(pack: Pack, world: World) -> None:
    made = activate(JOB, pack, world.county, DAY)
    assert active_packs(world.school, DAY - timedelta(days=1)) == []
    assert active_packs(world.school, DAY)
    deactivate(JOB, made, DAY + timedelta(days=10))
    assert active_packs(world.school, DAY + timedelta(days=9))
    assert active_packs(world.school, DAY + timedelta(days=10)) == []


def test_the_nearest_region_decides_the_version(pack: Pack, world: World, tmp_path: Path) -> None:
    load_packs(JOB, [_second_version(tmp_path)])
    second = Pack.objects.get(code=PACK, version=3)
    activate(JOB, second, world.city, DAY)
    activate(JOB, pack, world.county, DAY)
    assert [p.version for p in active_packs(world.school, DAY)] == [2]
    assert [p.version for p in active_packs(world.stranger_school, DAY)] == [3]


def test_a_new_version_takes_over_on_its_day(pack: Pack, world: World, tmp_path: Path) -> None:
    load_packs(JOB, [_second_version(tmp_path)])
    second = Pack.objects.get(code=PACK, version=3)
    activate(JOB, pack, world.city, DAY)
    activate(JOB, second, world.city, DAY + timedelta(days=5))
    assert [p.version for p in active_packs(world.school, DAY + timedelta(days=4))] == [2]
    assert [p.version for p in active_packs(world.school, DAY + timedelta(days=5))] == [3]


def test_activating_twice_is_once(pack: Pack, world: World) -> None:
    first = activate(JOB, pack, world.city, DAY)
    assert activate(JOB, pack, world.city, DAY).pk == first.pk
    assert Activation.everything.count() == 1


@pytest.mark.parametrize("name", ["principal", "county_officer", "fire_officer", "city_leader"])
def test_who_may_not_switch_changes_nothing(pack: Pack, world: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        activate(world.actor(name), pack, world.city, DAY)
    assert not Activation.everything.exists()


def _active(world: World, unit: str = "school") -> set[str]:
    return {a.checklist.code for a in active_checklists(world.units[unit], DAY)}


def test_lists_apply_by_place_and_type(pack: Pack, world: World) -> None:
    activate(JOB, pack, world.city, DAY)
    assert _active(world) == {"lab", "fire", "security", "traffic", "food-and-disease", "buildings"}
    with as_action():
        Place.everything.filter(unit=world.school, kind=PlaceKind.LABORATORY).update(closed_on=DAY)
    assert "lab" not in _active(world)
    with as_action():
        world.school.unit_type = UnitType.INTERNSHIP
        world.school.save()
    assert _active(world) == {"internship"}


def test_dormitory_items_apply_to_boarding_schools_only(pack: Pack, world: World) -> None:
    activate(JOB, pack, world.city, DAY)

    def dormitory_items() -> set[str]:
        return {
            i.code for a in active_checklists(world.school, DAY) for i in a.items if i.code.startswith("dorm")
        }

    assert dormitory_items() == set()
    with as_action():
        world.school.boarding = Boarding.PARTIAL
        world.school.save()
    assert dormitory_items() == {
        "dormitory-appliances",
        "dormitory-wiring",
        "dormitory-passages",
        "dormitory-security",
    }


@pytest.mark.row("001-012-1")
@pytest.mark.parametrize(
    ("unit_type", "item"),
    [
        (UnitType.KINDERGARTEN, "fire-baseline-schools"),
        (UnitType.VOCATIONAL, "fire-baseline-schools"),
        (UnitType.UNIVERSITY, "fire-baseline-universities"),
    ],
)
def test_schools_and_universities_have_their_own_baseline(world: World, unit_type: str, item: str) -> None:
    load_packs()
    activate(JOB, Pack.objects.get(code="pingdingshan-campus-surroundings"), world.city, DAY)
    with as_action():
        world.school.unit_type = unit_type
        world.school.save()
    fire = next(a for a in active_checklists(world.school, DAY) if a.checklist.code == "fire")
    assert [i.code for i in fire.items if i.code.startswith("fire-baseline")] == [item]


@pytest.mark.row("001-011-9")
@pytest.mark.row("001-011-10")
@pytest.mark.row("004-327-5")
def test_works_items_appear_with_the_building_site(world: World) -> None:
    load_packs()
    for pack in Pack.objects.all():
        activate(JOB, pack, world.city, DAY)

    def works() -> set[str]:
        return {i.code for a in active_checklists(world.school, DAY) for i in a.items if i.domain == "works"}

    assert works() == set()
    with as_action():
        Place(unit=world.school, kind=PlaceKind.WORKS, name="新楼工地", token="works-1").save()
    assert works() == {"works-separated", "works-own-access", "works-isolated"}


def test_an_inactive_list_is_not_found(pack: Pack, world: World) -> None:
    fire = Checklist.objects.get(pack=pack, code="fire")
    with clock.at(NOW), pytest.raises(NotFound, match=r"does not apply|不适用"):
        checklist_for(world.school, fire.pk)


def test_lists_of_a_unit_cost_few_queries(
    world: World, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    load_packs()
    for pack in Pack.objects.all():
        activate(JOB, pack, world.city, DAY)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert len(active_checklists(world.school, DAY)) > 10
