"""What a sheet is made of: columns people recognise by their heading, rows, and what is wrong with a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a cell holds when read; an empty one is ""."""

_DECORATION = re.compile(r"[\s*]+|\((?:必填|选填|required|optional)\)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its ``key`` in code and its ``title`` on the sheet (translated by the caller).

    ``aliases`` are other headings people use; ``choices`` become a drop-down list in the template,
    ``note`` the help shown at the cell, ``example`` the cell of the example sheet; ``width`` is in
    characters.
    """

    key: str
    title: str
    required: bool = False
    note: str = ""
    choices: Sequence[str] = ()
    example: str = ""
    aliases: Sequence[str] = ()
    width: int = 16

    def matches(self, heading: str) -> bool:
        return plain(heading) in {plain(t) for t in (self.title, *self.aliases)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write. ``rows`` may be a generator; each row has one value per column."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    title: str = ""
    """Stands in the first line, before the number of rows; default: the name."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row read: its ``number`` as Excel shows it, and the text of each asked column ("" when empty)."""

    number: int
    values: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.values[key]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with row ``number``; ``key`` names the column, "" when it is the whole row."""

    number: int
    message: str
    key: str = ""


@dataclass(slots=True)
class Table:
    """A sheet as read, with all the user's own cells, so that it can be given back with remarks."""

    name: str
    grid: list[list[Cell]]
    header_at: int
    """Index of the header line in ``grid``."""
    places: dict[str, int]
    """Column key to its index in a line; a column that is not on the sheet is absent."""
    rows: list[SheetRow] = field(default_factory=list)


def plain(heading: str) -> str:
    """A heading without marks people add: stars, spaces, "(必填)", full-width forms, capitals."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", heading).casefold())
