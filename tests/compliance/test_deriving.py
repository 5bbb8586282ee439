"""What becomes of a verdict when facts run out, records wait, units change and calendars have gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.cast import World, as_action
from tests.compliance.engine import (
    CITY,
    GUYUAN,
    IN_FORCE,
    JOB,
    derived,
    did,
    drill,
    know,
    leave_empty,
    on,
    prepare,
    shape,
)

from anyuan.foundation.kernel.public import Actor, ActorKind, clock
from anyuan.foundation.org.public import Term, close_unit, merge_units
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import State, refresh, satisfied_by
from anyuan.rules.ledger.public import NewSubject, add_subject, approve_record, close_subject, void_record
from anyuan.rules.policy.public import Pack, activate, load_packs, override_param, switch_off

TRIAL = """
pack: {id: trial, document: "002", version: 1, title: 试行办法, issuer: 测试, level: county, region: 东屏县,
       force: rule, effective: 2024-09-01}
clauses:
  - {label: 一, heading: 试行}
params:
  - {key: night_shift, type: number, title: 夜班人数, title_en: At night, default: 1, least: 1, most: 9,
     stricter: higher}
facts:
  - {key: rooms, type: number, title: 房间数, title_en: Rooms, least: 0, most: 1000000000000,
     question: 几间？, confirm: security-director}
  - {key: per_room, type: number, title: 每间人数, title_en: Per room, derive: {expression: pupils / rooms}}
requirements:
  - id: crowding
    source: [002-07-1]
    clause: 一
    title: 每间人数
    title_en: Crowding
    area: building
    domain: building
    standard: {have: per_room, need: 50, op: at-most, unit: 人}
  - id: huge
    source: [002-07-1]
    clause: 一
    title: 大数
    title_en: Huge
    area: building
    domain: building
    standard: {have: rooms * rooms, need: 1}
  - id: night-watch
    source: [002-07-1]
    clause: 一
    title: 夜间巡查
    title_en: Night watch
    area: security
    domain: security
    duty:
      register: self-check
      every: {every: month, vacation: keep}
      at_least: param('night_shift')
      window: {start: "22:00", end: "05:00"}
      made_up: false
"""


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-03-18"):
        prepare(world)
        shape(world.school, pupils=500, staff=40, boarding="none")
        yield


@pytest.fixture
def trial(world: World, tmp_path: Path) -> Pack:
    folder = tmp_path / "trial"
    folder.mkdir()
    (folder / "pack.yaml").write_text(TRIAL, encoding="utf-8")
    load_packs(JOB, [folder])
    pack = Pack.objects.get(code="trial")
    activate(JOB, pack, world.county, IN_FORCE)
    return pack


def certificate(world: World, until: str, number: str = "A1") -> None:
    data = {"name": "赵", "certificate": number, "full_time": True, "valid_until": until}
    did(world.school, "guard-certificate", "2026-03-02T10:00", data)


def test_a_certificate_counts_through_its_last_day(world: World) -> None:
    certificate(world, "2026-12-31")
    certificate(world, "2026-03-20", "A2")
    key = GUYUAN + "guards-minimum"
    with on("2026-03-20T23:59"):
        assert (derived(world.school, key).state, derived(world.school, key).have) == (State.MET, 2)
    with on("2026-03-21T00:00"):
        assert (derived(world.school, key).state, derived(world.school, key).have) == (State.UNMET, 1)


def test_a_fact_that_ran_out_is_unknown(world: World) -> None:
    know(world.school, guards_certified=2, safety_managers_trained=0)
    key = GUYUAN + "guards-minimum"
    with on("2026-09-13"):
        assert derived(world.school, key).state == State.MET
    with on("2026-09-16"):
        found = derived(world.school, key)
    assert (found.state, found.reason) == (State.UNKNOWN, "missing")
    assert "guards_certified" in found.missing


def test_missing_facts_are_named_by_what_somebody_can_give(world: World) -> None:
    shape(world.school, pupils=None)
    found = derived(world.school, GUYUAN + "guards-minimum")
    assert (found.state, found.reason) == (State.UNKNOWN, "missing")
    assert {"pupils", "guards_certified"} <= set(found.missing)
    assert "headcount" not in found.missing


@pytest.mark.usefixtures("trial")
def test_division_by_zero_and_overflow_are_unknown_for_that_unit_only(world: World) -> None:
    shape(world.sister, pupils=500)
    know(world.school, rooms=0)
    know(world.sister, rooms=10)
    found = derived(world.school, "trial/crowding")
    assert (found.state, found.reason, found.missing) == (State.UNKNOWN, "division-by-zero", [])
    assert derived(world.sister, "trial/crowding").state == State.MET
    know(world.school, rooms=10_000_000)
    found = derived(world.school, "trial/huge")
    assert (found.state, found.reason) == (State.UNKNOWN, "overflow")
    assert derived(world.sister, "trial/huge").state == State.MET


def watched(world: World, when: str) -> None:
    did(world.school, "self-check", when, {"level": "person", "full": False, "points": 1, "found": 0})


@pytest.mark.usefixtures("trial")
def test_a_night_belongs_to_the_day_it_began(world: World) -> None:
    with on("2026-04-02"):
        watched(world, "2026-03-20T21:59")
        watched(world, "2026-03-20T05:00")
        assert derived(world.school, "trial/night-watch", "2026-03").have == 0
        watched(world, "2026-04-01T04:59")
        assert derived(world.school, "trial/night-watch", "2026-03").state == State.MET
        assert derived(world.school, "trial/night-watch", "2026-04").state == State.DUE


@pytest.mark.usefixtures("trial")
def test_what_cannot_be_made_up_is_unmet_at_once(world: World) -> None:
    with on("2026-04-02"):
        at = "2026-04-01T23:00"
        data = {"level": "person", "full": False, "points": 1, "found": 0}
        did(world.school, "self-check", at, data, stands_for=date(2026, 3, 31))
        found = derived(world.school, "trial/night-watch", "2026-03")
    assert (found.state, found.have) == (State.UNMET, 0)


def test_a_calendar_gap_is_unknown_and_named(world: World) -> None:
    with as_action():
        Term.objects.all().delete()
    rows = Verdict.everything.filter(unit=world.school, key=CITY + "evacuation-drill-monthly")
    refresh([world.school.pk])
    now = rows.order_by("-starts").first()
    assert now is not None
    assert (now.state, now.reason) == (State.UNKNOWN, "calendar")
    assert now.missing[0].startswith("term:")


@pytest.mark.parametrize(("opened", "answer"), [
    (date(2026, 3, 1), State.DUE), (date(2026, 3, 16), State.DUE), (date(2026, 3, 18), State.EXCUSED),
])  # fmt: skip
def test_a_unit_opened_within_the_month(world: World, opened: date, answer: str) -> None:
    """Due when at least half of the period was left."""
    with as_action():
        world.school.opened_on = opened
        world.school.save(update_fields=["opened_on"])
    found = derived(world.school, CITY + "evacuation-drill-monthly", "2026-03")
    assert found.state == answer
    earlier = Verdict.everything.filter(unit=world.school, period="2026-02", key=found.key)
    assert not earlier.exists()


def test_the_29th_of_february_is_a_day_like_others(world: World) -> None:
    with on("2028-03-01"):
        with as_action():
            Term.objects.create(
                unit=world.city, name="2028 春", starts=date(2028, 2, 14), ends=date(2028, 7, 1)
            )
        levels = {"level": "school", "full": False, "points": 1, "found": 0}
        did(world.school, "self-check", "2028-02-29T23:59", levels)
        since = date(2028, 2, 1)
        override_param(JOB, CITY.rstrip("/"), "check_vacation", world.city, "keep", since, basis="全年")
        assert derived(world.school, CITY + "check-monthly", "2028-02").state == State.MET
        assert derived(world.school, CITY + "check-monthly", "2028-03").state == State.DUE


SECOND = Actor(kind=ActorKind.JOB, name="second", everywhere=True)


def test_a_pending_record_does_not_count_until_it_is_approved(world: World) -> None:
    key = CITY + "evacuation-drill-monthly"
    made = drill(world.school, "2026-03-05T10:00", state="pending")
    assert derived(world.school, key, "2026-03").state == State.DUE
    approve_record(SECOND, made)
    found = derived(world.school, key, "2026-03")
    assert (found.state, found.records) == (State.MET, [made.pk])
    void_record(SECOND, made, "录错")
    assert derived(world.school, key, "2026-03").state == State.DUE


def test_one_record_counts_for_requirements_of_several_documents(world: World) -> None:
    made = drill(world.school, "2026-03-05T10:00")
    refresh([world.school.pk])
    keys = {v.key for v in satisfied_by(world.actor("principal"), made)}
    assert keys == {
        CITY + "evacuation-drill-monthly",
        GUYUAN + "rescue-drill-monthly",
        GUYUAN + "drill-scenarios",
    }
    assert satisfied_by(world.actor("stranger_principal"), made) == []


def test_two_documents_with_different_numbers_are_both_kept(world: World) -> None:
    shape(world.school, pupils=1960, staff=40)
    know(world.school, guards_certified=3, safety_managers_trained=0)
    override_param(JOB, GUYUAN.rstrip("/"), "guard_step", world.city, 300, basis="市文件")
    assert derived(world.school, CITY + "guards-quota").need == 3
    assert derived(world.school, GUYUAN + "guards-minimum").need == 5


def test_a_county_sets_its_own_number(world: World) -> None:
    override_param(JOB, GUYUAN.rstrip("/"), "doctor_from", world.county, 400, basis="县文件")
    for unit in (world.school, world.stranger_school):
        shape(unit, pupils=500)
    know(world.school, doctors=0)
    assert derived(world.school, GUYUAN + "school-doctor").state == State.UNMET
    assert derived(world.stranger_school, GUYUAN + "school-doctor").state == State.NOT_APPLICABLE


def test_a_document_switched_off_leaves_only_what_had_ended(world: World) -> None:
    refresh([world.school.pk])
    rows = Verdict.everything.filter(unit=world.school, key__startswith=CITY)
    ended = rows.filter(ends__lte=clock.today())
    before = set(ended.values_list("key", "period", "state"))
    assert before
    assert rows.count() > len(before)
    switch_off(JOB, Pack.objects.get(code=CITY.rstrip("/")), world.county, "县里另有规定")
    refresh([world.school.pk])
    assert set(rows.values_list("key", "period", "state")) == before
    assert not rows.filter(standing=True).exists()
    assert Verdict.everything.filter(unit=world.school, key__startswith=GUYUAN).exists()


def test_a_closed_school_owes_nothing(world: World) -> None:
    refresh([world.school.pk, world.sister.pk])
    leave_empty(world.school)
    close_unit(JOB, world.school, clock.today(), "撤并")
    refresh([world.school.pk, world.sister.pk])
    assert not Verdict.everything.filter(unit=world.school).exists()
    assert Verdict.everything.filter(unit=world.sister).exists()


def test_a_merged_school_leaves_its_own_behind(world: World) -> None:
    """What it did stays its own; the school it went into is not made to look better by it."""
    key = CITY + "evacuation-drill-monthly"
    drill(world.school, "2026-03-05T10:00")
    refresh([world.school.pk, world.sister.pk])
    assert Verdict.everything.get(unit=world.school, key=key, period="2026-03").state == State.MET
    merge_units(JOB, world.school, world.sister, clock.today())
    refresh([world.school.pk, world.sister.pk])
    assert not Verdict.everything.filter(unit=world.school).exists()
    assert Verdict.everything.get(unit=world.sister, key=key, period="2026-03").state == State.DUE


def test_dormitories_one_by_one(world: World) -> None:
    key = GUYUAN + "dormitory-manager"
    assert derived(world.school, key).state == State.NOT_APPLICABLE
    shape(world.school, boarding="full")
    none = derived(world.school, key)
    assert (none.state, none.reason, none.missing) == (State.UNKNOWN, "subject", ["subject:dormitory"])
    one, two = (
        add_subject(JOB, world.school, NewSubject("dormitory", code, name))
        for code, name in (("1", "一号楼"), ("2", "二号楼"))
    )
    know(world.school, one, managers=1)
    assert derived(world.school, key, subject="1").state == State.MET
    lacking = derived(world.school, key, subject="2")
    assert (lacking.state, lacking.missing) == (State.UNKNOWN, ["managers"])
    know(world.school, two, managers=0)
    assert derived(world.school, key, subject="2").state == State.UNMET
    assert not Verdict.everything.filter(unit=world.school, key=key, subject_code="").exists()
    close_subject(JOB, two)
    refresh([world.school.pk])
    assert not Verdict.everything.filter(unit=world.school, key=key, subject_code="2").exists()
