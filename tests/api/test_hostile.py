"""Bodies no honest program sends: refused in words, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.test_api import Caller
from tests.cast import NOW, World
from tests.files.samples import jpeg, upload
from tests.permissions import walk

from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard.public import Hazard


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with clock.at(NOW):
        yield


def _good(world: World) -> dict[str, Any]:
    return {
        "unit": str(world.school.pk),
        "title": "灭火器过期",
        "domain": "fire",
        "place_text": "二楼",
        "evidence_reason": "无",
    }


@pytest.mark.parametrize(
    "bad",
    [
        {"title": "a\0b"},
        {"title": "\ud800"},
        {"description": "\0"},
        {"found_at": "2026-03-18T08:00:00"},
        {"found_at": "0001-01-01T00:00:00+08:00"},
        {"found_at": "9999-12-31T23:59:59Z"},
        {"found_at": 1e300},
        {"interim": "围挡", "interim_until": "9999-12-31"},
        {"interim": "围挡", "interim_until": "0001-01-01"},
        {"photos": ["00000000-0000-0000-0000-000000000000"]},
        {"unit": None, "unit_code": "\0"},
        {"unit": "00000000-0000-0000-0000-000000000000"},
        {"domain": "nonsense"},
        {"source": "nonsense"},
    ],
    ids=str,
)
def test_a_hostile_hazard_is_refused(world: World, bad: dict[str, Any]) -> None:
    officer = Caller(world, "safety_officer")
    before = walk.fingerprint()
    answer = officer.post("/hazards", _good(world) | bad)
    assert 400 <= answer.status_code < 500, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    assert walk.fingerprint() == before


def test_fields_nobody_may_set_are_not_set(world: World) -> None:
    """No mass assignment: state, number, owner, grade and people are the loop's to set."""
    more = {
        "state": "closed",
        "number": "X1",
        "grade": "major",
        "owner_unit": str(world.sister.pk),
        "finder_id": str(world.people["principal"].pk),
        "acceptor": str(world.people["principal"].pk),
        "version": 99,
        "id": str(world.school.pk),
    }
    answer = Caller(world, "safety_officer").post("/hazards", _good(world) | more)
    assert answer.status_code == 201
    row = Hazard.everything.get()
    assert (row.state, row.grade, row.owner_unit_id, row.acceptor_id) == (
        "registered",
        "",
        world.school.pk,
        None,
    )
    assert row.number != "X1"
    assert row.pk != world.school.pk
    assert row.finder_id == world.people["safety_officer"].pk


@pytest.mark.parametrize("body", ["[]", "null", '{"title": ', "\xff\xfe", "[" * 50_000, "1e999"])
def test_what_is_no_json_object_is_a_problem(world: World, body: str) -> None:
    answer = Caller(world, "safety_officer").client.generic(
        "POST", "/api/v1/hazards", body, content_type="application/json",
        headers={"Authorization": f"Bearer {Caller(world, 'safety_officer').token}"},
    )  # fmt: skip
    assert 400 <= answer.status_code < 500, answer.content


@pytest.mark.parametrize(
    "token", ["", "x", "any_\0_x", "any__", "any_a_b_c", "any_" + "a" * 100_000, "é_é_é"]
)
def test_a_hostile_key_opens_nothing(world: World, token: str) -> None:
    client = Caller(world, "teacher").client
    for more in ({}, {"Idempotency-Key": "k"}):
        answer = client.post(
            "/api/v1/hazards", json.dumps(_good(world)), content_type="application/json",
            headers={"Authorization": f"Bearer {token}", **more},
        )  # fmt: skip
        assert answer.status_code == 401


def test_a_photo_of_some_megabytes_may_carry_an_idempotency_key(world: World) -> None:
    """The key must not bound what may be sent."""
    officer = Caller(world, "safety_officer")
    photo = jpeg((400, 300)) + b"\0" * (4 * 1024 * 1024)
    sent = [
        officer.client.post(
            "/api/v1/files",
            {"file": upload(photo, "a.jpg"), "unit": str(world.school.pk)},
            headers={"Authorization": f"Bearer {officer.token}", "Idempotency-Key": "photo-1"},
        )
        for _time in range(2)
    ]
    assert [answer.status_code for answer in sent] == [201, 201], sent[0].content
    assert sent[0].json()["id"] == sent[1].json()["id"]


def test_nobody_replays_the_answer_of_another(world: World) -> None:
    body = _good(world)
    first = Caller(world, "safety_officer").post("/hazards", body, **{"Idempotency-Key": "same"})
    again = Caller(world, "stranger_officer").post("/hazards", body, **{"Idempotency-Key": "same"})
    assert (first.status_code, again.status_code) == (201, 404)
    assert first.json()["number"].encode() not in again.content


def test_a_session_needs_the_csrf_token_to_write(world: World) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["safety_officer"])
    for more in ({}, {"Idempotency-Key": "k"}):
        answer = client.post(
            "/api/v1/hazards", json.dumps(_good(world)), content_type="application/json", headers=more
        )
        assert answer.status_code == 403, answer.content
    assert not Hazard.everything.exists()


@pytest.mark.parametrize("more", [{}, {"Idempotency-Key": "k"}])
def test_a_body_that_is_too_large_is_a_problem(world: World, more: dict[str, str]) -> None:
    answer = Caller(world, "safety_officer").post("/hazards", {"title": "长" * 1_500_000}, **more)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
