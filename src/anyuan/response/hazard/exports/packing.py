"""Filters as JSON, so that a job can ask again what a page asked."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import unit as unit_of

from ..queries.lists import Filters

_DAYS = ("found_from", "found_to", "closed_from", "closed_to")


def pack(filters: Filters) -> dict[str, Any]:
    """What differs from "everything"."""
    packed: dict[str, Any] = {}
    blank = Filters(tab="all")
    for field in fields(Filters):
        value = getattr(filters, field.name)
        if value == getattr(blank, field.name):
            continue
        if field.name == "unit":
            value = str(value.pk)
        elif isinstance(value, UUID | date):
            value = str(value)
        packed[field.name] = value
    return packed


def unpack(actor: Actor, packed: dict[str, Any]) -> Filters:
    """The filters again. Raises ``NotFound`` when the unit has gone out of the actor's sight."""
    values = {"tab": "all", **packed}
    if "unit" in values:
        values["unit"] = unit_of(actor, values["unit"])
    if "place" in values:
        values["place"] = UUID(values["place"])
    for name in _DAYS:
        if name in values:
            values[name] = date.fromisoformat(values[name])
    return Filters(**values)
