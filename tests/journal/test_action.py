"""One change, one action, one entry."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from tests.cast import World
from tests.journal.tools import JOB, write

from anyuan.foundation.journal.models import Body, Pending
from anyuan.foundation.journal.public import Entry, Tell, action, tells_of
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.models import Unit

pytestmark = pytest.mark.django_db


def running() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('anyuan.action', true), '')")
        return str(cursor.fetchone()[0])


def fail_after_the_entry() -> None:
    with action(JOB, "inner.fail") as act:
        act.entry("did it", path="/1/")
        raise ZeroDivisionError


def test_entry_says_who_what_where_and_when(world: World) -> None:
    noon = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
    earlier = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
    principal = world.actor("principal")
    with clock.at(noon), action(principal, "org.rename") as act:
        entry = act.entry(
            "renamed the school",
            on=world.school,
            path=world.school.path,
            domain="fire",
            before={"name": "A", "on": noon.date()},
            after={"name": "B"},
            occurred_at=earlier,
        )
    entry.refresh_from_db()
    assert (entry.recorded_at, entry.occurred_at) == (noon, earlier)
    assert (entry.actor_id, entry.actor_name) == (principal.person_id, principal.label)
    assert (entry.subject_kind, entry.subject_id) == ("org.unit", world.school.pk)
    assert (entry.unit_path, entry.domain, entry.verb) == (world.school.path, "fire", "org.rename")
    body = json.loads(entry.body.text)
    assert body == {"before": {"name": "A", "on": "2026-03-18"}, "after": {"name": "B"}, "tell": []}
    assert entry.body_hash == hashlib.sha256(entry.body.text.encode()).hexdigest()
    assert Pending.objects.filter(entry=entry).exists()


def test_action_without_an_entry_is_refused_and_changes_nothing(world: World) -> None:
    with pytest.raises(RuntimeError, match=r"org\.rename"), action(JOB, "org.rename"):
        Unit.everything.filter(pk=world.school.pk).update(name="changed")
    world.school.refresh_from_db()
    assert world.school.name != "changed"
    assert running() == ""


def test_failed_action_leaves_no_entry() -> None:
    count = Entry.everything.count()
    with pytest.raises(ZeroDivisionError):
        fail_after_the_entry()
    assert (Entry.everything.count(), Body.objects.count()) == (count, count)
    assert running() == ""


def test_nested_actions_keep_their_names_and_entries() -> None:
    with action(JOB, "outer.do") as outer:
        with action(JOB, "inner.do") as inner:
            assert running() == "inner.do"
            inner.entry("inner", path="/1/")
        assert running() == "outer.do"
        outer.entry("outer", path="/1/")
    assert running() == ""
    assert list(Entry.everything.order_by("-id").values_list("verb", flat=True)[:2]) == [
        "outer.do",
        "inner.do",
    ]


def test_inner_failure_that_is_caught_leaves_the_outer_action_named() -> None:
    with action(JOB, "outer.do") as outer:
        with pytest.raises(ZeroDivisionError):
            fail_after_the_entry()
        assert running() == "outer.do"
        outer.entry("outer", path="/1/")
    assert not Entry.everything.filter(verb="inner.fail").exists()


def test_an_inner_entry_does_not_stand_for_the_outer_one() -> None:
    with pytest.raises(RuntimeError, match=r"outer\.do"), action(JOB, "outer.do"):
        write()
    assert not Entry.everything.filter(verb="test.write").exists()


def test_tells_come_back_as_they_were_said(world: World) -> None:
    tell = Tell(
        text="整改",
        url="/hazards/1/",
        level="todo",
        people=[world.people["logistics"].pk],
        posts=[(world.school.pk, "principal")],
        holders=[("hazard.judge", world.county.path, "fire")],
    )
    (entry,) = write(tell=[tell])
    assert tells_of(Entry.everything.get(pk=entry.pk)) == [tell]


def test_rows_with_a_number_as_key_are_named_too() -> None:
    (first,) = write()
    with action(JOB, "journal.remark") as act:
        entry = act.entry("remarked", on=first, path="/1/")
    assert entry.subject_id == UUID(int=first.pk)
