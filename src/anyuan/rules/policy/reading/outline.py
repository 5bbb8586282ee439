"""Checks of a document's outline and checklists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from ..schema import ChecklistPart, PackFile
from .marks import Marks, PackProblem, Path_
from .rows import RowEntry


def outline_problems(
    parts: PackFile, folder: Path, marks: Marks, rows: dict[str, RowEntry]
) -> Iterator[PackProblem]:
    if parts.pack.id != folder.name:
        yield marks.problem(
            ("pack", "id"), _("Expected the name of the folder, %(name)s.") % {"name": folder.name}
        )
    if parts.pack.effective and parts.pack.until and parts.pack.until <= parts.pack.effective:
        yield marks.problem(("pack", "until"), _("Expected a day after “effective”."))
    labels = [clause.label for clause in parts.clauses]
    yield from twice(labels, ("clauses",), "label", marks)
    yield from twice([c.id for c in parts.checklists], ("checklists",), "id", marks)
    for number, checklist in enumerate(parts.checklists):
        yield from _checklist_checks(parts, checklist, number, set(labels), marks, rows)
    items = [(n, i, item.id) for n, c in enumerate(parts.checklists) for i, item in enumerate(c.items)]
    seen: set[str] = set()
    for n, i, code in items:
        if code in seen:
            yield marks.problem(
                ("checklists", n, "items", i, "id"), _("Another item of the pack has this id.")
            )
        seen.add(code)


def twice(values: Iterable[str], where: Path_, key: str, marks: Marks) -> Iterator[PackProblem]:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield marks.problem((*where, number, key), _("Another entry already has this value."))
        seen.add(value)


def _checklist_checks(
    parts: PackFile,
    checklist: ChecklistPart,
    number: int,
    labels: set[str],
    marks: Marks,
    rows: dict[str, RowEntry],
) -> Iterator[PackProblem]:
    here: Path_ = ("checklists", number)
    unknown = _("Expected the label of a clause of this pack.")
    if checklist.clause not in labels:
        yield marks.problem((*here, "clause"), unknown)
    for i, item in enumerate(checklist.items):
        if item.clause is not None and item.clause not in labels:
            yield marks.problem((*here, "items", i, "clause"), unknown)
        for j, row in enumerate(item.rows):
            if row not in rows or not row.startswith(parts.pack.document + "-"):
                yield marks.problem(
                    (*here, "items", i, "rows", j),
                    _("Expected a row of document %(document)s in rows.tsv.")
                    % {"document": parts.pack.document},
                )
