"""Two at once, for real: two threads, two connections, one row."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection
from tests.cast import NOW, World, make_world

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Conflict, Problem, Refused, clock, job_actor
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import State

from . import helpers as h
from . import requirements as r

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    """The cast, committed, so that both threads see it."""
    return make_world()


def _both(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment, each in its own connection; give results or problems in order."""
    barrier = Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def one(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            with clock.at(NOW):
                results[place] = act()
        except Problem as problem:
            results[place] = problem
        finally:
            connection.close()

    threads = [Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def _won(results: list[object]) -> list[hz.Hazard]:
    return [r for r in results if isinstance(r, hz.Hazard)]


@pytest.mark.parametrize("seen", [True, False])
def test_two_accept_at_once(world: World, seen: bool) -> None:
    hazard = h.submitted(world)
    stamp = hz.Stamp(version=hazard.version if seen else None)
    actors = [world.actor("principal"), world.actor("safety_officer")]
    results = _both(*(lambda a=a: hz.accept(a, hazard, hz.Accept(), stamp) for a in actors))
    assert len(_won(results)) == 1
    (lost,) = [r for r in results if not isinstance(r, hz.Hazard)]
    assert isinstance(lost, Conflict if seen else Refused)
    assert h.fresh(hazard).state == State.CLOSED
    assert hazard.steps.filter(move="accept").count() == 1
    assert Entry.everything.filter(subject_id=hazard.pk, verb="hazard.accept").count() == 1


def test_accept_against_send_back(world: World) -> None:
    hazard = h.submitted(world)
    principal, officer = world.actor("principal"), world.actor("safety_officer")
    results = _both(
        lambda: hz.accept(principal, hazard), lambda: hz.send_back(officer, hazard, hz.SendBack("不合格"))
    )
    assert len(_won(results)) == 1
    row = h.fresh(hazard)
    assert (row.state == State.CLOSED) == (row.returns == 0)


def test_two_county_officers_judge(world: World) -> None:
    hazard = h.suspected(world)
    county, city = world.actor("county_officer"), world.actor("city_officer")
    results = _both(
        lambda: hz.judge(county, hazard, h.judgement(world)),
        lambda: hz.judge(city, hazard, h.judgement(world, level="city")),
    )
    assert len(_won(results)) == 1
    assert hazard.steps.filter(move="judge").count() == 1


def test_two_complete_one_lead(world: World) -> None:
    lead = hz.report_lead(world.actor("teacher"), world.school, text="扶手松动", place_text="东楼梯")
    actors = [world.actor("principal"), world.actor("safety_officer")]
    data = h.registration(world)
    results = _both(*(lambda a=a: hz.complete_lead(a, lead, data) for a in actors))
    assert len(_won(results)) == 1
    assert hz.Hazard.everything.count() == 1


def test_numbers_stay_unique_and_gapless(world: World) -> None:
    officer = world.actor("safety_officer")
    results = _both(*(lambda: hz.register(officer, h.registration(world)) for _n in range(4)))
    assert sorted(row.number for row in _won(results)) == [f"AY-2026-{n:06d}" for n in range(1, 5)]


def test_the_alarm_rings_once(world: World) -> None:
    hazard = h.rectifying(world)
    assert hazard.interim_until is not None
    until = hazard.interim_until

    def ring() -> int:
        with clock.at(until):
            return hz.alarm_expired(job_actor("test"))

    assert sorted(_both(ring, ring)) == [0, 1]  # type: ignore[type-var]
    assert Entry.everything.filter(verb="hazard.interim-expired").count() == 1


def test_two_owners_answer_and_two_askers(world: World) -> None:
    hazard = h.rectifying(world)
    day = clock.day_of(hazard.due_at).replace(day=28)
    data = hz.AskExtension(day, "材料未到")
    logistics, principal = world.actor("logistics"), world.actor("principal")
    results = _both(
        lambda: hz.ask_extension(logistics, hazard, data), lambda: hz.ask_extension(principal, hazard, data)
    )
    assert len(_won(results)) == 1
    assert hazard.extension_requests.count() == 1


def test_two_accept_one_proposal(world: World) -> None:
    row = r.proposed(world)
    actors = [world.actor("county_officer"), world.actor("safety_officer")]
    results = _both(*(lambda a=a: hz.accept_proposal(a, row) for a in actors))
    assert len(_won(results)) == 1
    assert len([x for x in results if isinstance(x, Conflict)]) == 1
    assert hz.Hazard.everything.count() == 1


def test_two_look_at_once_and_propose_once(world: World) -> None:
    for number in range(20):
        r.verdict(r.requirement(f"r{number}"), world.school, "unmet")
    _both(*(lambda: hz.propose([world.school.pk]) for _n in range(2)))
    assert hz.Proposal.everything.filter(state="proposed").count() == 20


def test_the_database_keeps_one_hazard_per_cause(world: World) -> None:
    data = h.registration(world, requirement_key="invented/guards")
    officer = world.actor("safety_officer")

    def enter() -> object:
        try:
            return hz.register(officer, data)
        except IntegrityError as error:
            return error

    results = _both(enter, enter)
    assert len(_won(results)) == 1
    assert len([x for x in results if isinstance(x, IntegrityError)]) == 1
