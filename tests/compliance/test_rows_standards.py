"""Numbers, qualifications, thresholds: the standards of three documents at both sides of each boundary."""

from __future__ import annotations

import pytest
from tests.cast import World
from tests.compliance.engine import CITY, GUYUAN, derived, know, on, prepare, shape

from anyuan.rules.compliance.public import State


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
