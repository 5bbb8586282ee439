"""Static intervals: how far from zero, and how near to it, each number can get; guards only where needed.

Two guards exist. ``WITHIN`` makes a number beyond its bound unknown. ``SETTLE`` makes a number that is nearer
to zero than about 1e-106 zero, so that no product or quotient falls below what a double can hold (PostgreSQL
treats that as an error). Intervals of doubles are exact here: rounding is monotone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import ceil, floor, inf

from .nodes import Node, Op, Range
from .types import BOUND, MOST_DAYS, Type

SETTLING = 1e-90
"""Added and taken away again: numbers much nearer to zero vanish, all others stay what they are."""
_SETTLED = 1e-107
_NEAREST = 1e-290
_FARTHEST = 1e290
_HALF_ULP = 2.0**-53


def protect(node: Node) -> Node:
    """The same tree with ranges filled in and guards where the ranges cannot prove a number harmless."""
    if node.op is Op.NULL:
        return node
    args = tuple(protect(arg) for arg in node.args)
    if node.op is Op.MULTIPLY:
        args = _for_product(*args)
    elif node.op is Op.DIVIDE:
        args = _for_quotient(*args)
    elif node.op in (Op.ADD_DAYS, Op.SUBTRACT_DAYS):
        args = (args[0], _within(args[1], MOST_DAYS))
    known = _ranged(node, args) if node.type is Type.NUMBER else Range()
    done = replace(node, args=args, range=known, nullable=_nullable(node, args))
    return _within(done, BOUND) if node.type is Type.NUMBER else done


def _within(node: Node, bound: float) -> Node:
    known = node.range
    if -bound <= known.low and known.high <= bound:
        return node
    kept = Range(max(known.low, -bound), min(known.high, bound), known.finest)
    return Node(Op.WITHIN, node.type, (node,), float(bound), range=kept, at=node.at)


def _settled(node: Node, limit: float) -> Node:
    if node.range.nearest >= limit:
        return node
    low, high = (0.0 if abs(end) < SETTLING else end for end in node.range[:2])
    kept = Range(low, high, _SETTLED)
    return Node(Op.SETTLE, node.type, (node,), range=kept, nullable=node.nullable, at=node.at)


def _for_product(left: Node, right: Node) -> tuple[Node, Node]:
    if left.range.nearest * right.range.nearest >= _NEAREST:
        return left, right
    return _settled(left, _SETTLED), _settled(right, _SETTLED)


def _for_quotient(left: Node, right: Node) -> tuple[Node, Node]:
    if right.range.nearest < BOUND / _FARTHEST:
        right = _settled(right, _SETTLED)
    return _settled(left, _NEAREST * BOUND), right


def _ranged(node: Node, args: tuple[Node, ...]) -> Range:
    """The range of a node from the ranges of its parts."""
    if node.op in (Op.FACT, Op.PARAM):
        return _declared(node)
    if node.op is Op.LITERAL:
        return node.range
    if node.op is Op.DAYS_BETWEEN:
        return Range(-2e8, 2e8, 1.0)
    if node.op is Op.CASE:
        return _union([one.range for one in results(args) if one.op is not Op.NULL])
    return _RULES[node.op]([arg.range for arg in args])


def _declared(node: Node) -> Range:
    """A declared side is trusted; an open one may be anything."""
    name = node.name
    if name is None or (name.least is None and name.most is None):
        return Range()
    low = -inf if name.least is None else float(name.least)
    high = inf if name.most is None else float(name.most)
    trusted = name.least is not None and name.most is not None
    return Range(low, high, name.finest if trusted else 0.0)


def results(args: tuple[Node, ...]) -> tuple[Node, ...]:
    """The results among the parts of a CASE."""
    return args[1::2] + args[len(args) - len(args) % 2 :]


def _union(known: list[Range]) -> Range:
    return Range(min(r.low for r in known), max(r.high for r in known), min(r.nearest for r in known))


def _sum(known: list[Range]) -> Range:
    a, b = known
    return Range(a.low + b.low, a.high + b.high, min(a.nearest, b.nearest) * _HALF_ULP)


def _difference(known: list[Range]) -> Range:
    a, b = known
    return _sum([a, Range(-b.high, -b.low, b.finest)])


def _product(known: list[Range]) -> Range:
    a, b = known
    corners = [x * y for x, y in product(a[:2], b[:2])]
    return Range(min(corners), max(corners), a.nearest * b.nearest)


def _quotient(known: list[Range]) -> Range:
    a, b = known
    ends = [end for end in (b.low, b.high, -b.nearest, b.nearest) if end and b.low <= end <= b.high]
    if not ends:
        return Range(0.0, 0.0, 1.0)
    corners = [x / y for x, y in product(a[:2], ends)]
    return Range(min(corners), max(corners), a.nearest / b.size)


def _negated(known: list[Range]) -> Range:
    return Range(-known[0].high, -known[0].low, known[0].finest)


def _greatest(known: list[Range]) -> Range:
    return _union(known)._replace(low=max(r.low for r in known))


def _least(known: list[Range]) -> Range:
    return _union(known)._replace(high=min(r.high for r in known))


def _floored(known: list[Range]) -> Range:
    return Range(float(floor(known[0].low)), float(floor(known[0].high)), 1.0)


def _ceiled(known: list[Range]) -> Range:
    return Range(float(ceil(known[0].low)), float(ceil(known[0].high)), 1.0)


def _rounded(known: list[Range]) -> Range:
    return Range(float(floor(known[0].low)), float(ceil(known[0].high)), 1.0)


_RULES: dict[Op, Callable[[list[Range]], Range]] = {
    Op.ADD: _sum,
    Op.SUBTRACT: _difference,
    Op.MULTIPLY: _product,
    Op.DIVIDE: _quotient,
    Op.NEGATE: _negated,
    Op.COALESCE: _union,
    Op.GREATEST: _greatest,
    Op.LEAST: _least,
    Op.FLOOR: _floored,
    Op.CEIL: _ceiled,
    Op.ROUND: _rounded,
}


def may_be_zero(node: Node) -> bool:
    """Whether a divisor can be zero."""
    return node.range.low <= 0 <= node.range.high


def _nullable(node: Node, args: tuple[Node, ...]) -> bool:
    """Whether the node itself, its guard left aside, can be unknown."""
    if not args:
        return node.nullable
    if node.op is Op.IS_NULL:
        return False
    if node.op is Op.COALESCE:
        return all(arg.nullable for arg in args)
    if node.op is Op.CASE and len(args) % 2 == 0:
        return True
    if node.op is Op.DIVIDE and may_be_zero(args[1]):
        return True
    return any(arg.nullable for arg in args)
