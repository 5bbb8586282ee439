"""The sealer: gapless, chained, one at a time, heads signed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from tests.cast import NOW
from tests.journal.tools import write

from anyuan.foundation.journal import chain, sealer
from anyuan.foundation.journal.models import Head, Pending, Seal
from anyuan.foundation.journal.public import Entry, seal, sign_head, verify
from anyuan.foundation.kernel.public import clock

pytestmark = pytest.mark.django_db


def test_seals_are_gapless_and_chained() -> None:
    entries = write(5)
    assert seal() == 5
    assert seal() == 0
    seals = list(Seal.objects.order_by("seq"))
    assert [s.seq for s in seals] == [1, 2, 3, 4, 5]
    assert [s.entry_id for s in seals] == [e.pk for e in entries]
    with connection.cursor() as cursor:
        cursor.execute(f"select {chain.ENTRY_TEXT} from journal_entry e order by id")
        texts = [row[0] for row in cursor.fetchall()]
    previous = chain.GENESIS
    for text, made in zip(texts, seals, strict=True):
        previous = chain.link(previous, text)
        assert made.hash == previous
    assert not Pending.objects.exists()


def test_batches_continue_the_chain() -> None:
    write(7)
    assert [seal(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert verify().entries == 7


def test_the_text_does_not_depend_on_the_time_zone() -> None:
    write(3)
    with connection.cursor() as cursor:
        cursor.execute("set local timezone = 'America/New_York'")
        seal()
        cursor.execute("set local timezone = 'UTC'")
    assert verify().whole


@pytest.mark.django_db(transaction=True)
def test_an_entry_committed_late_is_not_lost() -> None:
    """By id it would be skipped: its id is lower than one that was already sealed."""
    started, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write(1, path="/slow/")
            started.set()
            go_on.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(10)
    write(1, path="/quick/")
    assert seal() == 1
    go_on.set()
    thread.join(10)
    assert seal() == 1
    paths = Entry.everything.order_by("seal__seq").values_list("unit_path", flat=True)
    assert list(paths) == ["/quick/", "/slow/"]
    assert Entry.everything.get(unit_path="/slow/").pk < Entry.everything.get(unit_path="/quick/").pk
    assert verify().whole


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_sealers_make_one_chain() -> None:
    done = threading.Event()

    def writer() -> None:
        write(40)
        connections.close_all()

    def sealing() -> None:
        while not done.is_set():
            seal(limit=7)
        connections.close_all()

    writers = [threading.Thread(target=writer) for _ in range(4)]
    sealers = [threading.Thread(target=sealing) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for thread in writers:
        thread.join(30)
    done.set()
    for thread in sealers:
        thread.join(30)
    while seal():
        pass
    assert list(Seal.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 161))
    assert verify().entries == 160


@pytest.mark.django_db(transaction=True)
def test_a_second_sealer_steps_aside() -> None:
    write(1)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [sealer.SEALER_LOCK])
            held.set()
            release.wait(10)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    assert seal() == 0
    release.set()
    thread.join(10)
    assert seal() == 1


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_of_sealed_entries() -> None:
    info = connection.get_connection_params()
    import psycopg

    keys = ("host", "port", "user", "dbname")
    with psycopg.connect(autocommit=True, **{k: info[k] for k in keys}) as listener:
        listener.execute("listen journal")
        write(2)
        seal()
        heard = next(listener.notifies(timeout=5))
    assert (heard.channel, heard.payload) == ("journal", "2")


def test_heads_are_signed_by_number_and_by_time() -> None:
    with clock.at(NOW):
        write(1)
        seal()
        assert [h.seq for h in Head.objects.all()] == [1]
        write(1)
        seal()
        assert Head.objects.count() == 1
    with clock.at(NOW + sealer.HEAD_TIME - timedelta(microseconds=1)):
        seal()
        assert Head.objects.count() == 1
    with clock.at(NOW + sealer.HEAD_TIME):
        seal()
        assert [h.seq for h in Head.objects.order_by("seq")] == [1, 2]
        seal()
        assert Head.objects.count() == 2


def test_every_thousandth_entry_signs_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "HEAD_ENTRIES", 10)
    with clock.at(NOW):
        write(10)
        seal(limit=1)
        seal()
        assert [h.seq for h in Head.objects.order_by("seq")] == [1]
        write(1)
        seal()
        assert [h.seq for h in Head.objects.order_by("seq")] == [1, 11]


def test_a_head_can_be_signed_on_demand() -> None:
    assert sign_head() is None
    with clock.at(NOW):
        write(1)
        seal()
        write(1)
        seal()
        head = sign_head()
    assert head is not None
    assert head.seq == 2
    assert head.hmac == chain.sign(2, Seal.objects.get(seq=2).hash, NOW)
    again = sign_head()
    assert again is not None
    assert again.made_at == head.made_at
