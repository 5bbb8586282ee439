"""Who must act when a person leaves a unit, or when a part of the tree moves.

Rooms that own tasks register here at start-up; ``org`` knows none of them. A handler runs inside the
transaction of the move, so either the person has gone and his open tasks are in other hands, or nothing
happened.
"""

from __future__ import annotations

from collections.abc import Callable

from anyuan.foundation.kernel.public import Actor

from .models import Person, Unit

LeaveHandler = Callable[[Actor, Person, Unit, "Person | None"], int]
"""Hands over the open tasks ``person`` has at ``unit`` and gives how many. With no successor the tasks go
back to whoever gave them; a task is never dropped. May raise a Problem, which stops the whole move."""

MoveHandler = Callable[[Actor, str, str], None]
"""Told (actor, old path, new path) after a subtree moved, for rooms that keep copies of paths."""

_leave: list[LeaveHandler] = []
_move: list[MoveHandler] = []


def on_leave(handler: LeaveHandler) -> LeaveHandler:
    """Register ``handler`` (in ``AppConfig.ready``); registering twice counts once."""
    if handler not in _leave:
        _leave.append(handler)
    return handler


def on_move(handler: MoveHandler) -> MoveHandler:
    """Register ``handler`` (in ``AppConfig.ready``); registering twice counts once."""
    if handler not in _move:
        _move.append(handler)
    return handler


def hand_over(actor: Actor, person: Person, unit: Unit, successor: Person | None) -> int:
    """Run every leave handler; give how many open tasks changed hands."""
    return sum(handler(actor, person, unit, successor) for handler in _leave)


def tell_moved(actor: Actor, old: str, new: str) -> None:
    """Run every move handler."""
    for handler in _move:
        handler(actor, old, new)
