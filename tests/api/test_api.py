"""The REST door: the loop by key, scope, problems, idempotency, paging."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.cast import NOW, World, as_action

from anyuan.foundation.access.public import ApiKey
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard.public import Hazard

ROLE = {
    "safety_officer": "safety-officer",
    "logistics": "staff",
    "principal": "principal",
    "county_officer": "county-officer",
    "stranger_officer": "county-officer",
    "teacher": "teacher",
}


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with clock.at(NOW):
        yield


def key_of(world: World, name: str) -> str:
    """A key that acts as this person; made by hand, since only some may make keys."""
    token = f"any_{name.replace('_', '')[:10]}_{'s' * 40}"
    person = world.people[name]
    with as_action():
        ApiKey.everything.get_or_create(
            prefix=token.split("_")[1],
            defaults={
                "unit": person.unit,
                "name": name,
                "hash": hashlib.sha256(token.encode()).hexdigest(),
                "role": ROLE[name],
                "creator": person,
                "made_by": person.name,
                "ends_at": clock.now() + timedelta(days=1),
            },
        )
    return token


class Caller:
    """Somebody's program: a key of that person on his own unit."""

    def __init__(self, world: World, name: str) -> None:
        self.token = key_of(world, name)
        self.client = Client()

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = json.dumps(body or {}) if method != "GET" else body or {}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            data if isinstance(data, str) else "",
            content_type="application/json",
            QUERY_STRING="" if isinstance(data, str) else "&".join(f"{k}={v}" for k, v in data.items()),
            headers={"Authorization": f"Bearer {self.token}"} | headers,
        )

    def get(self, path: str, **asked: Any) -> Any:
        return self.send("GET", path, asked)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def photo(self, world: World) -> str:
        out = io.BytesIO()
        Image.new("RGB", (64, 48), "grey").save(out, "JPEG")
        response = self.client.post(
            "/api/v1/files",
            {"file": SimpleUploadedFile("a.jpg", out.getvalue()), "unit": str(world.school.pk)},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        assert response.status_code == 201, response.content
        return str(response.json()["id"])


def register(caller: Caller, world: World, **more: Any) -> Any:
    body = {
        "unit": str(world.school.pk),
        "title": "安全出口堆放杂物",
        "domain": "fire",
        "place": str(world.places["corridor"].pk),
        "evidence_reason": "夜间巡查未带手机",
        "interim": "已设警戒并派人值守",
        "interim_until": (clock.today() + timedelta(days=5)).isoformat(),
    } | more
    return caller.post("/hazards", body)


def test_a_hazard_goes_round_the_loop_by_key(world: World) -> None:
    officer, fixer, principal = (Caller(world, n) for n in ("safety_officer", "logistics", "principal"))
    made = register(officer, world)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert officer.post(f"/hazards/{key}/assess").status_code == 200
    commit = {
        "responsible": str(world.people["logistics"].pk),
        "measures": "清空楼梯间并每日检查",
        "funds_wan": 0,
        "plan": "发现堵塞立即疏散到西侧楼梯",
        "watcher": str(world.people["electrician"].pk),
    }
    answer = officer.post(f"/hazards/{key}/rectify", commit)
    assert answer.status_code == 200, answer.content
    photo = fixer.photo(world)
    answer = fixer.post(f"/hazards/{key}/submit", {"result": "已清空", "photos": [photo]})
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted"), answer.content

    refused = fixer.post(f"/hazards/{key}/accept")
    assert refused.status_code in {403, 409}
    assert refused["Content-Type"] == "application/problem+json"
    assert Hazard.everything.get(pk=key).state == "submitted"

    closed = principal.post(f"/hazards/{key}/accept", {"text": "现场查看合格"})
    assert closed.json()["state"] == "closed"
    found = principal.get(f"/hazards/{key}").json()
    assert [step["move"] for step in found["steps"]] == ["register", "assess", "commit", "submit", "accept"]
    assert found["photos"][0]["role"] == "after"


def test_the_next_county_cannot_tell_that_it_exists(world: World) -> None:
    key = register(Caller(world, "safety_officer"), world).json()["id"]
    stranger = Caller(world, "stranger_officer")
    before = Entry.everything.count()
    for answer in (
        stranger.get(f"/hazards/{key}"),
        stranger.post(f"/hazards/{key}/accept"),
        stranger.post(f"/hazards/{key}/dismiss", {"reason": "x"}),
        register(stranger, world),
        stranger.get("/hazards", unit=world.school.pk),
    ):
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert stranger.get("/hazards", tab="all").json()["items"] == []
    assert Entry.everything.count() == before
    assert Caller(world, "county_officer").get("/hazards").json()["items"][0]["id"] == key


def test_a_write_that_arrives_twice_is_done_once(world: World) -> None:
    officer = Caller(world, "safety_officer")
    body = {
        "unit": str(world.school.pk),
        "title": "门锁损坏",
        "domain": "security",
        "place_text": "东门",
        "evidence_reason": "无",
    }
    first = officer.post("/hazards", body, **{"Idempotency-Key": "k1"})
    second = officer.post("/hazards", body, **{"Idempotency-Key": "k1"})
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]
    assert second["Idempotency-Replayed"] == "true"
    other = officer.post("/hazards", body | {"title": "另一件"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert Hazard.everything.count() == 1
    someone = Caller(world, "principal").post("/hazards", body, **{"Idempotency-Key": "k1"})
    assert someone.json()["id"] != first.json()["id"]


def test_a_refused_write_may_be_tried_again_with_its_key(world: World) -> None:
    officer = Caller(world, "safety_officer")
    body = {"unit": str(world.school.pk), "title": "门锁损坏", "domain": "security", "place_text": "东门"}
    refused = officer.post("/hazards", body, **{"Idempotency-Key": "k2"})
    assert refused.status_code in {409, 422}
    assert Hazard.everything.count() == 0
    mended = officer.post("/hazards", body | {"evidence_reason": "无"}, **{"Idempotency-Key": "k2"})
    assert mended.status_code == 201


@pytest.mark.parametrize(
    ("path", "status"), [("/hazards", 401), ("/units", 401), ("/nothing-here", 404), ("/hazards/x/y/z", 404)]
)
def test_a_visitor_gets_problems_never_pages(db: None, path: str, status: int) -> None:
    answer = Client().get(f"/api/v1{path}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_body_names_its_fields(world: World) -> None:
    officer = Caller(world, "safety_officer")
    answer = officer.post("/hazards", {"unit": str(world.school.pk), "domain": "fire"})
    assert answer.status_code == 422
    assert "title" in " ".join(answer.json()["fields"])
    answer = register(officer, world, domain="火灾")
    assert answer.json()["fields"]["domain"]
    assert Hazard.everything.count() == 0


def test_pages_follow_the_cursor_without_gap_or_repeat(world: World) -> None:
    officer = Caller(world, "safety_officer")
    made = {register(officer, world, title=f"隐患{n}").json()["id"] for n in range(7)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = officer.get("/hazards", size=3, order="new", cursor=cursor).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert len(seen) == 7
    assert set(seen) == made
    assert officer.get("/hazards", cursor="broken").status_code == 422


def test_a_list_costs_the_same_for_one_and_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    officer = Caller(world, "safety_officer")
    for n in range(5):
        register(officer, world, title=f"隐患{n}")
    with django_assert_max_num_queries(6):
        assert len(officer.get("/hazards").json()["items"]) == 5


def test_the_description_is_open_and_complete(db: None) -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    moves = {p.rsplit("/", 1)[1] for p in schema["paths"] if p.startswith("/api/v1/hazards/{key}/")}
    assert {"assess", "judge", "rectify", "submit", "accept", "return", "extend", "close", "dismiss"} <= moves
    assert "hand-over" in moves
