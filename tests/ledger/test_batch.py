"""Many at once: all or none, one entry with a digest, the same rules as one by one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.cast import NOW, World

from anyuan.foundation.journal.models import Body
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, NotPermitted, job_actor
from anyuan.rules.ledger import registers
from anyuan.rules.ledger.public import SNAP, NewRecord, Record, State, record_many, records

pytestmark = pytest.mark.django_db
JOB = job_actor("import")


def rows(world: World, count: int = 3, **more: object) -> list[NewRecord]:
    fields: dict[str, object] = {
        "occurred_at": NOW - timedelta(hours=1),
        "data": {"text": "灯\t不亮\n\\N"},
        **more,
    }
    return [NewRecord(SNAP, world.school, **fields) for _ in range(count)]  # type: ignore[arg-type]


def test_a_batch_is_one_entry_with_a_digest(world: World) -> None:
    registers.current(SNAP)
    before = Entry.everything.count()
    report = record_many(world.actor("safety_officer"), rows(world))
    assert (report.count, report.pending, Record.everything.count()) == (3, 0, 3)
    assert Entry.everything.count() == before + 1
    entry = Entry.everything.latest("id")
    assert (entry.verb, entry.unit_path) == ("ledger.record-many", world.school.path)
    after = json.loads(Body.objects.get(entry=entry).text)["after"]
    assert (after["digest"], after["count"], after["registers"]) == (report.digest, 3, {"snap": 3})
    assert len(report.digest) == 64


def test_rows_come_out_as_they_went_in(world: World) -> None:
    record_many(world.actor("safety_officer"), rows(world, 1, place=world.places["gate"], slot="a"))
    (made,) = records(world.actor("principal"))
    assert made.data == {"text": "灯\t不亮\n\\N"}
    assert (made.place, made.slot, made.entered_by) == (
        world.places["gate"],
        "a",
        world.people["safety_officer"],
    )


def test_nothing_goes_in_when_one_row_is_wrong(world: World) -> None:
    wrong = [
        *rows(world, 1),
        *rows(world, 1, data={"text": 5}),
        *rows(world, 1, occurred_at=NOW + timedelta(days=1)),
        *rows(world, 1, place=world.places["sister_gate"]),
    ]
    with pytest.raises(Invalid) as problem:
        record_many(world.actor("safety_officer"), wrong)
    assert list(problem.value.fields) == ["2", "3", "4"]
    assert not Record.everything.exists()


def test_a_row_of_a_stranger_stops_all(world: World) -> None:
    mixed = [*rows(world), NewRecord(SNAP, world.stranger_school, NOW, {"text": "x"})]
    with pytest.raises(NotPermitted):
        record_many(world.actor("county_officer"), mixed)
    assert not Record.everything.exists()


def test_units_of_several_schools_are_entered_under_their_common_node(world: World) -> None:
    record_many(
        world.actor("county_officer"), [*rows(world, 1), NewRecord(SNAP, world.sister, NOW, {"text": "x"})]
    )
    assert Entry.everything.latest("id").unit_path == world.county.path


def test_late_rows_wait_for_approval(world: World) -> None:
    report = record_many(
        world.actor("safety_officer"), [*rows(world, 1), *rows(world, 1, occurred_at=NOW - timedelta(days=4))]
    )
    assert report.pending == 1
    assert set(Record.everything.values_list("state", flat=True)) == {State.VALID, State.PENDING}


def test_a_taken_slot_stops_all(world: World) -> None:
    record_many(JOB, rows(world, 1, slot="round:day:2026-03-18"))
    with pytest.raises(Conflict):
        record_many(JOB, [*rows(world, 1), *rows(world, 1, slot="round:day:2026-03-18")])
    assert Record.everything.count() == 1


@pytest.mark.parametrize(("name", "allowed"), [("", True), ("safety_officer", False)])
def test_only_jobs_say_when_it_was_written_down(world: World, name: str, allowed: bool) -> None:
    old = NOW - timedelta(days=100)
    actor: Actor = world.actor(name) if name else JOB
    batch = rows(world, 1, occurred_at=old, recorded_at=old, person=world.people["teacher"])
    if allowed:
        assert record_many(actor, batch).pending == 0
        made = Record.everything.get()
        assert (made.recorded_at, made.person, made.entered_name) == (old, world.people["teacher"], "import")
    else:
        with pytest.raises(Invalid):
            record_many(actor, batch)


def test_an_empty_batch_writes_nothing(world: World) -> None:
    before = Entry.everything.count()
    assert record_many(JOB, []).count == 0
    assert Entry.everything.count() == before
