"""Deriving for all units in shares side by side, each in a connection and a transaction of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date
from itertools import chain
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from anyuan.foundation.kernel.public import subtree
from anyuan.foundation.org.public import Unit

from ..deriving.running import Extent
from ..shapes import Change

_LOCK = 7_310_246_119
"""Derivations run one after the other: the later one must see what the earlier one stored."""
_DAYS = 731_024
"""The first half of the locks on whole days."""
_MOST = 4
_LEAST_UNITS = 400
"""Fewer units are done sooner by one."""


@dataclass(frozen=True, slots=True)
class Share:
    """Some units: as the statement takes them in, and by id (None: all)."""

    extent: Extent
    units: Sequence[UUID] | None


def lock() -> None:
    """Wait until no other derivation runs, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])


def lock_within(seconds: int) -> bool:
    """As :func:`lock`, but give up after so long; whether the lock was got. The transaction goes on."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('lock_timeout', %s, true)", [f"{seconds}s"])
            cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            cursor.execute("set local lock_timeout to default")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise
    return True


@contextmanager
def alone_for(day: date) -> Iterator[bool]:
    """Whether nobody else derives this day as a whole right now; nobody else does until the end."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_DAYS, day.toordinal()])
        mine = cursor.fetchone()[0]
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [_DAYS, day.toordinal()])


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other derivation runs, and let none begin, outside of any transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


def in_shares(work: Callable[[Share], Sequence[Change]], path: str = "") -> list[Change]:
    """``work`` for all units, or for those at and below ``path`` at once.

    Each share is committed whole or not at all; when one fails, its error is raised after the others ended,
    and the same call later brings all up to date.

    Inside a transaction there is only one share, as other connections do not see what it did.
    """
    if connection.in_atomic_block:
        lock()
        return list(work(_one(path)))
    with _alone():
        shares = [_one(path)] if path else _shares()
        if len(shares) == 1:
            return _committed(work, shares[0])
        with ThreadPoolExecutor(len(shares)) as pool:
            running = [pool.submit(copy_context().run, _apart, work, share) for share in shares]
        return list(chain.from_iterable(one.result() for one in running))


def _apart(work: Callable[[Share], Sequence[Change]], share: Share) -> list[Change]:
    """In a thread of its own, whose connection nobody else will close."""
    try:
        return _committed(work, share)
    finally:
        connection.close()


def _committed(work: Callable[[Share], Sequence[Change]], share: Share) -> list[Change]:
    with transaction.atomic():
        return list(work(share))


def _one(path: str) -> Share:
    if not path:
        return Share(Extent(), None)
    below = list(Unit.everything.filter(subtree(path, "path")).values_list("pk", flat=True))
    return Share(Extent(units=below), below)


def _shares() -> list[Share]:
    """Ranges of ids, as that is what the large tables are indexed by."""
    ids = list(Unit.everything.order_by("pk").values_list("pk", flat=True))
    number = min(_MOST, os.cpu_count() or 1, len(ids) // _LEAST_UNITS)
    if number < 2:
        return [_one("")]
    starts = [ids[len(ids) * at // number] for at in range(1, number)]
    return [
        Share(
            Extent(least=least, beyond=beyond), ids[len(ids) * at // number : len(ids) * (at + 1) // number]
        )
        for at, (least, beyond) in enumerate(zip([None, *starts], [*starts, None], strict=True))
    ]
