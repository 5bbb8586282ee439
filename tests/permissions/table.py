"""The permission table: who may open every address, who may not, and that a refusal changes nothing.

A room writes its lines into ``tests/permissions/routes_<room>.py``::

    ROUTES = [
        Route("hazard:page", args=lambda w: {"pk": w.hazard.pk}, right="safety_officer", wrong="teacher"),
        Route("hazard:accept", "POST", args=..., data=lambda w: {"note": "ok"}, right="principal",
              wrong="logistics"),
    ]
    OPERATIONS = [Operation("get_hazard", args=..., right="safety_officer", wrong="teacher")]
    SCENES = {"hazard": lambda w: register(w.actor("safety_officer"), ...)}

``w`` is a :class:`Scene`: the cast's world, plus the things of ``SCENES``, each made when it is first
asked for. ``right`` and ``wrong`` are people of the cast; "" as ``wrong`` says that everybody who is
logged in may. The stranger is the officer of the next county: what he asks for does not exist for him
(404). A line that needs no thing has no stranger, because a list shows him his own.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tests.permissions
from tests.cast import World

Args = Callable[["Scene"], Mapping[str, Any]]


def _nothing(_scene: Scene) -> Mapping[str, Any]:
    return {}


class Scene:
    """The world with the things the table speaks of; ``w.hazard`` is made by ``SCENES["hazard"]``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._made: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name in SCENES:
            if name not in self._made:
                self._made[name] = SCENES[name](self)
            return self._made[name]
        return getattr(self.world, name)


@dataclass(frozen=True)
class Line:
    """What routes and operations have in common."""

    name: str
    method: str = "GET"
    right: str = ""
    wrong: str = ""
    args: Args = _nothing
    data: Args = _nothing
    query: Args = _nothing
    stranger: str = "stranger_officer"
    """Who stands outside; only asked when ``args`` names a thing."""
    outside: frozenset[int] = frozenset({404})
    ok: frozenset[int] = frozenset({200, 201, 204, 302, 303})
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route(Line):
    """A page. ``public`` ones open for everybody, logged in or not."""

    public: bool = False


@dataclass(frozen=True)
class Operation(Line):
    """An API operation, by its operation id; called with a bearer key of each person.

    ``form``: sent as a form with files, not as JSON.
    """

    form: bool = False


ROUTES: list[Route] = []
OPERATIONS: list[Operation] = []
SCENES: dict[str, Callable[[Any], Any]] = {}

for _module in sorted(pkgutil.iter_modules(tests.permissions.__path__), key=lambda m: m.name):
    if _module.name.startswith("routes_"):
        _lines = importlib.import_module(f"tests.permissions.{_module.name}")
        ROUTES += getattr(_lines, "ROUTES", [])
        OPERATIONS += getattr(_lines, "OPERATIONS", [])
        SCENES |= getattr(_lines, "SCENES", {})
