"""Every address and operation × {visitor, wrong role, sibling county, right role}; see ``table.py``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.cast import World, as_action
from tests.permissions import walk
from tests.permissions.table import OPERATIONS, ROUTES, Line, Operation, Route, Scene

from anyuan.foundation.access.models import ApiKey
from anyuan.foundation.access.public import VERBS
from anyuan.foundation.kernel.public import clock

PAGES = walk.pages()


def test_no_address_is_forgotten() -> None:
    """A new page needs a line in ``tests/permissions/routes_<room>.py`` for each method it takes."""
    there = {(name, method) for name, pattern in PAGES.items() for method in walk.methods_of(pattern)}
    listed = {(route.name, route.method) for route in ROUTES}
    assert sorted(there - listed) == [], "not in the table"
    assert sorted(listed - there) == [], "in the table, but no such address"


def test_no_operation_is_forgotten() -> None:
    """A new API operation needs an ``Operation`` line."""
    there = {(name, method) for name, (method, _path) in walk.operations().items()}
    listed = {(line.name, line.method) for line in OPERATIONS}
    assert sorted(there - listed) == [], "not in the table"
    assert sorted(listed - there) == [], "in the table, but no such operation"


def test_every_address_has_a_name() -> None:
    assert [p.pattern for p in PAGES.values() if not p.name] == []


def test_every_verb_a_page_asks_for_is_carried_by_some_role() -> None:
    asked = {getattr(pattern.callback, "verb", "") for pattern in PAGES.values()} - {""}
    assert sorted(asked - VERBS) == []


def _label(line: Line) -> str:
    return f"{line.method} {line.name}"


Ask = Callable[[str], HttpResponse]


def _check(line: Line, ask: Ask, refused: Callable[[HttpResponse], bool]) -> None:
    """The four askers, the refused ones first; after each refusal the tables are what they were."""
    before = walk.fingerprint()

    def unchanged(who: str) -> None:
        after = walk.fingerprint()
        touched = {t for t in before if before[t] != after.get(t)}
        assert not touched, f"{_label(line)}: refused {who}, yet changed {touched}"

    response = ask("")
    assert refused(response), f"{_label(line)}: a visitor got {response.status_code}"
    unchanged("a visitor")
    if line.wrong:
        response = ask(line.wrong)
        assert response.status_code in {403, 404}, f"{_label(line)}: {line.wrong} got {response.status_code}"
        unchanged(line.wrong)
    if line.args(_NO_SCENE):
        response = ask(line.stranger)
        assert response.status_code in line.outside, (
            f"{_label(line)}: {line.stranger} got {response.status_code}"
        )
        unchanged(line.stranger)
    response = ask(line.right)
    assert response.status_code in line.ok, f"{_label(line)}: {line.right} got {response.status_code}"


class _Anything:
    """Stands for any thing: asks a line whether it names one, without making it."""

    def __getattr__(self, name: str) -> _Anything:
        return self

    def __getitem__(self, name: str) -> _Anything:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> _Anything:
        return self


_NO_SCENE: Any = _Anything()


@pytest.mark.parametrize("route", ROUTES, ids=_label)
def test_page(world: World, route: Route, settings: Any) -> None:
    for name, value in route.settings.items():
        setattr(settings, name, value)
    scene = Scene(world)
    url = reverse(route.name, kwargs=dict(route.args(scene)))
    route.data(scene)  # makes the things it names before anything is compared
    clients = {name: world.client(name) for name in {"", route.right, route.wrong, route.stranger}}

    def ask(who: str) -> HttpResponse:
        sent = {"once": str(uuid4()), **route.data(scene)} if route.method == "POST" else route.query(scene)
        return _send(clients[who], route.method, url, dict(sent))

    if route.public:
        assert ask("").status_code in route.ok, f"{_label(route)}: a visitor got {ask('').status_code}"
        return
    assert route.right, f"{_label(route)} names nobody who may"
    _check(route, ask, _sent_to_login)
    assert not _sent_to_login(ask(route.right)) or route.method != "GET"


def _send(client: Client, method: str, url: str, data: dict[str, Any]) -> HttpResponse:
    response: Any = client.generic(method, url) if method not in {"GET", "POST"} else None
    if response is None:
        response = client.get(url, data) if method == "GET" else client.post(url, data)
    if response.streaming:
        b"".join(response.streaming_content)
    return response  # type: ignore[no-any-return]


def _sent_to_login(response: HttpResponse) -> bool:
    if response.status_code in {302, 303}:
        return response["Location"].startswith("/login/")
    return response.status_code in {401, 403, 404}


@pytest.mark.parametrize("line", OPERATIONS, ids=_label)
def test_operation(world: World, line: Operation) -> None:
    scene = Scene(world)
    method, path = walk.operations()[line.name]
    url = "/api/v1" + path.format(**line.args(scene))
    data = dict(line.data(scene))
    tokens = {name: _key_of(world, name) for name in {line.right, line.wrong, line.stranger} - {""}}

    def ask(who: str) -> HttpResponse:
        headers = {"Authorization": f"Bearer {tokens[who]}"} if who else {}
        if line.form:
            return _send(Client(headers=headers), method, url, dict(line.data(scene)))
        body = json.dumps(data, default=str) if method != "GET" else ""
        query = {} if method != "GET" else {"query_params": dict(line.query(scene))}
        return Client(headers=headers).generic(  # type: ignore[no-any-return]
            method, url, body, content_type="application/json", **query
        )

    _check(line, ask, lambda response: response.status_code == 401)


def _key_of(world: World, name: str) -> str:
    """A bearer key with the role of this person, on the person's own unit."""
    import hashlib

    person = world.people[name]
    token = f"any_{person.pk.hex[-12:]}_secret"
    roles = [grant.role for grant in world.actor(name).grants]
    with as_action():
        ApiKey.everything.create(
            unit=person.unit,
            name=name,
            prefix=person.pk.hex[-12:],
            hash=hashlib.sha256(token.encode()).hexdigest(),
            role=roles[0],
            creator=person,
            made_by=person.name,
            ends_at=clock.end_of(clock.today()),
        )
    return token
