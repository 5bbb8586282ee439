"""Many records at once: the same validation as one by one, COPY, one journal entry with a digest."""

from __future__ import annotations

import hashlib
import os.path
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, clock, new_id
from anyuan.foundation.org.public import Person, Place, Unit

from . import registers
from .actions import check_times, stood_for
from .allowance import Allowances
from .entering import check_belongs
from .fields import fitted_text
from .models import Register, Subject
from .past import doubt_counted
from .permits import LEDGER_RECORD
from .states import State
from .subjects import fitting_subject

if TYPE_CHECKING:
    from anyuan.rules.policy.public import Checklist

PROBLEMS_SHOWN = 20

_COLUMNS = (
    "id", "register_id", "unit_id", "place_id", "checklist_id", "domain", "state", "occurred_at",
    "recorded_at", "person_id", "person_name", "entered_by_id", "entered_name", "data", "slot", "reason",
    "subject_id", "stands_for",
)  # fmt: skip
_COPY = f"copy ledger_record ({', '.join(_COLUMNS)}) from stdin"


@dataclass(frozen=True, slots=True)
class NewRecord:
    """One row of a batch. ``recorded_at`` may be named by jobs of the system only (loading history)."""

    register: str
    unit: Unit
    occurred_at: datetime
    data: Mapping[str, Any]
    place: Place | None = None
    subject: Subject | None = None
    stands_for: date | None = None
    person: Person | None = None
    checklist: Checklist | None = None
    domain: str = ""
    """Empty: the register's."""
    slot: str = ""
    recorded_at: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How many rows went in, how many of them wait for approval, and the digest the journal keeps."""

    count: int
    pending: int
    digest: str


def record_many(actor: Actor, rows: Iterable[NewRecord], *, verb: str = LEDGER_RECORD) -> BatchReport:
    """Enter all ``rows`` or none.

    Where the register asks for a photo a row has none, and so waits for approval; rows of the system do not.
    Raises :class:`Invalid` with the first problems by row number (from 1), :class:`NotPermitted`,
    :class:`Conflict` when a slot is taken.
    """
    batch = Checker(actor, verb)
    values = batch.prepare(rows)
    if not values:
        return BatchReport(0, 0, "")
    digest = hashlib.sha256()
    for row in values:
        digest.update("\x1f".join(map(str, row)).encode())
        digest.update(b"\x1e")
    report = BatchReport(len(values), batch.pending, digest.hexdigest())
    with action(actor, "ledger.record-many") as act:
        _copy(values)
        doubt_counted((code, unit, day) for (code, unit), day in batch.firsts.items())
        act.entry(
            ngettext("entered %(count)s record at once", "entered %(count)s records at once", report.count)
            % {"count": report.count},
            path=batch.path,
            after={"count": report.count, "registers": dict(batch.counts), "digest": report.digest,
                   "first": str(values[0][0]), "last": str(values[-1][0])},
        )  # fmt: skip
    return report


def _copy(values: list[tuple[object, ...]]) -> None:
    try:
        with (
            transaction.atomic(),
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(_COPY) as copy,
        ):
            for row in values:
                copy.write_row(row)
    except IntegrityError as error:
        if "ledger_record_slot" not in str(error):
            raise
        raise Conflict(_("One of these was already entered. Nothing was entered.")) from error


class Checker:
    """Looks up each register once, checks each (unit, domain) once, validates every row."""

    def __init__(self, actor: Actor, verb: str = LEDGER_RECORD) -> None:
        self.actor = actor
        self.verb = verb
        self.now = clock.now()
        self.pending = 0
        self.counts: Counter[str] = Counter()
        self.path = ""
        self.firsts: dict[tuple[str, UUID], date] = {}
        """The first day of each register and unit."""
        self._registers: dict[str, tuple[Register, type[BaseModel]]] = {}
        self._domains: dict[str, str] = {}
        self._allowed: set[tuple[str, str]] = set()
        self._allowances: Allowances | None = None
        self._days: dict[str, int] = {}

    def prepare(self, rows: Iterable[NewRecord]) -> list[tuple[object, ...]]:
        values: list[tuple[object, ...]] = []
        problems: dict[str, list[str]] = {}
        for number, row in enumerate(rows, start=1):
            try:
                values.append(self.check(row))
            except Invalid as error:
                problems[str(number)] = [error.message, *(m for ms in error.fields.values() for m in ms)]
                if len(problems) >= PROBLEMS_SHOWN:
                    break
        if problems:
            raise Invalid(_("Nothing was entered: some rows need another look."), problems)
        if values:
            self.path = _common([path for path, _domain in self._allowed])
        return values

    def _register(self, code: str) -> tuple[Register, type[BaseModel]]:
        if code not in self._registers:
            found = registers.current(code)
            self._registers[code] = (found, registers.validator(found))
        return self._registers[code]

    def _domain(self, code: str) -> str:
        if code not in self._domains:
            self._domains[code] = registers.domain_of(code)
        return self._domains[code]

    def _allowed_days(self, unit: Unit) -> int:
        if self._allowances is None:
            self._allowances = Allowances()
        if unit.path not in self._days:
            self._days[unit.path] = self._allowances.at(unit.path).days
        return self._days[unit.path]

    def _permit(self, row: NewRecord, domain: str) -> None:
        key = (row.unit.path, domain)
        if key not in self._allowed:
            self.actor.require(self.verb, *key)
            self._allowed.add(key)

    def check(self, row: NewRecord) -> tuple[object, ...]:
        """The columns of a row. Raises :class:`Invalid`, :class:`NotPermitted`."""
        domain = row.domain or self._domain(row.register)
        self._permit(row, domain)
        register, model = self._register(row.register)
        check_belongs(self.actor, register, row.unit, self.verb)
        written = row.recorded_at or self.now
        if row.recorded_at is not None and not self.actor.everywhere:
            raise Invalid(_("When an entry was written down is not for the sender to say."))
        late = check_times(row.unit, row.occurred_at, written, self._allowed_days(row.unit))
        made_up = stood_for(row.unit, row.stands_for, row.occurred_at)
        unseen = register.needs_evidence and not self.actor.everywhere
        state = State.PENDING if unseen else late.state
        done = clock.day_of(row.occurred_at)
        subject = fitting_subject(register, row.unit, row.place, row.subject, done)
        data = fitted_text(model, row.data)
        self.pending += state == State.PENDING
        self.counts[register.code] += 1
        key = (register.code, row.unit.pk)
        self.firsts[key] = min(done, self.firsts.get(key, done))
        person_id = row.person.pk if row.person else self.actor.person_id
        return (
            row.id or new_id(),
            register.pk,
            row.unit.pk,
            row.place.pk if row.place else None,
            row.checklist.pk if row.checklist else None,
            domain,
            str(state),
            row.occurred_at,
            written,
            person_id,
            row.person.name if row.person else self.actor.label,
            self.actor.person_id,
            self.actor.label,
            data,
            row.slot,
            "",
            subject.pk if subject else None,
            made_up,
        )


def _common(paths: list[str]) -> str:
    """The tree path that covers all ``paths``."""
    return paths[0] if len(paths) == 1 else os.path.commonpath(paths).rstrip("/") + "/"
