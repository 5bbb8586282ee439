"""Within a school year drills go round four scenarios: different ones are counted, not drills."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cast import World
from tests.compliance.engine import GUYUAN, derived, drill, on, prepare, shape

from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import State

KEY = GUYUAN + "drill-scenarios"
YEAR = "2025-26"
FOUR = ("earthquake", "fire", "weather", "terror")


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-05-20"):
        prepare(world)
        shape(world.school, pupils=500, staff=40, boarding="none")
        yield


def drills(unit: Unit, *scenarios: str) -> Verdict:
    """One drill a month from September 2025 on."""
    months = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-03", "2026-04")
    for month, scenario in zip(months, scenarios, strict=False):
        drill(unit, f"{month}-15T10:00", scenario=scenario)
    return derived(unit, KEY, YEAR)


@pytest.mark.row("002-01-12")
@pytest.mark.parametrize(
    ("scenarios", "have", "state"),
    [
        (FOUR, 4, State.MET),
        (FOUR[:3], 3, State.DUE),
        (("fire",) * 4, 1, State.DUE),
        ((*FOUR[:3], *FOUR[:3]), 3, State.DUE),
        ((*FOUR[:3], "traffic"), 3, State.DUE),  # none of the four
        (("fire", "fire", *FOUR), 4, State.MET),
    ],
)
def test_the_four_scenarios_of_a_school_year(
    world: World, scenarios: tuple[str, ...], have: int, state: State
) -> None:
    found = drills(world.school, *scenarios)
    assert (found.have, found.need, found.state) == (have, 4, state)


@pytest.mark.row("002-01-12")
def test_a_scenario_that_is_missing_when_the_school_year_ends(world: World) -> None:
    drills(world.school, *FOUR[:3])
    with on("2026-09-02"):
        drill(world.school, "2026-09-01T10:00", scenario="terror")
        found = derived(world.school, KEY, YEAR)
        assert (found.have, found.state) == (3, State.LATE)
        assert derived(world.school, KEY, "2026-27").have == 1


@pytest.mark.row("002-01-12")
def test_kindergartens_go_round_them_too(world: World) -> None:
    shape(world.school, unit_type="kindergarten")
    assert drills(world.school, *FOUR).state == State.MET


@pytest.mark.row("002-01-12")
def test_a_drill_without_a_photo_or_of_another_kind_adds_no_scenario(world: World) -> None:
    drills(world.school, *FOUR[:3])
    drill(world.school, "2026-05-06T10:00", scenario="terror", photos=0)
    drill(world.school, "2026-05-06T11:00", "other", scenario="terror")
    assert derived(world.school, KEY, YEAR).have == 3
    drill(world.school, "2026-05-06T12:00", scenario="terror")
    assert derived(world.school, KEY, YEAR).have == 4
