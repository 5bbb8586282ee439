"""A teacher sees what is owed for her own class, and enters it; nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import World

from anyuan.foundation.kernel.public import Invalid, NotPermitted, clock, new_id
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger import public as ledger

pytestmark = pytest.mark.usefixtures("term", "packs")


@pytest.fixture
def classes(world: World) -> list[ledger.Subject]:
    """Two classes; the first one is the teacher's."""
    rows = [
        ledger.NewSubject("class", "101", "一年级1班", keeper=world.people["teacher"]),
        ledger.NewSubject("class", "102", "一年级2班", keeper=world.people["second_teacher"]),
    ]
    made = ledger.add_subjects(world.actor("safety_officer"), world.school, rows)
    compliance.refresh([world.school.pk])
    return made


def _address(world: World, code: str = "reminder-1530") -> str:
    return f"/ledger/units/{world.school.pk}/registers/{code}/new/"


def _entry(subject: ledger.Subject, **more: Any) -> dict[str, Any]:
    now = clock.now().astimezone(clock.SHANGHAI)
    return {
        "subjects": [str(subject.pk)],
        "f_kind": "daily",
        "f_minutes": "1",
        "f_topic": "交通安全",
        "occurred_at": f"{now:%Y-%m-%dT%H:%M}",
        "once": str(new_id()),
        **more,
    }


def test_she_sees_her_class_only(world: World, classes: list[ledger.Subject]) -> None:
    todos = compliance.todos_kept(world.actor("teacher"))
    assert {t.subject.code for t in todos if t.subject} == {"101"}
    page = world.client("teacher").get("/desk/kept/").content.decode()
    assert "一年级1班" in page
    assert "一年级2班" not in page
    assert compliance.todos_kept(world.actor("safety_officer")) == []
    assert compliance.todos_kept(world.actor("stranger_teacher")) == []


def test_she_enters_the_reminder_of_her_class(world: World, classes: list[ledger.Subject]) -> None:
    client = world.client("teacher")
    key, today = "city-2023-hazard-sweep/reminder-daily", clock.today().isoformat()
    leads = client.get(f"/desk/do/{world.school.pk}/?key={key}&period={today}").headers["Location"]
    assert str(classes[0].pk) in leads
    form = client.get(leads).content.decode()
    assert "一年级1班" in form
    assert "一年级2班" not in form
    answer = client.post(_address(world), _entry(classes[0]))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    record = ledger.Record.everything.get(register__code="reminder-1530")
    assert (record.subject_id, record.person_id) == (classes[0].pk, world.people["teacher"].pk)
    met = compliance.Verdict.everything.get(key=key, subject=classes[0], period=today)
    assert met.state == compliance.State.MET


def test_another_class_and_another_register_are_refused(world: World, classes: list[ledger.Subject]) -> None:
    client = world.client("teacher")
    assert client.post(_address(world), _entry(classes[1])).status_code == 422
    assert client.post(_address(world), _entry(classes[0], subjects=[])).status_code in (403, 422)
    assert client.get(_address(world, "self-check")).status_code == 403
    assert client.get(f"/ledger/units/{world.school.pk}/").status_code == 403
    assert world.client("stranger_teacher").get(_address(world)).status_code == 404
    assert not ledger.Record.everything.filter(register__code="reminder-1530").exists()


def test_who_keeps_a_class_changes(world: World, classes: list[ledger.Subject]) -> None:
    officer = world.actor("safety_officer")
    ledger.name_keeper(officer, classes[0], world.people["second_teacher"])
    assert compliance.todos_kept(world.actor("teacher")) == []
    both = {t.subject.code for t in compliance.todos_kept(world.actor("second_teacher")) if t.subject}
    assert both == {"101", "102"}
    assert world.client("teacher").get(_address(world)).status_code == 403
    with pytest.raises(Invalid):
        ledger.name_keeper(officer, classes[0], world.people["stranger_teacher"])
    with pytest.raises(NotPermitted):
        ledger.name_keeper(world.actor("teacher"), classes[0], world.people["teacher"])
    answer = world.client("safety_officer").post(
        f"/ledger/subjects/{classes[0].pk}/change/",
        {"what": "keeper", "keeper": str(world.people["teacher"].pk), "once": str(new_id())},
    )
    assert answer.status_code == 303
    classes[0].refresh_from_db()
    assert classes[0].keeper_id == world.people["teacher"].pk
