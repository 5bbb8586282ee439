"""Correcting an entry: who may, what stays readable, what goes along, what counts afterwards."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.cast import NOW, World
from tests.files.samples import jpeg
from tests.ledger.conftest import Camera

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.journal.models import Body
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Conflict, Invalid, NotPermitted, clock
from anyuan.rules.ledger.public import (
    Corrected,
    NewRecord,
    NewSubject,
    Record,
    State,
    add_subject,
    approve_record,
    record,
    record_many,
    refuse_record,
    replace_record,
    void_record,
)
from anyuan.rules.ledger.voiding import ask_void
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
CHECK = {"level": "school", "full": True, "points": 18, "found": 0}
DRILL = {"kind": "evacuation", "scenario": "earthquake", "participants": 820}


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()


def checked(world: World, days: int = 1) -> Record:
    actor, then = world.actor("logistics"), NOW - timedelta(days=days)
    with clock.at(then):
        return record(actor, register="self-check", unit=world.school, data=CHECK)


def sent(**more: object) -> dict[str, object]:
    return {
        "once": str(uuid4()),
        "f_level": "school",
        "f_full": "no",
        "f_points": "17",
        "f_found": "1",
        "occurred_at": "2026-03-17T17:30",
        "reason": "点位数错",
        **more,
    }


def url(made: Record) -> str:
    return reverse("ledger:correct", args=[made.pk])


def page_of(made: Record) -> str:
    return reverse("ledger:record", args=[made.pk])


def test_a_wrong_entry_is_corrected_on_its_page(world: World) -> None:
    made = checked(world)
    client = world.client("safety_officer")
    assert url(made) in client.get(page_of(made)).content.decode()
    form = client.get(url(made)).content.decode()
    assert 'value="18"' in form
    assert client.post(url(made), sent(reason="")).status_code == 422
    assert client.post(url(made), sent(f_points="5001")).status_code == 422
    assert Record.everything.count() == 1
    answer = client.post(url(made), sent())
    new = Record.everything.get(supersedes=made)
    assert answer["Location"] == page_of(new)
    made.refresh_from_db()
    assert (made.state, made.reason, made.data) == (State.SUPERSEDED, "点位数错", CHECK)
    assert (new.state, new.data["points"], new.data["full"]) == (State.VALID, 17, False)
    assert (new.person, new.entered_by) == (world.people["logistics"], world.people["safety_officer"])
    old_page, new_page = (client.get(page_of(r)).content.decode() for r in (made, new))
    assert page_of(new) in old_page
    assert url(made) not in old_page
    assert page_of(made) in new_page
    assert "由李强（安全办主任）更正" not in old_page
    assert new_page.count("由李强（安全办主任）更正") == 1
    assert "更正人" in new_page
    told = {(e.verb, e.subject_id) for e in Entry.everything.filter(verb="ledger.replace")}
    assert told == {("ledger.replace", made.pk), ("ledger.replace", new.pk)}
    assert client.post(url(made), sent()).status_code == 409


@pytest.mark.parametrize(
    ("who", "status"),
    [("principal", 200), ("teacher", 404), ("county_leader", 403), ("stranger_principal", 404)],
)
def test_who_may_enter_it_corrects_it(world: World, who: str, status: int) -> None:
    made = checked(world)
    client = world.client(who)
    assert client.get(url(made)).status_code == status
    if status != 200:
        assert client.post(url(made), sent()).status_code == status
        assert Record.everything.count() == 1
        seen = client.get(page_of(made))
        assert url(made) not in seen.content.decode()


def test_a_school_does_not_correct_what_its_authority_entered(world: World) -> None:
    visit = {"inspector": "韩督学", "safety": True, "found": 0, "opinion": "已查看"}
    record_many(world.actor("county_officer"), [NewRecord("inspector-visit", world.school, NOW, visit)])
    made = Record.everything.get()
    assert world.client("principal").get(url(made)).status_code == 403
    assert url(made) not in world.client("principal").get(page_of(made)).content.decode()
    assert world.client("county_officer").get(url(made)).status_code == 200


def test_a_class_teacher_corrects_the_entry_of_the_own_class_only(world: World) -> None:
    officer = world.actor("safety_officer")
    own = add_subject(officer, world.school, NewSubject("class", "1", "一班", keeper=world.people["teacher"]))
    other = add_subject(officer, world.school, NewSubject("class", "2", "二班"))
    data = {"kind": "daily", "minutes": 1, "topic": "防溺水"}
    teacher = world.actor("teacher")
    mine = record(
        teacher, register="reminder-1530", unit=world.school, data=data, subject=own, verb="ledger.keep"
    )
    theirs = record(officer, register="reminder-1530", unit=world.school, data=data, subject=other)
    client = world.client("teacher")
    form = client.get(url(mine)).content.decode()
    assert "二班" not in form
    assert 'value="1"' in form
    assert 'value="1.0"' not in form
    assert "1.0" not in client.get(page_of(mine)).content.decode()
    assert client.get(url(theirs)).status_code == 404
    body = {
        "once": str(uuid4()), "f_kind": "daily", "f_minutes": "2", "f_topic": "防溺水",
        "subjects": str(own.pk), "occurred_at": "2026-03-18T08:00", "reason": "分钟数错",
    }  # fmt: skip
    assert client.post(url(mine), body).status_code == 303
    assert Record.everything.get(supersedes=mine).data["minutes"] == 2


def test_files_go_along_unless_they_are_taken_off(world: World, photo: Camera) -> None:
    officer = world.actor("safety_officer")
    ids = [photo(officer, world.school, colour)[0] for colour in ("teal", "red")]
    made = record(officer, register="drill", unit=world.school, data=DRILL, attachment_ids=ids)
    client = world.client("safety_officer")
    first, second = attachments_of(made)
    body = {
        "once": str(uuid4()), "f_kind": "evacuation", "f_scenario": "earthquake", "f_participants": "800",
        "occurred_at": "2026-03-18T08:00", "reason": "人数错",
    }  # fmt: skip
    none_left = client.post(url(made), {**body, "keep": []})
    assert none_left.status_code == 422
    assert none_left.content.decode().count("请添加照片或文件") == 1
    upload = SimpleUploadedFile("IMG_9.jpg", jpeg((64, 48), colour="navy"))
    answer = client.post(
        url(made), {**body, "once": str(uuid4()), "keep": [str(second.pk)], "photos_album": upload}
    )
    assert answer.status_code == 303
    new = Record.everything.get(supersedes=made)
    kept = attachments_of(new)
    assert [f.original_id for f in kept][:1] == [second.original_id]
    assert [f.role for f in kept] == ["evidence", "evidence"]
    assert [f.pk for f in attachments_of(made)] == [first.pk, second.pk]
    assert client.get(kept[0].url).status_code == 200
    again = replace_record(officer, new, DRILL, "人数对")
    assert len(attachments_of(again)) == 2


@pytest.mark.parametrize(("days", "state"), [(3, State.VALID), (4, State.PENDING)])
def test_a_correction_that_comes_late_waits_like_a_late_entry(world: World, days: int, state: State) -> None:
    made = checked(world, days)
    form = world.client("safety_officer").get(url(made)).content.decode()
    assert ("更正须经第二人审批" in form) == (state == State.PENDING)
    assert ("保存后以更正后的记录为准" in form) == (state == State.VALID)
    new = replace_record(world.actor("safety_officer"), made, {**CHECK, "points": 1}, "错")
    assert new.state == state
    made.refresh_from_db()
    assert made.state == (State.VALID if state == State.PENDING else State.SUPERSEDED)
    assert [t["level"] for t in told(new)] == (["todo", "info"] if state == State.PENDING else ["info"])
    assert told(new)[-1]["people"] == [str(world.people["logistics"].pk)]


def told(made: Record) -> list[dict[str, object]]:
    """Who was told of the newest turn of a record."""
    body = Body.objects.filter(entry__subject_id=made.pk).order_by("-entry__id").first()
    assert body is not None
    found: list[dict[str, object]] = json.loads(body.text)["tell"]
    return found


def turns(made: Record) -> list[str]:
    found = Entry.everything.filter(subject_id=made.pk).order_by("id").values_list("verb", flat=True)
    return list(found)


def test_while_a_correction_waits_the_earlier_entry_counts_and_there_is_no_second_one(world: World) -> None:
    made = checked(world, 4)
    client, principal = world.client("safety_officer"), world.client("principal")
    body = sent(occurred_at="2026-03-14T17:30")
    answer = client.post(url(made), body)
    new = Record.everything.get(supersedes=made)
    assert (answer["Location"], new.state, new.reason) == (page_of(new), State.PENDING, "点位数错")
    made.refresh_from_db()
    assert (made.state, made.reason) == (State.VALID, "")
    assert turns(made) == ["ledger.record", "ledger.replace"]
    for row in (made, new):
        again = client.post(url(row), {**body, "once": str(uuid4())})
        assert again.status_code == 409
        assert "审批" in again.content.decode()
        assert url(row) not in client.get(page_of(row)).content.decode()
        with pytest.raises(Conflict):
            replace_record(world.actor("principal"), row, CHECK, "错")
    old_page, new_page = (principal.get(page_of(r)).content.decode() for r in (made, new))
    assert page_of(new) in old_page
    assert page_of(made) in new_page
    assert 'value="void"' not in old_page + new_page
    assert 'value="approve"' in new_page
    for row in (made, new):
        with pytest.raises(Conflict):
            void_record(world.actor("principal"), row, "错")
    with pytest.raises(NotPermitted):
        approve_record(world.actor("safety_officer"), new)
    with pytest.raises(Conflict):
        ask_void(world.actor("safety_officer"), new, "错")
    assert Record.everything.count() == 2


def test_a_refused_correction_leaves_the_earlier_entry_as_it_was(world: World) -> None:
    made = checked(world, 4)
    officer, principal = world.actor("safety_officer"), world.actor("principal")
    new = replace_record(officer, made, {**CHECK, "points": 1}, "错")
    refuse_record(principal, new, "没有错")
    made.refresh_from_db()
    new.refresh_from_db()
    assert (made.state, made.reason, new.state, new.reason) == (State.VALID, "", State.REFUSED, "没有错")
    assert turns(made) == ["ledger.record", "ledger.replace", "ledger.refuse"]
    assert turns(new) == ["ledger.replace", "ledger.refuse"]
    people = {str(world.people[name].pk) for name in ("safety_officer", "logistics")}
    assert {p for t in told(new) for p in t["people"]} == people  # type: ignore[attr-defined]
    assert page_of(made) in world.client("principal").get(page_of(new)).content.decode()
    with pytest.raises(Conflict):
        approve_record(principal, new)
    other = replace_record(officer, made, {**CHECK, "points": 2}, "还是错")
    approve_record(principal, other)
    made.refresh_from_db()
    assert (made.state, made.reason) == (State.SUPERSEDED, "还是错")
    assert page_of(other) in world.client("principal").get(page_of(made)).content.decode()


def test_an_approved_correction_takes_the_place_and_keeps_it_when_it_is_voided(world: World) -> None:
    with clock.at(NOW - timedelta(days=4)):
        made = record(
            world.actor("logistics"), register="self-check", unit=world.school, data=CHECK, slot="once"
        )
    new = replace_record(world.actor("safety_officer"), made, {**CHECK, "points": 1}, "错")
    assert new.slot == ""
    approve_record(world.actor("principal"), new)
    made.refresh_from_db()
    new.refresh_from_db()
    assert (made.state, made.reason) == (State.SUPERSEDED, "错")
    assert (new.state, new.reason, new.slot) == (State.VALID, "", "once")
    assert turns(made) == ["ledger.record", "ledger.replace", "ledger.approve"]
    assert turns(new) == ["ledger.replace", "ledger.approve"]
    void_record(world.actor("principal"), new, "都不对")
    made.refresh_from_db()
    assert (made.state, new.supersedes) == (State.SUPERSEDED, made)
    with pytest.raises(Conflict):
        replace_record(world.actor("safety_officer"), made, CHECK, "再改")


def test_a_late_entry_that_waits_itself_survives_a_refused_correction(world: World) -> None:
    officer, principal = world.actor("safety_officer"), world.actor("principal")
    then = NOW - timedelta(days=6)
    made = record(officer, register="self-check", unit=world.school, data=CHECK, occurred_at=then)
    moved = Corrected(NOW - timedelta(days=1), None, None)
    new = replace_record(officer, made, CHECK, "日期错", corrected=moved)
    assert (made.state, new.state) == (State.PENDING, State.PENDING)
    with pytest.raises(Conflict):
        approve_record(principal, made)
    refuse_record(principal, new, "日期没错")
    assert approve_record(principal, made).state == State.VALID


def test_who_did_it_is_told_too_when_somebody_else_corrects_what_was_entered_for_them(
    world: World, photo: Camera
) -> None:
    signer = world.people["teacher"]
    paper = photo(world.actor("logistics"), world.school)
    made = record(
        world.actor("logistics"), register="self-check", unit=world.school, data=CHECK,
        signer=signer, paper_ids=paper,
    )  # fmt: skip
    new = replace_record(world.actor("safety_officer"), made, {**CHECK, "points": 1}, "错")
    people = [str(world.people["logistics"].pk), str(signer.pk)]
    assert told(new)[0]["people"] == people
    assert (new.person, new.entered_name, new.by_proxy) == (signer, "李强（安全办主任）", False)


def test_day_and_class_may_be_wrong_too(world: World) -> None:
    officer = world.actor("safety_officer")
    one, other = (add_subject(officer, world.school, NewSubject("class", str(n), f"{n}班")) for n in (1, 2))
    data = {"kind": "daily", "minutes": 1, "topic": "防溺水"}
    made = record(officer, register="reminder-1530", unit=world.school, data=data, subject=one)
    then = NOW - timedelta(days=1)
    new = replace_record(officer, made, data, "错", corrected=Corrected(then, other, None))
    assert (new.occurred_at, new.subject, new.stands_for) == (then, other, None)
    with pytest.raises(Conflict):
        replace_record(officer, made, data, "错")
    with pytest.raises(Invalid):
        replace_record(officer, new, data, "错", corrected=Corrected(NOW + timedelta(days=1), other, None))
    with pytest.raises(Invalid):
        replace_record(officer, new, data, "错", corrected=Corrected(then, None, None))
    new.refresh_from_db()
    assert new.state == State.VALID
