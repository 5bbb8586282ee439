"""Tests of the figures stand at one instant; ``town`` is two counties full of random hazards."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tests.cast import NOW, World
from tests.cockpit import fill

from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard.public import Hazard


@pytest.fixture(autouse=True)
def _standing() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture(params=[3, 11])
def town(world: World, request: pytest.FixtureRequest) -> World:
    """600 hazards of the last half year at eight schools, the managing school and the counties themselves."""
    rng = random.Random(request.param)
    units = [world.school, world.sister, world.managing, world.point, world.stranger_school]
    units += fill.schools(world.county, 2, rng, 50_000) + fill.schools(world.next_county, 2, rng, 60_000)
    units += [world.county, world.city]
    fill.copy(fill.hazards(units, 600, rng, NOW, years=0.5), Hazard)
    return world
