"""What the clock and a departure do, and the ladders of reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.cast import NOW, World, as_action

from anyuan.foundation.journal.public import Entry, tells_of
from anyuan.foundation.kernel.public import Actor, clock, job_actor
from anyuan.foundation.notify.public import Ladder, climb_due
from anyuan.foundation.org.public import calendar_for, merge_units, move_unit
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.actions.upkeep import hand_over_tasks

from . import helpers as h

CLOCK = job_actor("test.clock")


def _told(hazard: hz.Hazard, verb: str) -> list[tuple[datetime, set[object]]]:
    """(instant, people ids and post pairs) of each entry of ``verb`` about a hazard."""
    found = []
    for entry in Entry.everything.filter(subject_id=hazard.pk, verb=verb).order_by("id"):
        who: set[object] = set()
        for tell in tells_of(entry):
            who |= set(tell.people) | {tuple(p) for p in tell.posts}
        found.append((entry.occurred_at, who))
    return found


def test_expired_protection_alarms_once_and_escalates(world: World) -> None:
    hazard = h.rectifying(world)
    assert hazard.interim_until is not None
    with clock.at(hazard.interim_until - timedelta(seconds=1)):
        assert hz.alarm_expired(CLOCK) == 0
    with clock.at(hazard.interim_until + timedelta(days=2)):
        assert hz.alarm_expired(CLOCK) == 1
        assert hz.alarm_expired(CLOCK) == 0
        hz.set_interim(world.actor("principal"), hazard, hz.Interim("续设", clock.today()))
    with clock.at(hazard.interim_until + timedelta(days=4)):
        assert hz.alarm_expired(CLOCK) == 1
    told = _told(hazard, "hazard.interim-expired")
    assert len(told) == 2
    who = told[0][1]
    assert {world.people["logistics"].pk, world.people["teacher"].pk} <= who
    assert {(world.school.pk, "principal"), (world.county.pk, "county-officer")} <= who


def test_the_ladder_of_a_general_hazard(world: World) -> None:
    hazard = h.rectifying(world)
    calendar = calendar_for(world.school)
    due_day = clock.day_of(hazard.due_at - timedelta(seconds=1))
    warn = clock.start_of(calendar.add_working_days(due_day, -3))
    late = clock.end_of(calendar.add_working_days(due_day, 3))
    with clock.at(warn - timedelta(seconds=1)):
        assert climb_due() == 0
    with clock.at(late + timedelta(days=10)):
        climb_due()
    told = _told(hazard, "notify.rung")
    assert [at for at, _who in told] == [warn, hazard.due_at, late]
    assert world.people["logistics"].pk in told[0][1]
    assert (world.school.pk, "principal") in told[1][1]
    assert (world.county.pk, "county-officer") in told[2][1]
    assert not any((world.city.pk, "city-officer") in who for _at, who in told)


def test_a_closed_hazard_reminds_nobody(world: World) -> None:
    hazard = h.submitted(world)
    assert Ladder.objects.filter(subject_id=hazard.pk).exists()
    hz.accept(world.actor("principal"), hazard)
    assert not Ladder.objects.filter(subject_id=hazard.pk).exists()


def test_a_major_one_reminds_its_supervisor_daily_and_the_city_leader_when_late(world: World) -> None:
    hazard = h.major(world)
    with clock.at(hazard.due_at + timedelta(minutes=1)):
        climb_due()
    told = _told(hazard, "notify.rung")
    daily = [at for at, who in told if world.people["county_leader"].pk in who or not who]
    days = (clock.day_of(hazard.due_at) - clock.day_of(NOW)).days
    assert len(daily) == days
    assert [at for at, who in told if (world.city.pk, "city-leader") in who] == [hazard.due_at]


def test_a_county_that_does_not_judge_is_reminded(world: World) -> None:
    hazard = h.suspected(world)
    assert hazard.judge_due_at == clock.end_of(calendar_for(world.school).add_working_days(clock.today(), 3))
    with clock.at(hazard.judge_due_at):
        climb_due()
    who = _told(hazard, "notify.rung")[-1][1]
    assert {(world.county.pk, "county-leader"), (world.city.pk, "city-officer")} <= who


@pytest.mark.parametrize("heir", ["electrician", None])
def test_who_goes_leaves_nothing_behind(world: World, heir: str | None) -> None:
    hazard = h.rectifying(world)
    closed = hz.accept(world.actor("principal"), h.submitted(world))
    person = world.people["logistics"]
    successor = world.people[heir] if heir else None
    actor: Actor = world.actor("county_officer")
    assert hand_over_tasks(actor, person, world.school, successor) == 1
    assert h.fresh(hazard).responsible_id == (successor.pk if successor else None)
    assert h.fresh(closed).responsible_id == person.pk
    if successor:
        assert hz.to_do(world.actor("electrician")).to_rectify == [hazard]


def _ladder_people(hazard: hz.Hazard) -> str:
    return str(Ladder.objects.get(subject_id=hazard.pk).rungs)


def test_the_reminders_of_who_goes_come_to_the_heir(world: World) -> None:
    hazard = h.rectifying(world)
    gone, heir = world.people["logistics"], world.people["electrician"]
    with as_action():
        hand_over_tasks(CLOCK, gone, world.school, heir)
    assert str(gone.pk) not in _ladder_people(hazard)
    assert str(heir.pk) in _ladder_people(hazard)


def test_a_moved_school_reminds_its_new_county_and_not_its_old_one(world: World) -> None:
    hazard, major = h.rectifying(world), h.suspected(world)
    warned = hazard.due_at - timedelta(hours=1)
    with clock.at(warned):
        climb_due()
        before = Entry.everything.filter(subject_id=hazard.pk, verb="notify.rung").count()
        assert before == 1
        move_unit(world.actor("city_officer"), world.school, world.next_county)
        for row in (hazard, major):
            told = _ladder_people(row)
            assert str(world.county.pk) not in told
            assert str(world.next_county.pk) in told
            assert Ladder.objects.get(subject_id=row.pk).path.startswith(world.next_county.path)
        climb_due()
        assert Entry.everything.filter(subject_id=hazard.pk, verb="notify.rung").count() == before
    with clock.at(hazard.due_at):
        climb_due()
    assert Entry.everything.filter(subject_id=hazard.pk, verb="notify.rung").count() == before + 1


def test_open_hazards_of_a_merged_school_go_on_at_its_successor(world: World) -> None:
    """The successor's principal sees it, its safety officer has it in the list, and it can be closed."""
    hazard = h.submitted(world)
    merge_units(world.actor("county_officer"), world.school, world.sister, clock.today())
    principal = world.actor("sister_principal")
    assert hazard in list(hz.hazards(principal, hz.Filters(tab="to-accept")))
    assert Ladder.objects.get(subject_id=hazard.pk).path.startswith(world.sister.path)
    done = hz.accept(principal, hz.find(principal, hazard.pk), hz.Accept("合格"))
    assert done.state == hz.State.CLOSED
    assert not Ladder.objects.filter(subject_id=hazard.pk).exists()
