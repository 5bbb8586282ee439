"""What packs, the organisation and the ledger must agree on; levels of checks, drills, daily reminders."""

from __future__ import annotations

from datetime import date

import pytest
from tests.policy.cadence.school import calendar
from tests.policy.required import DRILL, RISK, SWEEP, Facts, applies, asked, counts, rule, school, standard

from anyuan.foundation.org.calendar import TermSpan
from anyuan.foundation.org.public import STAGES, UnitType
from anyuan.rules.ledger.registers import BUILT_IN
from anyuan.rules.policy.catalogue import FIELD_TYPE
from anyuan.rules.policy.public import BUILT_IN_REGISTERS, Value, periods

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
