"""Hazard tests stand at one instant unless they say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cast import NOW

from anyuan.foundation.kernel.public import clock


@pytest.fixture(autouse=True)
def _standing() -> Iterator[None]:
    with clock.at(NOW):
        yield
