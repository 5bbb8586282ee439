"""What every action here does first: find the row in the actor's scope, lock it, check the right to act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, Refused, Scoped, clock

from ..models import Unit
from ..permits import MANAGE, require_reshape

S = TypeVar("S", bound=Scoped)

_TREE_LOCK = 0x6F7267  # "org": one number for everything that changes the shape of the tree


def hold_tree() -> None:
    """Let only one transaction at a time change the shape of the tree; two moves could make a ring."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def lock(actor: Actor, row: S) -> S:
    """``row`` read again and locked. Raises :class:`NotFound` when it lies outside the actor's scope."""
    model = type(row)
    if not model.objects.visible_to(actor).filter(pk=row.pk).exists():
        raise missing()
    found = model.everything.select_for_update(of=("self",)).get(pk=row.pk)
    assert isinstance(found, model)
    return found


def lock_to_manage(actor: Actor, unit: Unit, verb: str = MANAGE) -> Unit:
    """``unit`` locked, for one who may manage what belongs to it."""
    unit = lock(actor, unit)
    actor.require(verb, unit.path)
    return unit


def lock_to_reshape(actor: Actor, unit: Unit) -> Unit:
    """``unit`` locked, for one who may rename, move or close it."""
    hold_tree()
    unit = lock(actor, unit)
    require_reshape(actor, unit)
    return unit


def require_open(unit: Unit) -> None:
    """Raise :class:`Refused` when ``unit`` is closed."""
    if unit.closed_on is not None:
        raise Refused(
            _("%(unit)s was closed on %(day)s. Choose a unit that is open.")
            % {"unit": unit.name, "day": unit.closed_on}
        )


def clean_name(text: str, length: int, field: str = "name") -> str:
    """One line of text without control characters; raises :class:`Invalid` when empty or too long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not text:
        raise invalid(field, _("Fill in the name."))
    if len(text) > length:
        raise invalid(field, _("The name is too long: at most %(length)d characters.") % {"length": length})
    return text


def not_in_future(day: date, field: str = "day") -> date:
    """``day``; raises :class:`Invalid` when it has not come yet."""
    if day > clock.today():
        raise invalid(field, _("This day has not come yet. Enter the change on the day it takes effect."))
    return day


def invalid(field: str, message: str) -> Invalid:
    """An :class:`Invalid` about one field."""
    return Invalid(message, {field: [message]})


def missing() -> NotFound:
    """What a stranger gets."""
    return NotFound(_("There is nothing here, or it lies outside what you may see."))


def changes(row: Model, values: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Set ``values`` on ``row``; give what was before and what is now, only where it differs."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            before[name], after[name] = old, value
            setattr(row, name, value)
    return before, after


def ids_of(rows: list[UUID]) -> list[str]:
    """Ids as text, for the journal."""
    return [str(r) for r in rows]
