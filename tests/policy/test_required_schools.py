"""Safety lessons, dormitories, doctors, counsellors, and the visits of the inspector."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.policy.cadence.school import calendar
from tests.policy.required import NANTONG, RISK, applies, asked, counts, pack, rule, school, standard

from anyuan.foundation.org.calendar import TermSpan
from anyuan.rules.policy.catalogue import Catalogue
from anyuan.rules.policy.public import Value, evaluate, parse, periods

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
