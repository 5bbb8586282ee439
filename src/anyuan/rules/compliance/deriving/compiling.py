"""The documents' formulas as SQL: one row of arrays per unit instead of one statement per requirement.

An array is built by an expression the server compiles once and runs for every unit; ``unnest`` makes rows of
it. Text that depends on the documents only is kept; regions, params and periods are handed in as data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from anyuan.rules.ledger.public import FIELD_TYPES, field_sql, fields_of_code
from anyuan.rules.policy.public import (
    Expression,
    FactDef,
    RegisterDef,
    Rule,
    Type,
    Value,
    fact_expression,
    to_sql,
)

from . import statement
from .plan import Numbered, Version

SQL_TYPES = {"number": "float8", "boolean": "boolean", "text": "text", "date": "date"}
_DIVIDE = "/"
_EVIDENCE = (
    "(select count(*)::float8 from files_attachment fa where fa.subject_kind = 'ledger.record'"
    " and fa.subject_id = r.id and fa.role = 'evidence')"
)
_BUILT_IN = {
    "hour": "(extract(epoch from t.at::time) / 3600)::float8",
    "weekday": "extract(isodow from t.at)::float8",
    "evidence": _EVIDENCE,
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """``head`` is everything up to the relation ``derived``; ``rules`` its data; ``registers`` the parameter
    of each register it reads."""

    head: str
    rules: str
    registers: Mapping[str, str]


@dataclass(frozen=True)
class Names:
    """What the formulas may name, as loaded now."""

    facts: Mapping[str, FactDef]
    registers: Mapping[str, RegisterDef]


_kept: dict[tuple[object, ...], tuple[Names, Compiled]] = {}
_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Manner:
    """``given``: facts are handed in; ``wide``: planned for many units; ``turned``: see ``Plan.turned``."""

    given: bool
    wide: bool
    turned: bool


def compiled(versions: Sequence[Version], names: Names, manner: Manner) -> Compiled:
    """The statement for these versions; made once per set of versions, requirements and known names."""
    key = (manner, *((v.number, v.pack, v.ago, tuple(n.rule.key for n in v.rules)) for v in versions))
    known = _kept.get(key)
    if known is None or known[0] != names:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        known = _kept[key] = (names, _compile(versions, names, manner))
    return known[1]


def _compile(versions: Sequence[Version], names: Names, manner: Manner) -> Compiled:
    duties = [(v, n) for v in versions for n in v.rules if n.rule.kind == "duty"]
    codes = sorted({n.rule.register for _v, n in duties})
    registers = {code: f"register_{i}" for i, code in enumerate(codes)}
    cells = [_cells(v, per, rules, names) for v in versions for per, rules in _by_per(v.rules).items()]
    hits = [text for code in codes for text in _all_hits(code, registers[code], duties, names)]
    frame = statement.FRAME.replace(
        "SUBJECT_FACTS", statement.SUBJECT_FACTS_GIVEN if manner.given else statement.SUBJECT_FACTS_NOW
    ).replace("FACTS f", statement.FACTS_GIVEN if manner.given else f"{statement.FACTS_NOW} f")
    parts = [
        frame,
        f"cell as ({' union all '.join(cells or [statement.NO_CELLS])})",
        f"hit as {'' if manner.wide else 'materialized '}({' union all '.join(hits or [statement.NO_HITS])})",
        _verdicts(manner),
    ]
    rules = [_rule_row(n, names) | {"ago": v.ago} for v in versions for n in v.rules]
    return Compiled("with " + ",\n".join(parts), json.dumps(rules, ensure_ascii=False), registers)


def _verdicts(manner: Manner) -> str:
    text = statement.VERDICTS.replace(
        "PERIODS", statement.PERIODS_BY_DAY if manner.wide else statement.PERIODS_BY_RANGE
    )
    once, ordered = (statement.ONCE, statement.ORDERED) if manner.turned else ("", "")
    return text.replace("ONCE", once).replace("ORDERED", ordered)


def _by_per(rules: Iterable[Numbered]) -> dict[str, list[Numbered]]:
    found: dict[str, list[Numbered]] = {}
    for numbered in rules:
        found.setdefault(numbered.rule.per, []).append(numbered)
    return found


def _rule_row(numbered: Numbered, names: Names) -> dict[str, object]:
    rule = numbered.rule
    value = {k for e in (rule.have, rule.need, rule.at_least) if e is not None for k in e.facts}
    return {
        "idx": numbered.index,
        "requirement": str(rule.row),
        "key": rule.key,
        "area": rule.area,
        "domain": rule.domain,
        "per": rule.per,
        "duty": rule.kind == "duty",
        "op": rule.op,
        "made_up": rule.made_up,
        "applies_facts": roots(rule.applies.facts, names.facts),
        "value_facts": roots(value, names.facts),
    }


def roots(keys: Iterable[str], facts: Mapping[str, FactDef]) -> list[str]:
    """The facts somebody gives or the system counts, from which ``keys`` are worked out."""
    found: set[str] = set()
    for key in keys:
        derived = formula(key, facts)
        found |= set(roots(derived.facts, facts)) if derived else {key}
    return sorted(found)


def formula(key: str, facts: Mapping[str, FactDef]) -> Expression | None:
    """The expression a fact is worked out by; None for one that is given or counted."""
    fact = facts.get(key)
    return _formula(key, str(fact.derive)) if fact and fact.derive and "expression" in fact.derive else None


@lru_cache(maxsize=2000)
def _formula(key: str, derive: str) -> Expression | None:
    return fact_expression(key)


# -- cells


def _cells(version: Version, per: str, rules: Sequence[Numbered], names: Names) -> str:
    columns = _Columns(per, version.params, names)
    found = [_cell(n, columns) for n in rules]
    subject = "null::uuid as subject_id, '' as subject_code, null::date as subject_from, false as lacking, "
    subject += "null::jsonb as subject_facts"
    joins = ""
    if per:
        subject = (
            "b.id as subject_id, coalesce(b.code, '') as subject_code, b.valid_from as subject_from, "
            "b.id is null as lacking, b.facts as subject_facts"
        )
        joins = f"left join subject b on b.unit_id = a.unit_id and b.kind = {_quoted(per)} "
    return statement.CELLS.format(
        subject=subject,
        joins=joins + columns.joins(),
        indexes=", ".join(str(n.index) for n in rules),
        applies=", ".join(c.applies for c in found),
        have=", ".join(c.have for c in found),
        need=", ".join(c.need for c in found),
        zero=", ".join(c.zero for c in found),
        pack=version.number,
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    applies: str
    have: str
    need: str
    zero: str


def _cell(numbered: Numbered, columns: _Columns) -> _Cell:
    rule = numbered.rule
    have = columns.number(rule.have)
    need = columns.number(rule.need or rule.at_least)
    if rule.op == "holds":
        need = "1"
    return _Cell(columns.sql(rule.applies), have, need, columns.zero(rule.expressions))


class _Columns:
    """Facts and params as columns, remembering which are used."""

    def __init__(self, per: str, params: Mapping[str, Value], names: Names) -> None:
        self._per = per
        self._params = params
        self._names = names
        self._used: dict[str, dict[str, str]] = {"f": {}, "g": {}, "p": {}}

    def sql(self, expression: Expression) -> str:
        return to_sql(expression, "postgres", self.fact, self.param, "%(day)s::date")

    def number(self, expression: Expression | None) -> str:
        """As a double; yes is 1 and no is 0."""
        if expression is None:
            return "null"
        written = self.sql(expression)
        return f"({written})::int::float8" if expression.type is Type.BOOL else written

    def fact(self, key: str) -> str:
        fact = self._names.facts[key]
        record = "g" if fact.per and fact.per == self._per else "f"
        self._used[record][key] = SQL_TYPES[fact.type]
        return f"{record}.{_name(key)}"

    def param(self, key: str) -> str:
        self._used["p"][key] = param_type(self._params[key])
        return f"p.{_name(key)}"

    def zero(self, expressions: Iterable[Expression]) -> str:
        """Whether some divisor is zero, in the formulas or in those of the facts they use."""
        found = [f"coalesce({self.sql(d)} = 0, false)" for e in expressions for d in self._divisors(e)]
        return " or ".join(dict.fromkeys(found)) or "false"

    def _divisors(self, expression: Expression) -> list[Expression]:
        own = [
            replace(expression, root=node.args[1], type=Type.NUMBER)
            for node in expression.root.walk()
            if node.op == _DIVIDE
        ]
        for key in expression.facts:
            derived = formula(key, self._names.facts)
            own += self._divisors(derived) if derived else []
        return own

    def joins(self) -> str:
        source = {"f": "s.facts", "g": "coalesce(b.facts, '{}'::jsonb)", "p": "a.params"}
        return " ".join(
            f"cross join lateral jsonb_to_record({source[record]}) as {record}({_shape(columns)})"
            for record, columns in self._used.items()
            if columns
        )


def param_type(value: Value) -> str:
    """The column type of a param, from any of its values."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "float8"
    return "date" if isinstance(value, date) else "text"


def _shape(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{_name(key)} {kind}" for key, kind in columns.items())


def _name(key: str) -> str:
    return '"' + key.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# -- hits


def _all_hits(
    code: str, parameter: str, duties: Sequence[tuple[Version, Numbered]], names: Names
) -> Iterator[str]:
    """One relation for the duties that count records, one for those that count days."""
    asking = [(v, n) for v, n in duties if n.rule.register == code]
    each = [(v, n) for v, n in asking if not n.rule.once_a_day]
    once = [(v, n) for v, n in asking if n.rule.once_a_day]
    if each:
        yield _hits(code, parameter, each, names)
    if once:
        yield statement.HITS_ONCE.format(hits=_hits(code, parameter, once, names))


def _hits(code: str, parameter: str, duties: Sequence[tuple[Version, Numbered]], names: Names) -> str:
    """One pass over the records of a register for all requirements that ask it."""
    fields = {f.key: f for f in fields_of_code(code, names.registers) if f.kind in FIELD_TYPES}
    used: dict[str, None] = {}
    versions: dict[int, dict[str, str]] = {}
    amounts = []
    for version, numbered in duties:
        params = versions.setdefault(version.number, {})
        amounts.append(_amount(version, numbered, _reader(fields, used), params))
    read = ", ".join(f"{field_sql(fields[k], 'r.data')} as {_name(k)}" for k in used) or "null"
    rules = [n.rule for _v, n in duties]
    return statement.HITS.format(
        nobody=statement.NOBODY,
        versions=" ".join(_version_join(number, params) for number, params in versions.items()),
        fields=read,
        indexes=", ".join(str(n.index) for _v, n in duties),
        rhythms=", ".join(f"a{v.number}.rhythms[{n.index + 1}]" for v, n in duties),
        amounts=", ".join(amounts),
        shifts=", ".join(_shift(rule) for rule in rules),
        own=", ".join("true" if rule.per else "false" for rule in rules),
        register=parameter,
    )


def _version_join(number: int, params: Mapping[str, str]) -> str:
    join = f"left join in_force a{number} on a{number}.unit_id = s.id and a{number}.pack = {number}"
    if params:
        source = f"coalesce(a{number}.params, '{{}}'::jsonb)"
        join += f" left join lateral jsonb_to_record({source}) as p{number}({_shape(params)}) on true"
    return join


def _reader(fields: Mapping[str, object], used: dict[str, None]) -> Callable[[str], str]:
    def read(key: str) -> str:
        if key not in fields:
            return _BUILT_IN[key]
        used[key] = None
        return f"f.{_name(key)}"

    return read


def _amount(version: Version, numbered: Numbered, read: Callable[[str], str], params: dict[str, str]) -> str:
    """What a record counts for a requirement; null when it does not."""

    def param(key: str) -> str:
        params[key] = param_type(version.params[key])
        return f"p{version.number}.{_name(key)}"

    rule = numbered.rule
    conditions = [
        f"a{version.number}.pack is not null",
        f"r.occurred_at >= %(since_{numbered.index})s::timestamptz",
    ]
    if rule.window is not None:
        start, end = _clock(rule.window.start), _clock(rule.window.end)
        joint = "and" if rule.window.start < rule.window.end else "or"
        conditions.append(f"(t.at::time >= {start} {joint} t.at::time < {end})")
    if rule.where is not None:
        conditions.append(to_sql(rule.where, "postgres", read, param, "%(day)s::date"))
    amount = read(rule.sum_field) if rule.sum_field else "1"
    return f"case when {' and '.join(conditions)} then {amount} end"


def _shift(rule: Rule) -> str:
    """Of a night the day it began: -1 after midnight."""
    if rule.window is None or not rule.window.crosses or (rule.cadence and rule.cadence.every == "hours"):
        return "0"
    return f"case when t.at::time < {_clock(rule.window.end)} then -1 else 0 end"


def _clock(at: time) -> str:
    return f"time '{at.isoformat()}'"
