"""Reads about registers: which there are, how full they are, a register's own list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound, clock
from anyuan.foundation.org.public import Domain, Unit

from . import registers
from .deriving import FIELD_TYPES
from .fields import Field
from .models import Record, Register
from .permits import LEDGER_RECORD, LEDGER_VIEW
from .queries import records
from .registers import Definition
from .states import State
from .wording import english

EXPIRING_DAYS = 30
"""So many days ahead a certificate's end is shown."""
_SHOWN_FIELDS = 5
_EXPORTED = ("occurred_at", "stands_for", "data", "person_name", "recorded_at", "state")


@dataclass(frozen=True, slots=True)
class Book:
    """A register as a unit keeps it. Counts are of valid records; None for a unit with others below it."""

    definition: Definition
    count: int | None
    last: datetime | None
    expired: int
    expiring: int
    may_record: bool

    @property
    def title(self) -> str:
        one = self.definition
        return one.title_en if english() and one.title_en else one.title

    @property
    def help(self) -> str:
        one = self.definition
        return one.help_en if english() and one.help_en else one.help


def definition(code: str) -> Definition:
    """A pack's register that people enter themselves. Raises :class:`NotFound`."""
    found = registers.definition_of(code)
    if found is None or code in registers.BUILT_IN:
        raise nothing()
    return found


def books(actor: Actor, unit: Unit) -> list[tuple[str, list[Book]]]:
    """The registers of a unit by domain of work, those the actor may see. Raises :class:`NotFound`."""
    if not actor.may(LEDGER_VIEW, unit.path) and not actor.may(LEDGER_RECORD, unit.path):
        raise nothing()
    seen = [d for d in registers.pack_definitions() if actor.may(LEDGER_VIEW, unit.path, d.domain)]
    counts = _counts(actor, unit, seen) if unit.kind == "school" else {}
    groups: dict[str, list[Book]] = {domain: [] for domain in Domain.values}
    for one in seen:
        count, last, expired, expiring = counts.get(one.code, (None, None, 0, 0))
        may = actor.may(LEDGER_RECORD, unit.path, one.domain)
        groups[one.domain].append(Book(one, count, last, expired, expiring, may))
    return [(str(Domain(domain).label), lines) for domain, lines in groups.items() if lines]


_Counts = tuple[int | None, datetime | None, int, int]


def _counts(actor: Actor, unit: Unit, wanted: Sequence[Definition]) -> dict[str, _Counts]:
    """How many valid records, the newest, and how many ran out or soon will: two queries."""
    rows = Record.objects.visible_to(actor).filter(unit=unit, state=State.VALID)
    rows = rows.filter(register__code__in=[d.code for d in wanted])
    plain = rows.values("register__code").annotate(count=Count("pk"), last=Max("occurred_at")).order_by()
    found: dict[str, _Counts] = {d.code: (0, None, 0, 0) for d in wanted}
    found |= {r["register__code"]: (r["count"], r["last"], 0, 0) for r in plain}
    today = clock.today()
    ends = {d.code: d.expires for d in wanted if d.expires}
    counted: dict[str, Any] = {}
    for i, (code, field) in enumerate(ends.items()):
        mine = Q(register__code=code)
        past = {f"data__{field}__lt": today.isoformat()}
        soon = {f"data__{field}__gte": today.isoformat(), f"data__{field}__lte": _ahead(today)}
        counted[f"a{i}"] = Count("pk", filter=mine & Q(**past))
        counted[f"b{i}"] = Count("pk", filter=mine & Q(**soon))
    if counted:
        numbers = rows.filter(register__code__in=ends).aggregate(**counted)
        for i, code in enumerate(ends):
            count, last = found[code][:2]
            found[code] = (count, last, numbers[f"a{i}"], numbers[f"b{i}"])
    return found


def _ahead(day: date) -> str:
    return (day + timedelta(days=EXPIRING_DAYS)).isoformat()


def shown_fields(fields: Sequence[Field]) -> list[Field]:
    """The fields a list has room for."""
    return [f for f in fields if f.kind in FIELD_TYPES][:_SHOWN_FIELDS]


def label_of(field: Field) -> str:
    return field.label_en if english() and field.label_en else field.label


def cell(field: Field, value: object) -> str:
    """A field's value as it is read; empty when nothing was written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choice = next((c for c in field.choices if c.code == value), None)
    if choice is not None:
        return choice.label_en if english() and choice.label_en else choice.label
    return f"{value:g}" if isinstance(value, float) else str(value)


def export_rows(
    actor: Actor, unit: Unit, code: str, since: date | None, until: date | None
) -> Iterator[list[object]]:
    """Every record of a register at and below a unit, newest first, one after the other from the database."""
    one = definition(code)
    rows = records(actor, unit=unit, register=code, since=since, until=until)
    fields = [f for f in one.fields if f.kind in FIELD_TYPES]
    about = ("subject__code", "subject__name") if one.subject != "unit" else ()
    columns = ("unit__code", "unit__name", *about, *_EXPORTED)
    states = dict(State.choices)
    plain = rows.select_related(None).order_by("-occurred_at", "-pk").values_list(*columns)
    for row in plain.iterator(chunk_size=2000):
        done, stands_for, data, person, entered, state = row[-len(_EXPORTED) :]
        cells: list[object] = [text or "" for text in row[: -len(_EXPORTED)]]
        cells += [_local(done), stands_for.isoformat() if stands_for else ""]
        cells += [_exported(f, data.get(f.key)) for f in fields]
        yield [*cells, person, _local(entered), str(states[state])]


def _exported(field: Field, value: object) -> object:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return value if plain and not field.choices else cell(field, value)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def stored(code: str) -> Register | None:
    """The newest stored version; None when nothing was ever entered."""
    return Register.objects.filter(code=code).order_by("-version").first()


def nothing() -> NotFound:
    return NotFound(_("There is nothing here, or it lies outside what you may see."))
