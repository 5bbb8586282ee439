"""Names of units for the trail page. The organisation stands above this room and says them at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from anyuan.foundation.kernel.public import Actor

Names = Callable[[Actor, Iterable[str]], dict[str, str]]
Find = Callable[[Actor, str], list[tuple[str, str]]]


def _no_names(actor: Actor, paths: Iterable[str]) -> dict[str, str]:
    return {}


def _no_units(actor: Actor, text: str) -> list[tuple[str, str]]:
    return []


@dataclass(slots=True)
class _Known:
    names: Names = _no_names
    find: Find = _no_units


_known = _Known()


def know_units(names: Names, find: Find) -> None:
    """``names`` gives the names of units by tree path, ``find`` (path, name) pairs of a text searched.

    Both only of units the actor may see.
    """
    _known.names, _known.find = names, find


def names_of(actor: Actor, paths: Iterable[str]) -> dict[str, str]:
    return _known.names(actor, paths)


def find_units(actor: Actor, text: str) -> list[tuple[str, str]]:
    return _known.find(actor, text)
