"""The one clock. Every room asks here, so tests and the demo can stand in another time.

Instants are aware UTC datetimes; days are Asia/Shanghai calendar days.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The current day in Shanghai."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The Shanghai day an aware instant falls on."""
    return instant.astimezone(SHANGHAI).date()


_FIRST, _LAST = date(1, 1, 2), date.max
"""The days whose beginning an instant in UTC can name; one typed beyond them counts as the nearest."""


def start_of(day: date) -> datetime:
    """The first instant of a Shanghai day."""
    return datetime.combine(max(day, _FIRST), time.min, tzinfo=SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The half-open end of a Shanghai day: the first instant of the next one.

    A deadline "by 21 November" is stored as ``end_of(21 November)``; something is late
    when ``now() >= due_at``.
    """
    return start_of(day + timedelta(days=1) if day < _LAST else day)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stand at ``instant`` (aware) inside the block. Nests; safe across threads and tasks."""
    if instant.tzinfo is None:
        raise ValueError("clock.at needs an aware datetime")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
