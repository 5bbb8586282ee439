"""Identifiers: UUIDv7 keys made in Python, so a row has its id before it is saved and sorts by time."""

from __future__ import annotations

from uuid import UUID

import uuid_utils

from . import clock


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562) that carries the injected clock's time."""
    nanoseconds = int(clock.now().timestamp() * 1000) * 1_000_000
    return UUID(int=uuid_utils.uuid7(nanoseconds=nanoseconds).int)
