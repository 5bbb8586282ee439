"""Classes, dormitories and the like of many schools, with their facts: a line each."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anyuan.foundation.kernel.public import Actor, Invalid, subtree
from anyuan.foundation.org.public import Person, Unit
from anyuan.foundation.sheets.public import Column, SheetRow, Table, as_day
from anyuan.rules.policy import public as policy

from ..fact_queries import asked_facts
from ..fact_rules import Counted, counted, unfit_row
from ..facts import NewFacts, fitting_values, set_facts_many
from ..models import Subject
from ..permits import LEDGER_FACTS
from ..register_queries import nothing
from ..states import FactSource, SubjectKind
from ..subjects import (
    BY_HAND,
    NewSubject,
    add_subjects,
    change_subject,
    check_subject,
    name_keeper,
    usual_first_day,
)
from .base import Loader
from .cells import fact_column, fact_of_cell

CODE, CALLED, FROM, KEEPER = "@code", "@name", "@from", "@keeper"


class SubjectLoader(Loader):
    """Subjects of one kind. A known code is changed, a new one added; nothing is closed by a file.

    A new one without a first day begins today; where the school has none of the kind yet it was always there.
    """

    verb = LEDGER_FACTS
    code = "subjects"

    def __init__(self, actor: Actor, root: Unit, kind: str) -> None:
        super().__init__(actor, root)
        if kind not in BY_HAND:
            raise nothing()
        self.kind = SubjectKind(kind)
        self.title = str(self.kind.label)
        self.facts = asked_facts(actor, root, kind)
        self._known: dict[tuple[str, str], Subject] = {}
        self._begun: set[UUID] = set()
        self._speaks: Counted = set()
        self._people: dict[UUID, list[Person]] = {}
        self._keep: list[tuple[Unit, str, Person]] = []
        self._add: dict[Unit, list[NewSubject]] = {}
        self._change: list[tuple[Subject, str, date | None]] = []
        self._said: list[tuple[Unit, str, dict[str, object]]] = []
        self._seen: dict[tuple[str, str], int] = {}

    def columns(self) -> list[Column]:
        return [
            *self.school_columns(),
            Column(CODE, _("Number"), required=True, note=_("Names it for good"), aliases=("编号",)),
            Column(CALLED, pgettext("subject", "Name"), required=True, aliases=("名称",)),
            Column(
                FROM,
                _("Since"),
                note=_("The first day; empty: today, in a school's first list: always"),
                aliases=("启用日期",),
            ),
            Column(
                KEEPER,
                pgettext("subject", "Kept by"),
                note=_("Name or mobile number of the class teacher or manager; empty: as it is"),
                aliases=("班主任", "管理人", "宿舍管理员姓名"),
            ),
            *(fact_column(f) for f in self.facts),
        ]

    def prepare(self, table: Table) -> None:
        rows = Subject.everything.filter(subtree(self.root.path, "unit__path"), kind=self.kind)
        self._known = {(str(s.unit_id), s.code): s for s in rows}
        self._begun = {s.unit_id for s in self._known.values()}
        self._speaks = counted(self.facts, {s.unit_id for s in self._known.values()})

    def take(self, row: SheetRow) -> None:
        school = self.school_of(row)
        code, name = row[CODE].strip(), row[CALLED].strip()
        key = (str(school.pk), code)
        if key in self._seen:
            message = _("The same number stands in row %(row)s.") % {"row": self._seen[key]}
            raise Invalid(message, {CODE: [message]})
        self._seen[key] = row.number
        since = as_day(row.values.get(FROM, ""))
        keeper = self._keeper(school, row.values.get(KEEPER, "").strip())
        known = self._known.get(key)
        if since is None and known is None and school.pk in self._begun:
            since = usual_first_day(school)
        new = NewSubject(self.kind, code, name, since, keeper)
        problems = check_subject(school, new)
        if problems:
            raise Invalid("", {f"@{k}": texts for k, texts in problems.items()})
        values = self._values(row, known)
        if known is None:
            self._add.setdefault(school, []).append(new)
            self.new += 1
            self.lines.append((row.number, f"{school.title} · {name}"))
        elif (known.name, known.valid_from) != (name, since or known.valid_from):
            self._change.append((known, name, since or known.valid_from))
        if known is not None and keeper is not None and keeper.pk != known.keeper_id:
            self._keep.append((school, code, keeper))
        if values:
            self._said.append((school, code, values))

    def _keeper(self, school: Unit, word: str) -> Person | None:
        """The one person of the school who bears a name or number. Raises :class:`Invalid`."""
        if not word:
            return None
        if school.pk not in self._people:
            here = Person.everything.filter(unit=school, left_on=None)
            self._people[school.pk] = list(here)
        found = [p for p in self._people[school.pk] if word in (p.name, p.phone)]
        if len(found) == 1:
            return found[0]
        message = (
            _("Several people here are called “%(name)s”. Write the mobile number.")
            if found
            else _("Nobody of this school is called “%(name)s” or has this number.")
        ) % {"name": word}
        raise Invalid(message, {KEEPER: [message]})

    def _values(self, row: SheetRow, subject: Subject | None) -> dict[str, object]:
        given: dict[str, object] = {}
        wrong: dict[str, list[str]] = {}
        for fact in self.facts:
            text = row.values.get(fact.key, "")
            if not text.strip():
                continue
            try:
                given[fact.key] = fact_of_cell(fact, text)
            except Invalid as error:
                wrong[fact.key] = [error.message]
        defs = policy.fact_defs()
        clean, problems = fitting_values(defs, given, self.kind)
        speaks = {
            f.key for f in self.facts if subject and (subject.unit_id, subject.pk, f.key) in self._speaks
        }
        values, unfit = unfit_row(defs, clean, subject.facts if subject else {}, speaks)
        if wrong or problems or unfit:
            raise Invalid("", unfit | wrong | problems)
        return values

    def write(self) -> None:
        for school, rows in self._add.items():
            for made in add_subjects(self.actor, school, rows):
                self._known[str(school.pk), made.code] = made
        for subject, name, since in self._change:
            change_subject(self.actor, subject, name=name, valid_from=since)
        for school, code, keeper in self._keep:
            name_keeper(self.actor, self._known[str(school.pk), code], keeper)
        said = [NewFacts(u, values, self._known[str(u.pk), code]) for u, code, values in self._said]
        set_facts_many(self.actor, said, source=FactSource.IMPORT)
