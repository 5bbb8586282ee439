"""Who may do what: every move against the cast, and the bodies that must accept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.cast import World, as_action

from anyuan.foundation.kernel.public import Actor, NotFound, NotPermitted, Problem, Refused, clock
from anyuan.foundation.org.public import Person
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import AcceptBy, State

from . import helpers as h

CAST = (
    "principal", "safety_officer", "logistics", "teacher", "second_teacher", "sister_principal",
    "stranger_principal", "stranger_officer", "county_officer", "county_leader", "city_officer",
    "city_leader", "province_officer", "fire_officer", "admin", "auditor",
)  # fmt: skip

Act = Callable[[World, Actor], object]


def _assess(world: World) -> tuple[hz.Hazard, Act]:
    row = h.registered(world)
    return row, lambda w, a: hz.assess(a, row, hz.Assess())


def _commit(world: World) -> tuple[hz.Hazard, Act]:
    row = h.assessed(world)
    return row, lambda w, a: hz.commit(a, row, h.commitments(w))


def _submit(world: World) -> tuple[hz.Hazard, Act]:
    row = h.rectifying(world)
    return row, lambda w, a: hz.submit(a, row, h.submission())


def _accept(world: World) -> tuple[hz.Hazard, Act]:
    row = h.submitted(world)
    return row, lambda w, a: hz.accept(a, row)


def _send_back(world: World) -> tuple[hz.Hazard, Act]:
    row = h.submitted(world)
    return row, lambda w, a: hz.send_back(a, row, hz.SendBack("不合格"))


def _suspect(world: World) -> tuple[hz.Hazard, Act]:
    row = h.registered(world)
    return row, lambda w, a: hz.mark_suspected(a, row, hz.Suspect("严重"))


def _judge(world: World) -> tuple[hz.Hazard, Act]:
    row = h.suspected(world)
    return row, lambda w, a: hz.judge(a, row, h.judgement(w))


def _accept_major(world: World) -> tuple[hz.Hazard, Act]:
    row = h.major_submitted(world)
    return row, lambda w, a: hz.accept(a, row, hz.Accept("已到现场", on_site=True))


def _close(world: World) -> tuple[hz.Hazard, Act]:
    row = h.major_submitted(world)
    row = hz.accept(world.actor("county_officer"), row, hz.Accept("已到现场", on_site=True))
    return row, lambda w, a: hz.close(a, row)


def _extend(world: World) -> tuple[hz.Hazard, Act]:
    row = h.rectifying(world)
    day = clock.day_of(row.due_at) + timedelta(days=5)
    row = hz.ask_extension(world.actor("logistics"), row, hz.AskExtension(day, "等待材料"))
    return row, lambda w, a: hz.decide_extension(a, row, hz.DecideExtension(True))


def _dismiss(world: World) -> tuple[hz.Hazard, Act]:
    row = h.registered(world)
    return row, lambda w, a: hz.dismiss(a, row, hz.Dismiss("误录"))


def _watch(world: World) -> tuple[hz.Hazard, Act]:
    row = h.rectifying(world)
    return row, lambda w, a: hz.watch(a, row, hz.Watch("警戒线完好"))


MATRIX: dict[str, tuple[Callable[[World], tuple[hz.Hazard, Act]], frozenset[str]]] = {
    "assess": (_assess, frozenset({"principal", "safety_officer"})),
    "commit": (_commit, frozenset({"principal", "safety_officer", "county_officer", "city_officer"})),
    "submit": (
        _submit,
        frozenset(
            {"principal", "safety_officer", "logistics", "county_officer", "city_officer", "fire_officer"}
        ),
    ),
    "accept": (_accept, frozenset({"principal", "safety_officer", "county_officer", "city_officer"})),
    "send back": (_send_back, frozenset({"principal", "safety_officer", "county_officer", "city_officer"})),
    "suspect": (
        _suspect,
        frozenset(CAST)
        - {"sister_principal", "stranger_principal", "stranger_officer", "county_leader", "city_leader"}
        - {"province_officer", "admin", "auditor"},
    ),
    "judge": (_judge, frozenset({"county_officer", "city_officer"})),
    "accept a major one": (_accept_major, frozenset({"county_officer"})),
    "close a major one": (_close, frozenset({"county_officer"})),
    "decide an extension": (_extend, frozenset({"county_officer", "city_officer", "fire_officer"})),
    "dismiss": (_dismiss, frozenset({"principal", "county_officer", "city_officer"})),
    "watch": (
        _watch,
        frozenset({"principal", "safety_officer", "logistics", "teacher", "county_officer", "city_officer"})
        | {"fire_officer"},
    ),
}


@pytest.mark.parametrize("name", MATRIX)
def test_who_may(world: World, name: str) -> None:
    """Everybody who may, may; everybody else is told no and nothing changes."""
    from django.db import transaction

    arrange, allowed = MATRIX[name]
    hazard, act = arrange(world)
    before = h.snapshot(hazard)
    done = set()
    for who in CAST:
        point = transaction.savepoint()
        try:
            act(world, world.actor(who))
        except (NotPermitted, NotFound):
            assert h.snapshot(hazard) == before, who
        else:
            done.add(who)
        transaction.savepoint_rollback(point)
    assert done == allowed


def test_the_rectifier_never_accepts(world: World) -> None:
    hazard = hz.commit(
        world.actor("principal"),
        h.assessed(world),
        h.commitments(world, responsible=world.people["safety_officer"]),
    )
    hazard = hz.submit(world.actor("safety_officer"), hazard, h.submission())
    before = h.snapshot(hazard)
    with pytest.raises(NotPermitted, match="整改"):
        hz.accept(world.actor("safety_officer"), hazard)
    assert h.snapshot(hazard) == before
    assert hz.accept(world.actor("principal"), hazard).state == State.CLOSED


def test_who_hands_in_for_another_does_not_accept_either(world: World) -> None:
    hazard = h.rectifying(world)
    data = h.submission(rectifier=world.people["electrician"])
    hazard = hz.submit(world.actor("safety_officer"), hazard, data)
    assert hazard.rectifier_id == world.people["electrician"].pk
    with pytest.raises(NotPermitted):
        hz.accept(world.actor("safety_officer"), hazard)


def _point_hazard(world: World) -> hz.Hazard:
    head = world.actor("point_head")
    hazard = hz.register(head, h.registration(world, unit=world.point, place_text="教室"))
    hazard = hz.assess(head, hazard, hz.Assess())
    person = world.people["point_head"]
    hazard = hz.commit(head, hazard, h.commitments(world, responsible=person, watcher=person))
    return hz.submit(head, hazard, h.submission())


def test_at_a_point_with_one_adult_the_managing_school_accepts(world: World) -> None:
    hazard = _point_hazard(world)
    assert (hazard.accept_unit_id, hazard.accept_by) == (world.managing.pk, AcceptBy.MANAGER)
    with pytest.raises(NotPermitted):
        hz.accept(world.actor("point_head"), hazard)
    assert hz.accept(world.actor("managing_principal"), hazard).state == State.CLOSED


def test_with_two_adults_the_point_accepts_itself(world: World) -> None:
    with as_action():
        world.point.adults_on_site = 2
        world.point.save()
    assert _point_hazard(world).accept_by == AcceptBy.UNIT


def test_who_inspects_rechecks(world: World) -> None:
    """Found by the county: the school cannot accept, nor can the city in the county's place."""
    hazard = h.registered(world, by="county_officer", source="inspection")
    assert hazard.finder_unit_id == world.county.pk
    hazard = hz.assess(world.actor("county_officer"), hazard, hz.Assess())
    hazard = hz.commit(world.actor("safety_officer"), hazard, h.commitments(world))
    hazard = hz.submit(world.actor("logistics"), hazard, h.submission())
    assert (hazard.accept_unit_id, hazard.accept_by) == (world.county.pk, AcceptBy.FINDER)
    for who in ("principal", "safety_officer", "city_officer", "fire_officer"):
        with pytest.raises(NotPermitted):
            hz.accept(world.actor(who), hazard)
    assert hz.accept(world.actor("county_officer"), hazard).state == State.CLOSED


def test_a_department_rechecks_what_it_found(world: World) -> None:
    hazard = h.registered(world, by="fire_officer", source="inspection")
    assert hazard.accept_unit_id == world.fire.pk
    hazard = hz.assess(world.actor("safety_officer"), hazard, hz.Assess())
    hazard = hz.commit(world.actor("safety_officer"), hazard, h.commitments(world))
    hazard = hz.submit(world.actor("logistics"), hazard, h.submission())
    with pytest.raises(NotPermitted):
        hz.accept(world.actor("city_officer"), hazard)
    assert hz.accept(world.actor("fire_officer"), hazard).state == State.CLOSED


def test_a_department_registers_only_its_own_matters(world: World) -> None:
    with pytest.raises(NotPermitted):
        h.registered(world, by="fire_officer", domain="food")


def test_from_a_tip_off_the_taker_accepts(world: World) -> None:
    hazard = h.registered(world, by="county_officer", source="tip-off")
    assert (hazard.accept_unit_id, hazard.accept_by) == (world.county.pk, AcceptBy.TAKER)


def test_nobody_finds_in_anothers_name(world: World) -> None:
    with pytest.raises((Refused, NotPermitted)):
        h.registered(world, by="safety_officer", finder_unit=world.county)


def test_the_county_may_enter_what_the_school_found(world: World) -> None:
    hazard = h.registered(world, by="county_officer", finder_unit=world.school)
    assert (hazard.accept_unit_id, hazard.accept_by) == (world.school.pk, AcceptBy.UNIT)


def test_a_school_does_not_void_what_the_county_found(world: World) -> None:
    hazard = h.registered(world, by="county_officer")
    with pytest.raises(NotPermitted):
        hz.dismiss(world.actor("principal"), hazard, hz.Dismiss("不是隐患"))


def test_assignment_alone_shows_and_lets_do(world: World) -> None:
    """A teacher sees nothing of the ledger but what he must fix, and only while it is his."""
    other: Person = world.people["second_teacher"]
    actor = world.actor("second_teacher")
    hazard = h.assessed(world)
    assert not hz.hazards(actor).exists()
    with pytest.raises(NotFound):
        hz.find(actor, hazard.pk)
    hazard = hz.commit(world.actor("safety_officer"), hazard, h.commitments(world, responsible=other))
    assert hz.find(actor, hazard.pk).pk == hazard.pk
    assert hz.submit(actor, hazard, h.submission()).state == State.SUBMITTED


def test_the_new_owner_sees_and_works(world: World) -> None:
    """Handed to the fire department though it is filed under food: it sees, plans and hands in."""
    hazard = h.rectifying(world, domain="food")
    fire = world.actor("fire_officer")
    with pytest.raises(NotFound):
        hz.find(fire, hazard.pk)
    hazard = hz.hand_over(world.actor("principal"), hazard, hz.HandOverTo(world.fire, "涉及市政消防设施"))
    assert hazard.owner_unit_id == world.fire.pk
    assert hz.find(fire, hazard.pk).pk == hazard.pk
    hazard = hz.answer_hand_over(fire, hazard, hz.AnswerHandOver(True))
    hazard = hz.commit(fire, hazard, h.commitments(world, responsible=world.people["fire_officer"]))
    hazard = hz.submit(fire, hazard, h.submission())
    assert hz.accept(world.actor("principal"), hazard).state == State.CLOSED


def test_a_new_owner_may_give_it_back_with_a_reason(world: World) -> None:
    hazard = h.rectifying(world)
    hazard = hz.hand_over(world.actor("principal"), hazard, hz.HandOverTo(world.fire, "非我校职责"))
    with pytest.raises(Problem):
        hz.answer_hand_over(world.actor("fire_officer"), hazard, hz.AnswerHandOver(False))
    hazard = hz.answer_hand_over(world.actor("fire_officer"), hazard, hz.AnswerHandOver(False, "属学校内部"))
    assert hazard.owner_unit_id == world.school.pk
    assert hazard.hand_overs.get().taken is False


def test_only_the_new_owner_answers(world: World) -> None:
    hazard = hz.hand_over(
        world.actor("principal"), h.rectifying(world), hz.HandOverTo(world.fire, "非我校职责")
    )
    for who in ("principal", "city_officer", "county_officer"):
        with pytest.raises(NotPermitted):
            hz.answer_hand_over(world.actor(who), hazard, hz.AnswerHandOver(True))


def test_what_is_offered_can_be_done(world: World) -> None:
    hazard = h.submitted(world)
    assert hz.Move.ACCEPT in hz.moves_for(
        world.actor("principal"), hz.find(world.actor("principal"), hazard.pk)
    )
    county = world.actor("county_officer")
    assert hz.detail(world.actor("principal"), hz.find(county, hazard.pk)).main_move == hz.Move.ACCEPT
    logistics = world.actor("logistics")
    assert hz.Move.ACCEPT not in hz.moves_for(logistics, hz.find(logistics, hazard.pk))
