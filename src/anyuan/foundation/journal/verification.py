"""Is the trail whole? Everything is read again and every hash is computed again."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import clock

from . import chain, diagnosis, heads_log
from .diagnosis import Fault, Row
from .heads_log import Published
from .models import Entry, Follower, Head, Seal

UNSEALED_LIMIT = timedelta(minutes=10)
_FETCH = 10_000


@dataclass(slots=True)
class Verdict:
    """What :func:`verify` found. ``fault`` is the first thing wrong, None when the trail is whole.

    ``published`` counts the heads of the log outside the database that fit; None: there is no log.
    """

    entries: int = 0
    heads: int = 0
    published: int | None = None
    erased: int = 0
    seq: int = 0
    hash: str = chain.GENESIS
    fault: Fault | None = None

    @property
    def whole(self) -> bool:
        return self.fault is None


@dataclass(slots=True)
class _Reading:
    verdict: Verdict
    heads: dict[int, Head]
    erasures: frozenset[int]
    log: dict[int, Published]
    previous: str = field(default=chain.GENESIS)


def verify(after: int = 0) -> Verdict:
    """Read the trail behind seal ``after`` (0: all of it) and name the first thing that is wrong.

    Checked: every entry against its hash in the chain, every body against its entry, the order and
    completeness of the seals, the signed heads, bodies erased without an entry, entries that
    were never sealed, a chain shorter than what was signed or already read from it, or other than
    what was published outside the database.
    """
    lines = heads_log.published(after)
    with _one_moment():
        verdict = Verdict(seq=after, published=None if lines is None else 0)
        log = {line.seq: line for line in lines or () if line.genuine}
        reading = _Reading(verdict, _heads(after), _erasures(), log)
        if after:
            reading.previous = verdict.hash = Seal.objects.get(seq=after).hash
            verdict.fault = _check_head(reading, after, None) or _check_log(reading, after, verdict.hash)
        if verdict.whole:
            verdict.fault = _read_chain(reading, after) or _check_end(reading)
        if verdict.whole:
            verdict.fault = _forged(lines or []) or _unsealed(after)
        return verdict


def verify_tail() -> Verdict:
    """Verify what came after the last signed head, and that head: quick enough for a page."""
    head = Head.objects.order_by("-seq").first()
    known = head is not None and Seal.objects.filter(seq=head.seq).exists()
    return verify(after=head.seq if head and known else 0)


@contextmanager
def _one_moment() -> Iterator[None]:
    """One snapshot for the whole reading, so that sealing meanwhile is not taken for a gap."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def _heads(after: int) -> dict[int, Head]:
    return {head.seq: head for head in Head.objects.filter(seq__gte=after)}


def _erasures() -> frozenset[int]:
    found = Entry.everything.filter(verb="journal.erase-body", subject_kind="journal.entry")
    return frozenset(u.int for u in found.values_list("subject_id", flat=True) if u)


def _rows(after: int) -> Iterator[Row]:
    with connection.cursor() as tuning:
        # The whole result is read: plan for the last row, not for the first.
        tuning.execute("set local cursor_tuple_fraction = 1")
        tuning.execute("set local work_mem = '64MB'")
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"""select s.seq, s.entry_id, s.hash,
                case when e.id is not null then {chain.ENTRY_TEXT} end,
                case when b.entry_id is not null then {chain.BODY_HASH} = e.body_hash end
            from journal_seal s left join journal_entry e on e.id = s.entry_id
            left join journal_body b on b.entry_id = s.entry_id
            where s.seq > %s order by s.seq""",  # noqa: S608 - constants of ours
            [after],
        )
        while rows := cursor.fetchmany(_FETCH):
            yield from (Row(*row) for row in rows)


def _read_chain(reading: _Reading, after: int) -> Fault | None:
    verdict = reading.verdict
    expected = after
    for row in _rows(after):
        expected += 1
        if row.seq != expected:
            return diagnosis.gap(expected)
        if row.text is None:
            return Fault("missing-entry", row.seq, row.entry, _("the entry was deleted"))
        if chain.link(reading.previous, row.text) != row.hash:
            return diagnosis.altered(row, reading.previous)
        if fault := _check_body(reading, row) or _check_head(reading, row.seq, row):
            return fault
        if fault := _check_log(reading, row.seq, row.hash):
            return fault
        reading.previous = row.hash
        verdict.entries += 1
        verdict.seq, verdict.hash = row.seq, row.hash
    return None


def _check_body(reading: _Reading, row: Row) -> Fault | None:
    if row.body_fits:
        return None
    if row.body_fits is False:
        return Fault("altered-body", row.seq, row.entry, _("what it says of before and after was altered"))
    if row.entry in reading.erasures:
        reading.verdict.erased += 1
        return None
    return Fault(
        "missing-body", row.seq, row.entry, _("its content was removed, and no entry says by whom and why")
    )


def _check_head(reading: _Reading, seq: int, row: Row | None) -> Fault | None:
    head = reading.heads.pop(seq, None)
    if head is None:
        return None
    sealed = row.hash if row else reading.previous
    genuine = hmac.compare_digest(head.hmac, chain.sign(seq, head.hash, head.made_at))
    entry = row.entry if row else Seal.objects.get(seq=seq).entry_id
    if not genuine:
        return Fault(
            "forged-head", seq, entry, _("the signature of this head is not ours, or the key was replaced")
        )
    if head.hash != sealed:
        return Fault("rewritten", seq, entry, _("the trail up to here was rewritten after it was signed"))
    reading.verdict.heads += 1
    return None


def _check_log(reading: _Reading, seq: int, sealed: str) -> Fault | None:
    """Whether the chain is the one whose head was published outside the database."""
    line = reading.log.pop(seq, None)
    if line is None:
        return None
    if line.hash != sealed:
        return Fault(
            "rewritten",
            seq,
            None,
            _("the trail up to here is another than the one whose head was published on %(day)s")
            % {"day": _day(line)},
        )
    reading.verdict.published = (reading.verdict.published or 0) + 1
    return None


def _day(line: Published) -> str:
    return f"{line.made_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def _forged(lines: list[Published]) -> Fault | None:
    line = next((line for line in lines if not line.genuine), None)
    if line is None:
        return None
    return Fault(
        "forged-log", line.seq, None, _("heads.log holds a head we did not sign, or the key was replaced")
    )


def _check_end(reading: _Reading) -> Fault | None:
    """Whether something is known of seals behind the last one: then the end was cut off."""
    if reading.log:
        line = reading.log[max(reading.log)]
        words = {"end": reading.verdict.seq, "head": line.seq, "day": _day(line)}
        said = _("the trail ends at %(end)s, but head %(head)s was published on %(day)s; its end was cut off")
        return Fault("cut", reading.verdict.seq + 1, None, said % words)
    read = Follower.objects.aggregate(seq=Max("seq"))["seq"] or 0
    known = max([read, *reading.heads])
    if known <= reading.verdict.seq:
        return None
    return Fault(
        "cut",
        reading.verdict.seq + 1,
        None,
        _("the trail once reached %(seq)s; its end was cut off") % {"seq": known},
    )


def _unsealed(after: int) -> Fault | None:
    with connection.cursor() as cursor:
        if not after and (lost := _lost(cursor)):
            return Fault(
                "missing-seal", None, lost, _("the entry stands outside the chain, and never waited")
            )
        cursor.execute(
            "select e.id from journal_pending p join journal_entry e on e.id = p.entry_id"
            " where e.recorded_at <= %s order by e.id limit 1",
            [clock.now() - UNSEALED_LIMIT],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return Fault("unsealed", None, row[0], _("the entry has waited for its seal for over ten minutes"))


def _lost(cursor: CursorWrapper) -> int | None:
    cursor.execute(
        """select e.id from journal_entry e left join journal_seal s on s.entry_id = e.id
        where s.seq is null and not exists (select from journal_pending p where p.entry_id = e.id)
        order by e.id limit 1"""
    )
    row = cursor.fetchone()
    return row[0] if row else None
