"""The ledger and the four lists (work, problems, responsibility, rectification) as workbooks.

Columns are those people know (000-310-6; the four lists 004-301-2). Rows are read from the server one
chunk at a time and written one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.sheets.public import Column, Sheet, write_book

from ..models import ExportKind, Hazard
from ..queries.lists import Filters, each_hazard
from ..states import State
from .remarks import remarks

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Tick = Callable[[int], None]
"""Told how many rows are written."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its heading, its width in characters and its value."""

    title: StrOrPromise
    value: Callable[[Hazard], object]
    width: int = 12


def _due(hazard: Hazard) -> date:
    return clock.day_of(hazard.due_at - timedelta(microseconds=1))


def _day(moment: datetime | None) -> date | None:
    return clock.day_of(moment) if moment else None


def _name(person: object) -> str:
    return str(getattr(person, "name", "") or "")


def _described(hazard: Hazard) -> str:
    same = not hazard.description or hazard.description == hazard.title
    return hazard.title if same else f"{hazard.title}\n{hazard.description}"


def _progress(hazard: Hazard) -> str:
    late = _("late") if hazard.is_late else ""
    return "，".join(x for x in (str(State(hazard.state).label), late) if x)


def _interim(hazard: Hazard) -> str:
    if not hazard.interim or hazard.interim_until is None:
        return hazard.interim
    day = clock.day_of(hazard.interim_until - timedelta(microseconds=1))
    return _("%(text)s (until %(day)s)") % {"text": hazard.interim, "day": day.isoformat()}


_NEXT: dict[str, StrOrPromise] = {
    State.REGISTERED: gettext_lazy("Assess the grade"),
    State.ASSESSED: gettext_lazy("Make the five commitments"),
    State.RECTIFYING: gettext_lazy("Rectify and hand in"),
    State.SUBMITTED: gettext_lazy("Accept or send back"),
    State.ACCEPTED: gettext_lazy("Close and de-list"),
    State.CLOSED: gettext_lazy("Nothing: closed"),
    State.DISMISSED: gettext_lazy("Nothing: dismissed"),
}


def _next(hazard: Hazard) -> str:
    if hazard.awaits_judgement:
        return _("Judge whether it is major")
    return str(_NEXT[hazard.state])


def _actor_of_next(hazard: Hazard) -> str:
    waiting = hazard.state in {State.SUBMITTED, State.ACCEPTED}
    return hazard.accept_unit.title if waiting else hazard.owner_unit.title


UNIT = Field(gettext_lazy("Unit"), lambda h: h.unit.title, 20)
PLACE = Field(pgettext_lazy("ledger column", "Place"), lambda h: h.where, 16)
TEXT = Field(gettext_lazy("Description"), _described, 36)
FOUND = Field(gettext_lazy("Found on"), lambda h: _day(h.found_at))
FINDER = Field(gettext_lazy("Found by"), lambda h: h.finder_name, 10)
DOMAIN = Field(pgettext_lazy("hazard", "Class"), lambda h: h.get_domain_display())
GRADE = Field(gettext_lazy("Grade"), lambda h: h.get_grade_display(), 8)
MEASURES = Field(gettext_lazy("Measures"), lambda h: h.measures, 30)
RESPONSIBLE = Field(pgettext_lazy("ledger column", "Responsible person"), lambda h: _name(h.responsible), 10)
FUNDS = Field(pgettext_lazy("ledger column", "Funds (10,000 yuan)"), lambda h: h.funds_wan, 10)
DUE = Field(pgettext_lazy("hazard", "Due"), _due)
PROGRESS = Field(gettext_lazy("Progress"), _progress, 14)
INTERIM = Field(gettext_lazy("Interim protection"), _interim, 24)
FINISHED = Field(gettext_lazy("Finished on"), lambda h: _day(h.submitted_at))
ACCEPTOR = Field(gettext_lazy("Accepted by"), lambda h: h.acceptor_name, 10)
CLOSED = Field(gettext_lazy("Closed on"), lambda h: _day(h.closed_at))
REMARKS = Field(gettext_lazy("Remarks"), lambda h: "；".join([*remarks(h), h.number]), 26)
NUMBER = Field(gettext_lazy("Number"), lambda h: h.number, 16)
OWNER = Field(gettext_lazy("Unit that must rectify"), lambda h: h.owner_unit.title, 20)

LISTS: dict[str, tuple[Field, ...]] = {
    ExportKind.LEDGER: (
        UNIT,
        FOUND,
        FINDER,
        PLACE,
        TEXT,
        DOMAIN,
        GRADE,
        MEASURES,
        RESPONSIBLE,
        FUNDS,
        DUE,
        PROGRESS,
        INTERIM,
        FINISHED,
        ACCEPTOR,
        CLOSED,
        REMARKS,
    ),
    ExportKind.WORK: (
        UNIT,
        TEXT,
        Field(gettext_lazy("What must be done"), _next, 18),
        Field(gettext_lazy("By whom"), _actor_of_next, 20),
        RESPONSIBLE,
        DUE,
        PROGRESS,
        NUMBER,
    ),
    ExportKind.PROBLEM: (
        UNIT,
        PLACE,
        TEXT,
        DOMAIN,
        GRADE,
        Field(gettext_lazy("Source"), lambda h: h.get_source_display(), 16),
        Field(gettext_lazy("Clause"), lambda h: h.clause_ref, 20),
        Field(gettext_lazy("Found by the body"), lambda h: h.finder_unit.title, 20),
        FOUND,
        FINDER,
        NUMBER,
    ),
    ExportKind.RESPONSIBILITY: (
        UNIT,
        TEXT,
        GRADE,
        OWNER,
        RESPONSIBLE,
        Field(gettext_lazy("Watcher"), lambda h: _name(h.watcher), 10),
        Field(gettext_lazy("Supervising person"), lambda h: _name(h.supervisor), 10),
        Field(gettext_lazy("Accepting body"), lambda h: h.accept_unit.title, 20),
        DUE,
        NUMBER,
    ),
    ExportKind.RECTIFICATION: (
        UNIT,
        TEXT,
        MEASURES,
        FUNDS,
        INTERIM,
        RESPONSIBLE,
        DUE,
        PROGRESS,
        Field(gettext_lazy("What was done"), lambda h: h.result, 30),
        FINISHED,
        ACCEPTOR,
        CLOSED,
        NUMBER,
    ),
}
_FOUR = (ExportKind.WORK, ExportKind.PROBLEM, ExportKind.RESPONSIBILITY, ExportKind.RECTIFICATION)
SHEET_NAMES: dict[str, StrOrPromise] = {
    ExportKind.LEDGER: pgettext_lazy("sheet", "Hazard ledger"),
    ExportKind.WORK: pgettext_lazy("sheet", "Work list"),
    ExportKind.PROBLEM: pgettext_lazy("sheet", "Problem list"),
    ExportKind.RESPONSIBILITY: pgettext_lazy("sheet", "Responsibility list"),
    ExportKind.RECTIFICATION: pgettext_lazy("sheet", "Rectification list"),
}


def book(
    actor: Actor, filters: Filters, kind: str, title: str, order: str = "due", tick: Tick | None = None
) -> IO[bytes]:
    """The workbook as an open temporary file. Each sheet says its filter and its number of rows."""
    kinds = _FOUR if kind == ExportKind.FOUR else (kind,)
    return write_book(_sheet(actor, filters, k, title, order, tick) for k in kinds)


def _sheet(actor: Actor, filters: Filters, kind: str, title: str, order: str, tick: Tick | None) -> Sheet:
    columns = [Column("serial", _("Serial number"), width=6)]
    columns += [Column(str(n), str(f.title), width=f.width) for n, f in enumerate(LISTS[kind])]
    name = str(SHEET_NAMES[kind])
    heading = _("%(list)s · filter: %(filter)s") % {"list": name, "filter": title}
    return Sheet(name, columns, _rows(actor, filters, LISTS[kind], order, tick), heading)


def _rows(
    actor: Actor, filters: Filters, fields: tuple[Field, ...], order: str, tick: Tick | None
) -> Iterator[list[object]]:
    for serial, hazard in enumerate(each_hazard(actor, filters, order), start=1):
        yield [serial, *(f.value(hazard) for f in fields)]
        if tick is not None:
            tick(serial)
