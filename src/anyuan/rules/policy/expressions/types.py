"""What an expression may speak about: names with a type and a range, values, limits, and the one error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_CHARACTERS = 2000
MOST_DEPTH = 30
BOUND = 1e12
"""No number is farther from zero than this; one that would be is unknown, for the reason ``overflow``."""
FINEST = 1e-6
"""Numbers with a declared range are zero or at least this far from zero."""
MOST_DAYS = 50_000
"""Days that may be added to a date (136 years); more is unknown, for the reason ``overflow``."""

Value = bool | int | float | str | date | None
"""What a fact, a parameter or a result is; None is unknown."""


class Type(StrEnum):
    """The four types; a number is a double."""

    NUMBER = "number"
    BOOL = "boolean"
    TEXT = "text"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, a field of a register or a parameter.

    ``least`` and ``most`` are a promise of whoever writes the values: what is outside, or nearer to zero than
    ``finest`` without being zero, is never stored. A side that is not declared is guarded where it is read.
    """

    key: str
    type: Type
    least: float | None = None
    most: float | None = None
    finest: float = FINEST
    choices: tuple[str, ...] = ()
    """Every text it can be; empty: any text."""


@dataclass(frozen=True, slots=True)
class Env:
    """The names an expression may use; ``today`` says whether it may ask for the day (a date)."""

    facts: Mapping[str, Name]
    params: Mapping[str, Name]
    today: bool = False


class ExpressionError(ValueError):
    """The text is no expression we run: where (offset into the text, from 0) and what was expected there."""

    def __init__(self, message: str, text: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = max(0, min(position, len(text) - 1))

    @property
    def line(self) -> int:
        """Line of the position, from 1."""
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """Column of the position in its line, from 1."""
        return self.position - self.text.rfind("\n", 0, self.position)
