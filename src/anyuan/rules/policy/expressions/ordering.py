"""The order in which derived facts are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from django.utils.translation import gettext as _

from .nodes import Expression


class CircularError(ValueError):
    """Derived facts that need each other; ``names`` in turn, the first again as the last."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(_("These facts need each other: %(names)s.") % {"names": " → ".join(names)})


def order(definitions: Mapping[str, Expression]) -> list[str]:
    """The keys, each after those its expression reads; otherwise in alphabetical order.

    Raises CircularError when there is no such order.
    """
    sorter: TopologicalSorter[str] = TopologicalSorter(
        {key: sorted(one.facts & definitions.keys()) for key, one in sorted(definitions.items())}
    )
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise CircularError(error.args[1][::-1]) from None
