"""The rows of three documents as their packs state them: the numbers on both sides of each boundary, both
readings of each ambiguity. What a unit, its records and its calendar make of them is proved above."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import pytest
from tests.policy.cadence.school import calendar

from anyuan.foundation.org.calendar import TermSpan
from anyuan.foundation.org.public import STAGES, UnitType
from anyuan.rules.ledger.registers import BUILT_IN
from anyuan.rules.policy.catalogue import FIELD_TYPE, Catalogue, value_of
from anyuan.rules.policy.compiling import with_params
from anyuan.rules.policy.loaded import rules_of
from anyuan.rules.policy.public import (
    BUILT_IN_REGISTERS,
    PackFile,
    Rule,
    Value,
    evaluate,
    pack_root,
    parse,
    parts_in,
    periods,
)

SWEEP, RISK, NANTONG = "city-2023-hazard-sweep", "guyuan-2018-risk-control", "nantong-2020-campus-and-bus"
Facts = Mapping[str, Value]


@cache
def pack(code: str) -> PackFile:
    parts, problems = parts_in(pack_root() / code)
    assert parts is not None, problems
    return parts


def defaults(code: str) -> dict[str, Value]:
    return {p.key: value_of(p.type, p.default) for p in pack(code).params}


def rule(code: str, name: str, **params: Value) -> Rule:
    for found, part in rules_of(pack(code), pack("common")):
        if found.code == name:
            return with_params(found, part, defaults(code) | params)
    raise AssertionError(name)


def school(unit_type: str = "junior", **given: Value) -> dict[str, Value]:
    """A unit's facts: what is given, and what follows from it."""
    facts: dict[str, Value] = {"unit_type": unit_type, "boarding_kind": "none", **given}
    catalogue = Catalogue.of(pack("common"), None)
    env = catalogue.env("dormitory", params=False)
    for _round in range(3):
        for fact in pack("common").facts:
            if fact.derive and fact.derive.expression:
                known = {key: facts.get(key) for key in env.facts}
                facts[fact.key] = evaluate(parse(fact.derive.expression, env), known, {})
    return {key: facts.get(key) for key in env.facts}


def applies(code: str, name: str, facts: Facts, **params: Value) -> Value:
    return evaluate(rule(code, name).applies, facts, defaults(code) | params)


def standard(code: str, name: str, facts: Facts, **params: Value) -> tuple[Value, Value]:
    """(have, need)."""
    found = rule(code, name)
    values = defaults(code) | params
    assert found.have is not None
    assert found.need is not None
    assert found.op == "at-least"
    return evaluate(found.have, facts, values), evaluate(found.need, facts, values)


def asked(code: str, name: str, facts: Facts) -> Value:
    """How much a duty asks for."""
    found = rule(code, name)
    assert found.at_least is not None
    return evaluate(found.at_least, facts, defaults(code))


def counts(code: str, name: str, record: Facts, **params: Value) -> Value:
    """Whether a record counts for a duty."""
    found = rule(code, name)
    return True if found.where is None else evaluate(found.where, record, defaults(code) | params)


# --- what packs, the organisation and the ledger must agree on


@pytest.mark.parametrize("unit_type", UnitType.values)
def test_schools_and_stages_are_those_of_the_organisation(unit_type: str) -> None:
    stages = STAGES.get(unit_type, frozenset())
    facts = school(unit_type)
    for stage in ("primary", "junior", "senior", "vocational"):
        assert facts[f"teaches_{stage}"] is (stage in stages), stage
    assert facts["is_kindergarten"] is (stages == {"kindergarten"})
    assert facts["is_school"] is bool(stages - {"university"})


def test_registers_of_the_system_have_the_fields_duties_may_name() -> None:
    for code, fields in BUILT_IN_REGISTERS.items():
        real = {f.key: FIELD_TYPE[f.kind] for f in BUILT_IN[code].fields if f.kind in FIELD_TYPE}
        assert fields.items() <= real.items()


# --- 000 三(一): three levels, drills


@pytest.mark.row("000-301-2")
@pytest.mark.parametrize(
    ("points", "assigned", "met"),
    [(12, 12, True), (12, 11, False), (1, 1, True), (0, 0, False), (None, 3, None), (3, None, None)],
)
def test_every_point_has_a_person_and_a_department(points: Value, assigned: Value, met: bool | None) -> None:
    facts = school(check_points=points, check_points_assigned=assigned)
    have, need = standard(SWEEP, "three-levels", facts)
    known = isinstance(have, float | int) and isinstance(need, float | int)
    assert (have >= need if known else None) is met  # type: ignore[operator]


@pytest.mark.row("000-301-2")
@pytest.mark.row("000-301-3")
def test_three_levels_check_by_day_week_and_month() -> None:
    daily, weekly, monthly = (rule(SWEEP, f"check-{n}") for n in ("daily", "weekly", "monthly"))
    found = [(r.register, r.cadence.every if r.cadence else "") for r in (daily, weekly, monthly)]
    assert found == [("round", "school-day"), ("self-check", "week"), ("self-check", "month")]
    for level, weeks, months in (
        ("person", False, False),
        ("department", True, False),
        ("school", False, True),
    ):
        record = {"level": level, "full": False}
        assert counts(SWEEP, "check-weekly", record) is weeks
        assert counts(SWEEP, "check-monthly", record) is months


@pytest.mark.row("002-04-7")
def test_hazards_are_searched_by_day_week_and_month() -> None:
    daily, weekly, monthly = (rule(RISK, f"check-{n}") for n in ("daily", "weekly", "monthly"))
    found = [(r.register, r.cadence.every if r.cadence else "") for r in (daily, weekly, monthly)]
    assert found == [("round", "school-day"), ("self-check", "week"), ("self-check", "month")]
    assert not counts(RISK, "check-weekly", {"level": "person"})
    assert counts(RISK, "check-weekly", {"level": "department"})
    assert not counts(RISK, "check-monthly", {"level": "department"})
    assert counts(RISK, "check-monthly", {"level": "school"})


@pytest.mark.row("000-301-3")
@pytest.mark.row("002-04-7")
@pytest.mark.parametrize("code", [SWEEP, RISK])
@pytest.mark.parametrize("name", ["check-weekly", "check-monthly"])
def test_checks_rest_in_vacations_unless_the_region_keeps_them(code: str, name: str) -> None:
    terms = (
        TermSpan("一", date(2025, 9, 1), date(2026, 1, 24)),
        TermSpan("二", date(2026, 3, 2), date(2026, 7, 4)),
    )
    school_year = calendar(terms)
    for params, excused in (({}, True), ({"check_vacation": "keep"}, False)):
        cadence = rule(code, name, **params).cadence
        assert cadence is not None
        found = periods(school_year, cadence, date(2026, 2, 2), date(2026, 2, 8))
        assert [p.excused for p in found] == [excused]


DRILL = {"kind": "evacuation", "scenario": "fire", "evidence": 1.0, "hour": 10.0, "weekday": 3.0}
MONTHLY = ("evacuation-drill-monthly", "evacuation-drill-quarterly", SWEEP)
RESCUE = ("rescue-drill-monthly", "rescue-drill-quarterly", RISK)


@pytest.mark.row("000-301-4")
@pytest.mark.row("002-01-12")
@pytest.mark.parametrize(("by_month", "by_quarter", "code"), [MONTHLY, RESCUE])
@pytest.mark.parametrize(
    ("unit_type", "month", "quarter"),
    [
        ("primary", True, False),
        ("teaching-point", True, False),
        ("nine-year", True, False),
        ("vocational", True, False),
        ("special", True, False),
        ("kindergarten", False, True),
        ("university", False, False),
        ("sports-venue", False, False),
    ],
)
def test_schools_drill_by_month_kindergartens_by_quarter(
    by_month: str, by_quarter: str, code: str, unit_type: str, *, month: bool, quarter: bool
) -> None:
    facts = school(unit_type)
    assert applies(code, by_month, facts) is month
    assert applies(code, by_quarter, facts) is quarter
    cadences = [rule(code, name).cadence for name in (by_month, by_quarter)]
    assert [c.every for c in cadences if c] == ["school-month", "quarter"]
    assert asked(code, by_month, facts) == asked(code, by_quarter, facts) == 1


@pytest.mark.row("000-301-4")
@pytest.mark.parametrize("name", MONTHLY[:2])
@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, True),
        ({"evidence": 0.0}, False),  # without a photo it does not count
        ({"kind": "fire-evacuation"}, True),
        ({"kind": "rescue"}, True),
        ({"kind": "comprehensive"}, True),
        ({"kind": "bus-evacuation"}, False),
        ({"kind": "other"}, False),
        ({"scenario": "other"}, True),
    ],
)
def test_which_drills_are_evacuations(name: str, change: Facts, *, counted: bool) -> None:
    assert counts(SWEEP, name, {**DRILL, **change}) is counted


@pytest.mark.row("002-01-12")
@pytest.mark.parametrize("name", RESCUE[:2])
@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({"scenario": "earthquake"}, True),
        ({"scenario": "fire"}, True),
        ({"scenario": "weather"}, True),
        ({"scenario": "terror"}, True),
        ({"scenario": "traffic"}, False),
        ({"scenario": "other"}, False),
        ({"kind": "bus-evacuation"}, False),
        ({"evidence": 0.0}, False),
    ],
)
def test_which_drills_train_for_disasters(name: str, change: Facts, *, counted: bool) -> None:
    assert counts(RISK, name, {**DRILL, **change}) is counted


@pytest.mark.row("000-301-5")
@pytest.mark.parametrize(
    ("hour", "night"),
    [(18.99, False), (19.0, True), (23.99, True), (0.0, True), (5.99, True), (6.0, False), (12.0, False)],
)
def test_a_night_drill_begins_at_night(hour: float, *, night: bool) -> None:
    assert counts(SWEEP, "night-drill", {**DRILL, "hour": hour}) is night


@pytest.mark.row("000-301-5")
def test_boarding_schools_drill_two_nights_a_year() -> None:
    cadence = rule(SWEEP, "night-drill").cadence
    assert cadence is not None
    assert cadence.every == "year"
    assert asked(SWEEP, "night-drill", school()) == 2
    assert applies(SWEEP, "night-drill", school(boarding_kind="none")) is False
    assert applies(SWEEP, "night-drill", school(boarding_kind="partial")) is True
    assert applies(SWEEP, "night-drill", school(boarding_kind="full")) is True
    assert applies(SWEEP, "night-drill", school(boarding_kind=None)) is None
    assert counts(SWEEP, "night-drill", {**DRILL, "hour": 18.0}, night_from=18.0) is True


@pytest.mark.row("000-301-6")
@pytest.mark.parametrize(
    ("buses", "commuters", "asked_for"),
    [
        (0, 0, False),
        (1, 0, True),
        (0, 1, True),
        (2, 3, True),
        (None, 1, True),
        (None, 0, None),
        (None, None, None),
    ],
)
def test_buses_or_commuter_vehicles_bring_a_bus_drill(
    buses: Value, commuters: Value, asked_for: bool | None
) -> None:
    facts = school(school_buses=buses, commuter_vehicles=commuters)
    assert applies(SWEEP, "bus-drill", facts) is asked_for
    cadence = rule(SWEEP, "bus-drill").cadence
    assert cadence is not None
    assert cadence.every == "semester"
    assert asked(SWEEP, "bus-drill", facts) == 1
    assert counts(SWEEP, "bus-drill", {**DRILL, "kind": "bus-evacuation"}) is True
    assert counts(SWEEP, "bus-drill", DRILL) is False


# --- 000 三(二): 1530


@pytest.mark.row("000-302-1")
@pytest.mark.row("000-302-2")
@pytest.mark.row("000-302-3")
@pytest.mark.parametrize(
    ("name", "kind", "enough", "short", "every"),
    [
        ("reminder-daily", "daily", 1.0, 0.9, "school-day"),
        ("reminder-weekly", "weekly", 5.0, 4.9, "week"),
        ("reminder-holiday", "holiday", 30.0, 29.9, "before-holiday"),
    ],
)
def test_1530_by_class(name: str, kind: str, enough: float, short: float, every: str) -> None:
    found = rule(SWEEP, name)
    assert found.cadence is not None
    assert (found.per, found.register, found.cadence.every) == ("class", "reminder-1530", every)
    assert counts(SWEEP, name, {"kind": kind, "minutes": enough}) is True
    assert counts(SWEEP, name, {"kind": kind, "minutes": short}) is False
    others = {"daily", "weekly", "holiday"} - {kind}
    assert not any(counts(SWEEP, name, {"kind": other, "minutes": 60.0}) for other in others)


@pytest.mark.row("000-302-2")
def test_the_weekly_reminder_is_on_the_last_school_day() -> None:
    cadence = rule(SWEEP, "reminder-weekly").cadence
    assert cadence is not None
    assert (cadence.on, cadence.window) == ("last-school-day", "day")


@pytest.mark.row("000-302-3")
def test_one_reminder_for_each_holiday_block() -> None:
    cadence = rule(SWEEP, "reminder-holiday").cadence
    assert cadence is not None
    assert cadence.holidays == "all"
    terms = (TermSpan("一", date(2025, 9, 1), date(2026, 1, 24)),)
    found = periods(calendar(terms), cadence, date(2025, 9, 25), date(2025, 10, 12))
    assert [p.key for p in found] == ["holiday:2025-10-01"]


# --- guards


def guards(pupils: float, staff: float, *, boards: bool = False, **params: Value) -> Value:
    facts = school(pupils=pupils, staff=staff, boarding_kind="full" if boards else "none", guards_certified=0)
    ours = standard(RISK, "guards-minimum", facts, **params)[1]
    assert standard(SWEEP, "guards-quota", facts, **params)[1] == ours
    return ours


@pytest.mark.row("000-303-6")
@pytest.mark.row("002-07-1")
@pytest.mark.row("002-07-2")
@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(
    ("pupils", "staff", "need"),
    [
        (1, 0, 1),
        (90, 9, 1),  # 99 people
        (90, 10, 2),  # 100
        (900, 99, 2),  # 999
        (900, 100, 2),  # exactly 1,000
        (901, 100, 2),  # 1,001 people, fewer than 1,000 pupils
        (1400, 99, 2),  # only pupils count above 1,000
        (1499, 0, 2),
        (1499, 300, 2),
        (1500, 100, 3),
        (1999, 100, 3),
        (2000, 100, 4),
        (2500, 100, 5),
    ],
)
def test_guards_by_headcount(pupils: float, staff: float, need: int) -> None:
    assert guards(pupils, staff) == need


@pytest.mark.row("002-07-4")
@pytest.mark.row("000-303-6")
@pytest.mark.parametrize(("pupils", "need"), [(50, 2), (500, 2), (1500, 3), (2000, 4)])
def test_boarding_schools_have_two_guards_at_least(pupils: float, need: int) -> None:
    assert guards(pupils, 20, boards=True) == need


@pytest.mark.row("002-07-2")
@pytest.mark.parametrize(("headcount", "need"), [(999, 2), (1000, 3), (1001, 3)])
def test_exactly_1000_by_the_other_reading(headcount: int, need: int) -> None:
    """GB/T 29315-2022 asks for three from 1,000 on."""
    assert guards(headcount - 100, 100, guards_at_1000="next", guards_over_1000=3.0) == need


@pytest.mark.row("002-07-2")
def test_exactly_1000_as_written_stays_in_the_second_band() -> None:
    assert guards(900, 100, guards_over_1000=3.0) == 2
    assert guards(901, 100, guards_over_1000=3.0) == 3


@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(
    ("rounding", "needs"),
    [("floor", [2, 2, 2, 2, 3, 3]), ("round", [2, 2, 3, 3, 3, 3]), ("ceil", [2, 3, 3, 3, 3, 4])],
)
def test_every_reading_of_a_step_that_is_not_full(rounding: str, needs: list[int]) -> None:
    pupils = (1000, 1249, 1250, 1499, 1500, 1501)
    found = [guards(n, 100, guard_rounding=rounding) for n in pupils]
    assert found == needs


@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(("basis", "need"), [("pupils", 2), ("headcount", 3)])
def test_who_is_counted_above_1000(basis: str, need: int) -> None:
    assert guards(1400, 100, guard_basis=basis) == need


@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(("step", "need"), [(500.0, 3), (400.0, 4), (250.0, 5)])
def test_the_region_sets_the_step(step: float, need: int) -> None:
    assert guards(1999, 100, guard_step=step) == need


@pytest.mark.row("002-07-1")
@pytest.mark.row("000-303-6")
@pytest.mark.parametrize(
    ("pupils", "boards", "certified", "trained", "have"),
    [
        (90, "none", 0, 1, 1),  # 99 people: the trained manager stands for the guard
        (90, "none", 0, 0, 0),
        (90, "none", 1, None, 1),  # a guard is enough, the manager need not be known
        (90, "none", 0, None, None),
        (91, "none", 0, 1, 0),  # 100 people: only guards count
        (90, "full", 1, 1, 1),  # a boarding school needs guards
        (90, "none", None, 1, None),
    ],
)
@pytest.mark.parametrize(("code", "name"), [(RISK, "guards-minimum"), (SWEEP, "guards-quota")])
def test_a_trained_manager_counts_below_100_only(
    code: str, name: str, pupils: float, boards: str, certified: Value, trained: Value, have: Value
) -> None:
    facts = school(
        pupils=pupils,
        staff=9.0,
        boarding_kind=boards,
        guards_certified=certified,
        safety_managers_trained=trained,
    )
    assert standard(code, name, facts)[0] == have


@pytest.mark.row("002-07-4")
def test_what_is_missing_is_unknown_never_met() -> None:
    for missing in ("pupils", "staff", "boarding_kind"):
        given: dict[str, Value] = {"pupils": 500, "staff": 50, "boarding_kind": "none", "guards_certified": 9}
        facts = school(**(given | {missing: None}))
        assert standard(RISK, "guards-minimum", facts)[1] is None


@pytest.mark.row("000-303-6")
@pytest.mark.row("002-07-1")
def test_only_valid_full_time_certificates_are_guards() -> None:
    fact = next(f for f in pack("common").facts if f.key == "guards_certified")
    assert fact.derive is not None
    assert fact.derive.distinct == "certificate"
    env = Catalogue.of(pack("common"), None).field_env("guard-certificate")
    assert env is not None
    where = parse(fact.derive.where or "", env)
    today = date(2026, 3, 18)
    for full_time, until, counted in (
        (True, today, True),
        (True, today - timedelta(days=1), False),
        (False, today, False),
    ):
        assert evaluate(where, {"full_time": full_time, "valid_until": until}, {}, today) is counted


# --- 000 三(五), 三(八)


@pytest.mark.row("000-305-3")
def test_bullying_is_looked_for_each_semester() -> None:
    found = rule(SWEEP, "bullying-survey")
    assert found.cadence is not None
    assert (found.register, found.cadence.every, found.where) == ("bullying-survey", "semester", None)
    assert asked(SWEEP, "bullying-survey", school()) == 1


FIRE_DAY = ("fire-day-self-check", "fire-day-drill", "fire-day-training", "fire-day-verification")


@pytest.mark.row("000-308-1")
@pytest.mark.row("000-308-2")
@pytest.mark.row("000-308-3")
@pytest.mark.row("000-308-4")
@pytest.mark.row("000-308-5")
@pytest.mark.parametrize("name", FIRE_DAY)
def test_four_things_on_the_first_wednesday(name: str) -> None:
    cadence = rule(SWEEP, name).cadence
    assert cadence is not None
    terms = (TermSpan("一", date(2025, 9, 1), date(2026, 1, 24)),)
    # September 2025 begins on a Monday, October with a holiday, November on a Saturday.
    found = periods(calendar(terms), cadence, date(2025, 9, 1), date(2025, 11, 30))
    assert [p.starts for p in found] == [date(2025, 9, 3), date(2025, 10, 9), date(2025, 11, 5)]
    assert all(p.ends - p.starts == timedelta(days=1) for p in found)
    assert asked(SWEEP, name, school()) == 1


@pytest.mark.row("000-308-1")
@pytest.mark.parametrize(
    ("params", "days"),
    [
        ({"fire_day_rule": "first-week"}, [3, 9, 5]),
        ({"fire_day_shift": "previous-school-day"}, [3, 9, 5]),
        ({"fire_day_shift": "none"}, [3, None, 5]),
    ],
)
def test_the_region_chooses_the_reading_and_the_shift(
    params: Mapping[str, Value], days: list[int | None]
) -> None:
    cadence = rule(SWEEP, "fire-day-drill", **params).cadence
    terms = (TermSpan("一", date(2025, 9, 1), date(2026, 1, 24)),)
    assert cadence is not None
    found = periods(calendar(terms), cadence, date(2025, 9, 1), date(2025, 11, 30))
    assert [None if p.excused else p.starts.day for p in found] == days


@pytest.mark.row("000-308-1")
def test_the_region_may_allow_the_whole_month() -> None:
    cadence = rule(SWEEP, "fire-day-drill", fire_day_window="month").cadence
    terms = (TermSpan("一", date(2025, 9, 1), date(2026, 1, 24)),)
    assert cadence is not None
    (found,) = periods(calendar(terms), cadence, date(2025, 11, 1), date(2025, 11, 30))
    assert (found.starts, found.ends) == (date(2025, 11, 1), date(2025, 12, 1))


@pytest.mark.row("000-308-1")
@pytest.mark.parametrize("name", FIRE_DAY)
def test_kindergartens_keep_the_fire_day_unless_switched_off(name: str) -> None:
    small, big = school("kindergarten"), school("primary")
    assert applies(SWEEP, name, small) is True
    assert applies(SWEEP, name, small, fire_day_kindergartens=False) is False
    assert applies(SWEEP, name, big, fire_day_kindergartens=False) is True


@pytest.mark.row("000-308-2")
@pytest.mark.parametrize(
    ("level", "full", "counted"),
    [("school", True, True), ("school", False, False), ("department", True, False)],
)
def test_the_fire_day_check_is_a_full_one(level: str, *, full: bool, counted: bool) -> None:
    assert counts(SWEEP, "fire-day-self-check", {"level": level, "full": full}) is counted


@pytest.mark.row("000-308-3")
@pytest.mark.parametrize(
    ("kind", "scenario", "evidence", "counted"),
    [
        ("fire-evacuation", "fire", 1.0, True),
        ("fire-evacuation", "fire", 0.0, False),
        ("comprehensive", "fire", 1.0, True),
        ("comprehensive", "earthquake", 1.0, False),
        ("evacuation", "fire", 1.0, False),
    ],
)
def test_the_fire_day_drill_fights_a_fire(
    kind: str, scenario: str, evidence: float, *, counted: bool
) -> None:
    record = {**DRILL, "kind": kind, "scenario": scenario, "evidence": evidence}
    assert counts(SWEEP, "fire-day-drill", record) is counted


@pytest.mark.row("000-308-3")
def test_one_drill_counts_for_three_requirements() -> None:
    """Ambiguity 3: what matches each kind counts for each."""
    drill = {**DRILL, "kind": "fire-evacuation", "scenario": "fire"}
    assert counts(SWEEP, "fire-day-drill", drill) is True
    assert counts(SWEEP, "evacuation-drill-monthly", drill) is True
    assert counts(RISK, "rescue-drill-monthly", drill) is True
    registers = {
        rule(code, name).register
        for code, name in (
            (SWEEP, "fire-day-drill"),
            (SWEEP, "evacuation-drill-monthly"),
            (RISK, "rescue-drill-monthly"),
        )
    }
    assert registers == {"drill"}


@pytest.mark.row("000-308-4")
def test_the_fire_day_training_has_its_own_register_with_photos() -> None:
    found = rule(SWEEP, "fire-day-training")
    assert (found.register, found.where) == ("fire-training", None)
    register = next(r for r in pack("common").registers if r.id == "fire-training")
    assert register.evidence == "photo"


@pytest.mark.row("000-308-5")
@pytest.mark.parametrize(
    ("findings", "verified", "counted"), [(3, 3, True), (3, 2, False), (0, 0, True), (3, 4, True)]
)
def test_every_finding_of_the_month_is_verified(findings: int, verified: int, *, counted: bool) -> None:
    record = {"findings": findings, "verified": verified}
    assert counts(SWEEP, "fire-day-verification", record) is counted


# --- 002


@pytest.mark.row("002-01-2")
@pytest.mark.row("002-01-3")
@pytest.mark.row("002-01-4")
@pytest.mark.parametrize(
    ("name", "hours", "types", "not_types", "stages"),
    [
        ("class-hours-primary", 14, ("primary", "nine-year", "special"), ("junior", "senior"), ("primary",)),
        ("class-hours-junior", 12, ("junior", "nine-year", "complete-secondary"), ("primary",), ("junior",)),
        (
            "class-hours-senior",
            8,
            ("senior", "vocational", "complete-secondary", "twelve-year"),
            ("nine-year", "university"),
            ("senior", "vocational"),
        ),
    ],
)
def test_safety_lessons_by_stage(
    name: str, hours: int, types: tuple[str, ...], not_types: tuple[str, ...], stages: tuple[str, ...]
) -> None:
    found = rule(RISK, name)
    assert found.cadence is not None
    assert (found.sum_field, found.cadence.every) == ("hours", "academic-year")
    assert asked(RISK, name, school()) == hours
    assert all(applies(RISK, name, school(t)) is True for t in types)
    assert all(applies(RISK, name, school(t)) is False for t in not_types)
    for stage in ("primary", "junior", "senior", "vocational"):
        lesson = {"stage": stage, "whole_stage": True, "hours": 2.0}
        assert counts(RISK, name, lesson) is (stage in stages)
        assert counts(RISK, name, {**lesson, "whole_stage": False}) is False


@pytest.mark.row("002-07-10")
@pytest.mark.parametrize(("managers", "met"), [(0, False), (1, True), (2, True)])
def test_every_dormitory_has_a_manager(managers: float, *, met: bool) -> None:
    facts = school(boarding_kind="full", managers=managers, for_girls=False)
    have, need = standard(RISK, "dormitory-manager", facts)
    assert rule(RISK, "dormitory-manager").per == "dormitory"
    assert (have >= need) is met  # type: ignore[operator]
    assert applies(RISK, "dormitory-manager", facts) is True
    assert applies(RISK, "dormitory-manager", school(boarding_kind="none")) is False


@pytest.mark.row("002-07-11")
@pytest.mark.parametrize(
    ("girls", "women", "asked_for", "met"),
    [(True, 0, True, False), (True, 1, True, True), (False, 0, False, False), (None, 1, None, True)],
)
def test_girls_have_a_female_manager(
    girls: bool | None, women: float, asked_for: bool | None, *, met: bool
) -> None:
    facts = school(boarding_kind="full", managers=3, female_managers=women, for_girls=girls)
    assert applies(RISK, "dormitory-manager-female", facts) is asked_for
    have, need = standard(RISK, "dormitory-manager-female", facts)
    assert rule(RISK, "dormitory-manager-female").per == "dormitory"
    assert (have >= need) is met  # type: ignore[operator]


@pytest.mark.row("002-07-12")
@pytest.mark.parametrize(
    ("unit_type", "pupils", "asked_for"),
    [
        ("junior", 599, False),
        ("junior", 600, True),
        ("vocational", 601, True),
        ("kindergarten", 700, False),
        ("junior", None, None),
    ],
)
def test_a_doctor_from_600_pupils_on(unit_type: str, pupils: Value, asked_for: bool | None) -> None:
    facts = school(unit_type, pupils=pupils, doctors=0)
    assert applies(RISK, "school-doctor", facts) is asked_for
    assert standard(RISK, "school-doctor", facts) == (0, 1)
    assert standard(RISK, "school-doctor", {**facts, "doctors": 1}) == (1, 1)


@pytest.mark.row("002-07-12")
def test_seconded_and_bought_doctors_count() -> None:
    fact = next(f for f in pack("common").facts if f.key == "doctors")
    assert fact.derive is not None
    env = Catalogue.of(pack("common"), None).field_env("health-staff")
    assert env is not None
    where = parse(fact.derive.where or "", env)
    assert where.facts == {"until"}
    today = date(2026, 3, 18)
    days = [(None, True), (today, True), (today - timedelta(days=1), False)]
    assert [evaluate(where, {"until": d}, {}, today) for d, _ in days] == [c for _, c in days]


@pytest.mark.row("002-11-5")
@pytest.mark.parametrize(("teachers", "met"), [(0, False), (1, True)])
def test_a_mental_health_teacher_at_every_school(teachers: float, *, met: bool) -> None:
    for unit_type in ("primary", "vocational", "kindergarten"):
        facts = school(unit_type, psychologists=teachers)
        have, need = standard(RISK, "mental-health-teacher", facts)
        assert applies(RISK, "mental-health-teacher", facts) is True
        assert (have >= need) is met  # type: ignore[operator]
    fact = next(f for f in pack("common").facts if f.key == "psychologists")
    assert fact.derive is not None
    assert "part_time" not in (fact.derive.where or "")


# --- 004


@pytest.mark.row("004-505-6")
def test_the_inspector_comes_before_vacations_and_after_openings() -> None:
    before, after = rule(NANTONG, "inspector-before-vacation"), rule(NANTONG, "inspector-after-opening")
    terms = (
        TermSpan("一", date(2025, 9, 1), date(2026, 1, 24)),
        TermSpan("二", date(2026, 3, 2), date(2026, 7, 4)),
    )
    year = calendar(terms)
    assert before.cadence is not None
    assert after.cadence is not None
    first, last = date(2025, 9, 1), date(2026, 7, 3)
    spans = [(p.starts, p.ends) for p in periods(year, before.cadence, first, last) if not p.excused]
    assert (date(2026, 1, 10), date(2026, 1, 24)) in spans
    opened = [(p.starts, p.ends) for p in periods(year, after.cadence, first, last)]
    assert opened == [
        (date(2025, 9, 1), date(2025, 9, 15)),
        (date(2026, 3, 2), date(2026, 3, 16)),
    ]
    for name in ("inspector-before-vacation", "inspector-after-opening"):
        assert counts(NANTONG, name, {"safety": True, "evidence": 1.0}) is True
        assert counts(NANTONG, name, {"safety": False, "evidence": 1.0}) is False
        assert counts(NANTONG, name, {"safety": True, "evidence": 0.0}) is False
        assert asked(NANTONG, name, school()) == 1
