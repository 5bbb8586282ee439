"""What every workbook does: read rows, judge each, and write all of them or none."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import IO

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, ActorKind, Invalid
from anyuan.foundation.org.public import Unit, schools_below
from anyuan.foundation.sheets.public import (
    Column,
    RowProblem,
    SheetRow,
    Table,
    annotate,
    read_sheet,
    template_book,
)

SCHOOL, NAME = "school", "school_name"


@dataclass(frozen=True, slots=True)
class Report:
    """What a file would do, or did. ``lines`` say it in words for the first rows."""

    rows: int
    wrong: int
    new: int
    problems: list[RowProblem]
    lines: list[tuple[int, str]]
    table: Table
    digest: str


class Loader(ABC):
    """One kind of workbook for ``root`` and below. :meth:`take` each row, then :meth:`write`."""

    verb: str
    code: str
    title: str

    def __init__(self, actor: Actor, root: Unit) -> None:
        self.actor = actor
        self.root = root
        self.problems: list[RowProblem] = []
        self.lines: list[tuple[int, str]] = []
        self.new = 0
        self._schools: dict[str, Unit] | None = None

    @abstractmethod
    def columns(self) -> list[Column]:
        """The columns of the sheet, in the reader's language."""

    def notes(self) -> list[str]:
        return []

    @abstractmethod
    def take(self, row: SheetRow) -> None:
        """Judge one row. Raises :class:`Invalid` whose fields are column keys."""

    def prepare(self, table: Table) -> None:  # noqa: B027 - may stay empty
        """Load in a few queries what the rows are compared with."""

    @abstractmethod
    def write(self) -> None:
        """Write what was taken; every row is right."""

    def school_columns(self) -> list[Column]:
        """Which school a row is about; a file for one school needs none."""
        if self.root.kind == "school":
            return []
        code = Column(
            SCHOOL, _("School code"), required=True, note=_("As in the list of schools"),
            example="2135270001", aliases=("学校代码", "学校标识码"),
        )  # fmt: skip
        return [code, Column(NAME, _("School"), note=_("For you to read; the code decides"), width=28)]

    def school_of(self, row: SheetRow) -> Unit:
        """Raises :class:`Invalid` when no school of the actor's bears the code."""
        if self.root.kind == "school":
            return self.root
        if self._schools is None:
            self._schools = {u.code: u for u in schools_below(self.actor, self.root) if u.code}
        found = self._schools.get(row[SCHOOL].strip())
        if found is None:
            message = _("No open school here has the code “%(code)s”.") % {"code": row[SCHOOL]}
            raise Invalid(message, {SCHOOL: [message]})
        return found


def template(loader: Loader) -> IO[bytes]:
    """The workbook to fill in; an open temporary file."""
    return template_book(loader.title, loader.columns(), loader.notes())


def dry_run(loader: Loader, file: bytes) -> Report:
    """What ``file`` would do; nothing is written. Raises :class:`Invalid` for what is no such workbook."""
    loader.actor.require(loader.verb, loader.root.path)
    table = read_sheet(file, loader.columns())
    loader.prepare(table)
    for row in table.rows:
        try:
            loader.take(row)
        except Invalid as error:
            loader.problems += _said(row.number, error)
    wrong = len({p.number for p in loader.problems})
    digest = hashlib.sha256(file).hexdigest()
    return Report(len(table.rows), wrong, loader.new, loader.problems, loader.lines, table, digest)


def load(loader: Loader, file: bytes) -> Report:
    """Take ``file`` over: every row, or none when one is wrong. Raises :class:`Invalid`."""
    loader.actor = replace(loader.actor, kind=ActorKind.IMPORT)
    with action(loader.actor, f"ledger.import-{loader.code}") as act:
        report = dry_run(loader, file)
        if report.problems:
            raise Invalid(
                _("%(wrong)d of %(rows)d rows are wrong. Nothing was taken over.")
                % {"wrong": report.wrong, "rows": report.rows}
            )
        loader.write()
        act.entry(
            _("imported %(kind)s for %(unit)s: %(rows)d rows")
            % {"kind": loader.title, "unit": loader.root.name, "rows": report.rows},
            on=loader.root,
            path=loader.root.path,
            after={"digest": report.digest, "rows": report.rows, "new": report.new},
        )
    return report


def given_back(report: Report) -> IO[bytes]:
    """The file as it came, with what is wrong beside each row; an open temporary file."""
    return annotate(report.table, report.problems)


def _said(number: int, error: Invalid) -> Sequence[RowProblem]:
    if not error.fields:
        return [RowProblem(number, error.message)]
    return [RowProblem(number, text, key) for key, texts in error.fields.items() for text in texts]
