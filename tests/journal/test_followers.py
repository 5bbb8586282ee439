"""A follower keeps its place, resumes after a crash, misses nothing and doubles nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import connection, connections
from tests.cast import NOW
from tests.journal.tools import JOB, write

from anyuan.foundation.journal.models import Follower
from anyuan.foundation.journal.public import (
    Entry,
    action,
    follow,
    pump,
    pump_once,
    seal,
    status,
    step_followers,
    unfollow,
)
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.models import Unit

pytestmark = pytest.mark.django_db

NAME = "test-follower"


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from anyuan.foundation.journal import followers

    monkeypatch.setattr(followers, "_followers", {})
    yield
    unfollow(NAME)


def state() -> Follower:
    return Follower.objects.get(name=NAME)


def test_entries_come_in_order_once() -> None:
    seen: list[int] = []
    follow(NAME, lambda entries: seen.extend(e.seal.seq for e in entries), batch=3)
    write(7)
    assert step_followers() == 0
    seal()
    assert [step_followers() for _ in range(4)] == [3, 3, 1, 0]
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert state().seq == 7


def test_bodies_are_loaded_with_the_batch(django_assert_num_queries: object) -> None:
    texts: list[str] = []

    def handler(entries: Sequence[Entry]) -> None:
        with django_assert_num_queries(0):  # type: ignore[operator]
            texts.extend(e.body.text for e in entries)

    follow(NAME, handler)
    write(3)
    pump_once()
    assert len(texts) == 3


def test_two_handlers_cannot_share_a_name() -> None:
    def handler(entries: Sequence[Entry]) -> None: ...

    follow(NAME, handler)
    follow(NAME, handler)
    with pytest.raises(ValueError, match=NAME):
        follow(NAME, lambda entries: None)


def test_handler_may_act_and_its_writes_are_not_taken_for_tampering() -> None:
    def handler(entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.verb == "test.write":
                Unit.everything.create(kind="county", label=entry.pk, path=f"/{entry.pk}/", name="made")
                with action(JOB, "test.reacted") as act:
                    act.entry("reacted", path="/1/")

    follow(NAME, handler)
    write(2)
    pump_once()
    assert Entry.everything.filter(verb="test.reacted").count() == 2
    assert not Entry.everything.filter(verb="database.change").exists()
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('anyuan.action', true), '')")
        assert cursor.fetchone() == ("",)


def test_poison_stops_only_its_follower_and_loses_nothing() -> None:
    handled: list[int] = []
    other: list[int] = []
    healed = False

    def handler(entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.seal.seq == 3 and not healed:
                raise ValueError("cannot read number 3")
        handled.extend(e.seal.seq for e in entries)

    follow(NAME, handler)
    follow("test-other", lambda entries: other.extend(e.seal.seq for e in entries))
    write(5)
    seal()
    with clock.at(NOW):
        step_followers()
        assert handled == [1, 2]
        assert other == [1, 2, 3, 4, 5]
        (stuck,) = status().stuck
        assert (stuck.name, stuck.seq, stuck.behind, stuck.failures) == (NAME, 2, 3, 1)
        assert stuck.error == "ValueError: cannot read number 3"
        assert stuck.retry_at == NOW + timedelta(seconds=2)
        step_followers()
        assert status().stuck[0].failures == 1
    with clock.at(NOW + timedelta(seconds=2)):
        step_followers()
        (stuck,) = status().stuck
        assert (stuck.failures, stuck.retry_at) == (2, NOW + timedelta(seconds=2 + 4))
    healed = True
    with clock.at(NOW + timedelta(minutes=5)):
        step_followers()
        assert handled == [1, 2, 3, 4, 5]
        assert status().stuck == []


def test_waiting_between_tries_never_exceeds_five_minutes() -> None:
    def handler(entries: Sequence[Entry]) -> None:
        raise ValueError("never")

    follow(NAME, handler)
    write(1)
    seal()
    at = NOW
    for _ in range(15):
        with clock.at(at):
            step_followers()
            row = state()
            assert row.retry_at is not None
            assert row.retry_at - at <= timedelta(minutes=5)
            at = row.retry_at
    assert state().failures == 15


def test_failed_writes_of_a_handler_are_undone() -> None:
    def handler(entries: Sequence[Entry]) -> None:
        Unit.everything.create(kind="county", label=1, path="/1/", name="half done")
        raise ValueError("after the write")

    follow(NAME, handler)
    write(1)
    seal()
    step_followers()
    assert not Unit.everything.exists()
    assert state().seq == 0


@pytest.mark.django_db(transaction=True)
def test_two_processes_one_works() -> None:
    inside, release = threading.Event(), threading.Event()
    seen: list[int] = []

    def handler(entries: Sequence[Entry]) -> None:
        seen.extend(e.seal.seq for e in entries)
        inside.set()
        release.wait(10)

    follow(NAME, handler)
    write(3)
    seal()

    def other() -> None:
        step_followers()
        connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    assert step_followers() == 0
    release.set()
    thread.join(10)
    assert seen == [1, 2, 3]
    assert step_followers() == 0


CHILD = """
import os, sys, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from anyuan.foundation.journal.public import follow, step_followers
from anyuan.foundation.org.models import Unit
def handler(entries):
    for e in entries:
        Unit.everything.create(kind="county", label=e.seal.seq, path=f"/{e.seal.seq}/", name="made")
        if e.seal.seq == 4 and sys.argv[2] == "die":
            os.kill(os.getpid(), 9)
follow("test-follower", handler, batch=3)
while step_followers():
    pass
"""


def child(what: str) -> int:
    name = connection.settings_dict["NAME"]
    return subprocess.run([sys.executable, "-c", CHILD, name, what], env=os.environ, check=False).returncode


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_a_batch() -> None:
    """The process dies by kill -9 after writing for entry 4 of the batch 4..6; nothing is lost or doubled."""
    write(8)
    seal()
    assert child("die") == -signal.SIGKILL
    assert sorted(Unit.everything.values_list("label", flat=True)) == [1, 2, 3]
    assert state().seq == 3
    assert child("live") == 0
    assert sorted(Unit.everything.values_list("label", flat=True)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert state().seq == 8


@pytest.mark.django_db(transaction=True)
def test_the_loop_seals_and_follows_until_told_to_stop() -> None:
    stop, enough = threading.Event(), threading.Event()
    seen: list[int] = []

    def handler(entries: Sequence[Entry]) -> None:
        seen.extend(e.seal.seq for e in entries)
        if len(seen) == 5:
            enough.set()

    follow(NAME, handler)

    def loop() -> None:
        pump(stop)
        connections.close_all()

    thread = threading.Thread(target=loop)
    thread.start()
    write(5)
    assert enough.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert seen == [1, 2, 3, 4, 5]


def test_status_counts_what_waits() -> None:
    with clock.at(NOW):
        write(2)
        now = status()
        assert (now.seq, now.waiting, now.oldest, now.head_seq) == (0, 2, NOW, 0)
        seal()
        now = status()
        assert (now.seq, now.waiting, now.oldest, now.head_seq, now.head_at) == (2, 0, None, 2, NOW)
