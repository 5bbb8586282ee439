"""The fire day with its four things, and the survey of bullying."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from tests.policy.cadence.school import calendar
from tests.policy.required import DRILL, RISK, SWEEP, applies, asked, counts, pack, rule, school

from anyuan.foundation.org.calendar import TermSpan
from anyuan.rules.policy.public import Value, periods

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
    ("findings", "verified", "rectified", "counted"),
    [
        (3, 3, 0, True),
        (3, 3, 3, True),
        (3, 3, 4, False),
        (3, 2, 2, False),
        (3, 4, 3, False),  # nothing is verified that was not found
        (0, 0, 0, True),
        (0, 0, 1, False),
        (3, 9, 99, False),
    ],
)
def test_every_finding_of_the_month_is_verified(
    findings: int, verified: int, rectified: int, *, counted: bool
) -> None:
    record = {"findings": findings, "verified": verified, "rectified": rectified}
    assert counts(SWEEP, "fire-day-verification", record) is counted
