"""A register as a sheet: old paper registers come in, any span of records goes out."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anyuan.foundation.kernel.public import Actor, Invalid, subtree
from anyuan.foundation.org.public import Unit
from anyuan.foundation.sheets.public import Column, Sheet, SheetRow, Table, as_day

from ..batch import Checker, NewRecord, record_many
from ..deriving import FIELD_TYPES
from ..models import Subject
from ..permits import LEDGER_RECORD
from ..register_queries import definition, export_rows
from ..states import SubjectKind
from ..wording import english
from .base import NAME, SCHOOL, Loader
from .cells import field_column, field_of_cell, moment_of_cell

ABOUT, DONE, STANDS_FOR = "@about", "@done", "@stands_for"
_COLUMN_OF = {"occurred_at": DONE, "stands_for": STANDS_FOR, "subject": ABOUT, "place": ABOUT}


class RecordLoader(Loader):
    """Records of one register. Without a photo where the register asks for one, a row waits for approval."""

    verb = LEDGER_RECORD
    code = "records"

    def __init__(self, actor: Actor, root: Unit, register: str) -> None:
        super().__init__(actor, root)
        self.register = definition(register)
        actor.require(LEDGER_RECORD, root.path, self.register.domain)
        self.title = self.register.title_en if english() else self.register.title
        self.fields = [f for f in self.register.fields if f.kind in FIELD_TYPES]
        self._subjects: dict[tuple[str, str], Subject] = {}
        self._taken: list[NewRecord] = []
        self._checker = Checker(actor)

    def columns(self) -> list[Column]:
        done = Column(
            DONE, _("Done at"), required=True, note=_("2026-11-21 10:30, or only the day"),
            aliases=("完成时间", "时间", "日期"), example="2026-11-20 10:30", width=18,
        )  # fmt: skip
        made_up = Column(
            STANDS_FOR, _("Made up for the day"), note=_("Only when it was missed and done later"), width=14
        )
        return [
            *self.school_columns(),
            *self._about_columns(),
            done,
            made_up,
            *(field_column(f) for f in self.fields),
        ]

    def _about_columns(self) -> list[Column]:
        if self.register.subject not in SubjectKind.values:
            return []
        kind = SubjectKind(self.register.subject).label
        return [Column(ABOUT, str(kind), required=True, note=_("Its number or name, as entered"), width=18)]

    def notes(self) -> list[str]:
        notes = [_("One line per record. All lines are taken over, or none.")]
        if self.register.needs_evidence:
            notes.append(_("Lines have no photo, so a second person approves them before they count."))
        return notes

    def prepare(self, table: Table) -> None:
        if self.register.subject in SubjectKind.values:
            below = subtree(self.root.path, "unit__path")
            rows = Subject.everything.filter(below, kind=self.register.subject)
            for one in rows.order_by("-valid_to"):
                for word in (one.name, one.code):
                    self._subjects[str(one.unit_id), word] = one

    def take(self, row: SheetRow) -> None:
        school = self.school_of(row)
        wrong: dict[str, list[str]] = {}
        data: dict[str, object] = {}
        for field in self.fields:
            try:
                value = field_of_cell(field, row.values.get(field.key, ""))
            except Invalid as error:
                wrong[field.key] = [error.message]
                continue
            if value is not None:
                data[field.key] = value
        try:
            done = moment_of_cell(row[DONE])
            stands_for = as_day(row.values.get(STANDS_FOR, ""))
        except Invalid as error:
            wrong[DONE] = [error.message]
        if wrong:
            raise Invalid("", wrong)
        new = NewRecord(
            self.register.code, school, done, data, subject=self._subject(school, row), stands_for=stands_for
        )
        try:
            self._checker.check(new)
        except Invalid as error:
            fields = {_COLUMN_OF.get(k, k): texts for k, texts in error.fields.items()}
            raise Invalid(error.message, fields) from error
        self._taken.append(new)
        self.new += 1
        if len(self.lines) < 100:
            self.lines.append((row.number, f"{school.title} · {row[DONE]}"))

    def _subject(self, school: Unit, row: SheetRow) -> Subject | None:
        if self.register.subject not in SubjectKind.values:
            return None
        found = self._subjects.get((str(school.pk), row[ABOUT].strip()))
        if found is None:
            message = _("%(school)s has no “%(name)s”. Enter it first.")
            raise Invalid("", {ABOUT: [message % {"school": school.title, "name": row[ABOUT]}]})
        return found

    def write(self) -> None:
        record_many(self.actor, self._taken)


def records_sheet(actor: Actor, unit: Unit, code: str, since: date | None, until: date | None) -> Sheet:
    """The records of a register at and below a unit; rows come from the database as they are written."""
    one = definition(code)
    about = one.subject in SubjectKind.values
    about_columns = [
        Column(ABOUT, _("Number"), width=12),
        Column("@name", pgettext("subject", "Name"), width=16),
    ]
    columns = [
        Column(SCHOOL, _("School code"), width=16),
        Column(NAME, _("School"), width=28),
        *(about_columns if about else []),
        Column(DONE, _("Done at"), width=18),
        Column(STANDS_FOR, _("Made up for the day"), width=14),
        *(field_column(f) for f in one.fields if f.kind in FIELD_TYPES),
        Column("@by", _("Done by"), width=14),
        Column("@entered", _("Entered at"), width=18),
        Column("@state", _("State"), width=12),
    ]
    title = one.title_en if english() else one.title
    return Sheet(title, columns, export_rows(actor, unit, code, since, until), title=f"{unit.name} · {title}")
