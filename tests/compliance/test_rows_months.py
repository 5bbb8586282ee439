"""Drills of a month count from its first minute to its last, also after the last school day it is due by.

October 2026 has its last school day on Friday the 30th, November its first on Monday the 2nd.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from tests.cast import World, as_action
from tests.compliance.engine import CITY, GUYUAN, derived, drill, instant, on, prepare, shape

from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import State

MONTHLY = [CITY + "evacuation-drill-monthly", GUYUAN + "rescue-drill-monthly"]


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-03-18"):
        prepare(world)
        shape(world.school, pupils=500, staff=40, boarding="none")
        yield


def state(unit: Unit, key: str, period: str) -> str:
    return derived(unit, key, period).state


@pytest.mark.row("000-301-4")
@pytest.mark.row("002-01-12")
@pytest.mark.parametrize("key", MONTHLY)
@pytest.mark.parametrize(("when", "october", "november"), [
    ("2026-09-30T23:59", State.LATE, State.DUE),
    ("2026-10-01T00:00", State.MET, State.DUE),  # a holiday
    ("2026-10-30T23:59", State.MET, State.DUE),  # the last school day
    ("2026-10-31T00:00", State.MET, State.DUE),  # a Saturday
    ("2026-10-31T23:59", State.MET, State.DUE),
    ("2026-11-01T00:00", State.LATE, State.MET),  # a Sunday
])  # fmt: skip
def test_a_drill_on_a_day_off_counts_for_its_own_month(
    world: World, key: str, when: str, october: str, november: str
) -> None:
    with on("2026-11-01T12:00"):
        drill(world.school, when)
        assert state(world.school, key, "2026-10") == october
        assert state(world.school, key, "2026-11") == november
        found = Verdict.everything.get(unit=world.school, key=key, period="2026-10")
        assert (found.starts, found.ends, found.due_at) == (
            date(2026, 10, 1),
            date(2026, 11, 1),
            instant("2026-10-31T00:00"),
        )


@pytest.mark.row("000-301-4")
@pytest.mark.row("002-01-12")
@pytest.mark.parametrize("key", MONTHLY)
def test_late_after_the_last_school_day_until_it_is_done_in_the_month(world: World, key: str) -> None:
    with on("2026-10-30T23:59"):
        assert state(world.school, key, "2026-10") == State.DUE
    with on("2026-10-31T00:00"):
        assert state(world.school, key, "2026-10") == State.LATE
        drill(world.school, "2026-10-31T00:00")
        assert state(world.school, key, "2026-10") == State.MET
    with on("2026-11-02"):
        assert state(world.school, key, "2026-10") == State.MET


@pytest.mark.parametrize(("opened", "answer"), [
    (date(2026, 7, 2), State.LATE),
    (date(2026, 7, 3), State.EXCUSED),
    (date(2026, 7, 15), State.EXCUSED),
])  # fmt: skip
def test_a_school_that_opened_in_a_month_whose_last_school_day_was_the_third(
    world: World, opened: date, answer: str
) -> None:
    with as_action():
        world.school.opened_on = opened
        world.school.save(update_fields=["opened_on"])
    with on("2026-07-20"):
        assert state(world.school, MONTHLY[0], "2026-07") == answer


@pytest.mark.parametrize(("now", "day"), [
    ("2026-01-24T00:00", "2026-01-23"),  # in the vacation, with a week of January to come
    ("2026-02-02T10:00", "2026-01-23"),
    ("2026-10-31T10:00", "2026-10-30"),
])  # fmt: skip
def test_a_late_month_is_made_up_for_its_last_school_day(world: World, now: str, day: str) -> None:
    with on(now):
        found = derived(world.school, MONTHLY[0], day[:7])
        assert found.state == State.LATE
        page = world.client("principal").get(f"/compliance/verdicts/{found.pk}/")
        assert page.context["to_do"].endswith(f"/drill/new/?stands_for={day}")
