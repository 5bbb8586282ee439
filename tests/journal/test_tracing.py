"""A change outside an action leaves a trace, by psql as well as from Django."""

from __future__ import annotations

import hashlib
import json
import subprocess
from uuid import uuid4

import pytest
from django.db import connection

from anyuan.foundation.access.models import User
from anyuan.foundation.journal.models import Body, Entry, Pending
from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.foundation.org.models import Person, Term, Unit

pytestmark = pytest.mark.django_db


def unit(label: int, parent: Unit | None = None) -> Unit:
    path = f"{parent.path if parent else '/'}{label}/"
    return Unit.everything.create(kind="county", label=label, path=path, name=f"U{label}", parent=parent)


def traces() -> list[Entry]:
    return list(Entry.everything.filter(verb="database.change").order_by("id"))


def changes(entry: Entry) -> dict[str, object]:
    after = json.loads(entry.body.text)["after"]
    assert isinstance(after, dict)
    return after


def test_bulk_update_outside_an_action_names_table_rows_and_columns() -> None:
    units = [unit(n) for n in range(1, 26)]
    before = len(traces())
    Unit.everything.filter(pk__in=[u.pk for u in units]).update(address="elsewhere")
    trace = traces()[before:]
    assert len(trace) == 1
    said = changes(trace[0])
    assert (said["table"], said["operation"], said["rows"]) == ("org_unit", "UPDATE", 25)
    assert said["columns"] == ["address"]
    keys = said["keys"]
    assert isinstance(keys, list)
    assert len(keys) == 20
    assert set(keys) <= {str(u.pk) for u in units}
    assert trace[0].actor_kind == "database"
    assert "anyuan_app" in trace[0].actor_name
    assert "org_unit" in trace[0].sentence
    assert "%(" not in trace[0].sentence
    assert trace[0].unit_path == "/"


def test_the_trace_is_chained_like_any_entry() -> None:
    unit(1)
    entry = traces()[-1]
    assert changes(entry)["operation"] == "INSERT"
    assert hashlib.sha256(entry.body.text.encode()).hexdigest() == entry.body_hash
    assert Pending.objects.filter(entry=entry).exists()


def test_delete_leaves_a_trace() -> None:
    one = unit(1)
    term = Term.objects.create(unit=one, name="T", starts="2026-09-01", ends="2027-01-20")
    Term.objects.all().delete()
    said = changes(traces()[-1])
    assert (said["table"], said["operation"], said["rows"]) == ("org_term", "DELETE", 1)
    assert said["keys"] == [str(term.pk)]


def test_inside_an_action_no_second_entry() -> None:
    one = unit(1)
    count = Entry.everything.count()
    with action(job_actor("tests"), "org.rename") as act:
        Unit.everything.filter(pk=one.pk).update(name="B")
        act.entry("renamed", path=one.path, on=one, before={"name": "U1"}, after={"name": "B"})
    assert Entry.everything.count() == count + 1


def test_after_an_action_the_guard_is_up_again() -> None:
    one = unit(1)
    with action(job_actor("tests"), "org.rename") as act:
        act.entry("renamed", path=one.path)
    count = len(traces())
    Unit.everything.filter(pk=one.pk).update(name="C")
    assert len(traces()) == count + 1


def test_an_update_that_changes_nothing_is_no_news() -> None:
    one = unit(1)
    count = len(traces())
    Unit.everything.filter(pk=one.pk).update(name=one.name)
    Unit.everything.filter(pk=uuid4()).update(name="nobody")
    assert len(traces()) == count


def test_a_login_is_no_news_but_a_password_is() -> None:
    person = Person.everything.create(unit=unit(9), name="P")
    user = User.objects.create(login="l", person=person, password="old")
    count = len(traces())
    user.last_login = clock.now()
    user.save(update_fields=["last_login"])
    assert len(traces()) == count
    User.objects.update(password="secret", last_login=None)
    entry = traces()[-1]
    assert len(traces()) == count + 1
    assert changes(entry)["columns"] == ["password"]
    assert "secret" not in entry.body.text


@pytest.mark.django_db(transaction=True)
def test_psql_leaves_a_trace_with_its_own_name() -> None:
    unit(1)
    info = connection.get_connection_params()
    target = f"host={info['host']} port={info['port']} user={info['user']} dbname={info['dbname']}"
    subprocess.run(
        ["psql", target, "-qc", "set role anyuan_app", "-c", "update org_unit set name = 'by hand'"],
        check=True,
    )
    entry = traces()[-1]
    assert "psql" in entry.actor_name
    assert changes(entry)["columns"] == ["name"]
    assert Body.objects.filter(entry=entry).exists()


@pytest.mark.django_db(transaction=True)
def test_truncate_leaves_a_trace() -> None:
    unit(1)
    with connection.cursor() as cursor:
        cursor.execute("set role anyuan_owner")
        cursor.execute("truncate org_term")
        cursor.execute("set role anyuan_app")
    entry = traces()[-1]
    assert changes(entry)["operation"] == "TRUNCATE"
    assert "anyuan_owner" in entry.actor_name
