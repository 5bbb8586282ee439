"""Tells the trail the names of units; the journal stands below this room and cannot ask."""

from __future__ import annotations

from collections.abc import Iterable

from anyuan.foundation.journal.public import JOURNAL_VIEW
from anyuan.foundation.kernel.public import Actor

from .models import Unit
from .queries import search_units


def names_by_path(actor: Actor, paths: Iterable[str]) -> dict[str, str]:
    """The names of the units at ``paths`` whose trail ``actor`` may read."""
    found = Unit.objects.visible_to(actor, JOURNAL_VIEW).filter(path__in=set(paths))
    return dict(found.values_list("path", "name"))


def units_named(actor: Actor, text: str) -> list[tuple[str, str]]:
    """(path, name) of up to 30 units that ``text`` finds, closed ones too: their trail stays."""
    return [(unit.path, unit.name) for unit in search_units(actor, text, closed=True)]
