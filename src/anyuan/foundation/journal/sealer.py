"""One sealer puts the waiting entries in a gapless order and chains them; now and then it signs the head.

Actions never wait for it: they insert their entries unsealed. Who reads the journal reads sealed
entries by ``seq``, for ids become visible out of order (a long transaction commits late).
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from anyuan.foundation.kernel.public import clock

from . import chain, heads_log
from .models import Head, Seal

SEALER_LOCK = 0x414E5955414E
HEAD_ENTRIES = 1000
HEAD_TIME = timedelta(minutes=10)


def seal(limit: int = 5000) -> int:
    """Seal up to ``limit`` waiting entries, oldest first; give how many.

    0 when nothing waits, or when another process seals at this moment. Listeners of the channel
    ``journal`` are told the last ``seq`` at commit.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        if cursor.fetchone() != (True,):
            return 0
        seq, last = _last(cursor)
        links: list[tuple[int, int, str]] = []
        for entry, text in _take(cursor, limit):
            seq, last = seq + 1, chain.link(last, text)
            links.append((seq, entry, last))
        if links:
            cursor.execute(
                "insert into journal_seal (seq, entry_id, hash)"
                " select * from unnest(%s::bigint[], %s::bigint[], %s::text[])",
                [list(column) for column in zip(*links, strict=True)],
            )
            cursor.execute("select pg_notify('journal', %s)", [str(seq)])
        _sign_if_due(seq, last)
        return len(links)


def sign_head() -> Head | None:
    """Sign the last sealed entry now (a backup and a publication want it); None when the trail is empty."""
    with transaction.atomic():
        last = Seal.objects.order_by("-seq").first()
        return _sign(last.seq, last.hash) if last else None


def _last(cursor: CursorWrapper) -> tuple[int, str]:
    cursor.execute("select seq, hash from journal_seal order by seq desc limit 1")
    return cursor.fetchone() or (0, chain.GENESIS)


def _take(cursor: CursorWrapper, limit: int) -> list[tuple[int, str]]:
    """Take entries out of the queue, in the order of their ids, each with its exact text."""
    cursor.execute(
        f"""with batch as (
            delete from journal_pending where entry_id in
                (select entry_id from journal_pending order by entry_id limit %s)
            returning entry_id)
        select e.id, {chain.ENTRY_TEXT} from batch join journal_entry e on e.id = batch.entry_id
        order by e.id""",  # noqa: S608 - a constant of ours
        [limit],
    )
    return [(entry, text) for entry, text in cursor.fetchall()]


def _sign_if_due(seq: int, last: str) -> None:
    head = Head.objects.order_by("-seq").only("seq", "made_at").first()
    if head is None:
        due = seq > 0
    else:
        late = clock.now() - head.made_at >= HEAD_TIME
        due = seq - head.seq >= HEAD_ENTRIES or (seq > head.seq and late)
    if due:
        _sign(seq, last)


def _sign(seq: int, last: str) -> Head:
    made_at = clock.now()
    head, _ = Head.objects.get_or_create(
        seq=seq, defaults={"hash": last, "made_at": made_at, "hmac": chain.sign(seq, last, made_at)}
    )
    # After the commit: what the log names is never undone.
    transaction.on_commit(lambda: heads_log.publish(head))
    return head
