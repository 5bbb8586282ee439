"""Suspected, judged, listed, re-checked on site, de-listed."""

from __future__ import annotations

import pytest
from tests.cast import World

from anyuan.foundation.journal.public import Entry, tells_of
from anyuan.foundation.kernel.public import Invalid, NotPermitted, Problem, Refused, clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import AcceptBy, Grade, State

from . import helpers as h


def _last_tells(hazard: hz.Hazard) -> list[object]:
    entry = Entry.everything.filter(subject_id=hazard.pk, verb__startswith="hazard.").order_by("-id").first()
    assert entry is not None
    return list(tells_of(entry))


def test_school_county_and_city_know_at_once(world: World) -> None:
    hazard = h.suspected(world)
    posts = {tuple(p) for t in _last_tells(hazard) for p in t.posts}  # type: ignore[attr-defined]
    assert (world.school.pk, "principal") in posts
    assert (world.county.pk, "county-officer") in posts
    assert (world.city.pk, "city-officer") in posts
    assert all(t.level == "alarm" for t in _last_tells(hazard))  # type: ignore[attr-defined]
    assert hazard.reported_at == clock.now()


def test_a_teacher_may_report_it_as_suspected_without_registering_rights(world: World) -> None:
    data = h.registration(world, suspected="楼板开裂")
    hazard = hz.register(world.actor("second_teacher"), data)
    assert hazard.awaits_judgement
    with pytest.raises(NotPermitted):
        hz.register(world.actor("second_teacher"), h.registration(world))


def test_while_it_waits_the_school_cannot_play_it_down(world: World) -> None:
    hazard = h.suspected(world)
    before = h.snapshot(hazard)
    officer, principal = world.actor("safety_officer"), world.actor("principal")
    for act in (
        lambda: hz.assess(officer, hazard, hz.Assess()),
        lambda: hz.fix_on_the_spot(officer, hazard, hz.Fix("好了")),
        lambda: hz.dismiss(principal, hazard, hz.Dismiss("不是")),
        lambda: hz.judge(principal, hazard, h.judgement(world, major=False)),
    ):
        with pytest.raises(Problem):
            act()
        assert h.snapshot(hazard) == before


def test_work_in_hand_is_not_accepted_while_it_waits(world: World) -> None:
    hazard = hz.mark_suspected(world.actor("teacher"), h.submitted(world), hz.Suspect("可能更严重"))
    with pytest.raises(Refused):
        hz.accept(world.actor("principal"), hazard)


@pytest.mark.parametrize("missing", [{"basis": " "}, {"item": ""}, {"level": ""}, {"supervisor": None}])
def test_a_major_judgement_wants_basis_item_level_and_supervisor(
    world: World, missing: dict[str, object]
) -> None:
    hazard = h.suspected(world)
    before = h.snapshot(hazard)
    with pytest.raises(Invalid):
        hz.judge(world.actor("county_officer"), hazard, h.judgement(world, **missing))
    assert h.snapshot(hazard) == before


def test_judged_major_is_listed(world: World) -> None:
    hazard = h.fresh(h.major(world))
    assert (hazard.state, hazard.grade) == (State.ASSESSED, Grade.MAJOR)
    assert hazard.listing_unit_id == world.county.pk
    assert hazard.judging_unit_id == world.county.pk
    assert hazard.listing_number
    assert hazard.supervisor_id == world.people["county_leader"].pk
    assert hazard.listed_at == hazard.judged_at == clock.now()
    assert hazard.judge_due_at is None
    assert (hazard.accept_unit_id, hazard.accept_by) == (world.county.pk, AcceptBy.LISTING)


def test_the_city_may_list_what_the_county_judged(world: World) -> None:
    hazard = h.major_submitted(world, level="city")
    with pytest.raises(NotPermitted):
        hz.accept(world.actor("county_officer"), hazard, hz.Accept("看过", on_site=True))
    hazard = hz.accept(world.actor("city_officer"), hazard, hz.Accept("看过", on_site=True))
    assert hazard.state == State.ACCEPTED
    with pytest.raises(NotPermitted):
        hz.close(world.actor("county_officer"), hazard)
    assert hz.close(world.actor("city_officer"), hazard).delisted_at == clock.now()


def test_judged_general_keeps_the_reason(world: World) -> None:
    hazard = hz.judge(world.actor("county_officer"), h.suspected(world), hz.Judge(False, "不符合判定标准"))
    assert (hazard.state, hazard.grade) == (State.ASSESSED, Grade.GENERAL)
    assert hazard.judge_basis == "不符合判定标准"
    assert hazard.listed_at is None


def test_only_the_judging_authority_downgrades(world: World) -> None:
    hazard = h.major(world)
    with pytest.raises(NotPermitted):
        hz.judge(world.actor("city_officer"), hazard, hz.Judge(False, "降级"))
    hazard = hz.judge(world.actor("county_officer"), hazard, hz.Judge(False, "复核后为一般"))
    assert hazard.grade == Grade.GENERAL
    assert hazard.delisted_at == clock.now()
    assert (hazard.accept_unit_id, hazard.accept_by) == (world.school.pk, AcceptBy.UNIT)


def test_a_major_one_wants_a_recheck_on_site(world: World) -> None:
    hazard = h.major_submitted(world)
    county = world.actor("county_officer")
    for data in (hz.Accept("未去现场"), hz.Accept("", on_site=True)):
        with pytest.raises(Problem):
            hz.accept(county, hazard, data)
    hazard = hz.accept(county, hazard, hz.Accept("现场整改到位", on_site=True))
    assert hazard.state == State.ACCEPTED
    assert hazard.closed_at is None
    with pytest.raises(Refused):
        hz.accept(county, hazard, hz.Accept("再验一次", on_site=True))
    hazard = hz.close(county, hazard)
    assert hazard.state == State.CLOSED
    assert hazard.delisted_at == hazard.closed_at == clock.now()


def test_a_written_delegate_rechecks_but_does_not_close(world: World) -> None:
    hazard = h.major_submitted(world)
    fire, county = world.actor("fire_officer"), world.actor("county_officer")
    with pytest.raises(NotPermitted):
        hz.accept(fire, hazard, hz.Accept("看过", on_site=True))
    with pytest.raises(Invalid):
        hz.delegate(county, hazard, hz.Delegate(world.fire, " "))
    with pytest.raises(Refused):
        hz.delegate(county, hazard, hz.Delegate(world.school, "委托书1号"))
    with pytest.raises(NotPermitted):
        hz.delegate(world.actor("principal"), hazard, hz.Delegate(world.fire, "委托书1号"))
    hazard = hz.delegate(county, hazard, hz.Delegate(world.fire, "委托书1号"))
    hazard = hz.accept(fire, hazard, hz.Accept("看过", on_site=True))
    assert hazard.state == State.ACCEPTED
    with pytest.raises(NotPermitted):
        hz.close(fire, hazard)


def test_an_ordinary_acceptance_is_not_delegated(world: World) -> None:
    with pytest.raises(NotPermitted):
        hz.delegate(world.actor("county_officer"), h.submitted(world), hz.Delegate(world.fire, "委托书"))


def test_major_work_cannot_be_fixed_on_the_spot(world: World) -> None:
    with pytest.raises(Refused):
        hz.fix_on_the_spot(world.actor("safety_officer"), h.major(world), hz.Fix("好了"))
