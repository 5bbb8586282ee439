"""Pages of registers, facts and subjects, and the same over the API: what is shown, saved once, refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.api.test_api import key_of
from tests.cast import NOW, World
from tests.files.samples import jpeg
from tests.ledger.test_sheets import book

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.rules.ledger.public import (
    FactValue,
    NewRecord,
    NewSubject,
    Record,
    State,
    Subject,
    add_subject,
    add_subjects,
    record_many,
    set_facts,
)
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
JOB = job_actor("test")


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()


def _get(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def _entry(**more: object) -> dict[str, object]:
    return {
        "once": str(uuid4()),
        "f_level": "school",
        "f_full": "yes",
        "f_points": "18",
        "f_found": "0",
        "occurred_at": "2026-03-17T10:00",
        **more,
    }


def _url(name: str, world: World, *more: str) -> str:
    return reverse(f"ledger:{name}", args=[world.school.pk, *more])


def test_the_overview_says_how_full_a_register_is(world: World) -> None:
    data = {"name": "张三", "certificate": "A", "full_time": True, "employer": "school"}
    for until in ("2026-03-17", "2026-03-18", "2026-04-17", "2026-04-18"):
        row = NewRecord("guard-certificate", world.school, NOW, {**data, "valid_until": until})
        record_many(JOB, [row])
    page = _get(world.client("safety_officer"), _url("books", world))
    assert "保安员证件" in page
    assert "1 条已过期" in page
    assert "2 条 30 天内到期" in page
    listed = _get(world.client("safety_officer"), _url("register", world, "guard-certificate"))
    assert listed.count("已过期") == 1


def test_an_entry_is_saved_once(world: World) -> None:
    client = world.client("logistics")
    assert "检查层级" in _get(client, _url("new-record", world, "self-check"))
    sent = _entry()
    for _ in range(2):
        response = client.post(_url("new-record", world, "self-check"), sent)
        assert response.status_code == 303
    made = Record.everything.get()
    assert made.data == {"level": "school", "full": True, "points": 18, "found": 0}
    assert made.person == world.people["logistics"]


def test_what_was_typed_stays_when_it_is_refused(world: World) -> None:
    client = world.client("logistics")
    sent = _entry(f_points="5001", f_note="东门监控黑屏")
    response = client.post(_url("new-record", world, "self-check"), sent)
    assert response.status_code == 422
    assert "东门监控黑屏" in response.content.decode()
    assert not Record.everything.exists()
    future = client.post(_url("new-record", world, "self-check"), _entry(occurred_at="2026-03-19T10:00"))
    assert future.status_code == 422
    assert "将来" in future.content.decode()


def test_a_reminder_fills_in_the_missed_day(world: World) -> None:
    client = world.client("logistics")
    page = _get(client, _url("new-record", world, "self-check") + "?stands_for=2026-03-16&next=/desk/")
    assert 'value="2026-03-16"' in page
    response = client.post(
        _url("new-record", world, "self-check"), _entry(stands_for="2026-03-16", next="/hazards/")
    )
    assert response["Location"] == "/hazards/"
    made = Record.everything.get()
    assert (made.made_up, made.state) == (True, State.VALID)
    foreign = client.post(_url("new-record", world, "self-check"), _entry(next="https://elsewhere.example/"))
    assert foreign.status_code == 303
    assert foreign["Location"].startswith("/")


def test_entered_late_is_said_to_wait(world: World) -> None:
    client = world.client("logistics")
    sent = _entry(occurred_at="2026-03-14T10:00")
    receipt = client.post(_url("new-record", world, "self-check"), sent)["Location"]
    assert _get(client, receipt).count("审批后计入") == 1
    elsewhere = {**sent, "once": str(uuid4()), "next": _url("register", world, "self-check")}
    assert client.post(_url("new-record", world, "self-check"), elsewhere)["Location"] == elsewhere["next"]
    assert "审批" in _get(client, str(elsewhere["next"]))
    assert {r.state for r in Record.everything.all()} == {State.PENDING}


def test_a_register_with_photos_takes_them(world: World) -> None:
    client = world.client("logistics")
    sent: dict[str, Any] = {
        "once": str(uuid4()), "f_participants": "300", "f_topic": "灭火器使用",
        "occurred_at": "2026-03-17T10:00",
    }  # fmt: skip
    refused = client.post(_url("new-record", world, "fire-training"), sent)
    assert refused.status_code == 422
    assert not Record.everything.exists()
    sent |= {"once": str(uuid4()), "photos_camera": SimpleUploadedFile("a.jpg", jpeg((64, 48)))}
    assert client.post(_url("new-record", world, "fire-training"), sent).status_code == 303
    made = Record.everything.get()
    page = _get(client, reverse("ledger:record", args=[made.pk]))
    assert page.count('loading="lazy"') == 1


def test_one_entry_for_several_classes(world: World) -> None:
    officer = world.actor("safety_officer")
    classes = [NewSubject("class", f"10{n}", f"一（{n}）班") for n in (1, 2, 3)]
    made = add_subjects(officer, world.school, classes)
    client = world.client("logistics")
    sent = {
        "once": str(uuid4()), "f_kind": "daily", "f_minutes": "1", "f_topic": "防溺水",
        "occurred_at": "2026-03-17T16:00", "subjects": [str(made[0].pk), str(made[1].pk)],
    }  # fmt: skip
    assert client.post(_url("new-record", world, "reminder-1530"), sent).status_code == 303
    assert {r.subject for r in Record.everything.all()} == set(made[:2])
    stranger = add_subject(world.actor("sister_principal"), world.sister, NewSubject("class", "1", "初一"))
    sent |= {"once": str(uuid4()), "subjects": [str(stranger.pk)]}
    assert client.post(_url("new-record", world, "reminder-1530"), sent).status_code == 422


def test_the_facts_page_saves_what_changed(world: World) -> None:
    client = world.client("safety_officer")
    page = _get(client, _url("facts", world))
    assert "学校安全检查责任表共列了多少处点位" in page
    sent = {"once": str(uuid4()), "seen": clock.now().isoformat(), "check_points": "18"}
    assert client.post(_url("declare", world), sent).status_code == 303
    assert FactValue.everything.get().value == 18
    nothing = client.post(_url("declare", world), sent | {"once": str(uuid4())})
    assert nothing.status_code == 422
    assert FactValue.everything.count() == 1
    history = _get(client, _url("fact", world, "check_points"))
    assert "18 处" in history
    assert world.actor("safety_officer").name in history


def test_confirming_takes_one_tap(world: World) -> None:
    set_facts(world.actor("safety_officer"), world.school, {"check_points": 18})
    client = world.client("safety_officer")
    with clock.at(NOW + timedelta(days=366)):
        assert "保存并确认到期的 1 项" in _get(client, _url("facts", world))
        sent = {"once": str(uuid4()), "seen": clock.now().isoformat(), "check_points": "18", "confirm": "1"}
        assert client.post(_url("declare", world), sent).status_code == 303
    row = FactValue.everything.get(superseded_at=None)
    assert row.confirmed_until == clock.day_of(NOW) + timedelta(days=366 + 365)


def test_who_came_first_is_named(world: World) -> None:
    seen = (NOW - timedelta(minutes=5)).isoformat()
    set_facts(world.actor("principal"), world.school, {"check_points": 17})
    sent = {"once": str(uuid4()), "seen": seen, "check_points": "18"}
    response = world.client("safety_officer").post(_url("declare", world), sent)
    assert response.status_code == 409
    assert world.actor("principal").name in response.content.decode()
    assert FactValue.everything.get().value == 17


def test_the_county_sees_which_school_lacks_what(world: World) -> None:
    page = _get(world.client("county_officer"), reverse("ledger:facts", args=[world.county.pk]))
    assert world.school.name in page
    assert "西岭" not in page


def test_a_new_class_begins_today_unless_somebody_says_otherwise(world: World) -> None:
    client = world.client("safety_officer")
    page = _get(client, _url("subjects", world))
    assert f'name="valid_from" value="{clock.today():%Y-%m-%d}"' in page
    sent = {"once": str(uuid4()), "kind": "class", "code": "101", "name": "一（1）班"}
    for day, code, begun in ((f"{clock.today()}", "101", clock.today()), ("", "102", None)):
        given = sent | {"once": str(uuid4()), "code": code, "valid_from": day}
        assert client.post(_url("add-subject", world), given).status_code == 303
        assert Subject.everything.get(kind="class", code=code).valid_from == begun


@pytest.mark.parametrize("name", ["books", "facts", "subjects", "export-facts", "declare", "add-subject"])
def test_the_next_county_finds_nothing(world: World, name: str) -> None:
    for who in ("stranger_officer", "stranger_principal"):
        client = world.client(who)
        send = client.post if name in ("declare", "add-subject") else client.get
        assert send(_url(name, world)).status_code == 404


def test_a_workbook_is_looked_through_and_taken_over(world: World) -> None:
    client = world.client("safety_officer")
    url = _url("sheet", world, "facts", "all")
    file = SimpleUploadedFile("facts.xlsx", book(["检查点位（处）"], [18]))
    page = client.post(url, {"once": str(uuid4()), "file": file}).content.decode()
    assert not FactValue.everything.exists()
    token = page.split('name="token" value="')[1].split('"')[0]
    taken = client.post(_url("sheet-take", world, "facts", "all"), {"once": str(uuid4()), "token": token})
    assert taken.status_code == 303
    assert FactValue.everything.get().value == 18
    wrong = SimpleUploadedFile("facts.xlsx", b"hello")
    assert client.post(url, {"once": str(uuid4()), "file": wrong}).status_code == 422


@pytest.mark.parametrize(
    ("name", "more", "most"),
    [("books", (), 12), ("facts", (), 12), ("subjects", (), 12), ("register", ("self-check",), 12)],
)
def test_pages_stay_within_their_statements(
    world: World, name: str, more: tuple[str, ...], most: int, django_assert_max_num_queries: Any
) -> None:
    check = {"level": "school", "full": True, "points": 18, "found": 0}
    times = [NOW - timedelta(minutes=n) for n in range(60)]
    record_many(JOB, [NewRecord("self-check", world.school, at, check) for at in times])
    client = world.client("safety_officer")
    client.get(_url(name, world, *more))
    with django_assert_max_num_queries(most):
        client.get(_url(name, world, *more))


def _call(world: World, who: str, method: str, path: str, body: object = None, **headers: str) -> Any:
    token = key_of(world, who)
    client = Client(headers={"Authorization": f"Bearer {token}", **headers})
    text = json.dumps(body, default=str) if body is not None else ""
    return client.generic(method, f"/api/v1{path}", text, content_type="application/json")


def test_records_and_facts_over_the_api(world: World) -> None:
    officer = world.actor("safety_officer")
    one = add_subject(officer, world.school, NewSubject("class", "101", "一（1）班"))
    body = {
        "unit": world.school.pk,
        "register_code": "reminder-1530",
        "subject": one.pk,
        "stands_for": "2026-03-16",
        "data": {"kind": "daily", "minutes": 1, "topic": "防溺水"},
        "occurred_at": "2026-03-17T16:00:00+08:00",
    }
    key = {"Idempotency-Key": "abc"}
    first = _call(world, "logistics", "POST", "/records", body, **key)
    assert first.status_code == 201, first.content
    assert (first.json()["subject_id"], first.json()["stands_for"]) == (str(one.pk), "2026-03-16")
    again = _call(world, "logistics", "POST", "/records", body, **key)
    assert again.json()["id"] == first.json()["id"]
    assert Record.everything.count() == 1
    facts = {"unit": world.school.pk, "values": {"check_points": 18}}
    answer = _call(world, "safety_officer", "PUT", "/facts", facts)
    assert answer.status_code == 200
    line = next(i for i in answer.json()["items"] if i["key"] == "check_points")
    assert (line["value"], line["standing"], line["source"]) == (18, "known", "其他系统报送")
    wrong = _call(world, "safety_officer", "PUT", "/facts", {**facts, "values": {"check_points": 5001}})
    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"check_points"})


def test_foreign_ids_are_not_found_over_the_api(world: World) -> None:
    stranger = add_subject(
        world.actor("stranger_principal"), world.stranger_school, NewSubject("class", "1", "二班")
    )
    check = {"level": "school", "full": True, "points": 18, "found": 0}
    talk = {"kind": "daily", "minutes": 1, "topic": "防溺水"}
    unit, foreign = world.school.pk, world.stranger_school.pk
    asked = [
        ("POST", "/records", {"unit": foreign, "register_code": "self-check", "data": check}),
        (
            "POST",
            "/records",
            {"unit": unit, "register_code": "reminder-1530", "subject": stranger.pk, "data": talk},
        ),
        ("POST", "/records", {"unit": unit, "register_code": "round", "data": {}}),
        ("POST", "/records", {"unit": unit, "register_code": "nothing", "data": {}}),
        ("PUT", "/facts", {"unit": foreign, "values": {"check_points": 1}}),
        ("PUT", "/facts", {"unit": unit, "subject": stranger.pk, "values": {"managers": 1}}),
        ("GET", f"/facts?unit={foreign}", None),
        ("GET", f"/facts?unit={unit}&subject={stranger.pk}", None),
        ("GET", f"/subjects?unit={foreign}", None),
    ]
    for method, path, body in asked:
        answer = _call(world, "safety_officer", method, path, body)
        assert answer.status_code == 404, (path, body, answer.content)
    assert not Record.everything.exists()
    assert not FactValue.everything.exists()
    assert Subject.everything.count() == 1


def test_whole_numbers_are_checked_in_the_browser_and_no_choice_is_made_beforehand(world: World) -> None:
    client = world.client("safety_officer")
    facts = _get(client, _url("facts", world))
    field = facts[facts.index('name="check_points"') - 40 :][:300]
    assert 'step="1"' in field
    assert 'inputmode="numeric"' in field
    assert 'max="5000"' in field
    sent = {"seen": NOW.isoformat(), "once": str(uuid4()), "check_points": "2.5"}
    assert client.post(_url("declare", world), sent).status_code == 422
    assert not FactValue.everything.exists()
    form = _get(client, _url("new-record", world, "drill"))
    assert " checked" not in form
    assert " selected" not in form
    assert 'name="f_participants" ' in form
