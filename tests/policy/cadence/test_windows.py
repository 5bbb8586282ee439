"""Windows of a day: half-open, and a night belongs to the day it begins on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from anyuan.foundation.kernel.public import clock
from anyuan.rules.policy.cadence import Window, day_in, in_window

NIGHT = Window(time(19), time(6))
DAY = Window(time(7, 30), time(17))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("window", "moment", "inside"),
    [
        (NIGHT, "2026-03-18T18:59:59", False),
        (NIGHT, "2026-03-18T19:00", True),
        (NIGHT, "2026-03-19T00:00", True),
        (NIGHT, "2026-03-19T05:59:59", True),
        (NIGHT, "2026-03-19T06:00", False),
        (DAY, "2026-03-18T07:29:59", False),
        (DAY, "2026-03-18T07:30", True),
        (DAY, "2026-03-18T16:59:59", True),
        (DAY, "2026-03-18T17:00", False),
        (Window(time(22), time(0)), "2026-03-18T23:59", True),
        (Window(time(22), time(0)), "2026-03-19T00:00", False),
        (Window(time(6), time(6)), "2026-03-19T05:00", True),
    ],
)
def test_a_window_is_half_open(window: Window, moment: str, inside: bool) -> None:
    assert in_window(window, at(moment)) is inside
    assert in_window(window, at(moment).astimezone(tz=None)) is inside


@pytest.mark.parametrize(
    ("window", "moment", "day"),
    [
        (NIGHT, "2026-01-01T01:30", date(2025, 12, 31)),
        (NIGHT, "2025-12-31T23:30", date(2025, 12, 31)),
        (NIGHT, "2024-03-01T05:59", date(2024, 2, 29)),
        (NIGHT, "2024-03-01T06:00", date(2024, 3, 1)),
        (DAY, "2026-01-01T01:30", date(2026, 1, 1)),
        (Window(time(22), time(0)), "2026-01-01T00:10", date(2026, 1, 1)),
        (None, "2026-01-01T01:30", date(2026, 1, 1)),
    ],
)
def test_a_night_belongs_to_the_day_it_began(window: Window | None, moment: str, day: date) -> None:
    assert day_in(window, at(moment)) == day


def test_how_long_a_window_lasts() -> None:
    assert NIGHT.length == timedelta(hours=11)
    assert DAY.length == timedelta(hours=9, minutes=30)
    assert Window(time(6), time(6)).length == timedelta(hours=24)
    assert Window(time(22), time(0)).length == timedelta(hours=2)
    assert not Window(time(22), time(0)).crosses
