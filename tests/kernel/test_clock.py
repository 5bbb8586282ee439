"""The one clock: Shanghai days, half-open ends, and standing in another time."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.cast import NOW

from anyuan.foundation.kernel.public import clock, new_id


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 17, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 3, 17)),
        (datetime(2026, 3, 17, 16, 0, tzinfo=UTC), date(2026, 3, 18)),
        (datetime(2026, 3, 18, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 3, 18)),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai(instant: datetime, day: date) -> None:
    assert clock.day_of(instant) == day
    with clock.at(instant):
        assert clock.today() == day


def test_a_day_is_half_open() -> None:
    day = date(2026, 11, 21)
    due = clock.end_of(day)
    assert due == clock.start_of(date(2026, 11, 22)) == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    with clock.at(due - timedelta(microseconds=1)):
        assert clock.now() < due
        assert clock.today() == day
    with clock.at(due):
        assert clock.now() >= due
        assert clock.today() > day


def test_days_at_the_ends_of_the_calendar_have_bounds_too() -> None:
    """People mistype years; a filter by such a day finds nothing, and does not fail."""
    assert clock.start_of(date.max) == clock.end_of(date.max) == datetime(9999, 12, 30, 16, 0, tzinfo=UTC)
    assert clock.start_of(date.min) == clock.end_of(date.min) == clock.start_of(date(1, 1, 2))


def test_standing_in_time_nests_and_ends() -> None:
    with clock.at(NOW):
        with clock.at(NOW + timedelta(days=1)):
            assert clock.now() == NOW + timedelta(days=1)
        assert clock.now() == NOW
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_ends_after_an_error_too() -> None:
    with pytest.raises(ZeroDivisionError), clock.at(NOW):
        raise ZeroDivisionError
    assert clock.now() != NOW


def test_other_threads_keep_their_own_time() -> None:
    seen: list[datetime] = []
    with clock.at(NOW):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NOW


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.at(NOW.replace(tzinfo=None)):
        pass


def test_any_zone_becomes_utc() -> None:
    with clock.at(datetime(2026, 3, 18, 9, 30, tzinfo=clock.SHANGHAI)):
        assert clock.now() == NOW
        assert clock.now().tzinfo is UTC


def test_ids_sort_by_the_injected_time() -> None:
    ids = []
    for minute in range(5):
        with clock.at(NOW + timedelta(minutes=minute)):
            ids.append(new_id())
    assert ids == sorted(ids)
    assert {i.version for i in ids} == {7}
    assert ids[0].int >> 80 == int(NOW.timestamp() * 1000)


def test_ids_of_one_instant_differ() -> None:
    with clock.at(NOW):
        assert len({new_id() for _ in range(1000)}) == 1000
