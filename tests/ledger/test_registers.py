"""Registers of packs: versions, made up apart from entered late, what a record is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import NOW, World, as_action

from anyuan.foundation.kernel.public import Conflict, Invalid, NotPermitted, Refused, clock, job_actor
from anyuan.rules.ledger import registers
from anyuan.rules.ledger.public import (
    NewRecord,
    NewSubject,
    Record,
    Register,
    State,
    Subject,
    add_subject,
    close_subject,
    define_registers,
    file_round,
    record,
    record_many,
    replace_record,
)
from anyuan.rules.policy import public as policy
from anyuan.rules.policy.public import RegisterDef, load_packs

pytestmark = pytest.mark.django_db
JOB = job_actor("test")
TODAY = clock.day_of(NOW)
TALK = {"kind": "daily", "minutes": 1, "topic": "防溺水"}
CHECK = {"level": "school", "full": True, "points": 18, "found": 0}


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()


def check(world: World, **more: Any) -> Record:
    given: dict[str, Any] = {"register": "self-check", "unit": world.school, "data": CHECK, **more}
    return record(world.actor("safety_officer"), **given)


def changed(monkeypatch: pytest.MonkeyPatch, **more: Any) -> RegisterDef:
    known = policy.register_defs()
    new = replace(known["self-check"], **more)
    monkeypatch.setattr(policy, "register_defs", lambda: {**known, "self-check": new})
    return new


def test_every_register_of_the_packs_is_stored_once(world: World) -> None:
    made = define_registers()
    assert {r.code for r in made} == set(policy.register_defs())
    count = Register.objects.count()
    define_registers()
    assert Register.objects.count() == count


def test_a_changed_register_needs_a_new_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    define_registers()
    old = check(world)
    changed(monkeypatch, title="安全自查（新）")
    with pytest.raises(Refused) as refused:
        define_registers()
    assert "self-check" in refused.value.message
    assert "2" in refused.value.message
    with pytest.raises(Refused):
        check(world)
    assert Record.everything.get().pk == old.pk


def test_old_records_keep_their_version(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old = check(world)
    fields = ({"key": "note", "label": "情况", "label_en": "Note", "kind": "text"},)
    changed(monkeypatch, version=2, fields=fields)
    define_registers()
    with pytest.raises(Invalid):
        check(world)
    new = check(world, data={"note": "全面检查，无问题"})
    old.refresh_from_db()
    assert (old.register.version, old.data["points"], new.register.version) == (1, 18, 2)
    assert [f.key for f in registers.fields_of(old.register)][:2] == ["level", "full"]


def test_a_pack_cannot_take_the_name_of_a_built_in_register(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = policy.register_defs()
    monkeypatch.setattr(policy, "register_defs", lambda: {**known, "round": known["self-check"]})
    with pytest.raises(Refused):
        define_registers()
    assert not Register.objects.exists()


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({**CHECK, "points": 0}, {"points"}),
        ({**CHECK, "points": 1}, set()),
        ({**CHECK, "points": 5000}, set()),
        ({**CHECK, "points": 5001}, {"points"}),
        ({**CHECK, "level": "team"}, {"level"}),
        ({**CHECK, "weather": "晴"}, {"weather"}),
        ({k: v for k, v in CHECK.items() if k != "full"}, {"full"}),
    ],
)
def test_what_a_record_holds_is_checked(world: World, data: dict[str, object], wrong: set[str]) -> None:
    if not wrong:
        check(world, data=data)
        return
    with pytest.raises(Invalid) as refused:
        check(world, data=data)
    assert set(refused.value.fields) == wrong
    assert not Record.everything.exists()


def test_the_domain_is_the_registers(world: World) -> None:
    made = record_many(
        JOB, [NewRecord("fire-training", world.school, NOW, {"participants": 5, "topic": "灭火"})]
    )
    assert made.pending == 0
    assert Record.everything.get().domain == "fire"
    assert check(world).domain == "general"


def test_made_up_is_not_the_same_as_entered_late(world: World) -> None:
    yesterday = TODAY - timedelta(days=1)
    made_up = check(world, stands_for=yesterday)
    assert (made_up.state, made_up.stands_for, made_up.made_up) == (State.VALID, yesterday, True)
    late = check(world, occurred_at=NOW - timedelta(days=4))
    assert (late.state, late.stands_for, late.made_up) == (State.PENDING, None, False)
    both = check(world, occurred_at=NOW - timedelta(days=4), stands_for=TODAY - timedelta(days=9))
    assert (both.state, both.made_up) == (State.PENDING, True)
    on_time = check(world, stands_for=TODAY)
    assert (on_time.stands_for, on_time.made_up) == (None, False)


@pytest.mark.parametrize(("days", "state"), [(3, State.VALID), (4, State.PENDING)])
def test_late_by_more_than_three_days_waits(world: World, days: int, state: State) -> None:
    assert check(world, occurred_at=NOW - timedelta(days=days)).state == state


def test_the_day_made_up_for_lies_before_and_in_the_schools_time(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        check(world, stands_for=TODAY + timedelta(days=1))
    assert set(refused.value.fields) == {"stands_for"}
    with as_action():
        world.school.opened_on = date(2026, 3, 2)
        world.school.save()
    with pytest.raises(Invalid):
        check(world, stands_for=date(2026, 3, 1))
    check(world, stands_for=date(2026, 3, 2))


def test_a_record_is_about_a_class_of_this_school(world: World) -> None:
    officer = world.actor("safety_officer")
    mine = add_subject(officer, world.school, NewSubject("class", "101", "一（1）班"))
    other = world.actor("sister_principal")
    theirs = add_subject(other, world.sister, NewSubject("class", "1", "初一（1）班"))
    dormitory = add_subject(officer, world.school, NewSubject("dormitory", "1", "一号楼"))

    def talk(subject: Subject | None) -> Record:
        return record(officer, register="reminder-1530", unit=world.school, data=TALK, subject=subject)

    assert talk(mine).subject == mine
    for wrong in (None, theirs, dormitory):
        with pytest.raises(Invalid) as refused:
            talk(wrong)
        assert set(refused.value.fields) == {"subject"}
    with pytest.raises(Invalid):
        check(world, subject=mine)
    mine = close_subject(officer, mine)
    with pytest.raises(Invalid):
        talk(mine)
    past = NOW - timedelta(days=1)
    record(officer, register="reminder-1530", unit=world.school, data=TALK, subject=mine, occurred_at=past)
    assert Record.everything.count() == 2


def test_many_records_name_their_subject_and_day(world: World) -> None:
    officer = world.actor("safety_officer")
    mine = add_subject(officer, world.school, NewSubject("class", "101", "一（1）班"))
    yesterday = TODAY - timedelta(days=1)
    rows = [NewRecord("reminder-1530", world.school, NOW, TALK, subject=mine, stands_for=yesterday)]
    record_many(officer, rows)
    made = Record.everything.get()
    assert (made.subject, made.stands_for, made.domain) == (mine, yesterday, "general")
    with pytest.raises(Invalid):
        record_many(officer, [NewRecord("reminder-1530", world.school, NOW, TALK)])


def test_without_the_photo_it_asks_for_a_batch_waits_for_approval(world: World) -> None:
    row = NewRecord("fire-training", world.school, NOW, {"participants": 5, "topic": "灭火"})
    assert record_many(world.actor("safety_officer"), [row]).pending == 1
    assert Record.everything.get().state == State.PENDING
    with pytest.raises(Invalid):
        record(world.actor("safety_officer"), register="fire-training", unit=world.school, data=row.data)


def test_a_made_up_round_says_for_which_day(world: World, term: object) -> None:

    filed = file_round(
        world.actor("safety_officer"), world.school, day=TODAY - timedelta(days=1), no_photo="雨"
    )
    assert filed.record.stands_for == TODAY - timedelta(days=1)
    with pytest.raises(Conflict):
        file_round(world.actor("principal"), world.school, day=TODAY - timedelta(days=1), no_photo="雨")
    assert file_round(world.actor("safety_officer"), world.school, no_photo="雨").record.stands_for is None


def test_strangers_and_teachers_enter_nothing(world: World) -> None:
    for who in ("teacher", "stranger_safety_officer", "county_leader"):
        with pytest.raises(NotPermitted):
            record(world.actor(who), register="self-check", unit=world.school, data=CHECK)
    assert not Record.everything.exists()


VISIT = {"inspector": "韩督学", "safety": True, "found": 0, "opinion": "已查看"}


def test_a_school_does_not_enter_the_visit_of_its_inspector(world: World) -> None:
    row = NewRecord("inspector-visit", world.school, NOW, VISIT)
    for who in ("principal", "safety_officer"):
        with pytest.raises(NotPermitted):
            record_many(world.actor(who), [row])
        with pytest.raises(NotPermitted):
            record(world.actor(who), register="inspector-visit", unit=world.school, data=VISIT)
    assert not Record.everything.exists()
    assert record_many(world.actor("county_officer"), [row]).count == 1
    made = Record.everything.get()
    with pytest.raises(NotPermitted):
        replace_record(world.actor("principal"), made, {**VISIT, "found": 3}, "改一改")
    made.refresh_from_db()
    assert made.data["found"] == 0


def test_a_register_of_a_document_is_kept_at_schools(world: World) -> None:
    officer = world.actor("county_officer")
    with pytest.raises(Invalid):
        record(officer, register="self-check", unit=world.county, data=CHECK)
    with pytest.raises(Invalid):
        record_many(officer, [NewRecord("self-check", world.county, NOW, CHECK)])
    assert not Record.everything.exists()
    assert record(officer, register="self-check", unit=world.school, data=CHECK).unit_id == world.school.pk
