"""A request for more time that is overtaken: by a judgement, by a merger, by a move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import World

from anyuan.foundation.journal.public import Entry, tells_of
from anyuan.foundation.kernel.public import NotPermitted, Refused, clock
from anyuan.foundation.org.public import merge_units, move_unit
from anyuan.response.hazard import public as hz

from . import helpers as h


def _asked(world: World, hazard: hz.Hazard) -> hz.Hazard:
    day = clock.day_of(hazard.due_at) + timedelta(days=9)
    return hz.ask_extension(world.actor("logistics"), hazard, hz.AskExtension(day, "材料未到"))


def _told_people(hazard: hz.Hazard, verb: str) -> set[object]:
    entry = Entry.everything.filter(subject_id=hazard.pk, verb=verb).order_by("-id").first()
    assert entry is not None
    return {person for tell in tells_of(entry) for person in tell.people}


def _refused_afterwards(world: World, hazard: hz.Hazard, decider: str = "county_officer") -> None:
    row = hazard.extension_requests.get()
    assert row.granted is False
    assert row.answer
    assert row.decided_at == clock.now()
    assert row.decided_by_id == world.people["county_officer"].pk
    assert str(world.people["logistics"].pk) in {str(p) for p in _told_people(hazard, "hazard.judge")}
    assert "延期" in hazard.steps.order_by("-order")[0].sentence
    assert not hz.to_do(world.actor(decider)).extensions
    before = h.snapshot(hazard)
    with pytest.raises(Refused, match="没有待审批的延期申请"):
        hz.decide_extension(world.actor(decider), hazard, hz.DecideExtension(True))
    assert h.snapshot(hazard) == before


def test_judged_major_supersedes_the_request(world: World) -> None:
    hazard = _asked(world, h.rectifying(world))
    hazard = hz.mark_suspected(world.actor("teacher"), hazard, hz.Suspect("可能更严重"))
    hazard = hz.judge(world.actor("county_officer"), hazard, h.judgement(world))
    assert hazard.due_at == hazard.first_due_at
    _refused_afterwards(world, hazard)


def test_downgraded_with_a_new_deadline_supersedes_it_too(world: World) -> None:
    hazard = hz.commit(world.actor("safety_officer"), h.major(world), h.commitments(world))
    hazard = _asked(world, hazard)
    hazard = hz.judge(world.actor("county_officer"), hazard, hz.Judge(False, "复核后为一般"))
    _refused_afterwards(world, hazard)
    assert hz.ask_extension(
        world.actor("logistics"),
        hazard,
        hz.AskExtension(clock.day_of(hazard.due_at) + timedelta(days=3), "仍需时间"),
    )


def test_judged_general_with_the_old_deadline_leaves_it_open(world: World) -> None:
    hazard = _asked(world, h.rectifying(world))
    due_at = hazard.due_at
    hazard = hz.mark_suspected(world.actor("teacher"), hazard, hz.Suspect("可能更严重"))
    hazard = hz.judge(world.actor("county_officer"), hazard, hz.Judge(False, "不符合判定标准"))
    assert hazard.due_at == due_at
    assert hazard.extension_requests.get().granted is None
    assert (
        hz.decide_extension(world.actor("county_officer"), hazard, hz.DecideExtension(True)).extensions == 1
    )


def test_after_a_merger_the_county_decides_and_is_named(world: World) -> None:
    hazard = h.rectifying(world)
    merge_units(world.actor("county_officer"), world.school, world.sister, clock.today())
    hazard = _asked(world, hz.find(world.actor("county_officer"), hazard.pk))
    assert hazard.extension_requests.get().decide_unit_id == world.county.pk
    assert [e.hazard_id for e in hz.to_do(world.actor("county_officer")).extensions] == [hazard.pk]
    with pytest.raises(NotPermitted, match=world.county.title):
        hz.decide_extension(world.actor("sister_principal"), hazard, hz.DecideExtension(True))
    assert (
        hz.decide_extension(world.actor("county_officer"), hazard, hz.DecideExtension(True)).extensions == 1
    )


def test_a_request_follows_the_school_to_its_new_county(world: World) -> None:
    hazard = _asked(world, h.rectifying(world))
    move_unit(world.actor("city_officer"), world.school, world.next_county)
    assert not hz.to_do(world.actor("county_officer")).extensions
    there = world.actor("stranger_officer")
    assert [e.hazard_id for e in hz.to_do(there).extensions] == [hazard.pk]
    assert hz.decide_extension(there, hz.find(there, hazard.pk), hz.DecideExtension(True)).extensions == 1
