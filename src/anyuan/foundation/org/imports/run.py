"""Running an import: a dry run that counts, and the same again that writes – all rows or none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import IO

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, ActorKind, Invalid
from anyuan.foundation.sheets.public import RowProblem, Table, annotate, read_sheet, template_book

from ..actions.common import hold_tree, lock_to_manage, missing, require_open
from ..catalogue import UnitKind
from ..models import Unit
from .base import Change, Importer, Verdict
from .days import DayImport, TermImport
from .people import PeopleImport
from .places import PlaceImport
from .units import UnitImport

KINDS: Mapping[str, type[Importer]] = {
    kind.code: kind for kind in (UnitImport, PeopleImport, PlaceImport, DayImport, TermImport)
}
"""Every kind of import by its code."""

_KEPT_CHANGES = 2000
"""So many changed rows are written out in the entry; digest and counts speak for the whole file."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a file would do, or did."""

    kind: str
    new: int
    changed: int
    unchanged: int
    problems: list[RowProblem]
    changes: list[Change]
    digest: str
    table: Table

    @property
    def rows(self) -> int:
        return len(self.table.rows)

    @property
    def wrong(self) -> int:
        """Rows with at least one fault."""
        return len({p.number for p in self.problems})


def kinds_for(root: Unit) -> list[type[Importer]]:
    """The imports that make sense at ``root``."""
    return [kind for kind in KINDS.values() if kind.for_schools or root.kind != UnitKind.SCHOOL]


def template(kind: str) -> IO[bytes]:
    """The workbook to fill in; an open temporary file."""
    importer = _kind(kind)
    return template_book(str(importer.title), importer.columns(), importer.notes())


def dry_run(actor: Actor, root: Unit, kind: str, file: bytes, *, full: bool = False) -> Report:
    """What ``file`` would do; nothing is written. Raises as :func:`run_import` for an unreadable file."""
    if not Unit.objects.visible_to(actor).filter(pk=root.pk).exists():
        raise missing()
    actor.require(_kind(kind).verb, root.path)
    return _judge(actor, root, kind, file, full=full)[1]


def run_import(actor: Actor, root: Unit, kind: str, file: bytes, *, full: bool = False) -> Report:
    """Take ``file`` over for ``root`` and below: every row, or none when one is wrong.

    Raises :class:`Invalid` for a file that is no workbook of this kind or has wrong rows (ask
    :func:`dry_run` for them), ``NotFound`` or ``NotPermitted`` for a root out of bounds.
    """
    importing = replace(actor, kind=ActorKind.IMPORT)
    with action(importing, f"org.import-{kind}") as act:
        hold_tree()
        root = lock_to_manage(actor, root, _kind(kind).verb)
        require_open(root)
        importer, report = _judge(actor, root, kind, file, full=full)
        if report.problems:
            raise Invalid(
                _("%(wrong)d of %(rows)d rows are wrong. Nothing was taken over.")
                % {"wrong": report.wrong, "rows": report.rows}
            )
        importer.write()
        act.entry(
            _("imported %(kind)s for %(unit)s: %(new)d new, %(changed)d changed, %(unchanged)d unchanged")
            % {
                "kind": importer.title, "unit": root.name, "new": report.new, "changed": report.changed,
                "unchanged": report.unchanged,
            },
            on=root,
            path=root.path,
            after={
                "digest": report.digest, "new": report.new, "changed": report.changed,
                "unchanged": report.unchanged, "full": full,
                "rows": [
                    {"row": c.number, "verdict": c.verdict, "what": c.what, "fields": c.fields}
                    for c in report.changes[:_KEPT_CHANGES]
                ],
            },
        )  # fmt: skip
    return report


def given_back(report: Report) -> IO[bytes]:
    """The file as it came, with what is wrong beside each row; an open temporary file."""
    return annotate(report.table, report.problems)


def _judge(actor: Actor, root: Unit, kind: str, file: bytes, *, full: bool) -> tuple[Importer, Report]:
    importer = _kind(kind)(actor, root, full=full)
    if root.kind == UnitKind.SCHOOL and not importer.for_schools:
        raise missing()
    table = read_sheet(file, importer.columns())
    importer.judge(table)
    counts = importer.counts
    report = Report(
        kind, counts[Verdict.NEW], counts[Verdict.CHANGED], counts[Verdict.UNCHANGED], importer.problems,
        importer.changes, hashlib.sha256(file).hexdigest(), table,
    )  # fmt: skip
    return importer, report


def _kind(code: str) -> type[Importer]:
    kind = KINDS.get(code)
    if kind is None:
        raise missing()
    return kind
