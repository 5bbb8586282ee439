"""The gates one by one: both sides of each, and refused means nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from tests.cast import NOW, World

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.kernel.public import Invalid, NotPermitted, Problem, Refused, clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Grade, State

from . import helpers as h


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path):
        yield


@pytest.mark.parametrize(
    "missing",
    [
        {"measures": " "},
        {"plan": ""},
        {"funds_wan": None},
        {"funds_wan": Decimal(-1)},
        {"watcher": None},
    ],
)
def test_all_five_commitments_and_a_watcher(world: World, missing: dict[str, Any]) -> None:
    hazard = h.assessed(world)
    before = h.snapshot(hazard)
    with pytest.raises(Problem):
        hz.commit(world.actor("safety_officer"), hazard, h.commitments(world, **missing))
    assert h.snapshot(hazard) == before


def test_no_funds_needed_is_an_answer(world: World) -> None:
    assert h.fresh(h.rectifying(world)).funds_wan == 0


def test_a_time_limit_may_be_earlier_never_later(world: World) -> None:
    hazard = h.assessed(world)
    last = clock.day_of(hazard.due_at - timedelta(seconds=1))
    with pytest.raises(Refused):
        hz.commit(world.actor("principal"), hazard, h.commitments(world, due_on=last + timedelta(days=1)))
    earlier = hz.commit(
        world.actor("principal"), hazard, h.commitments(world, due_on=last - timedelta(days=1))
    )
    assert earlier.due_at == clock.end_of(last - timedelta(days=1))
    assert earlier.first_due_at == clock.end_of(last)


def test_without_evidence_a_reason_is_stated(world: World) -> None:
    with pytest.raises(Refused):
        h.registered(world, evidence_reason="")
    officer = world.actor("safety_officer")
    picture = h.photo(officer, world)
    hazard = hz.register(officer, h.registration(world, evidence_reason="", before=(picture,)))
    assert hazard.photos_before == 1
    assert [a.role for a in attachments_of(hazard)] == ["before"]


def test_a_place_is_named(world: World) -> None:
    with pytest.raises(Invalid):
        h.registered(world, place_text=" ")
    with pytest.raises(Invalid):
        h.registered(world, place=world.places["sister_gate"])
    assert h.registered(world, place=world.places["gate"], place_text="").where == "校门"


def test_what_stays_open_is_protected(world: World) -> None:
    hazard = h.registered(world, interim="", interim_until=None)
    officer = world.actor("safety_officer")
    with pytest.raises(Refused):
        hz.assess(officer, hazard, hz.Assess())
    until = clock.today() + timedelta(days=3)
    assert hz.assess(officer, hazard, hz.Assess(interim="警戒", interim_until=until)).state == State.ASSESSED


def test_interim_protection_has_a_longest_life(world: World) -> None:
    hazard = h.registered(world)
    officer = world.actor("safety_officer")
    with pytest.raises(Refused):
        hz.set_interim(officer, hazard, hz.Interim("警戒", clock.today() + timedelta(days=31)))
    with pytest.raises(Invalid):
        hz.set_interim(officer, hazard, hz.Interim("警戒", clock.today() - timedelta(days=1)))
    hz.set_interim(officer, hazard, hz.Interim("警戒", clock.today() + timedelta(days=30)))


def test_expired_interim_protection_blocks_handing_in(world: World) -> None:
    hazard = h.rectifying(world)
    assert hazard.interim_until is not None
    logistics = world.actor("logistics")
    with clock.at(hazard.interim_until):
        before = h.snapshot(hazard)
        with pytest.raises(Refused):
            hz.submit(logistics, hazard, h.submission())
        assert h.snapshot(hazard) == before
        renewed = hz.set_interim(logistics, hazard, hz.Interim("续设", clock.today() + timedelta(days=2)))
        assert hz.submit(logistics, renewed, h.submission()).state == State.SUBMITTED
    with clock.at(hazard.interim_until - timedelta(seconds=1)):
        assert h.fresh(hazard).interim_until == renewed.interim_until


def test_handing_in_wants_a_result_and_evidence(world: World) -> None:
    hazard = h.rectifying(world)
    logistics = world.actor("logistics")
    with pytest.raises(Invalid):
        hz.submit(logistics, hazard, h.submission(result=""))
    with pytest.raises(Refused):
        hz.submit(logistics, hazard, h.submission(evidence_reason=""))
    picture = h.photo(logistics, world)
    hazard = hz.submit(logistics, hazard, h.submission(evidence_reason="", after=(picture,)))
    assert hazard.photos_after == 1


def test_anothers_photo_is_no_evidence(world: World) -> None:
    hazard = h.rectifying(world)
    picture = h.photo(world.actor("teacher"), world)
    before = h.snapshot(hazard)
    with pytest.raises(Invalid):
        hz.submit(world.actor("logistics"), hazard, h.submission(after=(picture,)))
    assert h.snapshot(hazard) == before


def test_a_return_keeps_its_reasons_and_wants_new_evidence(world: World) -> None:
    logistics, principal = world.actor("logistics"), world.actor("principal")
    picture = h.photo(logistics, world)
    hazard = hz.submit(
        logistics,
        h.rectifying(world, evidence_reason="相机损坏"),
        h.submission(after=(picture,), evidence_reason=""),
    )
    with pytest.raises(Invalid):
        hz.send_back(principal, hazard, hz.SendBack(" "))
    hazard = hz.send_back(principal, hazard, hz.SendBack("仍有杂物"))
    assert (hazard.state, hazard.returns, hazard.submitted_at) == (State.RECTIFYING, 1, None)
    assert hazard.steps.order_by("-order")[0].reason == "仍有杂物"
    with pytest.raises(Refused):
        hz.submit(logistics, hazard, h.submission(evidence_reason=""))


def test_fixed_on_the_spot(world: World) -> None:
    officer, principal = world.actor("safety_officer"), world.actor("principal")
    hazard = h.registered(world, interim="", interim_until=None)
    before, after = h.photo(officer, world), h.photo(officer, world, shade=9)
    for data in (hz.Fix("搬走"), hz.Fix("搬走", before=(before,)), hz.Fix("搬走", after=(after,))):
        with pytest.raises(Refused):
            hz.fix_on_the_spot(officer, hazard, data)
    hazard = hz.fix_on_the_spot(officer, hazard, hz.Fix("搬走", before=(before,), after=(after,)))
    assert (hazard.state, hazard.grade, hazard.on_the_spot) == (State.SUBMITTED, Grade.GENERAL, True)
    with pytest.raises(NotPermitted):
        hz.accept(officer, hazard)
    hazard = hz.accept(principal, hazard)
    assert hazard.state == State.CLOSED
    assert hazard.accepted_at == hazard.closed_at


def test_a_fix_sent_back_is_no_longer_on_the_spot(world: World) -> None:
    officer = world.actor("safety_officer")
    photos = {"before": (h.photo(officer, world),), "after": (h.photo(officer, world, shade=9),)}
    hazard = hz.fix_on_the_spot(officer, h.registered(world), hz.Fix("搬走", **photos))
    hazard = hz.send_back(world.actor("principal"), hazard, hz.SendBack("不彻底"))
    assert (hazard.state, hazard.on_the_spot) == (State.ASSESSED, False)


def test_void_needs_a_second_person_and_a_reason(world: World) -> None:
    hazard = h.registered(world)
    with pytest.raises(NotPermitted):
        hz.dismiss(world.actor("safety_officer"), hazard, hz.Dismiss("误录"))
    with pytest.raises(Invalid):
        hz.dismiss(world.actor("principal"), hazard, hz.Dismiss(" "))
    hazard = hz.dismiss(world.actor("principal"), hazard, hz.Dismiss("误录"))
    assert hazard.state == State.DISMISSED
    assert (
        hz.find(world.actor("teacher"), hazard.pk) if False else hz.find(world.actor("principal"), hazard.pk)
    )
    assert not hz.hazards(world.actor("principal"), hz.Filters(tab="open")).exists()


def test_a_duplicate_is_merged_into_the_one_that_stays(world: World) -> None:
    stays, twin = h.registered(world), h.registered(world)
    principal = world.actor("principal")
    for into in (None, twin):
        with pytest.raises(Invalid):
            hz.dismiss(principal, twin, hz.Dismiss("重复", kind="duplicate", into=into))
    twin = hz.dismiss(principal, twin, hz.Dismiss("重复", kind="duplicate", into=stays))
    assert twin.merged_into_id == stays.pk
    third = h.registered(world)
    with pytest.raises(Refused):
        hz.dismiss(principal, third, hz.Dismiss("重复", kind="duplicate", into=twin))


def test_a_recurrence_is_a_new_hazard_with_cause_and_cure(world: World) -> None:
    old = h.submitted(world)
    with pytest.raises(Refused):
        h.registered(world, recurrence_of=old)
    old = hz.accept(world.actor("principal"), old)
    again = h.assessed(world, recurrence_of=old)
    officer = world.actor("safety_officer")
    for words in ({}, {"root_cause": "无人管理"}, {"lasting_measure": "专人每日清理"}):
        with pytest.raises(Refused):
            hz.commit(officer, again, h.commitments(world, **words))
    again = hz.commit(
        officer, again, h.commitments(world, root_cause="无人管理", lasting_measure="专人每日清理")
    )
    assert again.recurrence_of_id == old.pk
    assert h.fresh(old).state == State.CLOSED


def test_done_late_is_late_entered_late_is_in_time(world: World) -> None:
    hazard = h.rectifying(world)
    due = hazard.due_at
    logistics = world.actor("logistics")
    hz.set_interim(logistics, hazard, hz.Interim("警戒", clock.day_of(NOW) + timedelta(days=30)))
    with clock.at(due + timedelta(days=2)):
        stamp = hz.Stamp(occurred_at=due - timedelta(seconds=1))
        done = hz.submit(logistics, hazard, h.submission(), stamp)
        assert done.recorded_later
        assert not done.is_late
        assert hz.accept(world.actor("principal"), done).in_time is True


def test_done_at_the_deadline_is_late(world: World) -> None:
    hazard = h.rectifying(world)
    logistics = world.actor("logistics")
    hz.set_interim(logistics, hazard, hz.Interim("警戒", clock.day_of(NOW) + timedelta(days=30)))
    with clock.at(hazard.due_at):
        done = hz.submit(logistics, hazard, h.submission())
        assert done.is_late
        assert hz.accept(world.actor("principal"), done).in_time is False


def test_three_days_later_is_entered_four_is_approved(world: World) -> None:
    hazard = h.rectifying(world)
    logistics = world.actor("logistics")
    stamp = hz.Stamp(occurred_at=NOW)
    with clock.at(NOW + timedelta(days=4)):
        before = h.snapshot(hazard)
        with pytest.raises(Refused):
            hz.submit(logistics, hazard, h.submission(), stamp)
        assert h.snapshot(hazard) == before
        allowed = hz.allow_late_entry(
            world.actor("county_officer"), hazard, hz.AllowLateEntry(clock.today(), "停电未能录入")
        )
        assert hz.submit(logistics, allowed, h.submission(), stamp).submitted_at == NOW
    other = h.rectifying(world)
    with clock.at(NOW + timedelta(days=3)):
        assert hz.submit(logistics, other, h.submission(), stamp).submitted_at == NOW


def test_the_school_does_not_allow_itself_late_entries(world: World) -> None:
    with pytest.raises(NotPermitted):
        hz.allow_late_entry(
            world.actor("principal"), h.rectifying(world), hz.AllowLateEntry(clock.today(), "忘了")
        )


def test_times_run_forward(world: World) -> None:
    hazard = h.rectifying(world)
    logistics = world.actor("logistics")
    for moment in (NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)):
        with pytest.raises(Problem):
            hz.submit(logistics, hazard, h.submission(), hz.Stamp(occurred_at=moment))


def test_a_proxy_entry_names_both_and_needs_the_paper(world: World) -> None:
    hazard = h.rectifying(world, domain="fire")
    officer, signer = world.actor("safety_officer"), world.people["logistics"]
    with pytest.raises(Invalid):
        hz.submit(officer, hazard, h.submission(), hz.Stamp(proxy=hz.Proxy(signer, ())))
    paper = h.photo(officer, world)
    hazard = hz.submit(officer, hazard, h.submission(), hz.Stamp(proxy=hz.Proxy(signer, (paper,))))
    assert hazard.rectifier_id == signer.pk
    step = hazard.steps.get(move="submit")
    assert step.person_id == signer.pk
    assert "李强" in step.entered_by
    with pytest.raises(NotPermitted):
        hz.accept(officer, hazard)


def test_a_proxy_lends_no_power(world: World) -> None:
    """The teacher who signed may not accept; the officer who types for her may not either in her name."""
    hazard = h.submitted(world)
    officer = world.actor("safety_officer")
    paper = h.photo(officer, world)
    with pytest.raises(NotPermitted):
        hz.accept(officer, hazard, hz.Accept(), hz.Stamp(proxy=hz.Proxy(world.people["teacher"], (paper,))))


def test_the_rectifier_does_not_type_the_acceptance(world: World) -> None:
    hazard = h.submitted(world)
    logistics = world.actor("logistics")
    paper = h.photo(logistics, world)
    with pytest.raises(NotPermitted):
        hz.accept(
            logistics, hazard, hz.Accept(), hz.Stamp(proxy=hz.Proxy(world.people["principal"], (paper,)))
        )


@pytest.mark.parametrize("days", [-1, 31, 365_000])
def test_protection_stated_on_registering_is_bounded_like_any_other(world: World, days: int) -> None:
    until = clock.today() + timedelta(days=days)
    with pytest.raises(Problem):
        h.registered(world, interim="围挡", interim_until=until)
    assert not hz.Hazard.everything.exists()


@pytest.mark.parametrize("days", [0, 30])
def test_protection_stated_on_registering_holds(world: World, days: int) -> None:
    until = clock.today() + timedelta(days=days)
    assert h.registered(world, interim="围挡", interim_until=until).interim_until == clock.end_of(until)
