"""Entries to test with, and the hands of somebody who owns the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

from anyuan.foundation.journal.public import Entry, Tell, action
from anyuan.foundation.kernel.public import Actor, job_actor

JOB = job_actor("tests")


def write(
    count: int = 1, *, path: str = "/1/7/", actor: Actor = JOB, tell: Sequence[Tell] = ()
) -> list[Entry]:
    """``count`` entries, one action each."""
    entries = []
    for number in range(count):
        with action(actor, "test.write") as act:
            entries.append(act.entry(f"did thing {number}", path=path, after={"number": number}, tell=tell))
    return entries


@contextmanager
def as_owner() -> Iterator[CursorWrapper]:
    """Work as the role that owns the tables, as an attacker with the owner's password would."""
    with connection.cursor() as cursor:
        cursor.execute("set role anyuan_owner")
        try:
            yield cursor
        finally:
            if not connection.needs_rollback:
                cursor.execute("set role anyuan_app")
