"""The protected tree in Python, with the reasons of everything unknown: the same answers as the engines."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil, copysign, floor, inf
from typing import NamedTuple

from .nodes import COMPARISONS, Expression, Node, Op
from .ranges import SETTLING
from .types import BOUND, Type, Value

_BELOW_HALF = 0.49999999999999994
_COMPARE: Mapping[Op, Callable[[float | str, float | str], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


class Cause(NamedTuple):
    """Why something is unknown: ``missing`` (with the key of the fact or parameter), ``division-by-zero`` or
    ``overflow``."""

    reason: str
    key: str = ""


class Found(NamedTuple):
    """A value while it is worked out: dates are days since 0001-01-01 plus one, truth is 1.0 or 0.0."""

    value: float | str | None
    causes: frozenset[Cause] = frozenset()


_TRUE, _FALSE = Found(1.0), Found(0.0)


def evaluate(
    expression: Expression,
    facts: Mapping[str, Value],
    params: Mapping[str, Value],
    today: date | None = None,
) -> Value:
    """The value for one set of facts; None is unknown.

    A key that is absent is unknown. Dates may be given as ISO text. Raises ValueError when a value is not of
    its name's type, or the expression asks for the day and none is given.
    """
    return outward(Evaluation(facts, params, today).of(expression.root), expression.type)


def outward(found: Found, kind: Type) -> Value:
    """A value as people see it."""
    if found.value is None or isinstance(found.value, str):
        return found.value
    if kind is Type.BOOL:
        return bool(found.value)
    if kind is Type.DATE:
        ordinal = int(found.value)
        return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
    return found.value + 0.0


@dataclass(slots=True)
class Evaluation:
    """One evaluation; ``seen`` keeps what every node that was needed came to, in order."""

    facts: Mapping[str, Value]
    params: Mapping[str, Value]
    today: date | None
    seen: list[tuple[Node, Found]] = field(default_factory=list)

    def of(self, node: Node) -> Found:
        """What a node comes to.

        Raises ValueError as evaluate does.
        """
        special = _SPECIAL.get(node.op)
        found = special(self, node) if special else self._strict(node)
        self.seen.append((node, found))
        return found

    # -- leaves

    def named(self, node: Node) -> Found:
        """A fact or parameter."""
        value = (self.facts if node.op is Op.FACT else self.params).get(node.key)
        if value is None:
            return Found(None, frozenset({Cause("missing", node.key)}))
        found = _inward(value, node.type)
        if found is None:
            raise ValueError(f"{node.key}: expected a {node.type}, found {value!r}")
        if node.type is Type.NUMBER and not (isinstance(found, float) and abs(found) <= BOUND):
            return Found(None, frozenset({Cause("overflow")}))
        return Found(found)

    def literal(self, node: Node) -> Found:
        """A literal or null."""
        return Found(None if node.value is None else _inward(node.value, node.type))

    def day(self, node: Node) -> Found:
        """today."""
        if self.today is None:
            raise ValueError("the expression asks for the day, and none is given")
        return Found(float(self.today.toordinal()))

    # -- what is unknown as soon as one part is

    def _strict(self, node: Node) -> Found:
        found = [self.of(arg) for arg in node.args]
        causes = frozenset().union(*(one.causes for one in found if one.value is None))
        values = [one.value for one in found if one.value is not None]
        if len(values) < len(found):
            return Found(None, causes)
        if node.op in COMPARISONS:
            return _TRUE if _COMPARE[node.op](values[0], values[1]) else _FALSE
        numbers = [float(value) for value in values]
        if node.op is Op.DIVIDE:
            return _divide(*numbers)
        if node.op is Op.WITHIN:
            return _within(numbers[0], node.value)
        return Found(_COMPUTE[node.op](numbers))

    # -- what is not

    def joined(self, node: Node) -> Found:
        """and, or: three-valued."""
        return _join(node.op is Op.OR, [self.of(arg) for arg in node.args])

    def negation(self, node: Node) -> Found:
        """not."""
        inner = self.of(node.args[0])
        if inner.value is None:
            return inner
        return _FALSE if inner.value else _TRUE

    def case(self, node: Node) -> Found:
        """The result of the first condition that holds; an unknown one on the way makes it unknown."""
        args = node.args
        for place in range(0, len(args) - 1, 2):
            asked = self.of(args[place])
            if asked.value is None:
                return asked
            if asked.value:
                return self.of(args[place + 1])
        return self.of(args[-1]) if len(args) % 2 else Found(None)

    def coalesce(self, node: Node) -> Found:
        """The first value that is known."""
        causes: frozenset[Cause] = frozenset()
        for arg in node.args:
            found = self.of(arg)
            if found.value is not None:
                return found
            causes |= found.causes
        return Found(None, causes)

    def is_null(self, node: Node) -> Found:
        """is null."""
        return _TRUE if self.of(node.args[0]).value is None else _FALSE

    def listed(self, node: Node) -> Found:
        """in: one equal value is enough; else an unknown one leaves it open."""
        sought, *others = (self.of(arg) for arg in node.args)
        return _join(True, [_compared(operator.eq, sought, other) for other in others])

    def between(self, node: Node) -> Found:
        """between: both bounds belong to it."""
        sought, low, high = (self.of(arg) for arg in node.args)
        return _join(False, [_compared(operator.ge, sought, low), _compared(operator.le, sought, high)])


def _inward(value: Value, kind: Type) -> float | str | None:
    """A value as it is worked with; None when it is not of the type."""
    if kind is Type.TEXT:
        return value if isinstance(value, str) else None
    if kind is Type.BOOL:
        return float(value) if isinstance(value, bool) else None
    if kind is Type.DATE:
        return _ordinal(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return inf


def _ordinal(value: Value) -> float | None:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    return float(value.toordinal()) if isinstance(value, date) else None


def _join(disjunction: bool, found: list[Found]) -> Found:
    """or (and) of truth values: a true (false) one decides, else an unknown one leaves it open."""
    if any(one.value is not None and bool(one.value) is disjunction for one in found):
        return _TRUE if disjunction else _FALSE
    if any(one.value is None for one in found):
        return Found(None, frozenset().union(*(one.causes for one in found if one.value is None)))
    return _FALSE if disjunction else _TRUE


def _compared(compare: Callable[[float | str, float | str], bool], left: Found, right: Found) -> Found:
    if left.value is None or right.value is None:
        return Found(None, frozenset().union(*(one.causes for one in (left, right) if one.value is None)))
    return _TRUE if compare(left.value, right.value) else _FALSE


def _divide(left: float, right: float) -> Found:
    if right == 0:
        return Found(None, frozenset({Cause("division-by-zero")}))
    return Found(left / right)


def _within(value: float, bound: Value) -> Found:
    if isinstance(bound, float) and not abs(value) <= bound:
        return Found(None, frozenset({Cause("overflow")}))
    return Found(value)


_COMPUTE: Mapping[Op, Callable[[list[float]], float]] = {
    Op.ADD: lambda v: v[0] + v[1],
    Op.SUBTRACT: lambda v: v[0] - v[1],
    Op.MULTIPLY: lambda v: v[0] * v[1],
    Op.NEGATE: lambda v: -v[0],
    Op.ADD_DAYS: lambda v: v[0] + floor(v[1]),
    Op.SUBTRACT_DAYS: lambda v: v[0] - floor(v[1]),
    Op.DAYS_BETWEEN: lambda v: v[0] - v[1],
    Op.GREATEST: max,
    Op.LEAST: min,
    Op.FLOOR: lambda v: float(floor(v[0])),
    Op.CEIL: lambda v: float(ceil(v[0])),
    Op.ROUND: lambda v: copysign(floor(abs(v[0]) + _BELOW_HALF), v[0]),
    Op.SETTLE: lambda v: (v[0] + SETTLING) - SETTLING,
}
_SPECIAL: Mapping[Op, Callable[[Evaluation, Node], Found]] = {
    Op.FACT: Evaluation.named,
    Op.PARAM: Evaluation.named,
    Op.LITERAL: Evaluation.literal,
    Op.NULL: Evaluation.literal,
    Op.TODAY: Evaluation.day,
    Op.AND: Evaluation.joined,
    Op.OR: Evaluation.joined,
    Op.NOT: Evaluation.negation,
    Op.CASE: Evaluation.case,
    Op.COALESCE: Evaluation.coalesce,
    Op.IS_NULL: Evaluation.is_null,
    Op.IN: Evaluation.listed,
    Op.BETWEEN: Evaluation.between,
}
