"""The room's verbs, and who may change the shape of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from anyuan.foundation.kernel.public import Actor

    from .models import Unit

VIEW: Final = "org.view"
MANAGE: Final = "org.manage"
MANAGE_PLACES: Final = "org.manage-places"
"""Places and campuses only: for the safety officer of a school."""


def path_above(unit: Unit) -> str:
    """The path of the node that decides about ``unit``: the one over it; for a school the bureau's, not
    that of its managing school; a root decides for itself."""
    node = unit.parent
    while node is not None and unit.kind == node.kind == "school":
        node = node.parent
    return node.path if node is not None else unit.path


def may_reshape(actor: Actor, unit: Unit) -> bool:
    """Whether ``actor`` may rename, move, merge or close ``unit``."""
    return actor.may(MANAGE, path_above(unit))


def require_reshape(actor: Actor, unit: Unit) -> None:
    """Raise ``NotPermitted`` unless :func:`may_reshape`: nobody closes the school that employs him."""
    actor.require(MANAGE, path_above(unit))
