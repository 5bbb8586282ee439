"""What was known of a unit on past days: every way it may change, both sides of each day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import World

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.foundation.org.models import Unit
from anyuan.rules.ledger.models import FactsDoubt
from anyuan.rules.ledger.public import (
    FactsSpan,
    NewFacts,
    NewRecord,
    Record,
    UnitFacts,
    approve_record,
    confirm_facts,
    drop_old_facts,
    facts_on,
    record_many,
    refresh_facts,
    refuse_record,
    replace_record,
    set_facts,
    set_facts_many,
    void_record,
)
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
JOB = job_actor("test")
D = date


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()


@contextmanager
def on(day: date, hour: int = 2) -> Iterator[None]:
    """Stand on a day, at ten in the morning in Shanghai unless another hour (UTC) is given."""
    with clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)):
        yield


def refresh(world: World, day: date) -> set[object]:
    with on(day):
        return set(refresh_facts([world.school.pk]))


def declare(world: World, day: date, values: dict[str, object], since: date | None = None) -> None:
    with on(day):
        set_facts(JOB, world.school, values, valid_from=since)


def then(world: World, day: date) -> dict[str, object]:
    """The stored facts of a day, as whoever judges a period of the past reads them."""
    now = UnitFacts.objects.get(unit=world.school)
    if now.since <= day:
        return dict(now.facts)
    found = FactsSpan.objects.get(unit=world.school, starts__lte=day, ends__gt=day)
    return dict(found.facts)


def check(world: World, today: date, since: date) -> None:
    """The stored past is what the sources say of each day, without gap or overlap."""
    for back in range((today - since).days + 1):
        day = since + timedelta(days=back)
        assert then(world, day) == facts_on([world.school.pk], day)[world.school.pk], day
    spans = list(FactsSpan.objects.filter(unit=world.school).order_by("starts"))
    ends = [s.ends for s in spans]
    starts = [s.starts for s in spans] + [UnitFacts.objects.get(unit=world.school).since]
    assert starts[1:] == ends
    assert starts[0] == date.min
    assert not FactsDoubt.objects.exists()


def test_a_new_unit_has_no_past(world: World) -> None:
    declare(world, D(2026, 3, 18), {"check_points": 5}, D(2026, 3, 2))
    assert refresh(world, D(2026, 3, 18)) == {world.school.pk}
    assert not FactsSpan.objects.exists()
    assert then(world, D(2025, 1, 1))["check_points"] == 5
    assert refresh(world, D(2026, 3, 18)) == set()


def test_what_stood_before_there_was_a_past_held_always(world: World) -> None:
    declare(world, D(2026, 3, 1), {"check_points": 5})
    refresh(world, D(2026, 3, 1))
    UnitFacts.objects.update(org={}, since=date.min, seen_on=date.min)
    refresh(world, D(2026, 3, 10))
    assert not FactsSpan.objects.exists()
    assert UnitFacts.objects.get(unit=world.school).since == date.min
    UnitFacts.objects.update(org={}, seen_on=date.min)
    declare(world, D(2026, 3, 11), {"check_points": 6})
    refresh(world, D(2026, 3, 11))
    span = FactsSpan.objects.get()
    assert (span.starts, span.ends, span.facts["check_points"]) == (date.min, D(2026, 3, 11), 5)


def test_a_plain_change_ends_yesterday(world: World) -> None:
    declare(world, D(2028, 2, 20), {"check_points": 5})
    refresh(world, D(2028, 2, 20))
    declare(world, D(2028, 2, 29), {"check_points": 6})
    assert refresh(world, D(2028, 2, 29)) == {world.school.pk}
    assert [then(world, D(2028, 2, d))["check_points"] for d in (28, 29)] == [5, 6]
    declare(world, D(2028, 3, 1), {"check_points": 7})
    refresh(world, D(2028, 3, 1))
    assert [then(world, d)["check_points"] for d in (D(2028, 2, 28), D(2028, 2, 29), D(2028, 3, 1))] == [
        5,
        6,
        7,
    ]
    assert FactsSpan.objects.count() == 2


def test_twice_on_one_day_leaves_one_past(world: World) -> None:
    declare(world, D(2026, 3, 10), {"check_points": 5})
    refresh(world, D(2026, 3, 10))
    for value in (6, 7):
        declare(world, D(2026, 3, 12), {"check_points": value})
        refresh(world, D(2026, 3, 12))
    assert [s.facts["check_points"] for s in FactsSpan.objects.all()] == [5]
    assert then(world, D(2026, 3, 12))["check_points"] == 7


def test_entered_at_night_and_refreshed_the_next_day_it_holds_on_its_own_day(world: World) -> None:
    declare(world, D(2026, 3, 10), {"check_points": 5})
    refresh(world, D(2026, 3, 10))
    refresh(world, D(2026, 3, 12))
    declare(world, D(2026, 3, 12), {"check_points": 6})
    refresh(world, D(2026, 3, 13))
    assert [then(world, D(2026, 3, d))["check_points"] for d in (11, 12, 13)] == [5, 6, 6]
    check(world, D(2026, 3, 13), D(2026, 3, 10))


def test_a_first_day_in_the_past_rewrites_from_that_day_on(world: World) -> None:
    refresh(world, D(2028, 2, 1))
    declare(world, D(2028, 3, 5), {"check_points": 8}, D(2028, 2, 29))
    assert refresh(world, D(2028, 3, 5)) == {world.school.pk}
    assert "check_points" not in then(world, D(2028, 2, 28))
    assert then(world, D(2028, 2, 29))["check_points"] == 8
    check(world, D(2028, 3, 5), D(2028, 2, 1))


def test_a_correction_between_two_values_changes_only_those_days(world: World) -> None:
    refresh(world, D(2026, 3, 1))
    declare(world, D(2026, 3, 20), {"check_points": 10}, D(2026, 3, 1))
    declare(world, D(2026, 3, 20), {"check_points": 12}, D(2026, 3, 10))
    refresh(world, D(2026, 3, 20))
    declare(world, D(2026, 3, 21), {"check_points": 11}, D(2026, 3, 5))
    assert refresh(world, D(2026, 3, 21)) == {world.school.pk}
    assert [then(world, D(2026, 3, d))["check_points"] for d in (4, 5, 9, 10)] == [10, 11, 11, 12]
    check(world, D(2026, 3, 21), D(2026, 2, 20))
    declare(world, D(2026, 3, 21), {"check_points": 10}, D(2026, 3, 5))
    refresh(world, D(2026, 3, 21))
    assert [then(world, D(2026, 3, d))["check_points"] for d in (4, 5, 9, 10)] == [10, 10, 10, 12]
    assert FactsSpan.objects.filter(facts__check_points=10).count() == 1


def test_a_value_taken_back_for_the_past_is_unknown_then(world: World) -> None:
    refresh(world, D(2026, 3, 1))
    declare(world, D(2026, 3, 2), {"check_points": 10})
    refresh(world, D(2026, 3, 2))
    declare(world, D(2026, 3, 9), {"check_points": None}, D(2026, 3, 5))
    refresh(world, D(2026, 3, 9))
    assert then(world, D(2026, 3, 4))["check_points"] == 10
    assert "check_points" not in then(world, D(2026, 3, 5))


@pytest.mark.parametrize("slept", [0, 4])
def test_what_runs_out_is_known_to_its_last_day_even_when_nobody_was_awake(world: World, slept: int) -> None:
    refresh(world, D(2027, 2, 28))
    declare(world, D(2027, 3, 1), {"check_points": 10})
    refresh(world, D(2027, 3, 1))
    last = D(2028, 2, 29)
    assert last == D(2027, 3, 1) + timedelta(days=365)
    refresh(world, last)
    today = last + timedelta(days=1 + slept)
    assert refresh(world, today) == {world.school.pk}
    assert then(world, last)["check_points"] == 10
    assert "check_points" not in then(world, D(2028, 3, 1))
    check(world, today, D(2028, 2, 1))
    with on(today):
        confirm_facts(JOB, world.school, ["check_points"])
    refresh(world, today)
    assert then(world, D(2028, 3, 1))["check_points"] == 10
    assert FactsSpan.objects.filter(facts__check_points=10).count() == 0


def guard(world: World, number: str, done: date, until: date, unit: Unit | None = None) -> NewRecord:
    data = {
        "name": "张三",
        "certificate": number,
        "full_time": True,
        "employer": "school",
        "valid_until": until.isoformat(),
    }
    return NewRecord("guard-certificate", unit or world.school, clock.start_of(done), data)


def test_certificates_count_from_their_day_to_their_last(world: World) -> None:
    refresh(world, D(2028, 2, 10))
    with on(D(2028, 2, 20)):
        record_many(JOB, [
            guard(world, "1", D(2028, 2, 18), D(2028, 2, 28)),
            guard(world, "2", D(2028, 2, 19), D(2028, 2, 29)),
        ])  # fmt: skip
    refresh(world, D(2028, 2, 20))
    assert "guards_certified" not in then(world, D(2028, 2, 17))
    assert [then(world, D(2028, 2, d))["guards_certified"] for d in (18, 19, 20)] == [1, 2, 2]
    refresh(world, D(2028, 3, 3))
    days = [D(2028, 2, 28), D(2028, 2, 29), D(2028, 3, 1)]
    assert [then(world, d)["guards_certified"] for d in days] == [2, 1, 0]
    check(world, D(2028, 3, 3), D(2028, 2, 10))


def test_a_voided_certificate_never_counted_and_a_corrected_one_counts_as_corrected(world: World) -> None:
    with on(D(2026, 3, 1)):
        refresh_facts([world.school.pk])
        record_many(JOB, [guard(world, "1", D(2026, 2, 26), D(2027, 1, 1))])
        record_many(JOB, [guard(world, "2", D(2026, 2, 27), D(2027, 1, 1))])
    refresh(world, D(2026, 3, 1))
    first, other = Record.everything.order_by("occurred_at")
    with on(D(2026, 3, 2)):
        void_record(JOB, first, "never came")
        replace_record(JOB, other, {**other.data, "valid_until": "2026-03-03"}, "misread")
    assert refresh(world, D(2026, 3, 6)) == {world.school.pk}
    assert [then(world, D(2026, 3, d))["guards_certified"] for d in (1, 3, 4)] == [1, 1, 0]
    assert "guards_certified" not in then(world, D(2026, 2, 26))
    check(world, D(2026, 3, 6), D(2026, 2, 20))


def test_a_late_correction_of_a_certificate_counts_from_its_approval_on(world: World) -> None:
    refresh(world, D(2026, 2, 20))
    with on(D(2026, 3, 1)):
        record_many(JOB, [guard(world, "1", D(2026, 3, 1), D(2027, 1, 1))])
    refresh(world, D(2026, 3, 1))
    made = Record.everything.get()
    wrong = {**made.data, "valid_until": "2026-03-03"}

    def counted(day: int) -> list[object]:
        refresh(world, D(2026, 3, day))
        check(world, D(2026, 3, day), D(2026, 2, 26))
        return [then(world, D(2026, 3, d))["guards_certified"] for d in (3, 4)]

    with on(D(2026, 3, 10)):
        refused = replace_record(JOB, made, wrong, "misread")
    assert counted(10) == [1, 1]
    with on(D(2026, 3, 11)):
        refuse_record(JOB, refused, "read well")
    assert counted(11) == [1, 1]
    with on(D(2026, 3, 12)):
        approve_record(JOB, replace_record(JOB, made, wrong, "misread"))
    assert counted(12) == [1, 0]


def test_what_is_worked_out_follows_its_inputs(world: World) -> None:
    refresh(world, D(2026, 3, 1))
    declare(world, D(2026, 3, 10), {"school_buses": 2}, D(2026, 3, 4))
    refresh(world, D(2026, 3, 10))
    assert "has_bus" not in then(world, D(2026, 3, 3))
    assert then(world, D(2026, 3, 4))["has_bus"] is True
    check(world, D(2026, 3, 10), D(2026, 2, 20))


def test_the_organisation_keeps_no_past_so_it_is_kept_here(world: World) -> None:
    units = Unit.everything.filter(pk=world.school.pk)
    units.update(pupils=900, staff=50)
    refresh(world, D(2028, 2, 1))
    units.update(pupils=1200)
    refresh(world, D(2028, 2, 29))
    assert [then(world, D(2028, 2, d))["headcount"] for d in (28, 29)] == [950, 1250]
    declare(world, D(2028, 3, 10), {"check_points": 3}, D(2028, 2, 20))
    units.update(pupils=1300)
    refresh(world, D(2028, 3, 10))
    days = [D(2028, 2, 19), D(2028, 2, 28), D(2028, 2, 29), D(2028, 3, 9), D(2028, 3, 10)]
    assert [then(world, d)["headcount"] for d in days] == [950, 950, 1250, 1250, 1350]
    assert [then(world, d).get("check_points") for d in days] == [None, 3, 3, 3, 3]
    assert FactsSpan.objects.count() == 3


def change(world: World, choice: random.Random, today: date, past: date) -> None:
    """Say or enter something about a day of the past, or take it back."""
    newest = Record.everything.filter(state="valid").order_by("-id")
    what = choice.randrange(6)
    if what < 2:
        key, value = choice.choice(["check_points", "school_buses"]), choice.choice([None, 3, 4, 5])
        set_facts(JOB, world.school, {key: value}, valid_from=past)
    elif what == 2:
        until = past + timedelta(days=choice.randint(0, 30))
        record_many(JOB, [guard(world, str(choice.randint(1, 4)), past, until)])
        for row in Record.everything.filter(state="pending"):
            approve_record(JOB, row)
    elif newest and what == 3:
        void_record(JOB, newest[len(newest) - 1], "wrong")
    elif newest and what == 4:
        replace_record(JOB, newest[0], {**newest[0].data, "valid_until": today.isoformat()}, "misread")


def test_whatever_happens_each_day_is_what_the_sources_say_of_it(world: World) -> None:
    choice = random.Random(2)
    first = today = D(2028, 1, 20)
    refresh(world, today)
    for step in range(32):
        with on(today, hour=3 + step % 9):
            change(world, choice, today, today - timedelta(days=choice.randint(0, (today - first).days)))
        if choice.random() < 0.7:
            refresh(world, today)
        today += timedelta(days=choice.choice([0, 0, 1, 2, 5]))
        if step % 8 == 7:
            refresh(world, today)
            check(world, today, first)
    assert FactsSpan.objects.count() > 5


def test_a_clock_set_back_leaves_no_day_twice(world: World) -> None:
    declare(world, D(2026, 3, 1), {"check_points": 1})
    refresh(world, D(2026, 3, 1))
    declare(world, D(2026, 3, 10), {"check_points": 2})
    refresh(world, D(2026, 3, 10))
    declare(world, D(2026, 3, 5), {"check_points": 3})
    refresh(world, D(2026, 3, 5))
    assert then(world, D(2026, 3, 4))["check_points"] == 1
    assert then(world, D(2026, 3, 5))["check_points"] == 3
    assert FactsSpan.objects.get().ends == D(2026, 3, 5)


def test_four_hundred_days_are_kept(world: World) -> None:
    declare(world, D(2026, 3, 1), {"check_points": 1})
    refresh(world, D(2026, 3, 1))
    declare(world, D(2026, 3, 2), {"check_points": 2})
    refresh(world, D(2026, 3, 2))
    last = D(2026, 3, 2) + timedelta(days=400)
    assert drop_old_facts(last - timedelta(days=1)) == 0
    assert drop_old_facts(last) == 1


def test_a_past_before_what_is_kept_is_not_written(world: World) -> None:
    refresh(world, D(2026, 3, 1))
    today = D(2028, 3, 1)
    declare(world, today, {"check_points": 1}, D(2026, 3, 5))
    refresh(world, today)
    first = today - timedelta(days=400)
    assert then(world, first).get("check_points") == 1
    assert "check_points" not in then(world, first - timedelta(days=1))


def test_two_schools_take_as_many_statements_as_one(world: World) -> None:
    with on(D(2026, 3, 1)):
        refresh_facts(None)
    counts = []
    for n, schools in enumerate(([world.school], [world.school, world.sister]), start=2):
        with on(D(2026, 3, 10 + n)):
            rows = [NewFacts(s, {"check_points": n}) for s in schools]
            set_facts_many(JOB, rows, valid_from=D(2026, 3, n))
            record_many(
                JOB, [guard(world, f"{n}{i}", D(2026, 3, n), D(2027, 1, 1), s) for i, s in enumerate(schools)]
            )
            with CaptureQueriesContext(connection) as asked:
                refresh_facts(None)
            counts.append(len(asked))
    assert counts[0] == counts[1]
    assert FactsSpan.objects.filter(unit=world.sister).count() == 1
