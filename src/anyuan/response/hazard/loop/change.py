"""What a move changes: columns of the hazard, rows beside it, words for people, who must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models

from anyuan.foundation.journal.public import Tell


@dataclass(slots=True)
class Change:
    """The answer of the core. ``fields`` are columns by attribute name; ``rows`` are saved as they are."""

    sentence: str
    fields: dict[str, object] = field(default_factory=dict)
    rows: list[models.Model] = field(default_factory=list)
    reason: str = ""
    tell: Sequence[Tell] = ()
    climbs: bool = False
    """Whether the ladder must be set anew (deadline, grade, owner or person changed)."""
