"""One record: permission, fields, times, proxy, second person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import NOW, World, as_action

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.journal.public import Entry, tells_of
from anyuan.foundation.kernel.public import Conflict, Invalid, NotFound, NotPermitted, Refused, clock
from anyuan.foundation.org.public import Domain
from anyuan.rules.ledger.models import Register
from anyuan.rules.ledger.public import (
    BACKFILL_DAYS,
    SNAP,
    Record,
    State,
    approve_record,
    count_undecided,
    record,
    record_by_id,
    records,
    refuse_record,
    replace_record,
    void_record,
)
from anyuan.rules.ledger.voiding import ask_void, keep_record

pytestmark = pytest.mark.django_db


def snap(world: World, name: str = "safety_officer", **more: object) -> Record:
    fields: dict[str, object] = {"register": SNAP, "unit": world.school, "data": {"text": "灯不亮"}, **more}
    return record(world.actor(name), **fields)  # type: ignore[arg-type]


def test_a_record_keeps_both_times_and_its_version(world: World) -> None:
    done = NOW - timedelta(hours=2)
    made = snap(world, occurred_at=done)
    made.refresh_from_db()
    assert (made.occurred_at, made.recorded_at) == (done, NOW)
    assert (made.register.code, made.register.version, made.state) == (SNAP, 1, State.VALID)
    assert made.person == made.entered_by == world.people["safety_officer"]
    assert not made.by_proxy
    entry = Entry.everything.get(subject_id=made.pk)
    assert (entry.occurred_at, entry.unit_path) == (done, world.school.path)


def test_a_built_in_register_is_stored_once(world: World) -> None:
    snap(world)
    snap(world)
    assert Register.objects.filter(code=SNAP).count() == 1


@pytest.mark.parametrize("name", ["teacher", "stranger_safety_officer", "stranger_officer", "county_leader"])
def test_who_may_not_record_changes_nothing(world: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        snap(world, name)
    assert not Record.everything.exists()


def test_another_verb_may_let_somebody_record(world: World) -> None:
    assert snap(world, "teacher", verb="hazard.report").person == world.people["teacher"]


def test_a_domain_officer_records_in_his_domain_only(world: World) -> None:
    assert snap(world, "fire_officer", domain=Domain.FIRE).domain == Domain.FIRE
    with pytest.raises(NotPermitted):
        snap(world, "fire_officer", domain=Domain.FOOD)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": "x" * 1001}, "text"),
        ({"text": 7}, "text"),
        ({"colour": "red"}, "colour"),
        ({"where": "x" * 101}, "where"),
    ],
)
def test_data_that_does_not_fit_is_named_by_field(world: World, data: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        snap(world, data=data)
    assert list(wrong.value.fields) == [field]
    assert not Record.everything.exists()


def test_the_longest_text_fits(world: World) -> None:
    assert len(snap(world, data={"text": "x" * 1000}).data["text"]) == 1000


def test_a_place_of_another_school_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        snap(world, place=world.places["sister_gate"])
    assert snap(world, place=world.places["gate"]).place == world.places["gate"]


def test_the_future_is_refused(world: World) -> None:
    assert snap(world, occurred_at=NOW).state == State.VALID
    with pytest.raises(Invalid) as wrong:
        snap(world, occurred_at=NOW + timedelta(seconds=1))
    assert list(wrong.value.fields) == ["occurred_at"]


def test_before_the_unit_opened_and_after_it_closed_is_refused(world: World) -> None:
    with as_action():
        world.school.opened_on = clock.today() - timedelta(days=2)
        world.school.save()
    first = clock.start_of(world.school.opened_on)
    assert snap(world, occurred_at=first)
    with pytest.raises(Invalid):
        snap(world, occurred_at=first - timedelta(seconds=1))
    with as_action():
        world.school.closed_on = clock.today()
        world.school.save()
    with pytest.raises(Invalid):
        snap(world, occurred_at=clock.start_of(clock.today()))
    assert snap(world, occurred_at=clock.start_of(clock.today()) - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("occurred", "state"),
    [
        (datetime(2026, 3, 14, 16, 0, tzinfo=UTC), State.VALID),  # 15 March, 00:00 in Shanghai
        (datetime(2026, 3, 14, 15, 59, tzinfo=UTC), State.PENDING),  # 14 March, 23:59
    ],
)
def test_later_than_three_days_waits_for_approval(world: World, occurred: datetime, state: str) -> None:
    assert BACKFILL_DAYS == 3
    made = snap(world, occurred_at=occurred)
    assert made.state == state
    tells = tells_of(Entry.everything.get(subject_id=made.pk))
    assert bool(tells) is (state == State.PENDING)
    if tells:
        assert [tuple(h) for h in tells[0].holders] == [("ledger.approve", world.school.path, "general")]


@pytest.fixture
def late(world: World) -> Record:
    return snap(world, occurred_at=NOW - timedelta(days=9))


def test_a_second_person_approves(world: World, late: Record) -> None:
    approve_record(world.actor("principal"), late)
    late.refresh_from_db()
    assert late.state == State.VALID


def test_who_entered_it_cannot_approve_it(world: World) -> None:
    own = snap(world, "principal", occurred_at=NOW - timedelta(days=9))
    with pytest.raises(NotPermitted):
        approve_record(world.actor("principal"), own)
    own.refresh_from_db()
    assert own.state == State.PENDING
    approve_record(world.actor("county_officer"), own)


@pytest.mark.parametrize(
    "name", ["logistics", "teacher", "stranger_principal", "stranger_officer", "fire_officer"]
)
def test_who_may_not_approve_changes_nothing(world: World, late: Record, name: str) -> None:
    with pytest.raises(NotPermitted):
        approve_record(world.actor(name), late)
    late.refresh_from_db()
    assert late.state == State.PENDING


def test_refusing_needs_a_reason_and_is_final(world: World, late: Record) -> None:
    principal = world.actor("principal")
    with pytest.raises(Invalid):
        refuse_record(principal, late, "  ")
    refuse_record(principal, late, "没有照片")
    late.refresh_from_db()
    assert (late.state, late.reason) == (State.REFUSED, "没有照片")
    for move in (
        lambda: approve_record(principal, late),
        lambda: void_record(principal, late, "x"),
        lambda: refuse_record(principal, late, "x"),
    ):
        with pytest.raises(Conflict):
            move()


def test_voiding_keeps_the_record_readable(world: World) -> None:
    made = snap(world)
    void_record(world.actor("principal"), made, "重复")
    found = record_by_id(world.actor("safety_officer"), made.pk)
    assert (found.state, found.reason, found.data) == (State.VOID, "重复", {"text": "灯不亮"})


def test_a_request_to_void_waits_for_a_second_person_who_is_told(world: World) -> None:
    made = snap(world)
    ask_void(world.actor("safety_officer"), made, "重复登记")
    made.refresh_from_db()
    assert made.state == State.VALID  # it counts until somebody decides
    entry = Entry.everything.get(subject_id=made.pk, verb="ledger.ask-void")
    assert "重复登记" in entry.sentence
    (told,) = tells_of(entry)
    assert (told.level, [tuple(h) for h in told.holders]) == (
        "todo",
        [("ledger.approve", world.school.path, "general")],
    )
    with pytest.raises(Conflict):
        ask_void(world.actor("logistics"), made, "也觉得重复")
    void_record(world.actor("principal"), made, "重复登记")
    with pytest.raises(Conflict):
        ask_void(world.actor("safety_officer"), made, "重复登记")


def test_a_request_to_void_may_be_declined_and_made_again(world: World) -> None:
    made, principal = snap(world), world.actor("principal")
    with pytest.raises(Conflict):
        keep_record(principal, made, "确有其事")  # nobody asked
    ask_void(world.actor("safety_officer"), made, "重复登记")
    for name in ("safety_officer", "logistics", "county_leader", "stranger_principal"):
        with pytest.raises(NotPermitted):
            keep_record(world.actor(name), made, "确有其事")
    with pytest.raises(Invalid):
        keep_record(principal, made, " ")
    assert [count_undecided(world.actor(n), world.school) for n in ("principal", "logistics")] == [1, 0]
    assert not count_undecided(world.actor("stranger_principal"), world.stranger_school)
    keep_record(principal, made, "确有其事")
    made.refresh_from_db()
    assert (made.state, made.void_asked) == (State.VALID, False)
    assert count_undecided(principal, world.school) == 0
    entry = Entry.everything.get(subject_id=made.pk, verb="ledger.keep-record")
    assert "确有其事" in entry.sentence
    (told,) = tells_of(entry)
    assert list(told.people) == [world.people["safety_officer"].pk]
    with pytest.raises(Conflict):
        keep_record(principal, made, "确有其事")
    ask_void(world.actor("safety_officer"), made, "还是重复")
    assert count_undecided(principal, world.school) == 1
    void_record(principal, made, "重复")
    assert count_undecided(principal, world.school) == 0


@pytest.mark.parametrize("name", ["teacher", "county_leader", "stranger_principal"])
def test_who_may_not_enter_it_does_not_ask(world: World, name: str) -> None:
    made = snap(world)
    with pytest.raises(NotPermitted):
        ask_void(world.actor(name), made, "重复登记")
    with pytest.raises(Invalid):
        ask_void(world.actor("safety_officer"), made, " ")
    assert not Entry.everything.filter(verb="ledger.ask-void").exists()


def test_correcting_puts_a_new_record_in_place(world: World) -> None:
    made = snap(world)
    new = replace_record(world.actor("safety_officer"), made, {"text": "两盏灯不亮"}, "写错")
    made.refresh_from_db()
    assert (made.state, new.supersedes) == (State.SUPERSEDED, made)
    assert new.data == {"text": "两盏灯不亮"}
    assert new.occurred_at == made.occurred_at
    assert (new.person, new.entered_by, new.by_proxy) == (made.person, made.entered_by, False)
    with pytest.raises(Conflict):
        replace_record(world.actor("safety_officer"), made, {"text": "x"}, "再改")


def test_a_proxy_entry_needs_the_signed_page_and_tells_the_signer(
    world: World, photo: Callable[..., tuple[object, ...]]
) -> None:
    signer = world.people["teacher"]
    with pytest.raises(Invalid) as wrong:
        snap(world, signer=signer)
    assert list(wrong.value.fields) == ["paper"]
    made = snap(world, signer=signer, paper_ids=photo(world.actor("safety_officer"), world.school))
    assert made.by_proxy
    assert (made.person, made.entered_by) == (signer, world.people["safety_officer"])
    assert [a.role for a in attachments_of(made)] == ["paper"]
    entry = Entry.everything.get(subject_id=made.pk, verb="ledger.record")
    assert [str(signer.pk)] in [[str(p) for p in t.people] for t in tells_of(entry)]


def test_one_slot_holds_one_standing_record(world: World) -> None:
    first = snap(world, slot="s")
    with pytest.raises(Conflict, match="李强"):
        snap(world, "logistics", slot="s")
    assert Record.everything.count() == 1
    snap(world, "sister_safety_officer", unit=world.sister, slot="s")
    void_record(world.actor("principal"), first, "重填")
    snap(world, "logistics", slot="s")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("safety_officer", True),
        ("principal", True),
        ("county_officer", True),
        ("city_leader", True),
        ("sister_principal", False),
        ("stranger_officer", False),
        ("teacher", False),
        ("fire_officer", False),
    ],
)
def test_who_sees_a_general_record(world: World, name: str, seen: bool) -> None:
    made = snap(world)
    actor = world.actor(name)
    assert (made in set(records(actor))) is seen
    if seen:
        assert record_by_id(actor, made.pk) == made
    else:
        with pytest.raises(NotFound):
            record_by_id(actor, made.pk)


def test_the_fire_officer_sees_fire_records_of_the_city(world: World) -> None:
    made = snap(world, domain=Domain.FIRE)
    assert record_by_id(world.actor("fire_officer"), made.pk) == made


def test_who_did_it_sees_it_by_assignment(world: World) -> None:
    made = snap(world, "teacher", verb="hazard.report")
    assert list(records(world.actor("teacher"))) == [made]


def test_rounds_and_checks_are_not_rewritten(world: World) -> None:
    made = snap(world)
    with as_action():
        made.register = Register.objects.create(
            code="round", version=99, digest="x", title="x", fields=[], subject="unit"
        )
        made.save()
    with pytest.raises(Refused):
        replace_record(world.actor("safety_officer"), made, {}, "x")


def test_lists_filter_by_day_register_unit_and_state(world: World) -> None:
    today = snap(world)
    yesterday = snap(world, occurred_at=clock.start_of(clock.today()) - timedelta(seconds=1))
    other = snap(world, "sister_safety_officer", unit=world.sister)
    officer = world.actor("county_officer")
    assert set(records(officer, since=clock.today())) == {today, other}
    assert set(records(officer, until=clock.today() - timedelta(days=1))) == {yesterday}
    assert set(records(officer, unit=world.sister)) == {other}
    assert set(records(officer, register="round")) == set()
    assert set(records(officer, state=State.PENDING)) == set()
