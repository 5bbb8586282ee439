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
from anyuan.foundation.kernel.public import Conflict, Invalid, clock
from anyuan.rules.ledger.public import (
    Corrected,
    NewRecord,
    NewSubject,
    Record,
    State,
    add_subject,
    record,
    record_many,
    replace_record,
)
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
    assert ("须经第二人审批后" in form) == (state == State.PENDING)
    new = replace_record(world.actor("safety_officer"), made, {**CHECK, "points": 1}, "错")
    assert new.state == state
    told = json.loads(Body.objects.get(entry__subject_id=new.pk).text)["tell"]
    assert [t["level"] for t in told] == (["todo", "info"] if state == State.PENDING else ["info"])


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
