"""Unmet requirements propose hazards: once, until met, accepted as the document says, dismissed for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Entry, seal, step_followers
from anyuan.foundation.kernel.public import Conflict, Invalid, NotFound, NotPermitted, Refused, clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Proposal
from anyuan.rules.compliance.public import State

from . import helpers as h
from . import requirements as r


def state_of(row: Proposal) -> str:
    return str(Proposal.everything.get(pk=row.pk).state)


def test_an_unmet_standard_is_proposed_with_its_numbers(world: World) -> None:
    row = r.proposed(world)
    assert (row.title, row.domain, row.days, row.grave) == ("专职保安员配备不足", "security", 10, False)
    assert (row.need, row.have, row.clause) == (4, 1, "校园安防办法 二(二)7")
    assert all(number in row.why for number in ("4人", "1人", "3人"))
    entry = Entry.everything.get(verb="hazard.propose")
    assert entry.unit_path == world.school.path


@pytest.mark.parametrize(
    "state", [State.MET, State.MADE_UP, State.DUE, State.EXCUSED, State.UNKNOWN, State.NOT_APPLICABLE]
)
def test_nothing_else_is_proposed(world: World, state: State) -> None:
    r.verdict(r.requirement(), world.school, state)
    assert hz.propose([world.school.pk]) == 0
    assert not Proposal.everything.exists()


def test_a_requirement_that_names_no_hazard_proposes_none(world: World) -> None:
    r.verdict(r.requirement(on_unmet=None), world.school, State.UNMET)
    assert hz.propose([world.school.pk]) == 0


@pytest.mark.parametrize(("days", "proposed"), [(6, 0), (7, 1), (8, 1)])
def test_late_is_proposed_once_the_allowance_is_over(world: World, days: int, proposed: int) -> None:
    r.month(r.duty(), world.school, 2, State.LATE, due_at=NOW - timedelta(days=days))
    assert hz.propose([world.school.pk]) == proposed


def test_it_is_proposed_once_however_often_it_is_looked_at(world: World) -> None:
    r.proposed(world)
    assert hz.propose([world.school.pk]) == 0
    assert hz.propose_everywhere() == 0
    assert Proposal.everything.count() == 1


def test_each_subject_is_a_cause_of_its_own(world: World) -> None:
    rule = r.requirement("manager")
    r.verdict(rule, world.school, State.UNMET, subject="D1")
    r.verdict(rule, world.school, State.UNMET, subject="D2")
    assert hz.propose([world.school.pk]) == 2


def test_changed_numbers_are_taken_over(world: World) -> None:
    row = r.proposed(world)
    r.verdict(r.Requirement.objects.get(), world.school, State.UNMET, have=3)
    assert hz.propose([world.school.pk]) == 0
    row.refresh_from_db()
    assert row.have == 3
    assert "3人" in row.why


@pytest.mark.parametrize("state", [State.MET, State.MADE_UP, State.NOT_APPLICABLE])
def test_it_goes_away_when_the_cause_does(world: World, state: State) -> None:
    row = r.proposed(world)
    r.verdict(r.Requirement.objects.get(), world.school, state)
    hz.propose([world.school.pk])
    assert state_of(row) == "withdrawn"
    r.verdict(r.Requirement.objects.get(), world.school, State.UNMET)
    assert hz.propose([world.school.pk]) == 1


def test_of_a_duty_the_last_period_that_counts_speaks(world: World) -> None:
    rule = r.duty()
    r.month(rule, world.school, 1, State.UNMET)
    r.month(rule, world.school, 2, State.EXCUSED)
    r.month(rule, world.school, 3, State.DUE)
    assert hz.propose([world.school.pk]) == 1
    row = r.open_at(world.school).get()
    assert row.period == "2026-01"
    r.month(rule, world.school, 3, State.MET)
    hz.propose([world.school.pk])
    assert state_of(row) == "withdrawn"


def test_the_follower_looks_where_verdicts_changed(world: World) -> None:
    from anyuan.foundation.journal.public import action
    from anyuan.foundation.kernel.public import job_actor

    r.verdict(r.requirement(), world.school, State.UNMET)
    with action(job_actor("test"), "compliance.change") as act:
        act.entry("1 项变化", on=world.school, path=world.school.path)
    seal()
    while step_followers():
        seal()
    assert r.open_at(world.school).count() == 1


def test_what_two_documents_ask_for_is_one_hazard(world: World) -> None:
    mild = r.verdict(r.requirement("other", on_unmet=r.ON_UNMET), world.school, State.UNMET, need=2)
    strict = r.proposed(world)
    assert (strict.key, strict.need) == ("invented/guards", 4), "the stricter one speaks"
    assert r.open_at(world.school).count() == 1
    hz.dismiss_proposal(world.actor("county_officer"), strict, "新校区六月启用")
    assert hz.propose([world.school.pk]) == 0, "the other document does not bring it back"
    r.verdict(r.Requirement.objects.get(code="guards"), world.school, State.MET)
    assert hz.propose([world.school.pk]) == 1
    assert r.open_at(world.school).get().key == mild.key


def test_an_unmet_verdict_leads_to_what_was_proposed_of_it(world: World) -> None:
    """Also where another document asked the same and speaks for both, and after it was decided."""
    both = {code: r.requirement(code, on_unmet=r.ON_UNMET) for code in ("guards", "guards-too")}
    shown = [r.verdict(both["guards"], world.school, State.UNMET, have=2)]
    shown.append(r.verdict(both["guards-too"], world.school, State.UNMET, have=1))
    hz.propose([world.school.pk])
    proposal = r.open_at(world.school).get()
    client = world.client("county_officer")
    for verdict in shown:
        page = client.get(f"/compliance/verdicts/{verdict.pk}/").content.decode()
        href = f"/hazards/proposals/?unit={world.school.pk}&amp;verdict={verdict.pk}"
        assert href in page
        listed = client.get(href.replace("&amp;", "&")).context
        assert listed["page"].rows == [proposal]
        assert listed["may"], "it can be decided there"
    hz.dismiss_proposal(world.actor("county_officer"), proposal, "已撤并")
    address = f"/hazards/proposals/?verdict={shown[0].pk}"
    assert client.get(address).context["page"].rows == [proposal]
    assert world.client("stranger_officer").get(address).status_code == 404


def test_accepted_it_becomes_a_hazard_as_the_document_says(world: World) -> None:
    row = r.proposed(world)
    until = clock.today() + timedelta(days=7)
    hazard = hz.accept_proposal(world.actor("county_officer"), row, "加派人员值守", until)
    assert (hazard.source, hazard.domain, hazard.grade) == ("unmet", "security", "general")
    assert (hazard.requirement_key, hazard.clause_ref) == (row.key, "校园安防办法 二(二)7")
    assert (hazard.state, hazard.accept_by, hazard.accept_unit_id) == ("assessed", "finder", world.county.pk)
    plain = h.assessed(world)
    assert hazard.due_at < plain.due_at, "ten working days, not the fifteen of any general hazard"
    assert state_of(row) == "accepted"


def test_without_protection_the_school_grades_it_itself(world: World) -> None:
    hazard = hz.accept_proposal(world.actor("safety_officer"), r.proposed(world))
    assert (hazard.state, hazard.grade, hazard.accept_by) == ("registered", "", "unit")


def test_what_the_document_holds_to_be_major_goes_to_the_county(world: World) -> None:
    row = r.proposed(world, on_unmet={**r.ON_UNMET, "grade": "major"})
    hazard = hz.accept_proposal(world.actor("safety_officer"), row, "停用", clock.today() + timedelta(days=3))
    assert hazard.awaits_judgement
    assert hazard.grade == ""


def test_met_meanwhile_nothing_is_registered(world: World) -> None:
    row = r.proposed(world)
    r.verdict(r.Requirement.objects.get(), world.school, State.MET)
    with pytest.raises(Refused):
        hz.accept_proposal(world.actor("county_officer"), row)
    assert not hz.Hazard.everything.exists()
    assert state_of(row) == "proposed"


def test_the_second_to_decide_is_told(world: World) -> None:
    row = r.proposed(world)
    hz.accept_proposal(world.actor("county_officer"), row)
    with pytest.raises(Conflict):
        hz.dismiss_proposal(world.actor("safety_officer"), row, "误判")
    assert hz.propose([world.school.pk]) == 0, "its hazard is open"


def test_only_one_hazard_may_be_open_per_cause(world: World) -> None:
    row = r.proposed(world)
    data = h.registration(world, requirement_key=row.key)
    hz.register(world.actor("safety_officer"), data)
    with pytest.raises(Conflict):
        hz.accept_proposal(world.actor("county_officer"), row)
    assert state_of(row) == "proposed"
    assert hz.Hazard.everything.count() == 1


def test_dismissed_it_waits_until_met_in_between(world: World) -> None:
    row = r.proposed(world)
    rule = r.Requirement.objects.get()
    with pytest.raises(Invalid):
        hz.dismiss_proposal(world.actor("county_officer"), row, "  ")
    hz.dismiss_proposal(world.actor("county_officer"), row, "新校区六月启用")
    for state in (State.UNMET, State.UNKNOWN, State.UNMET):
        r.verdict(rule, world.school, state)
        assert hz.propose([world.school.pk]) == 0
    r.verdict(rule, world.school, State.MET)
    hz.propose([world.school.pk])
    r.verdict(rule, world.school, State.UNMET)
    assert hz.propose([world.school.pk]) == 1
    assert state_of(row) == "dismissed"


def _close(world: World, hazard: hz.Hazard) -> None:
    hazard = hz.commit(world.actor("safety_officer"), hazard, h.commitments(world))
    hazard = hz.submit(world.actor("logistics"), hazard, h.submission())
    hz.accept(world.actor("principal"), hazard)


def test_closed_and_still_unmet_a_standard_comes_again_a_period_does_not(world: World) -> None:
    until = clock.today() + timedelta(days=7)
    rule = r.duty()
    r.month(rule, world.school, 2, State.UNMET)
    standard = r.proposed(world)
    for row in list(r.open_at(world.school)):
        _close(world, hz.accept_proposal(world.actor("safety_officer"), row, "值守", until))
    assert hz.propose_everywhere() == 1
    assert r.open_at(world.school).get().key == standard.key
    r.month(rule, world.school, 3, State.UNMET)
    assert hz.propose_everywhere() == 1, "the next period is a new cause"


def test_who_may_decide(world: World) -> None:
    row = r.proposed(world)
    with pytest.raises(NotFound):
        hz.accept_proposal(world.actor("stranger_officer"), row)
    with pytest.raises(NotFound):
        hz.accept_proposal(world.actor("teacher"), row)
    with pytest.raises(NotFound):
        hz.accept_proposal(world.actor("fire_officer"), row)  # security is not his domain
    with pytest.raises(NotPermitted):
        hz.accept_proposal(world.actor("county_leader"), row)
    assert state_of(row) == "proposed"
    assert not hz.Hazard.everything.exists()
