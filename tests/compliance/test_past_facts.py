"""A period keeps what was known of the school, and who its classes were, on its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.cast import World, as_action
from tests.compliance.engine import CITY, JOB, derived, did, know, on, prepare, shape

from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import State, evaluate, rebuild, refresh
from anyuan.rules.ledger.public import FactsSpan, Subject, close_subject, refresh_facts, set_facts

BUS_DRILL = CITY + "bus-drill"
REMINDER = CITY + "reminder-daily"
LAST_TERM = "2025-26/1"


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2025-09-10"):
        prepare(world)
        shape(world.school, pupils=500, staff=40, boarding="none")
        know(world.school, commuter_vehicles=0)
    with on("2026-06-10"):
        know(world.school, commuter_vehicles=0)
        yield


def buses(unit: Unit, number: int, valid_from: date | None = None) -> None:
    set_facts(JOB, unit, {"school_buses": number}, valid_from=valid_from)


def states(unit: Unit, key: str) -> dict[str, str]:
    refresh([unit.pk])
    return dict(Verdict.everything.filter(unit=unit, key=key).values_list("period", "state"))


def assert_derived(unit: Unit) -> None:
    """What is stored is what everything derived at once comes to."""
    assert rebuild(JOB, check=True, path=unit.path).differences == ()


def test_no_buses_today_leaves_what_was_owed_for_them_before(world: World) -> None:
    school = world.school
    with on("2026-03-02"):
        buses(school, 2)
    assert states(school, BUS_DRILL)[LAST_TERM] == State.UNMET
    with on("2026-06-11"):
        buses(school, 0)
        # In January nobody had said it: the two of March are the first that are known.
        assert states(school, BUS_DRILL) == {LAST_TERM: State.UNMET, "": State.NOT_APPLICABLE}
        assert_derived(school)


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (date(2026, 1, 24), {LAST_TERM: State.UNMET, "": State.NOT_APPLICABLE}),
        (date(2026, 1, 23), {"": State.NOT_APPLICABLE}),
    ],
)
def test_a_correction_of_the_past_decides_what_was_owed_then(
    world: World, gone: date, left: dict[str, str]
) -> None:
    """The last day of the autumn term is 23 January."""
    school = world.school
    with on("2026-03-02"):
        buses(school, 2, valid_from=date(2025, 9, 1))
    assert LAST_TERM in states(school, BUS_DRILL)
    buses(school, 0, valid_from=gone)
    assert states(school, BUS_DRILL) == left
    assert_derived(school)


def test_what_nobody_had_said_is_filled_from_what_was_said_first(world: World) -> None:
    school = world.school
    assert states(school, BUS_DRILL) == {"": State.UNKNOWN}
    with on("2026-06-11"):
        buses(school, 2)
        assert states(school, BUS_DRILL)[LAST_TERM] == State.UNMET
        assert_derived(school)


def test_the_oldest_facts_that_are_kept_hold_before_them_too(world: World) -> None:
    school = world.school
    with on("2026-03-02"):
        buses(school, 2)
    with on("2026-06-11"):
        buses(school, 0)
        refresh_facts([school.pk])
        FactsSpan.objects.filter(unit=school, ends__lte=date(2026, 3, 2)).delete()
        assert FactsSpan.objects.filter(unit=school).exists()
        assert states(school, BUS_DRILL)[LAST_TERM] == State.UNMET


def test_another_day_is_shown_with_what_was_known_then(world: World) -> None:
    school = world.school
    with on("2026-03-02"):
        buses(school, 2)
    with on("2026-06-11"):
        buses(school, 0)
        states(school, BUS_DRILL)
        rows = evaluate(world.actor("safety_officer"), school, date(2026, 6, 10))
        shown = {row["period"]: row["state"] for row in rows if row["key"] == BUS_DRILL}
        assert shown[LAST_TERM] == State.UNMET
        assert "" not in shown


# -- classes


def add_class(unit: Unit, code: str) -> Subject:
    with as_action():
        return Subject.objects.create(unit=unit, kind="class", code=code, name=f"{code}班")


def remind(subject: Subject, when: str) -> None:
    data = {"kind": "daily", "minutes": 1, "topic": "交通"}
    did(subject.unit, "reminder-1530", when, data, subject=subject)


def test_the_days_of_a_class_that_ended_stay(world: World) -> None:
    school = world.school
    ending, other = add_class(school, "1"), add_class(school, "2")
    before = states(school, REMINDER)
    assert State.LATE in before.values()
    with on("2026-06-10T17:00"):
        close_subject(JOB, ending, date(2026, 6, 10))
        refresh([school.pk])
        rows = Verdict.everything.filter(unit=school, key=REMINDER, subject=ending)
        assert set(rows.values_list("period", flat=True)) == {day for day in before if day < "2026-06-10"}
        assert not rows.filter(standing=True).exists()
        standing = Verdict.everything.filter(unit=school, key=REMINDER, standing=True)
        assert {v.subject_id for v in standing} == {other.pk}
        assert all(v.leads for v in standing)
        assert_derived(school)


def test_without_any_class_left_one_is_lacking(world: World) -> None:
    school = world.school
    only = add_class(school, "1")
    states(school, REMINDER)
    close_subject(JOB, only, date(2026, 6, 10))
    refresh([school.pk])
    assert derived(school, REMINDER).missing == ["subject:class"]


# -- which of several speaks


def leaders(unit: Unit, period: str) -> list[tuple[str, str]]:
    refresh([unit.pk])
    rows = Verdict.everything.filter(unit=unit, key=REMINDER, period=period, leads=True)
    return list(rows.values_list("subject_code", "state"))


def test_the_worst_class_speaks_for_the_school(world: World) -> None:
    school = world.school
    first, second = add_class(school, "1"), add_class(school, "2")
    assert leaders(school, "2026-06-09") == [("1", State.LATE)]
    remind(first, "2026-06-09T16:00")
    assert leaders(school, "2026-06-09") == [("2", State.LATE)]
    remind(second, "2026-06-09T16:05")
    assert leaders(school, "2026-06-09") == [("1", State.MET)]


def test_a_class_that_is_still_due_speaks_before_one_that_is_done(world: World) -> None:
    school = world.school
    first, _second = add_class(school, "1"), add_class(school, "2")
    remind(first, "2026-06-10T11:50")
    assert leaders(school, "2026-06-10") == [("2", State.DUE)]


def test_a_wrong_leader_is_found_and_put_right(world: World) -> None:
    school = world.school
    add_class(school, "1")
    add_class(school, "2")
    assert leaders(school, "2026-06-09") == [("1", State.LATE)]
    Verdict.everything.filter(unit=school, period="2026-06-09").update(leads=True)
    assert [c.subject for c in rebuild(JOB, check=True, path=school.path).differences] == ["2"]
    rebuild(JOB, path=school.path)
    assert leaders(school, "2026-06-09") == [("1", State.LATE)]
    assert_derived(school)
