"""Deadlines as a pure function: golden cases, both sides of each boundary, and what moves them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.cast import World

from anyuan.foundation.kernel.public import NotPermitted, Problem, Refused, clock
from anyuan.foundation.org.public import MissingCalendar, calendar_for
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.deadlines import Terms, count, due, judge_due, pushed, working_day_before

from . import helpers as h


class Weekdays:
    """Monday to Friday; nothing is known from 2030 on."""

    def is_working_day(self, day: date) -> bool:
        if day.year >= 2030:
            raise MissingCalendar("no list", day.year)
        return day.weekday() < 5

    def add_working_days(self, start: date, count: int) -> date:
        day = start
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day


WEEK = Weekdays()
D = date

GOLDEN = [
    # grade, start, pauses, expected day
    ("general", D(2026, 3, 18), (), D(2026, 4, 8)),
    ("", D(2026, 3, 18), (), D(2026, 4, 8)),
    ("major", D(2026, 3, 18), (), D(2026, 4, 29)),
    ("general", D(2026, 3, 20), (), D(2026, 4, 10)),
    ("general", D(2026, 3, 21), (), D(2026, 4, 10)),
    ("general", D(2026, 3, 22), (), D(2026, 4, 10)),
    ("general", D(2026, 3, 18), ((D(2026, 3, 23), D(2026, 3, 25)),), D(2026, 4, 10)),
    ("general", D(2026, 3, 18), ((D(2026, 3, 28), D(2026, 3, 30)),), D(2026, 4, 8)),
    ("general", D(2026, 3, 18), ((D(2026, 4, 8), D(2026, 4, 9)),), D(2026, 4, 9)),
    ("general", D(2026, 3, 18), ((D(2026, 4, 9), D(2026, 4, 20)),), D(2026, 4, 8)),
    (
        "general",
        D(2026, 3, 18),
        ((D(2026, 3, 23), D(2026, 3, 25)), (D(2026, 3, 24), D(2026, 3, 26))),
        D(2026, 4, 13),
    ),
]


@pytest.mark.parametrize(("grade", "start", "pauses", "expected"), GOLDEN)
def test_golden(grade: str, start: date, pauses: tuple[tuple[date, date], ...], expected: date) -> None:
    found = due(grade, start, Terms(), WEEK, pauses)
    assert found.day == expected
    assert found.due_at == clock.end_of(expected)
    assert expected.isoformat() in found.explain()
    assert not found.provisional


def test_a_missing_list_is_said_and_never_refuses() -> None:
    found = count(D(2029, 12, 28), 3, WEEK)
    assert (found.day, found.provisional) == (D(2030, 1, 2), True)
    assert count(D(2029, 12, 24), 3, WEEK).provisional is False
    assert len(found.explain()) > len(count(D(2029, 12, 24), 3, WEEK).explain())


def test_regions_tighten_only() -> None:
    terms = Terms().tightened(general_days=10, judge_days=9, warn_days=5, county_days=None)
    assert (terms.general_days, terms.judge_days, terms.warn_days, terms.county_days) == (10, 3, 5, 3)
    assert terms.tightened(general_days=12, warn_days=1) == terms


def test_judging_and_warning_days() -> None:
    assert judge_due(D(2026, 3, 20), Terms(), WEEK).day == D(2026, 3, 25)
    assert working_day_before(D(2026, 4, 8), 3, WEEK) == D(2026, 4, 3)


def test_a_pause_pushes_by_what_it_takes_out() -> None:
    assert pushed(D(2026, 4, 8), (D(2026, 3, 23), D(2026, 3, 25)), WEEK).day == D(2026, 4, 10)
    assert pushed(D(2026, 4, 8), (D(2026, 4, 9), D(2026, 4, 20)), WEEK).day == D(2026, 4, 8)
    assert pushed(D(2026, 4, 8), (D(2026, 4, 7), D(2026, 4, 11)), WEEK).day == D(2026, 4, 14)


def test_the_real_calendar_counts_holidays(world: World) -> None:
    """Qingming 2026 (4 to 6 April) and the make-up days are those of the official list."""
    hazard = h.registered(world)
    day = calendar_for(world.school).add_working_days(clock.today(), 15)
    assert hazard.due_at == hazard.first_due_at == clock.end_of(day)
    assert not hazard.due_provisional


def test_late_is_from_the_first_instant_after_the_day(world: World) -> None:
    hazard = h.rectifying(world)
    actor = world.actor("principal")
    with clock.at(hazard.due_at - timedelta(microseconds=1)):
        assert not h.fresh(hazard).is_late
        assert not hz.hazards(actor, hz.Filters(tab="late")).exists()
    with clock.at(hazard.due_at):
        assert h.fresh(hazard).is_late
        assert hz.hazards(actor, hz.Filters(tab="late")).get() == hazard


def test_more_time_is_asked_before_and_decided_above(world: World) -> None:
    hazard = h.rectifying(world)
    first = hazard.first_due_at
    logistics, county = world.actor("logistics"), world.actor("county_officer")
    day = clock.day_of(hazard.due_at) + timedelta(days=9)
    with clock.at(hazard.due_at), pytest.raises(Refused):
        hz.ask_extension(logistics, hazard, hz.AskExtension(day, "材料未到"))
    with clock.at(hazard.due_at - timedelta(seconds=1)):
        hazard = hz.ask_extension(logistics, hazard, hz.AskExtension(day, "材料未到"))
        with pytest.raises(Refused):
            hz.ask_extension(logistics, hazard, hz.AskExtension(day, "再要几天"))
        with pytest.raises(NotPermitted):
            hz.decide_extension(world.actor("principal"), hazard, hz.DecideExtension(True))
        assert [e.hazard_id for e in hz.to_do(county).extensions] == [hazard.pk]
        hazard = hz.decide_extension(county, hazard, hz.DecideExtension(True, "同意"))
    assert hazard.due_at == clock.end_of(day)
    assert (hazard.first_due_at, hazard.extensions) == (first, 1)


def test_refused_time_leaves_the_deadline(world: World) -> None:
    hazard = h.rectifying(world)
    day = clock.day_of(hazard.due_at) + timedelta(days=9)
    hazard = hz.ask_extension(world.actor("logistics"), hazard, hz.AskExtension(day, "材料未到"))
    county = world.actor("county_officer")
    with pytest.raises(Problem):
        hz.decide_extension(county, hazard, hz.DecideExtension(False))
    due_at = hazard.due_at
    hazard = hz.decide_extension(county, hazard, hz.DecideExtension(False, "理由不足"))
    assert (hazard.due_at, hazard.extensions) == (due_at, 0)


def test_of_a_major_one_the_listing_authority_decides(world: World) -> None:
    hazard = hz.commit(world.actor("safety_officer"), h.major(world, level="city"), h.commitments(world))
    day = clock.day_of(hazard.due_at) + timedelta(days=9)
    hazard = hz.ask_extension(world.actor("logistics"), hazard, hz.AskExtension(day, "需加固设计"))
    with pytest.raises(NotPermitted):
        hz.decide_extension(world.actor("county_officer"), hazard, hz.DecideExtension(True))
    assert hz.decide_extension(world.actor("city_officer"), hazard, hz.DecideExtension(True)).extensions == 1


def test_a_pause_is_given_from_above(world: World) -> None:
    hazard = h.rectifying(world)
    data = hz.Pause(D(2026, 3, 23), D(2026, 3, 24), "停工")
    with pytest.raises(NotPermitted):
        hz.pause(world.actor("principal"), hazard, data)
    moved = hz.pause(world.actor("county_officer"), hazard, data)
    day = calendar_for(world.school).add_working_days(clock.today(), 17)
    assert moved.due_at == clock.end_of(day)
    principal = world.actor("principal")
    said = hz.detail(principal, hz.find(principal, hazard.pk)).deadline
    assert len(said) == 3
    assert "2026-03-23" in said[1]
    assert day.isoformat() in said[2]


def test_a_region_tightens_and_open_deadlines_follow(world: World) -> None:
    hazard = h.rectifying(world)
    stranger = hz.register(
        world.actor("stranger_safety_officer"), h.registration(world, unit=world.stranger_school)
    )
    city, county = world.actor("city_officer"), world.actor("county_officer")
    hz.set_terms(city, world.city, hz.OwnTerms(general_days=12))
    with pytest.raises(Refused):
        hz.set_terms(county, world.county, hz.OwnTerms(general_days=13))
    with pytest.raises(NotPermitted):
        hz.set_terms(county, world.city, hz.OwnTerms(general_days=5))
    hz.set_terms(county, world.county, hz.OwnTerms(general_days=8))
    calendar = calendar_for(world.school)
    assert h.fresh(hazard).due_at == clock.end_of(calendar.add_working_days(clock.today(), 8))
    assert h.fresh(stranger).due_at == clock.end_of(calendar.add_working_days(clock.today(), 12))
