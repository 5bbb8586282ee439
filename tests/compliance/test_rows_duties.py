"""How often, when, how long: the duties of the three documents at both sides of each boundary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.cast import World
from tests.compliance.engine import (
    CITY,
    GUYUAN,
    JOB,
    NANTONG,
    derived,
    did,
    drill,
    know,
    on,
    prepare,
    shape,
)

from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import State, rebuild, refresh
from anyuan.rules.ledger.public import NewSubject, Subject, add_subject
from anyuan.rules.policy.public import override_param

SPRING = "2025-26/2"


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-03-18"):
        prepare(world)
        shape(world.school, pupils=500, staff=40, boarding="none")
        yield


def state(unit: Unit, key: str, period: str, subject: str = "") -> str:
    return derived(unit, key, period, subject).state


def levels(unit: Unit, level: str, when: str, *, full: bool = False) -> None:
    did(unit, "self-check", when, {"level": level, "full": full, "points": 5, "found": 0})


@pytest.fixture
def class_one(world: World) -> Subject:
    with on("2026-03-02"):
        return add_subject(JOB, world.school, NewSubject("class", "101", "一年级1班", date(2026, 2, 25)))


MONTHLY = [CITY + "evacuation-drill-monthly", GUYUAN + "rescue-drill-monthly"]


@pytest.mark.row("000-301-4")
@pytest.mark.row("002-01-12")
@pytest.mark.parametrize("key", MONTHLY)
def test_a_drill_in_the_month(world: World, key: str) -> None:
    with on("2026-03-31"):
        assert state(world.school, key, "2026-03") == State.DUE
        drill(world.school, "2026-03-31T10:00", "comprehensive")
        assert state(world.school, key, "2026-03") == State.MET


@pytest.mark.row("000-301-4")
@pytest.mark.row("002-01-12")
@pytest.mark.parametrize("key", MONTHLY)
def test_a_drill_on_the_first_of_the_next_month_at_midnight(world: World, key: str) -> None:
    with on("2026-04-01T00:00"):
        drill(world.school, "2026-04-01T00:00")
        assert state(world.school, key, "2026-03") == State.LATE
        assert state(world.school, key, "2026-04") == State.MET
    with on("2026-04-30T23:59"):
        assert state(world.school, key, "2026-03") == State.LATE
    with on("2026-05-01T00:00"):
        assert state(world.school, key, "2026-03") == State.UNMET


@pytest.mark.row("000-301-4")
@pytest.mark.row("002-01-12")
@pytest.mark.parametrize("key", MONTHLY)
def test_a_drill_made_up_later(world: World, key: str) -> None:
    with on("2026-04-02"):
        drill(world.school, "2026-04-02T10:00", stands_for=date(2026, 3, 31))
        assert state(world.school, key, "2026-03") == State.MADE_UP
        assert state(world.school, key, "2026-04") == State.DUE


@pytest.mark.row("000-301-4")
def test_only_drills_with_a_photo_of_the_right_kind(world: World) -> None:
    drill(world.school, "2026-03-17T10:00", photos=0)
    drill(world.school, "2026-03-17T11:00", "other")
    assert state(world.school, CITY + "evacuation-drill-monthly", "2026-03") == State.DUE


@pytest.mark.row("002-01-12")
def test_only_scenarios_of_the_document(world: World) -> None:
    drill(world.school, "2026-03-17T10:00", scenario="traffic")
    assert state(world.school, GUYUAN + "rescue-drill-monthly", "2026-03") == State.DUE
    assert state(world.school, CITY + "evacuation-drill-monthly", "2026-03") == State.MET


@pytest.mark.row("000-301-4")
@pytest.mark.row("002-01-12")
@pytest.mark.parametrize("key", [CITY + "evacuation-drill", GUYUAN + "rescue-drill"])
def test_kindergartens_drill_by_quarter(world: World, key: str) -> None:
    shape(world.school, unit_type="kindergarten")
    assert derived(world.school, key + "-monthly").state == State.NOT_APPLICABLE
    assert state(world.school, key + "-quarterly", "2026-Q1") == State.DUE
    with on("2026-04-01T00:00"):
        assert state(world.school, key + "-quarterly", "2026-Q1") == State.LATE
        drill(world.school, "2026-03-31T23:59")
        assert state(world.school, key + "-quarterly", "2026-Q1") == State.MET
        assert state(world.school, key + "-quarterly", "2026-Q2") == State.DUE


def test_a_month_of_vacation_is_excused(world: World) -> None:
    with on("2026-09-02"):
        found = derived(world.school, CITY + "evacuation-drill-monthly", "2026-08")
    assert (found.state, found.reason) == (State.EXCUSED, "vacation")


@pytest.mark.row("000-301-5")
@pytest.mark.parametrize(("times", "counted"), [
    (["2026-03-10T18:59", "2026-03-11T06:00"], 0),
    (["2026-03-10T19:00", "2026-03-11T06:00"], 1),
    (["2026-03-10T19:00", "2026-03-11T05:59"], 1),
    (["2026-03-10T19:00", "2026-03-11T19:00"], 2),
    (["2026-03-10T23:30", "2026-03-11T00:30"], 1),
    (["2026-03-10T23:30", "2026-03-10T23:30"], 1),
    (["2026-03-10T05:59", "2026-03-10T19:00"], 2),
    (["2026-01-01T00:30", "2026-03-10T19:00"], 1),
])  # fmt: skip
def test_night_drills_at_boarding_schools(world: World, times: list[str], counted: int) -> None:
    key = CITY + "night-drill"
    assert derived(world.school, key).state == State.NOT_APPLICABLE
    shape(world.school, boarding="partial")
    for when in times:
        drill(world.school, when)
    found = derived(world.school, key, "2026")
    assert (found.need, found.have) == (2, counted)
    assert found.state == (State.MET if counted == 2 else State.DUE)
    assert rebuild(JOB, check=True, path=world.school.path).differences == ()


@pytest.mark.row("000-301-5")
def test_all_drills_of_a_night_are_shown_with_it(world: World) -> None:
    """Also one that was entered twice; by day and by the month each drill counts as before."""
    shape(world.school, boarding="full")
    made = [drill(world.school, when) for when in ("2026-03-10T23:30", "2026-03-11T00:30")]
    found = derived(world.school, CITY + "night-drill", "2026")
    assert (found.have, set(found.records)) == (1, {r.pk for r in made})
    assert derived(world.school, CITY + "evacuation-drill-monthly", "2026-03").have == 2


@pytest.mark.row("000-301-6")
def test_a_bus_drill_each_semester(world: World) -> None:
    key = CITY + "bus-drill"
    assert derived(world.school, key).state == State.UNKNOWN
    know(world.school, school_buses=0, commuter_vehicles=0)
    assert derived(world.school, key).state == State.NOT_APPLICABLE
    know(world.school, commuter_vehicles=1)
    assert state(world.school, key, SPRING) == State.DUE
    drill(world.school, "2026-02-24T23:59", "bus-evacuation")
    assert state(world.school, key, SPRING) == State.DUE
    drill(world.school, "2026-02-25T00:00", "bus-evacuation")
    assert state(world.school, key, SPRING) == State.MET


@pytest.mark.row("000-301-2")
def test_three_levels_of_checks(world: World) -> None:
    key = CITY + "three-levels"
    know(world.school, check_points=20, check_points_assigned=19)
    assert derived(world.school, key).state == State.UNMET
    know(world.school, check_points_assigned=20)
    assert derived(world.school, key).state == State.MET


@pytest.mark.row("000-301-3")
@pytest.mark.row("000-301-2")
@pytest.mark.row("002-04-7")
@pytest.mark.parametrize("pack", [CITY, GUYUAN])
def test_daily_weekly_monthly_checks(world: World, pack: str) -> None:
    school = world.school
    did(
        school, "round", "2026-03-17T23:59", {"route": "day", "day": "2026-03-17", "places": [], "photos": []}
    )
    assert state(school, pack + "check-daily", "2026-03-17") == State.MET
    assert state(school, pack + "check-daily", "2026-03-18") == State.DUE
    assert state(school, pack + "check-daily", "2026-03-16") == State.UNMET
    assert not Verdict.everything.filter(key=pack + "check-daily", period="2026-03-15").exists()
    levels(school, "department", "2026-03-15T23:59")
    levels(school, "school", "2026-02-28T23:59")
    assert state(school, pack + "check-weekly", "2026-W11") == State.MET
    assert state(school, pack + "check-weekly", "2026-W12") == State.DUE
    assert state(school, pack + "check-monthly", "2026-02") == State.MET
    assert state(school, pack + "check-monthly", "2026-03") == State.DUE
    levels(school, "department", "2026-03-16T00:00")
    levels(school, "school", "2026-03-01T00:00")
    assert state(school, pack + "check-weekly", "2026-W12") == State.MET
    assert state(school, pack + "check-monthly", "2026-03") == State.MET


def test_a_levels_check_does_not_stand_in_for_another(world: World) -> None:
    levels(world.school, "department", "2026-03-17T10:00")
    assert state(world.school, CITY + "check-monthly", "2026-03") == State.DUE
    levels(world.school, "person", "2026-03-16T10:00")
    assert state(world.school, GUYUAN + "check-monthly", "2026-03") == State.DUE


def remind(subject: Subject, when: str, kind: str, minutes: float) -> None:
    data = {"kind": kind, "minutes": minutes, "topic": "交通"}
    did(subject.unit, "reminder-1530", when, data, subject=subject)


@pytest.mark.row("000-302-1")
@pytest.mark.parametrize(("minutes", "answer"), [(0.9, State.DUE), (1, State.MET)])
def test_a_minute_each_day(class_one: Subject, minutes: float, answer: str) -> None:
    remind(class_one, "2026-03-18T11:50", "daily", minutes)
    assert state(class_one.unit, CITY + "reminder-daily", "2026-03-18", "101") == answer


@pytest.mark.row("000-302-2")
@pytest.mark.parametrize(("when", "minutes", "answer"), [
    ("2026-03-19T15:00", 5, State.UNMET),
    ("2026-03-20T15:00", 4.9, State.UNMET),
    ("2026-03-20T15:00", 5, State.MET),
])  # fmt: skip
def test_five_minutes_on_the_last_school_day(
    class_one: Subject, when: str, minutes: float, answer: str
) -> None:
    with on("2026-04-02"):
        remind(class_one, when, "weekly", minutes)
        assert state(class_one.unit, CITY + "reminder-weekly", "2026-W12", "101") == answer


@pytest.mark.row("000-302-3")
def test_half_an_hour_before_each_holiday(class_one: Subject) -> None:
    key = CITY + "reminder-holiday"
    with on("2026-04-03"):  # Friday before Qingming (4 to 6 April)
        assert state(class_one.unit, key, "holiday:2026-04-04", "101") == State.DUE
        remind(class_one, "2026-04-03T15:00", "holiday", 29)
        assert state(class_one.unit, key, "holiday:2026-04-04", "101") == State.DUE
        remind(class_one, "2026-04-03T15:30", "holiday", 30)
        assert state(class_one.unit, key, "holiday:2026-04-04", "101") == State.MET
    with on("2026-04-05"):
        assert state(class_one.unit, key, "holiday:2026-04-04", "101") == State.MET
    with on("2026-04-30"):
        assert state(class_one.unit, key, "holiday:2026-05-01", "101") == State.DUE
        remind(class_one, "2026-04-27T15:30", "holiday", 30)
        assert state(class_one.unit, key, "holiday:2026-05-01", "101") == State.DUE


@pytest.mark.row("000-305-3")
def test_bullying_survey_each_semester(world: World) -> None:
    key = CITY + "bullying-survey"
    data = {"method": "both", "asked": 400, "clues": 0, "result": "无"}
    did(world.school, "bullying-survey", "2026-01-23T10:00", data)
    assert state(world.school, key, SPRING) == State.DUE
    assert state(world.school, key, "2025-26/1") == State.MET
    did(world.school, "bullying-survey", "2026-02-25T10:00", data)
    assert state(world.school, key, SPRING) == State.MET


FIRE_DAY = ["self-check", "drill", "training", "verification"]


def keep_fire_day(unit: Unit, when: str) -> None:
    levels(unit, "school", f"{when}T09:00", full=True)
    drill(unit, f"{when}T10:00", "fire-evacuation")
    did(unit, "fire-training", f"{when}T11:00", {"participants": 300, "topic": "灭火器"}, photos=1)
    found = {"findings": 2, "verified": 2, "rectified": 1}
    did(unit, "fire-maintenance-verification", f"{when}T14:00", found, photos=1)


@pytest.mark.row("000-308-1")
@pytest.mark.row("000-308-2")
@pytest.mark.row("000-308-3")
@pytest.mark.row("000-308-4")
@pytest.mark.row("000-308-5")
@pytest.mark.parametrize("part", FIRE_DAY)
@pytest.mark.parametrize(("rule", "when", "answer"), [
    ("first-weekday", "2026-04-01", State.MET),
    ("first-weekday", "2026-03-31", State.LATE),
    ("first-weekday", "2026-04-02", State.LATE),
    ("first-week", "2026-04-01", State.LATE),
    ("first-week", "2026-04-08", State.MET),
])  # fmt: skip
def test_both_readings_of_the_fire_day(world: World, part: str, rule: str, when: str, answer: str) -> None:
    """April 2026 begins on a Wednesday: the first one is the 1st, that of the first whole week the 8th."""
    with on("2026-04-10"):
        if rule == "first-week":
            since = date(2026, 3, 18)
            override_param(JOB, CITY.rstrip("/"), "fire_day_rule", world.city, rule, since, basis="市局解释")
        keep_fire_day(world.school, when)
        assert state(world.school, CITY + f"fire-day-{part}", "2026-04") == answer


@pytest.mark.row("000-308-2")
@pytest.mark.row("000-308-3")
@pytest.mark.row("000-308-5")
def test_what_falls_short_on_the_fire_day(world: World) -> None:
    with on("2026-04-01"):
        levels(world.school, "school", "2026-04-01T09:00", full=False)
        drill(world.school, "2026-04-01T10:00", "evacuation")
        short = {"findings": 2, "verified": 1, "rectified": 1}
        did(world.school, "fire-maintenance-verification", "2026-04-01T14:00", short, photos=1)
        for part in FIRE_DAY:
            assert state(world.school, CITY + f"fire-day-{part}", "2026-04") == State.DUE


LESSONS = [
    ("primary", "class-hours-primary", "primary", 14),
    ("junior", "class-hours-junior", "junior", 12),
    ("senior", "class-hours-senior", "senior", 8),
    ("vocational", "class-hours-senior", "vocational", 8),
]


@pytest.mark.row("002-01-2")
@pytest.mark.row("002-01-3")
@pytest.mark.row("002-01-4")
@pytest.mark.parametrize(("unit_type", "key", "stage", "hours"), LESSONS)
def test_safety_lessons_a_year(world: World, unit_type: str, key: str, stage: str, hours: float) -> None:
    shape(world.school, unit_type=unit_type)

    def taught(when: str, count: float, *, whole: bool = True) -> None:
        data = {"stage": stage, "whole_stage": whole, "hours": count, "topic": "溺水"}
        did(world.school, "class-hours", when, data)

    taught("2025-08-31T10:00", 20)
    taught("2025-09-01T00:00", hours - 0.5)
    taught("2026-03-02T10:00", 5, whole=False)
    found = derived(world.school, GUYUAN + key, "2025-26")
    assert (found.state, found.need, found.have) == (State.DUE, hours, hours - 0.5)
    taught("2026-03-03T10:00", 0.5)
    assert state(world.school, GUYUAN + key, "2025-26") == State.MET


def test_lessons_of_another_stage_do_not_apply(world: World) -> None:
    assert derived(world.school, GUYUAN + "class-hours-junior").state == State.NOT_APPLICABLE


VISIT = {"safety": True, "inspector": "督学", "found": 0, "result": "好"}


@pytest.mark.row("004-505-6")
def test_the_inspector_before_the_vacation_and_after_the_opening(world: World) -> None:
    before, after = NANTONG + "inspector-before-vacation", NANTONG + "inspector-after-opening"
    with on("2026-03-12"):
        assert state(world.school, after, "opening:2026-02-25") == State.LATE
        visit(world.school, "2026-02-24T10:00")
        visit(world.school, "2026-03-11T00:00")
        assert state(world.school, after, "opening:2026-02-25") == State.LATE
        visit(world.school, "2026-03-10T23:59")
        assert state(world.school, after, "opening:2026-02-25") == State.MET
    with on("2026-07-03"):
        rows = Verdict.everything.filter(unit=world.school, key=before)
        refresh([world.school.pk])
        summer = rows.get(period="holiday:2026-07-04")
        assert summer.state == State.DUE
        assert (summer.starts, summer.ends) == (date(2026, 6, 20), date(2026, 7, 4))
        visit(world.school, "2026-06-19T23:59")
        assert state(world.school, before, summer.period) == State.DUE
        visit(world.school, "2026-06-20T00:00")
        assert state(world.school, before, summer.period) == State.MET


def visit(unit: Unit, when: str) -> None:
    did(unit, "inspector-visit", when, VISIT, photos=1)
