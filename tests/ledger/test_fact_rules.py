"""What nobody declares because a register counts it, and what is a part of what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.cast import NOW, World, as_action
from tests.ledger.test_register_pages import _call
from tests.ledger.test_sheets import HEAD, book, taken

from anyuan.foundation.kernel.public import Actor, Invalid, clock, job_actor
from anyuan.foundation.sheets.public import write_book
from anyuan.rules.ledger.loading.base import dry_run, load
from anyuan.rules.ledger.loading.facts import FactLoader, facts_sheet
from anyuan.rules.ledger.loading.subjects import SubjectLoader
from anyuan.rules.ledger.public import (
    FactValue,
    NewRecord,
    NewSubject,
    Record,
    add_subject,
    confirm_facts,
    fact_lines,
    facts_on,
    record_many,
    set_facts,
    void_record,
)
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
JOB = job_actor("test")
TODAY = clock.day_of(NOW)


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()
    with as_action():
        for number, unit in enumerate((world.school, world.sister), 1):
            unit.code = f"213527000{number}"
            unit.save()


@pytest.fixture
def officer(world: World) -> Actor:
    return world.actor("safety_officer")


def count_guards(world: World) -> None:
    data = {"name": "张三", "certificate": "1", "full_time": True, "employer": "school"}
    row = NewRecord(
        "guard-certificate", world.school, NOW - timedelta(hours=2), {**data, "valid_until": "2030-01-01"}
    )
    record_many(JOB, [row])


def known(world: World, day: date = TODAY) -> dict[str, object]:
    return facts_on([world.school.pk], day)[world.school.pk]


def test_what_a_register_counts_is_not_declared(world: World, officer: Actor) -> None:
    set_facts(officer, world.school, {"guards_certified": 1})
    before = list(FactValue.everything.values())
    count_guards(world)
    with pytest.raises(Invalid) as refused:
        set_facts(officer, world.school, {"guards_certified": 5, "check_points": 3})
    assert "保安员" in refused.value.fields["guards_certified"][0]
    with pytest.raises(Invalid):
        confirm_facts(officer, world.school, ["guards_certified"])
    assert list(FactValue.everything.values()) == before
    line = next(li for li in fact_lines(officer, world.school) if li.key == "guards_certified")
    assert (line.value, line.counted, line.said, line.declared) == (1, True, None, False)
    set_facts(JOB, world.sister, {"guards_certified": 5})
    void_record(JOB, Record.everything.get(), "wrong school")
    assert set_facts(officer, world.school, {"guards_certified": 5})


@pytest.mark.parametrize(("key", "says"), [("headcount", "推算"), ("pupils", "单位信息")])
def test_what_is_worked_out_or_stands_in_the_data_says_so(
    world: World, officer: Actor, key: str, says: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_facts(officer, world.school, {key: 3})
    assert says in refused.value.fields[key][0]


def test_pages_and_programs_show_no_signature_beside_what_is_counted(world: World, officer: Actor) -> None:
    set_facts(officer, world.school, {"guards_certified": 1})
    client = world.client("safety_officer")
    url = reverse("ledger:facts", args=[world.school.pk])
    assert 'name="guards_certified"' in client.get(url).content.decode()
    count_guards(world)
    page = client.get(url).content.decode()
    assert 'name="guards_certified"' not in page
    row = page[page.index("持证专职保安员") :][:900]
    assert "由台账“保安员证件”统计" in row
    assert world.people["safety_officer"].name not in row
    sent = {"unit": str(world.school.pk), "values": {"guards_certified": 4}}
    answer = _call(world, "safety_officer", "PUT", "/facts", sent)
    assert answer.status_code == 422
    assert "保安员证件" in answer.content.decode()


def test_a_file_may_bring_back_what_is_counted_but_not_another_number(world: World) -> None:
    count_guards(world)
    county = world.actor("county_officer")
    out = taken(write_book([facts_sheet(county, world.county)]))
    report = dry_run(FactLoader(county, world.county), out)
    assert not [p for p in report.problems if p.key != "school"]
    report = dry_run(FactLoader(county, world.county), book(HEAD, ["2135270001", "", 18, 2]))
    assert [(p.number, p.key) for p in report.problems] == [(2, "guards_certified")]
    load(FactLoader(county, world.county), book(HEAD, ["2135270001", "", 18, 1], ["2135270002", "", "", 2]))
    assert set(FactValue.everything.values_list("key", "value")) == {
        ("check_points", 18),
        ("guards_certified", 2),
    }


def test_a_part_is_never_more_than_the_whole(world: World, officer: Actor) -> None:
    school = world.school
    with pytest.raises(Invalid) as refused:
        set_facts(officer, school, {"check_points": 10, "check_points_assigned": 11})
    assert set(refused.value.fields) == {"check_points", "check_points_assigned"}
    assert "10" in refused.value.message
    assert "11" in refused.value.message
    assert not FactValue.everything.exists()
    set_facts(officer, school, {"check_points_assigned": 11})
    with pytest.raises(Invalid) as refused:
        set_facts(officer, school, {"check_points": 10})
    assert set(refused.value.fields) == {"check_points"}
    set_facts(officer, school, {"check_points": 11})
    with pytest.raises(Invalid):
        set_facts(officer, school, {"check_points_assigned": 12})
    set_facts(officer, school, {"check_points": 12, "check_points_assigned": 12})
    set_facts(officer, school, {"check_points": 3, "check_points_assigned": 2})
    set_facts(officer, school, {"check_points": None})
    set_facts(officer, school, {"check_points_assigned": 40})


def test_a_correction_of_the_past_is_held_against_its_own_days(world: World, officer: Actor) -> None:
    set_facts(
        officer, world.school, {"check_points": 10, "check_points_assigned": 8}, valid_from=date(2026, 2, 1)
    )
    set_facts(officer, world.school, {"check_points": 20}, valid_from=date(2026, 3, 1))
    with pytest.raises(Invalid):
        set_facts(officer, world.school, {"check_points_assigned": 15}, valid_from=date(2026, 2, 28))
    set_facts(officer, world.school, {"check_points_assigned": 15}, valid_from=date(2026, 3, 1))
    set_facts(officer, world.school, {"check_points_assigned": 9}, valid_from=date(2026, 1, 1))
    set_facts(officer, world.school, {"check_points": 8}, valid_from=date(2026, 2, 27))
    with pytest.raises(Invalid):
        set_facts(officer, world.school, {"check_points": 7}, valid_from=date(2026, 2, 28))


def test_a_value_that_ran_out_is_compared_with_nothing(world: World, officer: Actor) -> None:
    set_facts(officer, world.school, {"check_points": 10})
    last = TODAY + timedelta(days=365)
    with clock.at(NOW + timedelta(days=365)), pytest.raises(Invalid):
        set_facts(officer, world.school, {"check_points_assigned": 11})
    with clock.at(NOW + timedelta(days=366)):
        assert "check_points" not in known(world, last + timedelta(days=1))
        set_facts(officer, world.school, {"check_points_assigned": 11})
        with pytest.raises(Invalid):
            confirm_facts(officer, world.school, ["check_points"])


def test_parts_of_a_dormitory(world: World, officer: Actor) -> None:
    one = add_subject(officer, world.school, NewSubject("dormitory", "1", "1号楼"))
    other = add_subject(officer, world.school, NewSubject("dormitory", "2", "2号楼"))
    set_facts(officer, world.school, {"managers": 1}, subject=one)
    set_facts(officer, world.school, {"female_managers": 2}, subject=other)
    with pytest.raises(Invalid):
        set_facts(officer, world.school, {"female_managers": 2}, subject=one)
    head: list[object] = ["编号", "名称", "宿舍管理员（人）", "女性宿舍管理员（人）"]
    report = dry_run(SubjectLoader(officer, world.school, "dormitory"), book(head, ["3", "3号楼", 1, 2]))
    assert [(p.number, p.key) for p in report.problems] == [(2, "female_managers")]


def test_a_file_is_held_against_what_is_known(world: World) -> None:
    county = world.actor("county_officer")
    set_facts(county, world.school, {"check_points": 10})
    head: list[object] = [*HEAD[:2], "责任到人、到部门的点位（处）"]
    report = dry_run(FactLoader(county, world.county), book(head, ["2135270001", "", 11]))
    assert [(p.number, p.key) for p in report.problems] == [(2, "check_points_assigned")]
    load(FactLoader(county, world.county), book(head, ["2135270001", "", 10]))
    assert known(world)["check_points_assigned"] == 10
