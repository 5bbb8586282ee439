"""The national standard beside a city's document: other numbers for guards, both results kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cast import World
from tests.compliance.engine import GUYUAN, IN_FORCE, JOB, derived, know, on, prepare, shape

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.org.public import Unit
from anyuan.response.hazard.public import proposals, propose
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import State, refresh
from anyuan.rules.policy.public import Pack, activate, override_param

NATIONAL = "gbt-29315-2022"
KEY, OURS = f"{NATIONAL}/guards-by-pupils", f"{GUYUAN}guards-minimum"


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-03-18"):
        prepare(world)
        activate(JOB, Pack.objects.get(code=NATIONAL), world.city, IN_FORCE)
        shape(world.school, pupils=500, staff=40, boarding="none")
        yield


def need(unit: Unit, pupils: int) -> float | None:
    shape(unit, pupils=pupils)
    return derived(unit, KEY).need


@pytest.mark.parametrize(
    ("pupils", "guards"),
    [(99, 1), (100, 2), (999, 2), (1000, 3), (1499, 3), (1500, 4), (1999, 4), (2000, 5)],
)
def test_guards_by_the_number_of_pupils(world: World, pupils: int, guards: int) -> None:
    know(world.school, guards_certified=guards)
    assert need(world.school, pupils) == guards
    assert derived(world.school, KEY).state == State.MET
    know(world.school, guards_certified=guards - 1)
    assert derived(world.school, KEY).state == State.UNMET


def test_what_a_region_sets(world: World) -> None:
    override_param(JOB, NATIONAL, "guards_from_100", world.city, 1, basis="市文件")
    override_param(JOB, NATIONAL, "guard_rounding", world.city, "ceil", basis="市文件")
    assert [need(world.school, pupils) for pupils in (999, 1000, 1001, 1500, 1501)] == [1, 3, 4, 4, 5]


def test_a_region_never_asks_small_schools_for_more_than_large_ones(world: World) -> None:
    override_param(JOB, NATIONAL, "guards_from_100", world.city, 3, basis="市文件")
    with pytest.raises(Invalid):
        override_param(JOB, NATIONAL, "guards_from_100", world.city, 4, basis="市文件")
    assert [need(world.school, pupils) for pupils in (100, 999, 1000)] == [3, 3, 3]


def test_boarding_schools_are_not_judged_by_it(world: World) -> None:
    shape(world.school, boarding="full")
    assert derived(world.school, KEY).state == State.NOT_APPLICABLE
    assert derived(world.school, OURS).need == 2


def test_both_results_are_kept_and_the_stricter_is_proposed(world: World) -> None:
    shape(world.school, pupils=1200, staff=100)
    know(world.school, guards_certified=2, safety_managers_trained=0)
    assert (derived(world.school, OURS).state, derived(world.school, OURS).need) == (State.MET, 2)
    assert (derived(world.school, KEY).state, derived(world.school, KEY).need) == (State.UNMET, 3)
    propose([world.school.pk])
    guards = [p.key for p in proposals(world.actor("county_officer")) if "保安员" in p.title]
    assert guards == [KEY]
    know(world.school, guards_certified=1)
    refresh([world.school.pk])
    propose([world.school.pk])
    assert [p.key for p in proposals(world.actor("county_officer")) if "保安员" in p.title] == [KEY]


def test_where_it_is_not_in_force_it_asks_nothing(world: World) -> None:
    Pack.objects.get(code=NATIONAL).activations.update(unit=world.county)
    refresh([world.school.pk, world.stranger_school.pk])
    assert Verdict.everything.filter(unit=world.school, key=KEY).exists()
    assert not Verdict.everything.filter(unit=world.stranger_school, key=KEY).exists()
