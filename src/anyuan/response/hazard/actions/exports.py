"""Exports: small ones at once, long ones as background work that can be left and come back to."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from anyuan.foundation.access.public import actor_of
from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Problem, Refused, clock
from anyuan.foundation.org.public import Person

from ..exports.books import Tick, book
from ..exports.packing import pack, unpack
from ..exports.paper import paper
from ..models import Export, ExportKind, ExportState
from ..permits import EXPORT
from ..queries.lists import Filters, tab_counts

AT_ONCE = 2_000
"""Rows of a workbook up to which it is written while the person waits."""
AT_ONCE_WORD = 60
MOST_WORD = 2_000
"""A Word file is put together in memory; more hazards than this nobody prints."""
KEPT_FOR = timedelta(days=7)
TASK = "hazard.write-export"
_TICK = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: the rows of ``filters`` as ``kind``; ``title`` says the filters in words."""

    kind: str
    filters: Filters
    title: str
    order: str = "due"


def count_of(actor: Actor, filters: Filters) -> int:
    """How many rows an export would have, counted up to ``COUNT_CAP``."""
    return tab_counts(actor, filters, [filters.tab])[filters.tab]


def at_once(wanted: Wanted, count: int) -> bool:
    """Whether the person can wait for it. Raises ``Refused`` for a Word file nobody could print."""
    if wanted.kind != ExportKind.WORD:
        return count <= AT_ONCE
    if count > MOST_WORD:
        raise Refused(
            _("A Word file holds at most %(most)d hazards. Narrow the list, or take the workbook.")
            % {"most": MOST_WORD}
        )
    return count <= AT_ONCE_WORD


def export_now(actor: Actor, wanted: Wanted, count: int) -> IO[bytes]:
    """The file, open at its start. The journal keeps who took what."""
    _note(actor, wanted, count)
    return _write(actor, wanted, count, None)


def ask_export(actor: Actor, wanted: Wanted, count: int) -> Export:
    """Have it written in the background."""
    assert actor.person_id is not None
    export = Export(
        maker=Person.everything.get(pk=actor.person_id),
        kind=wanted.kind,
        wanted=pack(wanted.filters),
        title=wanted.title,
        order=wanted.order,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        rows=count,
        made_at=clock.now(),
    )
    _note(actor, wanted, count, export)
    app.configure_task(TASK).defer(export_id=str(export.pk))
    return export


def _note(actor: Actor, wanted: Wanted, count: int, export: Export | None = None) -> None:
    """The journal entry of an export. Raises ``NotPermitted``."""
    held = actor.grants_for(EXPORT)
    path = wanted.filters.unit.path if wanted.filters.unit else min((g.path for g in held), default="/")
    with action(actor, "hazard.export") as act:
        if not held:
            actor.require(EXPORT, path)
        if export is not None:
            export.save(force_insert=True)
        words = {"kind": ExportKind(wanted.kind).label, "filter": wanted.title, "count": count}
        act.entry(_("exported %(kind)s: %(filter)s, %(count)s rows") % words, path=path, on=export)


def _write(actor: Actor, wanted: Wanted, count: int, tick: Tick | None) -> IO[bytes]:
    if wanted.kind == ExportKind.WORD:
        return paper(actor, wanted.filters, wanted.title, count, wanted.order, tick)
    return book(actor, wanted.filters, wanted.kind, wanted.title, wanted.order, tick)


def file_of(export: Export) -> Path:
    """Where its bytes lie once it is ready."""
    return Path(settings.HOME) / "exports" / f"{export.pk}.{export.ending}"


def write_export(key: UUID) -> None:
    """The background work. Run again after a crash, it starts anew and ends the same."""
    export = Export.everything.select_related("maker__unit").filter(pk=key).first()
    if export is None or export.is_over:
        return
    with translation.override(export.language):
        actor = actor_of(export.maker)
        try:
            wanted = Wanted(export.kind, unpack(actor, export.wanted), export.title, export.order)
            count = count_of(actor, wanted.filters)
            _change(export, state=ExportState.RUNNING, rows=count, done=0)
            with _write(actor, wanted, count, _ticker(export)) as written:
                size = _keep(written, file_of(export))
        except Problem as problem:
            _change(export, state=ExportState.FAILED, problem=problem.message, finished_at=clock.now())
            return
    _change(export, state=ExportState.READY, size=size, done=export.rows, finished_at=clock.now())


def _ticker(export: Export) -> Tick:
    def tick(rows: int) -> None:
        if rows % _TICK == 0:
            _change(export, done=rows, rows=max(export.rows, rows))

    return tick


def _change(export: Export, **values: object) -> None:
    for name, value in values.items():
        setattr(export, name, value)
    export.save(update_fields=list(values))


def _keep(written: IO[bytes], target: Path) -> int:
    """Copy to ``target``, whole or not at all; gives its bytes."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _beside(target) as out:
        shutil.copyfileobj(written, out)
    return target.stat().st_size


@contextmanager
def _beside(target: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def expire_exports() -> int:
    """Remove the files of exports that are a week old; gives how many."""
    old = Export.everything.filter(state=ExportState.READY, finished_at__lt=clock.now() - KEPT_FOR)
    count = 0
    for export in old.select_related("maker"):
        file_of(export).unlink(missing_ok=True)
        _change(export, state=ExportState.EXPIRED)
        count += 1
    return count
