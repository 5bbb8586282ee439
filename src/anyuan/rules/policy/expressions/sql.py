"""The protected tree as SQL of one engine. Only our own words, the caller's columns and escaped literals."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf, nextafter
from typing import Literal

from sqlglot import exp

from .nodes import COMPARISONS, Expression, Node, Op
from .ranges import SETTLING, may_be_zero
from .types import Type, Value

Dialect = Literal["postgres", "duckdb"]
_TYPES: Mapping[Dialect, Mapping[Type, str]] = {
    "postgres": {Type.NUMBER: "float8", Type.BOOL: "boolean", Type.TEXT: "text", Type.DATE: "date"},
    "duckdb": {Type.NUMBER: "double", Type.BOOL: "boolean", Type.TEXT: "varchar", Type.DATE: "date"},
}
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
_INFIX = {Op.ADD, Op.SUBTRACT, Op.MULTIPLY, *COMPARISONS, Op.AND, Op.OR}
_STRICT = _INFIX - {Op.AND, Op.OR} | {Op.NOT, Op.NEGATE, Op.FLOOR, Op.CEIL, Op.ROUND, Op.DAYS_BETWEEN}
_BELOW_HALF = "0.49999999999999994"
_PAST_HALF = "0.5000000000000142"  # 0.5 * (1 + 2**-45): a half of an odd number lies just past the tie
_NO_NAMES: frozenset[str] = frozenset()


def to_sql(
    expression: Expression,
    dialect: Dialect,
    fact: Callable[[str], str],
    param: Callable[[str], str],
    today: str = "current_date",
) -> str:
    """The expression as a scalar of one engine.

    ``fact`` and ``param`` give the SQL of a column typed as the name's type (number: double precision); a
    column must hold what its name declares. The answer never raises an error in the database and holds no
    per cent sign, so that it may stand in a statement with parameters.
    """
    writer = _Writer(dialect, fact, param, today)
    written = writer.write(expression.root, _NO_NAMES)
    if expression.type is not Type.DATE or expression.root.op in (Op.FACT, Op.PARAM, Op.TODAY):
        return written
    first, last = (writer.literal(day, Type.DATE) for day in (date.min, date.max))
    return f"case when {written} between {first} and {last} then {written} end"


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes nodes. ``known``: columns that are not null where the text will stand."""

    dialect: Dialect
    fact: Callable[[str], str]
    param: Callable[[str], str]
    today: str

    def write(self, node: Node, known: frozenset[str]) -> str:
        """The SQL of a node, in brackets where it needs them."""
        if node.op in (Op.FACT, Op.PARAM):
            return self._column(node)
        if node.op in _INFIX:
            return "(" + f" {node.op} ".join(self.write(arg, known) for arg in node.args) + ")"
        special = _SPECIAL.get(node.op)
        return special(self, node, known) if special else self._call(node, known)

    def literal(self, value: Value, kind: Type) -> str:
        """A literal of a type; numbers are doubles on both engines."""
        if value is None:
            return f"null::{_TYPES[self.dialect][kind]}"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return self._number(float(value))
        if isinstance(value, date):
            return f"date '{value.isoformat()}'"
        parts = [exp.Literal.string(part).sql(dialect=self.dialect) for part in value.split("%")]
        return "(" + " || chr(37) || ".join(parts) + ")" if len(parts) > 1 else parts[0]

    def _number(self, number: float) -> str:
        written = repr(number).removesuffix(".0")
        if self.dialect == "duckdb":
            return written if "e" in written else f"{written}e0"
        return f"{written}::float8"

    def _column(self, node: Node) -> str:
        column = (self.fact if node.op is Op.FACT else self.param)(node.key)
        return column if _SIMPLE.fullmatch(column) else f"({column})"

    def _call(self, node: Node, known: frozenset[str]) -> str:
        return f"{node.op}(" + ", ".join(self.write(arg, known) for arg in node.args) + ")"

    def leaf(self, node: Node, known: frozenset[str]) -> str:
        """A literal, null or today."""
        return self.today if node.op is Op.TODAY else self.literal(node.value, node.type)

    def divide(self, node: Node, known: frozenset[str]) -> str:
        """A quotient; a divisor that may be zero becomes null."""
        left, right = (self.write(arg, known) for arg in node.args)
        divisor = f"nullif({right}, {self._number(0.0)})" if may_be_zero(node.args[1]) else right
        return f"({left} / {divisor})"

    def negate(self, node: Node, known: frozenset[str]) -> str:
        """A number with its sign turned."""
        return f"(- {self.write(node.args[0], known)})"

    def negation(self, node: Node, known: frozenset[str]) -> str:
        """not."""
        return f"(not {self.write(node.args[0], known)})"

    def add_days(self, node: Node, known: frozenset[str]) -> str:
        """A date some whole days later or earlier."""
        day, days = (self.write(arg, known) for arg in node.args)
        sign = "+" if node.op is Op.ADD_DAYS else "-"
        return f"({day} {sign} cast(floor({days}) as integer))"

    def days_between(self, node: Node, known: frozenset[str]) -> str:
        """Days from the second date to the first, a number."""
        later, earlier = (self.write(arg, known) for arg in node.args)
        return f"cast({later} - {earlier} as {_TYPES[self.dialect][Type.NUMBER]})"

    def within(self, node: Node, known: frozenset[str]) -> str:
        """Null beyond a bound, without writing the inner text twice."""
        inner, written = node.args[0], self.write(node.args[0], known)
        bound = float(node.value) if isinstance(node.value, float) else inf
        beyond = nextafter(bound, inf)
        if inner.range.high > bound:
            limit = self._number(beyond)
            written = f"nullif(least({written}, {limit}), {limit})"
        if inner.range.low < -bound:
            limit = f"({self._number(-beyond)})"
            written = f"nullif(greatest({written}, {limit}), {limit})"
        return written

    def settle(self, node: Node, known: frozenset[str]) -> str:
        """Zero for what is nearer to zero than a product may carry."""
        by = self._number(SETTLING)
        return f"(({self.write(node.args[0], known)} + {by}) - {by})"

    def round(self, node: Node, known: frozenset[str]) -> str:
        """Half away from zero; PostgreSQL alone would round a double's half to even."""
        inner = self.write(node.args[0], known)
        if self.dialect == "duckdb":
            return f"round({inner})"
        if node.args[0].range.low >= 0:
            return f"floor({inner} + {_BELOW_HALF}::float8)"
        return f"round(trunc({inner} * 2::float8) * {_PAST_HALF}::float8)"

    def listed(self, node: Node, known: frozenset[str]) -> str:
        """in."""
        sought, *others = (self.write(arg, known) for arg in node.args)
        return f"({sought} in ({', '.join(others)}))"

    def between(self, node: Node, known: frozenset[str]) -> str:
        """between."""
        sought, low, high = (self.write(arg, known) for arg in node.args)
        return f"({sought} between {low} and {high})"

    def is_null(self, node: Node, known: frozenset[str]) -> str:
        """is null."""
        return f"({self.write(node.args[0], known)} is null)"

    def extreme(self, node: Node, known: frozenset[str]) -> str:
        """greatest and least, null as soon as one value is: an unknown value stands as one past all others,
        which then becomes null."""
        greatest = node.op is Op.GREATEST
        if node.type is Type.DATE:
            past = f"date '{'' if greatest else '-'}infinity'"
        else:
            past = f"({self._number(1e13 if greatest else -1e13)})"
        parts, open_ones = [], False
        for arg in node.args:
            written = self.write(arg, known)
            if self._sure(arg, known):
                parts.append(written)
            else:
                parts.append(f"coalesce({written}, {past})")
                open_ones = True
        called = f"{node.op}({', '.join(parts)})"
        return f"nullif({called}, {past})" if open_ones else called

    def case(self, node: Node, known: frozenset[str]) -> str:
        """case, null as soon as a condition on the way is."""
        parts: list[str] = []
        args = node.args
        for place in range(0, len(args) - 1, 2):
            condition, result = args[place : place + 2]
            columns = self._columns(condition, known)
            if columns is None:
                rest = self._rest(node, place + 2, known)
                asked, then = self.write(condition, known), self.write(result, known)
                nested = f"case {asked} when true then {then} when false then {rest} end"
                return f"case {' '.join(parts)} else {nested} end" if parts else nested
            if columns:
                asked = " or ".join(f"{column} is null" for column in sorted(columns))
                parts.append(f"when {asked} then null")
                known |= columns
            parts.append(f"when {self.write(condition, known)} then {self.write(result, known)}")
        default = f" else {self.write(args[-1], known)}" if len(args) % 2 else ""
        return f"case {' '.join(parts)}{default} end"

    def _rest(self, node: Node, place: int, known: frozenset[str]) -> str:
        """What a case comes to when none of its branches before ``place`` holds."""
        rest = node.args[place:]
        if len(rest) > 1:
            kept = Node(Op.CASE, node.type, rest, range=node.range, at=node.at)
            return self.case(kept, known)
        return self.write(rest[0], known) if rest else self.literal(None, node.type)

    def _sure(self, node: Node, known: frozenset[str]) -> bool:
        """Whether a node cannot be null here."""
        return not node.nullable or self._columns(node, known) == _NO_NAMES

    def _columns(self, node: Node, known: frozenset[str]) -> frozenset[str] | None:
        """The columns one of which is null exactly when the node is; None when it is not so simple."""
        if not node.nullable:
            return _NO_NAMES
        if node.op in (Op.FACT, Op.PARAM):
            return frozenset({self._column(node)}) - known
        whole = node.op in _STRICT or (node.op is Op.DIVIDE and not may_be_zero(node.args[1]))
        if node.op in (Op.IN, Op.BETWEEN):
            # With values that are never null beside it, only the first decides.
            whole = all(self._columns(arg, known) == _NO_NAMES for arg in node.args[1:])
        parts = [self._columns(arg, known) for arg in node.args] if whole else [None]
        found = [part for part in parts if part is not None]
        return frozenset().union(*found) if len(found) == len(parts) else None


_SPECIAL: Mapping[Op, Callable[[_Writer, Node, frozenset[str]], str]] = {
    Op.LITERAL: _Writer.leaf,
    Op.NULL: _Writer.leaf,
    Op.TODAY: _Writer.leaf,
    Op.DIVIDE: _Writer.divide,
    Op.NEGATE: _Writer.negate,
    Op.NOT: _Writer.negation,
    Op.ADD_DAYS: _Writer.add_days,
    Op.SUBTRACT_DAYS: _Writer.add_days,
    Op.DAYS_BETWEEN: _Writer.days_between,
    Op.WITHIN: _Writer.within,
    Op.SETTLE: _Writer.settle,
    Op.ROUND: _Writer.round,
    Op.IN: _Writer.listed,
    Op.BETWEEN: _Writer.between,
    Op.IS_NULL: _Writer.is_null,
    Op.GREATEST: _Writer.extreme,
    Op.LEAST: _Writer.extreme,
    Op.CASE: _Writer.case,
}
