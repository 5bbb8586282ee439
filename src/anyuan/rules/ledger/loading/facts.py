"""One sheet for the facts of all schools of a county: a line per school, a column per fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import Unit, schools_below
from anyuan.foundation.sheets.public import Column, Sheet, SheetRow, Table
from anyuan.rules.policy import public as policy

from ..fact_queries import asked_facts
from ..fact_rules import counted, unfit_row
from ..facts import NewFacts, fitting_values, set_facts_many
from ..permits import LEDGER_FACTS
from ..refreshing import facts_on
from ..states import FactSource
from .base import NAME, SCHOOL, Loader
from .cells import fact_column, fact_of_cell

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef

_EXPORT_CHUNK = 500


class FactLoader(Loader):
    """Facts of the schools at and below a unit. An empty cell leaves what is known as it is."""

    verb = LEDGER_FACTS
    code = "facts"

    def __init__(self, actor: Actor, root: Unit, keys: Collection[str] = ()) -> None:
        """``keys``: only these facts; none named: all."""
        super().__init__(actor, root)
        self.title = _("Facts of schools")
        self.facts = [f for f in asked_facts(actor, root) if actor.may(LEDGER_FACTS, root.path, f.domain)]
        if keys:
            self.facts = [f for f in self.facts if f.key in keys]
        self._taken: list[NewFacts] = []
        self._seen: dict[str, int] = {}
        self._defs: dict[str, FactDef] = {}
        self._now: dict[UUID, dict[str, object]] = {}
        self._speaks: defaultdict[UUID, set[str]] = defaultdict(set)

    def columns(self) -> list[Column]:
        return [*self.school_columns(), *(fact_column(f) for f in self.facts)]

    def notes(self) -> list[str]:
        return [
            _("One line per school. An empty cell changes nothing; “unknown” takes a value back."),
            _("What you write counts as confirmed by you today."),
        ]

    def prepare(self, table: Table) -> None:
        self._defs = policy.fact_defs()
        units = [u.pk for u in schools_below(self.actor, self.root)]
        self._now = facts_on(units, clock.today())
        for unit, _subject, key in counted(self.facts, units):
            self._speaks[unit].add(key)

    def take(self, row: SheetRow) -> None:
        school = self.school_of(row)
        if school.path in self._seen:
            message = _("The same school stands in row %(row)s.") % {"row": self._seen[school.path]}
            raise Invalid(message, {SCHOOL: [message]})
        self._seen[school.path] = row.number
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
        clean, problems = fitting_values(self._defs, given)
        now = self._now.get(school.pk, {})
        values, unfit = unfit_row(self._defs, clean, now, self._speaks[school.pk])
        if wrong or problems or unfit:
            raise Invalid("", unfit | wrong | problems)
        if values:
            self._taken.append(NewFacts(school, values))
            self.new += len(values)
            self.lines.append((row.number, f"{school.title}：{len(values)}"))

    def write(self) -> None:
        set_facts_many(self.actor, self._taken, source=FactSource.IMPORT)


def facts_sheet(actor: Actor, root: Unit, keys: Collection[str] = ()) -> Sheet:
    """The facts of every school at and below a unit as they stand today, in the shape of the template.

    ``keys``: only these facts; none named: all.
    """
    loader = FactLoader(actor, root, keys)
    head = [Column(SCHOOL, _("School code"), width=16), Column(NAME, _("School"), width=28)]
    columns = [*head, *(fact_column(f) for f in loader.facts)]
    return Sheet(loader.title, columns, _rows(actor, root, loader), title=f"{root.name} · {loader.title}")


def _rows(actor: Actor, root: Unit, loader: FactLoader) -> Iterator[list[object]]:
    """In portions, so that a province needs no more memory than a county."""
    after = ""
    day = clock.today()
    while True:
        schools = list(schools_below(actor, root).filter(path__gt=after).order_by("path")[:_EXPORT_CHUNK])
        if not schools:
            return
        known = facts_on([u.pk for u in schools], day)
        for school in schools:
            facts = known.get(school.pk, {})
            yield [school.code, school.name, *(_cell(facts.get(f.key), f.choices) for f in loader.facts)]
        after = schools[-1].path


def _cell(value: object, choices: tuple[dict[str, str], ...]) -> object:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    label = next((c["label"] for c in choices if c["code"] == value), None)
    return label or ("" if value is None else value)
