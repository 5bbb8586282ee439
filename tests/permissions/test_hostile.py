"""Query strings nobody would type: a page answers in words and shows nothing foreign."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import World
from tests.permissions import walk
from tests.permissions.table import OPERATIONS, ROUTES, Line, Scene
from tests.permissions.test_routes import _key_of, _label

_NAMES = (
    "q text unit unit_id below place person state grade domain source tab order cursor after size page"
    " found_from found_to closed_from closed_to since until from to first last day year month verb kind"
    " mine late listed newest full move next in_time period what way type lead record hazard at ids token"
    " register_code seen schools county metric card by item code route series days n subject stands_for"
)
"""Every name a page or operation reads from the query string, and some more."""

PAGES = [route for route in ROUTES if route.method == "GET"]
READS = [line for line in OPERATIONS if line.method == "GET"]


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _values(world: World) -> list[str]:
    return [
        "\0",
        "9999-12-31",
        "0001-01-01",
        "99999999999999999999",
        "-1",
        "' or 1=1 --<script>alert(1)</script>",
        _cursor("x", "y"),
        _cursor("9999-12-31T23:59:59+00:00", "0" * 32),
        str(world.units["stranger_school"].pk),
        str(world.people["stranger_principal"].pk),
        str(world.places["stranger_gate"].pk),
    ]


def _foreign(world: World) -> list[bytes]:
    names = [world.units["stranger_school"].name, world.people["stranger_principal"].name]
    return [name.encode() for name in names]


def _broken(world: World, ask: Any) -> list[str]:
    found = []
    for value in _values(world):
        response = ask(dict.fromkeys(_NAMES.split(), value))
        body = b"".join(response.streaming_content) if response.streaming else response.content
        if response.status_code >= 500:
            found.append(f"{value!r}: {response.status_code}")
        if any(name in body for name in _foreign(world)):
            found.append(f"{value!r}: shows something foreign")
        if b"<script>alert(1)" in body:
            found.append(f"{value!r}: shows a script")
    return found


@pytest.mark.parametrize("route", PAGES, ids=_label)
def test_a_page_bears_any_query(world: World, route: Line, settings: Any) -> None:
    for name, value in route.settings.items():
        setattr(settings, name, value)
    scene = Scene(world)
    url = reverse(route.name, kwargs=dict(route.args(scene)))
    inside = route.right and world.actor(route.right).grants and route.right not in _ABOVE
    client = world.client(route.right if inside or not route.right else "county_officer")
    client.raise_request_exception = False
    assert _broken(world, lambda query: client.get(url, query)) == []


_ABOVE = {"city_officer", "city_leader", "province_officer", "admin", "auditor", "fire_officer"}
"""They see the next county, too."""


@pytest.mark.parametrize("line", READS, ids=_label)
def test_an_operation_bears_any_query(world: World, line: Line) -> None:
    scene = Scene(world)
    _method, path = walk.operations()[line.name]
    url = "/api/v1" + path.format(**line.args(scene))
    client = Client(headers={"Authorization": f"Bearer {_key_of(world, line.right)}"})
    client.raise_request_exception = False
    assert _broken(world, lambda query: client.get(url, query)) == []
