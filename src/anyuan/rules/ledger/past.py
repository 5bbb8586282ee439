"""What was known of units on past days: spans of days, rewritten where something says another past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from anyuan.rules.policy import public as policy

from .deriving import FIELD_TYPES, Statement, field_sql, fields_of_code
from .models import FactsDoubt, FactsSpan, UnitFacts

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef, RegisterDef

KEPT_DAYS = 400
"""How far back what was known of a unit is kept."""
_CHUNK = 500

Json = dict[str, Any]


def counted_registers(facts: Mapping[str, FactDef]) -> set[str]:
    """The registers some fact is counted from."""
    return {f.derive["register"] for f in facts.values() if f.derive and "register" in f.derive}


def doubt_facts(units: Iterable[tuple[UUID, date]]) -> None:
    """Say that the facts of units may have been other ones from a day on; in the action that says why."""
    since: dict[UUID, date] = {}
    for unit, day in units:
        since[unit] = min(day, since.get(unit, day))
    FactsDoubt.objects.bulk_create([FactsDoubt(unit_id=u, since=d) for u, d in since.items()])


def doubt_counted(entries: Iterable[tuple[str, UUID, date]]) -> None:
    """A record that counts came or went: its register's code, its unit and the day it was done."""
    entries = list(entries)
    counted = counted_registers(policy.fact_defs()) if entries else set()
    doubt_facts((unit, day) for code, unit, day in entries if code in counted)


_SETTLE = """
delete from ledger_facts_doubt where %(units)s::uuid[] is null or unit_id = any(%(units)s::uuid[])
returning unit_id, since
"""


def settle_doubts(units: Sequence[UUID] | None) -> dict[UUID, date]:
    """Take the doubts about units (None: all) away; give the first day in doubt of each."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"units": None if units is None else list(units)})
        found: dict[UUID, date] = {}
        for unit, since in cursor.fetchall():
            found[unit] = min(since, found.get(unit, since))
    return found


def drop_old_facts(day: date) -> int:
    """Forget what was known before the last 400 days; give how many spans went."""
    return FactsSpan.objects.filter(ends__lte=day - timedelta(days=KEPT_DAYS)).delete()[0]


@dataclass(frozen=True, slots=True)
class Before:
    """What stood of a unit before a refresh changed it. ``seen_on``: the last day it was found right."""

    facts: Json
    org: Json
    since: date
    seen_on: date


@dataclass(slots=True)
class _Piece:
    starts: date
    ends: date
    facts: Json
    org: Json


class Rewriter:
    """Rewrites the past of units that changed or are in doubt; a few statements for any number of them."""

    def __init__(self, day: date, past: Statement, turning: str) -> None:
        self.day = day
        self._past = past
        self._turning = turning
        self._first = day - timedelta(days=KEPT_DAYS)

    def run(self, before: Mapping[UUID, Before], doubts: Mapping[UUID, date]) -> set[UUID]:
        """``before``: what stood of the units that changed. Gives the units whose past is another one now."""
        units = sorted({*before, *doubts})
        changed: set[UUID] = set()
        for i in range(0, len(units), _CHUNK):
            rows = UnitFacts.objects.filter(unit__in=units[i : i + _CHUNK])
            changed |= self._rewrite([_Past(row, before.get(row.unit_id), doubts) for row in rows])
        return changed

    def _rewrite(self, pasts: Sequence[_Past]) -> set[UUID]:
        by_unit = {past.unit: past for past in pasts}
        for past in pasts:
            past.since = max(min(past.since, self.day), self._first)
        since = min((past.since for past in pasts), default=self.day)
        spans = FactsSpan.objects.filter(unit__in=by_unit, ends__gte=since).order_by("starts")
        for span in spans:
            past = by_unit[span.unit_id]
            if span.ends >= past.since:
                past.stored.append(_Piece(span.starts, span.ends, span.facts, span.org))
        for past in pasts:
            past.plan(self.day)
        self._work_out(by_unit)
        changed = [past for past in pasts if past.differs()]
        _store(changed)
        return {past.unit for past in changed}

    def _work_out(self, pasts: Mapping[UUID, _Past]) -> None:
        """The facts of each stretch of days from ``since`` to yesterday."""
        points: list[tuple[_Past, _Piece]] = []
        for unit, days in self._turns([p for p in pasts.values() if p.since < self.day]).items():
            points += [(pasts[unit], piece) for piece in pasts[unit].cut(days, self.day)]
        if not points:
            return
        values: Json = {
            "units": [past.unit for past, _ in points],
            "days": [piece.starts for _, piece in points],
            "orgs": [json.dumps(piece.org) for _, piece in points],
            "kinds": json.dumps(self._past.kinds),
            "known": None,
        }
        with connection.cursor() as cursor:
            cursor.execute(self._past.sql, values)
            for number, facts, _org in cursor.fetchall():
                points[number - 1][1].facts = json.loads(facts)

    def _turns(self, pasts: Sequence[_Past]) -> dict[UUID, set[date]]:
        found: dict[UUID, set[date]] = {}
        if not pasts:
            return found
        values: Json = {"units": [p.unit for p in pasts], "froms": [p.since for p in pasts], "day": self.day}
        with connection.cursor() as cursor:
            cursor.execute(self._turning, values)
            for unit, day in cursor.fetchall():
                found.setdefault(unit, set()).add(day)
        return found


class _Past:
    """The past of one unit while it is rewritten from ``since`` on."""

    def __init__(self, row: UnitFacts, before: Before | None, doubts: Mapping[UUID, date]) -> None:
        self.row = row
        self.unit = row.unit_id
        self.stored: list[_Piece] = []
        """The spans that end on ``since`` or later."""
        self._before = before or Before(row.facts, row.org, row.since, date.max)
        days = [doubts.get(self.unit, date.max)]
        if self._before.seen_on < date.max:
            days.append(self._before.seen_on + timedelta(days=1))
        self.since = min(days)
        self._pieces: list[_Piece] = []
        self._day = date.max

    def plan(self, day: date) -> None:
        """What stood until yesterday is a past like the others; a clock set back takes days away."""
        self._day = day
        before = self._before
        self._pieces = [replace(p, ends=min(p.ends, day)) for p in self.stored if p.starts < day]
        if before.since < day:
            self._pieces.append(_Piece(before.since, day, before.facts, before.org or self.row.org))

    def cut(self, days: set[date], today: date) -> list[_Piece]:
        """Put stretches without facts in the place of what stood from ``since`` on; give them."""
        days |= {p.starts for p in self._pieces if p.starts > self.since}
        ordered = sorted(days)
        fresh = [
            _Piece(starts, ends, {}, piece.org)
            for starts, ends in zip(ordered, [*ordered[1:], today], strict=True)
            for piece in self._pieces
            if piece.starts <= starts < piece.ends
        ]
        kept = [replace(p, ends=min(p.ends, self.since)) for p in self._pieces if p.starts < self.since]
        self._pieces = kept + fresh
        return fresh

    def differs(self) -> bool:
        """Join what is alike; whether anything must be stored."""
        joined: list[_Piece] = []
        for piece in self._pieces:
            last = joined[-1] if joined else None
            if last and last.ends == piece.starts and (last.facts, last.org) == (piece.facts, piece.org):
                last.ends = piece.ends
            else:
                joined.append(replace(piece))
        first = joined[-1].ends if joined else min(self._before.since, self._day)
        while joined and (joined[-1].facts, joined[-1].org) == (self.row.facts, self.row.org):
            first = joined.pop().starts
        self._pieces = joined
        changed = (joined, first) != (self.stored, self.row.since)
        self.row.since = first
        return changed

    def spans(self) -> list[FactsSpan]:
        return [FactsSpan(unit_id=self.unit, **asdict(piece)) for piece in self._pieces]


_REPLACED = """
delete from ledger_facts_span s using unnest(%s::uuid[], %s::date[]) as x(id, since)
where s.unit_id = x.id and s.ends >= x.since
"""
_SINCE = """
update ledger_unit_facts t set since = x.since
from unnest(%s::uuid[], %s::date[]) as x(id, since) where t.unit_id = x.id
"""


def _store(pasts: Sequence[_Past]) -> None:
    if not pasts:
        return
    units = [past.unit for past in pasts]
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [units, [past.since for past in pasts]])
        cursor.execute(_SINCE, [units, [past.row.since for past in pasts]])
    FactsSpan.objects.bulk_create([span for past in pasts for span in past.spans()], batch_size=2000)


_BELIEVED = (
    "from ledger_fact_value v where v.unit_id = x.id and v.subject_id is null and v.superseded_at is null"
)


def turning_days(facts: Mapping[str, FactDef], registers: Mapping[str, RegisterDef]) -> str:
    """The days on which the facts of units may turn: ``select id, day``.

    Parameters: units and froms side by side, and day: days from ``froms`` on, before ``day``. A day that
    stands in a record or was declared may turn an answer that asks for today on that day and on the next.
    """
    own = [f for f in facts.values() if not f.per]
    sources = [
        "select x.since",
        f"select unnest(array[v.valid_from, v.valid_to, v.confirmed_until + 1]) {_BELIEVED}",
        *(_declared_days(f.key) for f in own if f.type == "date"),
        *(_days_of(code, registers) for code in sorted(counted_registers({f.key: f for f in own}))),
    ]
    if any(map(_turns_daily, own)):
        sources.append("select generate_series(x.since, %(day)s::date - 1, interval '1 day')::date")
    lines = [
        "select distinct x.id, p.day from unnest(%(units)s::uuid[], %(froms)s::date[]) as x(id, since)",
        f"cross join lateral ({' union '.join(sources)}) as p(day)",
        "where p.day >= x.since and p.day < %(day)s::date",
    ]
    return " ".join(lines)


def _turns_daily(fact: FactDef) -> bool:
    """Whether a fact asks for today in another way than beside a day that stands in the data."""
    derive = fact.derive or {}
    text = f"{derive.get('expression', '')} {derive.get('where', '')}"
    return "today" in text and any(sign in text for sign in ("+", "-", "date"))


def _declared_days(key: str) -> str:
    word = "'" + key.replace("'", "''") + "'"
    day = f"case when v.key = {word} then (v.value #>> '{{}}')::date end"
    return f"select unnest(array[{day}, {day} + 1]) {_BELIEVED} and v.key = {word}"


def _days_of(code: str, registers: Mapping[str, RegisterDef]) -> str:
    fields = fields_of_code(code, registers)
    days = [field_sql(f, "r.data") for f in fields if FIELD_TYPES.get(f.kind) == "date"]
    told = ["(r.occurred_at at time zone 'Asia/Shanghai')::date", *days, *(f"{day} + 1" for day in days)]
    word = "'" + code.replace("'", "''") + "'"
    lines = [
        f"select unnest(array[{', '.join(told)}])",
        f"from ledger_record r join ledger_register g on g.id = r.register_id and g.code = {word}",
        "where r.unit_id = x.id and r.state = 'valid'",
    ]
    return " ".join(lines)
