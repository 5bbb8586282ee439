"""Identifiers: UUIDv7 keys made in Python, so a row has its id before it is saved and sorts by time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import uuid_utils

from . import clock


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562) that carries the injected clock's time."""
    nanoseconds = int(clock.now().timestamp() * 1000) * 1_000_000
    return UUID(int=uuid_utils.uuid7(nanoseconds=nanoseconds).int)


def first_id_at(moment: datetime) -> UUID:
    """The lowest key that :func:`new_id` can make at ``moment``: ``id__gte`` it is "made since then"."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0b10 << 62))
