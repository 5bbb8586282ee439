"""What every import does: read rows, judge each, count, and write all of them or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, subtree
from anyuan.foundation.sheets.public import Column, RowProblem, SheetRow, Table

from ..actions.common import invalid
from ..models import Unit
from ..permits import MANAGE

T = TypeVar("T")


class Verdict(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """A row that changes something, in a few words for the trail."""

    number: int
    verdict: Verdict
    what: str
    fields: Mapping[str, tuple[object, object]]


class Importer(ABC):
    """One kind of import for ``root`` and everything below it. :meth:`judge`, then :meth:`write`."""

    code: ClassVar[str]
    title: ClassVar[str | Promise]
    do_not_call_in_templates: ClassVar[bool] = True
    """Templates show the class itself."""
    verb: ClassVar[str] = MANAGE
    for_schools: ClassVar[bool] = True
    """Whether a school may import this for itself."""

    def __init__(self, actor: Actor, root: Unit, *, full: bool = False) -> None:
        self.actor = actor
        self.root = root
        self.full = full
        self.units = Units(root)
        self.problems: list[RowProblem] = []
        self.changes: list[Change] = []
        self.counts: Counter[Verdict] = Counter()
        self._seen: dict[Hashable, int] = {}
        self._lists: dict[str, dict[str, str]] = {}

    @classmethod
    @abstractmethod
    def columns(cls) -> list[Column]:
        """The columns of the sheet, in the language of the reader."""

    @classmethod
    def notes(cls) -> list[str]:
        """Sentences on the template's sheet of explanations."""
        return []

    def prepare(self, table: Table) -> None:  # noqa: B027 - may stay empty
        """Load in a few queries what the rows will be compared with."""

    @abstractmethod
    def take(self, row: SheetRow) -> None:
        """Judge one row. Raises :class:`Invalid` whose fields are column keys."""

    @abstractmethod
    def write(self) -> None:
        """Write everything that was judged; inside an action, after :meth:`judge` found no problem."""

    def finish(self) -> None:  # noqa: B027 - may stay empty
        """Judge what only the whole file shows."""

    def judge(self, table: Table) -> None:
        """Judge every row of ``table``."""
        self.prepare(table)
        for row in table.rows:
            try:
                self.take(row)
            except Invalid as error:
                self.refuse(row.number, error)
        try:
            self.finish()
        except Invalid as error:
            self.refuse(table.rows[-1].number, error)

    def refuse(self, number: int, error: Invalid) -> None:
        """Keep what is wrong with a row; a fault of a column is said once, at its cell."""
        if not error.fields:
            self.problems.append(RowProblem(number, error.message))
        for key, messages in error.fields.items():
            self.problems += [RowProblem(number, message, key) for message in messages]

    def once(self, key: Hashable, number: int, column: str) -> None:
        """Raise :class:`Invalid` when an earlier row had the same key."""
        first = self._seen.setdefault(key, number)
        if first != number:
            raise invalid(column, _("The same as row %(number)d.") % {"number": first})

    def pick(self, row: SheetRow, key: str, choices: Sequence[tuple[str, str | Promise]]) -> str:
        """The code behind the label in a cell of a list column; labels are translated once a file."""
        if key not in self._lists:
            self._lists[key] = labels(choices)
        return choice(row, key, self._lists[key])

    def note(
        self,
        number: int,
        verdict: Verdict,
        what: str,
        fields: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        """Count a row; remember what it changes."""
        self.counts[verdict] += 1
        if verdict != Verdict.UNCHANGED:
            self.changes.append(Change(number, verdict, what, fields or {}))


class Units:
    """The open units at and below a root, found by code or by name."""

    def __init__(self, root: Unit) -> None:
        self.root = root
        self.by_code: dict[str, Unit] = {}
        self._by_name: dict[str, list[Unit]] = {}
        for unit in Unit.everything.filter(subtree(root.path, "path"), closed_on=None).order_by("path"):
            self.add(unit)

    def add(self, unit: Unit) -> None:
        """Make a unit known, also one that is not saved yet."""
        if unit.code:
            self.by_code[unit.code] = unit
        for name in {unit.name, unit.short_name} - {""}:
            self._by_name.setdefault(name, []).append(unit)

    def find(self, text: str, column: str, *, empty: Unit | None = None) -> Unit:
        """The unit with this code or name. Raises :class:`Invalid` for none or several."""
        if not text:
            if empty is None:
                raise invalid(column, _("Fill in this cell."))
            return empty
        known = self.by_code.get(text)
        found = [known] if known else self._by_name.get(text, [])
        if not found:
            raise invalid(
                column,
                _("There is no “%(name)s” in %(root)s. Write the full name or the code.")
                % {"name": text, "root": self.root.name},
            )
        if len(found) > 1:
            raise invalid(column, _("Several units are called %(name)s. Write the code.") % {"name": text})
        return found[0]

    def named(self, name: str, parent: Unit) -> Unit | None:
        """The unit of this full name directly below ``parent``."""
        return next((u for u in self._by_name.get(name, []) if u.name == name and u.parent == parent), None)


def required(row: SheetRow, key: str) -> str:
    """The cell of a required column. Raises :class:`Invalid` when empty."""
    if not row[key]:
        raise invalid(key, _("Fill in this cell."))
    return row[key]


def cell(row: SheetRow, key: str, read: Callable[[str], T]) -> T:
    """``read`` applied to a cell; its :class:`Invalid` becomes one of the column."""
    try:
        return read(row[key])
    except Invalid as error:
        raise Invalid(error.message, {key: [error.message]}) from error


def choice(row: SheetRow, key: str, known: Mapping[str, str]) -> str:
    """The code behind a label of a list ("" stays); codes themselves are taken too."""
    text = row[key]
    if not text or text in known.values():
        return text
    if text not in known:
        message = _("“%(text)s” is not in the list: %(known)s.")
        raise invalid(key, message % {"text": text, "known": "、".join(known)})
    return known[text]


def labels(choices: Sequence[tuple[str, str | Promise]]) -> dict[str, str]:
    """Label on screen → code."""
    return {str(label): code for code, label in choices}
