"""The trail's tables are only ever added to."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cast import World
from tests.journal.tools import JOB, as_owner, write

from anyuan.foundation.journal.models import Body, Entry
from anyuan.foundation.journal.public import action, erase_body, pump_once, seal, tells_of, verify
from anyuan.foundation.kernel.public import NotPermitted, Refused

pytestmark = pytest.mark.django_db

STATEMENTS = [
    "update journal_entry set sentence = 'x'",
    "delete from journal_entry",
    "truncate journal_entry cascade",
    "update journal_body set text = '{}'",
    "delete from journal_body",
    "update journal_seal set hash = 'x'",
    "delete from journal_seal",
    "truncate journal_seal",
    "update journal_head set hmac = 'x'",
    "delete from journal_head",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_app_role_is_refused(statement: str) -> None:
    write()
    seal()
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(statement)
    assert verify().whole


@pytest.mark.parametrize("statement", STATEMENTS)
def test_even_with_the_privilege_the_trigger_refuses(statement: str) -> None:
    write()
    seal()
    tables = "journal_entry, journal_body, journal_seal, journal_head"
    with as_owner() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"grant all on {tables} to anyuan_app")
        cursor.execute("grant truncate on all tables in schema public to anyuan_app")
    with (
        pytest.raises(DatabaseError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(statement)
    assert verify().whole


def test_a_body_is_erased_only_with_an_entry_that_says_so() -> None:
    (entry,) = write()
    with (
        pytest.raises(DatabaseError, match="No entry says"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select journal_erase_body(%s)", [entry.pk])
    assert Body.objects.filter(entry=entry).exists()


def test_erased_body_keeps_its_hash_and_the_trail_verifies() -> None:
    first, second = write(2)
    seal()
    erase_body(JOB, first, "term of retention is over")
    pump_once()
    assert not Body.objects.filter(entry=first).exists()
    assert Body.objects.filter(entry=second).exists()
    assert tells_of(Entry.everything.get(pk=first.pk)) == []
    entry = Entry.everything.get(verb="journal.erase-body")
    assert "term of retention is over" in entry.sentence
    verdict = verify()
    assert verdict.whole
    assert (verdict.entries, verdict.erased) == (3, 1)
    with pytest.raises(Refused):
        erase_body(JOB, first, "again")
    assert Entry.everything.filter(verb="journal.erase-body").count() == 1


def test_erasing_needs_the_verb(world: World) -> None:
    (entry,) = write(path=world.school.path)
    with pytest.raises(NotPermitted):
        erase_body(world.actor("principal"), entry, "I would rather not")
    assert Body.objects.filter(entry=entry).exists()
    with action(JOB, "test.write") as act:
        act.entry("still works", path="/1/")
