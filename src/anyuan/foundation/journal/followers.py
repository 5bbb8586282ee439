"""Whoever reacts to the journal follows it: in order, from where it stopped, missing nothing.

A handler gets sealed entries in the order of ``seq``; what it writes and its new position are one
transaction, so after a crash the same entries come again and nothing was half done. A handler must
bear to see an entry twice only for what it does outside the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q

from anyuan.foundation.kernel.public import clock

from .models import Entry, Follower, Seal

log = logging.getLogger(__name__)

Handler = Callable[[Sequence[Entry]], None]
LONGEST_WAIT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Registered:
    handler: Handler
    batch: int


_followers: dict[str, _Registered] = {}


def follow(name: str, handler: Handler, *, batch: int = 200) -> None:
    """Register ``handler`` (call it in ``AppConfig.ready``); it starts at the first entry.

    Entries come with ``entry.seal`` and ``entry.body`` loaded (an erased body raises
    ``Body.DoesNotExist``; ``tells_of`` bears it). Raises ``ValueError`` when another handler has the name.
    """
    known = _followers.get(name)
    if known and known.handler is not handler:
        raise ValueError(f"the journal already has a follower {name}")
    _followers[name] = _Registered(handler, batch)


def unfollow(name: str) -> None:
    """Forget the handler; its position stays."""
    _followers.pop(name, None)


def step_followers() -> int:
    """Let every registered follower take one batch; give how many entries were handled.

    A follower that another process drives right now is passed over. A handler that raises stops
    its own follower only: the entries before the bad one are handled, the error is logged and
    shown by :func:`anyuan.foundation.journal.status.status`, and it is tried again, later and later.
    """
    return sum(_step(name, known) for name, known in list(_followers.items()))


def _step(name: str, known: _Registered) -> int:
    Follower.objects.get_or_create(name=name)
    try:
        return _advance(name, known.handler, known.batch)
    except Exception as error:  # noqa: BLE001 - one follower's bug must not stop the others
        log.warning("follower %s goes on entry by entry: %s", name, error)
    # The batch was rolled back: move up to the entry that cannot be handled, and name it.
    done = 0
    try:
        for _ in range(known.batch):
            done += _advance(name, known.handler, 1)
    except Exception as error:  # noqa: BLE001 - as above
        _note_failure(name, error)
    return done


def _advance(name: str, handler: Handler, size: int) -> int:
    """Handle up to ``size`` entries and move the position, in one transaction."""
    with transaction.atomic():
        now = clock.now()
        ready = Q(retry_at__isnull=True) | Q(retry_at__lte=now)
        row = Follower.objects.select_for_update(skip_locked=True).filter(ready, name=name).first()
        if row is None:
            return 0
        seals = list(
            Seal.objects.filter(seq__gt=row.seq).select_related("entry", "entry__body").order_by("seq")[:size]
        )
        if not seals:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("select set_config('anyuan.action', %s, true)", [f"follower.{name}"])
        handler([s.entry for s in seals])
        row.seq, row.moved_at = seals[-1].seq, now
        row.failures, row.error, row.retry_at = 0, "", None
        row.save()
        with connection.cursor() as cursor:
            cursor.execute("select set_config('anyuan.action', '', true)")
        return len(seals)


def _note_failure(name: str, error: Exception) -> None:
    with transaction.atomic():
        row = Follower.objects.select_for_update().get(name=name)
        row.failures += 1
        row.error = f"{type(error).__name__}: {error}"[:2000]
        row.retry_at = clock.now() + min(timedelta(seconds=2 ** min(row.failures, 10)), LONGEST_WAIT)
        row.save()
    log.error("follower %s cannot handle entry seq %s", name, row.seq + 1, exc_info=error)
