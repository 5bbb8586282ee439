"""Whoever changes the trail is found, and the entry is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.cast import NOW
from tests.journal.tools import as_owner, write

from anyuan.foundation.journal import chain, sealer
from anyuan.foundation.journal.models import Follower, Head, Seal
from anyuan.foundation.journal.public import Entry, seal, sign_head, verify, verify_tail
from anyuan.foundation.kernel.public import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail() -> Iterator[list[Entry]]:
    with clock.at(NOW):
        entries = write(10)
        seal()
        sign_head()
        yield entries


def tamper(*statements: str) -> None:
    with as_owner() as cursor:
        cursor.execute("set constraints all immediate")
        for statement in statements:
            cursor.execute(statement)


def kind_and_entry() -> tuple[str, int | None]:
    fault = verify().fault
    assert fault is not None
    assert str(fault)
    return fault.kind, fault.entry


def test_a_whole_trail(trail: list[Entry]) -> None:
    verdict = verify()
    assert verdict.whole
    assert (verdict.entries, verdict.heads, verdict.seq) == (10, 1, 10)
    assert verdict.hash == Seal.objects.get(seq=10).hash


def test_an_empty_trail_is_whole() -> None:
    assert verify().whole


@pytest.mark.parametrize(
    "change",
    [
        "sentence = 'another sentence'",
        "actor_name = 'somebody else'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "occurred_at = occurred_at - interval '1 day'",
        "verb = 'test.other'",
        "unit_path = '/1/8/'",
        "domain = 'fire'",
        "actor_id = '00000000-0000-0000-0000-000000000001'",
        "subject_id = '00000000-0000-0000-0000-000000000001'",
        "subject_kind = 'x.y'",
        "actor_kind = 'person'",
        "body_hash = repeat('0', 64)",
    ],
)
def test_altered_entry(trail: list[Entry], change: str) -> None:
    tamper(f"update journal_entry set {change} where id = {trail[4].pk}")
    assert kind_and_entry() == ("altered-entry", trail[4].pk)


def test_the_first_of_two_is_named(trail: list[Entry]) -> None:
    tamper(f"update journal_entry set sentence = 'x' where id in ({trail[7].pk}, {trail[2].pk})")
    assert kind_and_entry() == ("altered-entry", trail[2].pk)


@pytest.mark.parametrize("index", [0, 9])
def test_altered_at_either_end(trail: list[Entry], index: int) -> None:
    tamper(f"update journal_entry set sentence = 'x' where id = {trail[index].pk}")
    assert kind_and_entry() == ("altered-entry", trail[index].pk)


def test_altered_body(trail: list[Entry]) -> None:
    tamper(f"update journal_body set text = text || ' ' where entry_id = {trail[3].pk}")
    assert kind_and_entry() == ("altered-body", trail[3].pk)


def test_body_removed_without_an_entry(trail: list[Entry]) -> None:
    tamper(f"delete from journal_body where entry_id = {trail[3].pk}")
    assert kind_and_entry() == ("missing-body", trail[3].pk)


def test_altered_seal(trail: list[Entry]) -> None:
    tamper("update journal_seal set hash = repeat('0', 64) where seq = 5")
    assert kind_and_entry() == ("altered-seal", trail[4].pk)


def test_seal_removed(trail: list[Entry]) -> None:
    tamper("delete from journal_seal where seq = 5")
    assert kind_and_entry() == ("missing-seal", trail[4].pk)


def test_entry_and_seal_removed(trail: list[Entry]) -> None:
    tamper(
        f"delete from journal_body where entry_id = {trail[4].pk}",
        "delete from journal_seal where seq = 5",
        f"delete from journal_entry where id = {trail[4].pk}",
    )
    fault = verify().fault
    assert fault is not None
    assert (fault.kind, fault.seq) == ("gap", 5)


def test_entry_removed_and_numbers_closed_up(trail: list[Entry]) -> None:
    tamper(
        f"delete from journal_body where entry_id = {trail[4].pk}",
        "delete from journal_seal where seq = 5",
        f"delete from journal_entry where id = {trail[4].pk}",
        "update journal_seal set seq = seq - 1 where seq > 5",
    )
    assert kind_and_entry() == ("altered-entry", trail[5].pk)


def test_two_entries_that_changed_places(trail: list[Entry]) -> None:
    a, b = trail[3].pk, trail[6].pk
    tamper(
        "alter table journal_seal drop constraint journal_seal_entry_id_key",
        f"update journal_seal set entry_id = case entry_id when {a} then {b} else {a} end"
        f" where entry_id in ({a}, {b})",
    )
    assert kind_and_entry() == ("reordered", b)


def test_rewritten_chain_is_found_by_the_signed_head(trail: list[Entry]) -> None:
    tamper(f"update journal_entry set sentence = 'x' where id = {trail[4].pk}")
    with as_owner() as cursor:
        cursor.execute(
            f"select s.seq, {chain.ENTRY_TEXT} from journal_seal s join journal_entry e on e.id = s.entry_id"
            " order by seq"
        )
        last = chain.GENESIS
        for seq, text in cursor.fetchall():
            last = chain.link(last, text)
            cursor.execute("update journal_seal set hash = %s where seq = %s", [last, seq])
    assert kind_and_entry()[0] == "rewritten"
    tamper(f"update journal_head set hash = '{last}' where seq = 10")
    assert kind_and_entry()[0] == "forged-head"


def test_forged_signature(trail: list[Entry]) -> None:
    tamper("update journal_head set hmac = repeat('a', 64) where seq = 10")
    assert kind_and_entry() == ("forged-head", trail[9].pk)


def test_a_head_moved_in_time_is_forged(trail: list[Entry]) -> None:
    tamper("update journal_head set made_at = made_at - interval '1 hour'")
    assert kind_and_entry()[0] == "forged-head"


def test_another_key_does_not_verify(trail: list[Entry], settings: object) -> None:
    settings.JOURNAL_KEY = "another"  # type: ignore[attr-defined]
    assert kind_and_entry()[0] == "forged-head"


@pytest.mark.parametrize("keep_head", [True, False])
def test_end_cut_off(trail: list[Entry], keep_head: bool) -> None:
    """The signed head gives it away, or else a follower that had read further."""
    Follower.objects.create(name="reader", seq=10)
    ids = ", ".join(str(e.pk) for e in trail[8:])
    tamper(
        f"delete from journal_body where entry_id in ({ids})",
        "delete from journal_seal where seq > 8",
        f"delete from journal_entry where id in ({ids})",
        *([] if keep_head else ["delete from journal_head"]),
    )
    fault = verify().fault
    assert fault is not None
    assert (fault.kind, fault.seq) == ("cut", 9)


def test_entry_pushed_in_beside_the_queue(trail: list[Entry]) -> None:
    (extra,) = write(1)
    tamper(f"delete from journal_pending where entry_id = {extra.pk}")
    assert kind_and_entry() == ("missing-seal", extra.pk)


def test_unsealed_for_ten_minutes(trail: list[Entry]) -> None:
    (waiting,) = write(1)
    with clock.at(NOW + timedelta(minutes=10) - timedelta(microseconds=1)):
        assert verify().whole
    with clock.at(NOW + timedelta(minutes=10)):
        assert kind_and_entry() == ("unsealed", waiting.pk)


def test_the_tail_is_read_from_the_last_head_only(trail: list[Entry]) -> None:
    write(3)
    seal()
    verdict = verify_tail()
    assert verdict.whole
    assert (verdict.entries, verdict.heads, verdict.seq) == (3, 1, 13)
    tamper("update journal_entry set sentence = 'x' where id = (select max(id) from journal_entry)")
    fault = verify_tail().fault
    assert fault is not None
    assert fault.kind == "altered-entry"


def test_the_tail_knows_when_its_head_lost_its_seal(trail: list[Entry]) -> None:
    tamper("delete from journal_seal where seq = 10")
    assert not verify_tail().whole


def test_more_entries_than_one_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    from anyuan.foundation.journal import verification

    monkeypatch.setattr(verification, "_FETCH", 4)
    monkeypatch.setattr(sealer, "HEAD_ENTRIES", 3)
    with clock.at(NOW):
        entries = write(11)
        while seal(limit=3):
            pass
        verdict = verify()
        assert (verdict.entries, verdict.heads) == (11, Head.objects.count())
        tamper(f"update journal_entry set sentence = 'x' where id = {entries[9].pk}")
        assert kind_and_entry() == ("altered-entry", entries[9].pk)
