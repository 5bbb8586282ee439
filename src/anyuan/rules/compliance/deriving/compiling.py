"""The documents' formulas as SQL: one row of arrays per unit instead of one statement per requirement.

An array is built by an expression the server compiles once and runs for every unit; ``unnest`` makes rows of
it. Text that depends on the documents only is kept; regions, params and periods are handed in as data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from anyuan.rules.policy.public import (
    Expression,
    FactDef,
    RegisterDef,
    Type,
    Value,
    fact_expression,
    to_sql,
)

from . import statement
from .hits import hits
from .naming import SQL_TYPES, param_type, quoted, shape, within
from .plan import Numbered, Version

_DIVIDE = "/"


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
    found = hits(duties, registers, names.registers, manner.wide)
    frame = statement.FRAME.replace(
        "SUBJECT_FACTS", statement.SUBJECT_FACTS_GIVEN if manner.given else statement.SUBJECT_FACTS_NOW
    ).replace("FACTS f", statement.FACTS_GIVEN if manner.given else f"{statement.FACTS_NOW} f")
    parts = [
        within(frame, manner.wide),
        f"cell as ({' union all '.join(cells or [statement.NO_CELLS])})",
        f"hit as {'' if manner.wide else 'materialized '}({found.each})",
        _verdicts(manner, found.alike),
    ]
    rules = [_rule_row(n, names) | {"ago": v.ago} for v in versions for n in v.rules]
    return Compiled("with " + ",\n".join(parts), json.dumps(rules, ensure_ascii=False), registers)


def _verdicts(manner: Manner, alike: str) -> str:
    """Our own words are put in before what the documents say, which might hold such a word itself."""
    amounts = statement.AMOUNTS.replace("ROWS", statement.EACH)
    if alike:
        amounts += " union all " + statement.AMOUNTS.replace("ROWS", statement.FIRST_ALIKE)
    once, ordered = (statement.ONCE, statement.ORDERED) if manner.turned else ("", "")
    text = statement.VERDICTS.replace("AMOUNTS", amounts).replace("ONCE", once).replace("ORDERED", ordered)
    text = text.replace("PERIODS", statement.PERIODS_BY_DAY if manner.wide else statement.PERIODS_BY_RANGE)
    return f"alike as materialized ({alike}),{text}" if alike else text


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

_SUBJECT = (
    "b.id as subject_id, b.code as subject_code, b.valid_from as subject_from, b.valid_to as subject_until, "
    "b.lacking, b.facts as subject_facts"
)
_UNIT_ITSELF = (
    "null::uuid as subject_id, '' as subject_code, null::date as subject_from, null::date as subject_until, "
    "false as lacking, null::jsonb as subject_facts"
)


def _cells(version: Version, per: str, rules: Sequence[Numbered], names: Names) -> str:
    columns = _Columns(per, version.params, names)
    found = [_cell(n, columns) for n in rules]
    if per:
        subject = _SUBJECT
        joins = f"join subject b on b.unit_id = a.unit_id and b.kind = {_quoted(per)} "
    else:
        subject, joins = _UNIT_ITSELF, ""
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
        return f"{record}.{quoted(key)}"

    def param(self, key: str) -> str:
        self._used["p"][key] = param_type(self._params[key])
        return f"p.{quoted(key)}"

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
        source = {"f": "k.facts", "g": "b.facts", "p": "a.params"}
        return " ".join(
            f"cross join lateral jsonb_to_record({source[record]}) as {record}({shape(columns)})"
            for record, columns in self._used.items()
            if columns
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
