"""Numbers, qualifications, thresholds: the standards of three documents at both sides of each boundary."""

from __future__ import annotations

import pytest
from tests.cast import World
from tests.compliance.engine import CITY, GUYUAN, JOB, derived, know, on, prepare, shape

from anyuan.rules.compliance.public import State
from anyuan.rules.ledger.public import NewSubject, add_subject
from anyuan.rules.policy.public import override_param


@pytest.fixture(autouse=True)
def _ready(world: World) -> object:
    with on("2026-03-18"):
        prepare(world)
        yield


QUOTAS = [
    # pupils, staff, boarding, guards needed
    (89, 10, "none", 1),
    (90, 10, "none", 2),
    (900, 99, "none", 2),
    (900, 100, "none", 2),
    (901, 100, "none", 2),
    (1001, 0, "none", 2),
    (1499, 0, "none", 2),
    (1500, 0, "none", 3),
    (1999, 0, "none", 3),
    (2000, 0, "none", 4),
    (89, 10, "partial", 2),
    (2000, 0, "full", 4),
]


@pytest.mark.row("000-303-6")
@pytest.mark.row("002-07-1")
@pytest.mark.row("002-07-2")
@pytest.mark.row("002-07-3")
@pytest.mark.row("002-07-4")
@pytest.mark.parametrize(("pupils", "staff", "boarding", "need"), QUOTAS)
@pytest.mark.parametrize("key", [CITY + "guards-quota", GUYUAN + "guards-minimum"])
def test_guards(world: World, key: str, pupils: int, staff: int, boarding: str, need: int) -> None:
    shape(world.school, pupils=pupils, staff=staff, boarding=boarding)
    know(world.school, guards_certified=need - 1, safety_managers_trained=0)
    short = derived(world.school, key)
    assert (short.state, short.need, short.have) == (State.UNMET, need, need - 1)
    know(world.school, guards_certified=need)
    assert derived(world.school, key).state == State.MET


@pytest.mark.row("002-07-3")
@pytest.mark.parametrize("key", [CITY + "guards-quota", GUYUAN + "guards-minimum"])
@pytest.mark.parametrize(("param", "value", "pupils", "staff", "need"), [
    ("guards_at_1000", "next", 900, 99, 2),
    ("guards_at_1000", "next", 1000, 0, 2),
    ("guard_rounding", "ceil", 1000, 1, 2),
    ("guard_rounding", "ceil", 1001, 0, 3),
    ("guard_rounding", "round", 1249, 0, 2),
    ("guard_rounding", "round", 1250, 0, 3),
    ("guard_basis", "headcount", 1400, 99, 2),
    ("guard_basis", "headcount", 1400, 100, 3),
    ("guard_step", 250, 1249, 0, 2),
    ("guard_step", 250, 1250, 0, 3),
])  # fmt: skip
def test_the_other_readings(
    world: World, key: str, param: str, value: object, pupils: int, staff: int, need: int
) -> None:
    override_param(JOB, key.split("/", maxsplit=1)[0], param, world.city, value, basis="市局解释")
    shape(world.school, pupils=pupils, staff=staff, boarding="none")
    know(world.school, guards_certified=need, safety_managers_trained=0)
    assert (derived(world.school, key).need, derived(world.school, key).state) == (need, State.MET)


@pytest.mark.row("002-07-1")
@pytest.mark.parametrize("key", [CITY + "guards-quota", GUYUAN + "guards-minimum"])
@pytest.mark.parametrize(("pupils", "boarding", "answer"), [
    (89, "none", State.MET), (90, "none", State.UNMET), (89, "partial", State.UNMET),
])  # fmt: skip
def test_below_100_a_trained_manager_may_stand_in(
    world: World, key: str, pupils: int, boarding: str, answer: str
) -> None:
    shape(world.school, pupils=pupils, staff=10, boarding=boarding)
    know(world.school, guards_certified=0, safety_managers_trained=1)
    assert derived(world.school, key).state == answer


@pytest.mark.row("002-07-10")
@pytest.mark.row("002-07-11")
@pytest.mark.parametrize(("fact", "key"), [
    ("managers", "dormitory-manager"), ("female_managers", "dormitory-manager-female"),
])  # fmt: skip
def test_a_manager_for_each_dormitory(world: World, fact: str, key: str) -> None:
    shape(world.school, boarding="full")
    house = add_subject(JOB, world.school, NewSubject("dormitory", "1", "一号楼"))
    know(world.school, house, **{fact: 0, "for_girls": True})
    assert derived(world.school, GUYUAN + key, subject="1").state == State.UNMET
    know(world.school, house, **{fact: 1})
    assert derived(world.school, GUYUAN + key, subject="1").state == State.MET


@pytest.mark.row("002-07-11")
def test_only_dormitories_of_girls_need_a_woman(world: World) -> None:
    shape(world.school, boarding="full")
    house = add_subject(JOB, world.school, NewSubject("dormitory", "1", "一号楼"))
    know(world.school, house, female_managers=0, for_girls=False)
    assert derived(world.school, GUYUAN + "dormitory-manager-female", subject="1").state == (
        State.NOT_APPLICABLE
    )


@pytest.mark.row("002-07-12")
@pytest.mark.parametrize(("pupils", "doctors", "answer"), [
    (599, 0, State.NOT_APPLICABLE), (600, 0, State.UNMET), (600, 1, State.MET),
])  # fmt: skip
def test_a_doctor_from_600_pupils_on(world: World, pupils: int, doctors: int, answer: str) -> None:
    shape(world.school, pupils=pupils)
    know(world.school, doctors=doctors)
    assert derived(world.school, GUYUAN + "school-doctor").state == answer


@pytest.mark.row("002-11-5")
def test_a_mental_health_teacher(world: World) -> None:
    know(world.school, psychologists=0)
    assert derived(world.school, GUYUAN + "mental-health-teacher").state == State.UNMET
    know(world.school, psychologists=1)
    assert derived(world.school, GUYUAN + "mental-health-teacher").state == State.MET
