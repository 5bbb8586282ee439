"""The tree an expression becomes: few kinds of node, each typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import NamedTuple

from .types import Name, Type, Value


class Op(StrEnum):
    """Every kind of node there is; the texts are what a person writes."""

    LITERAL = "literal"
    NULL = "null"
    FACT = "fact"
    PARAM = "param"
    TODAY = "today"
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    NEGATE = "negate"
    ADD_DAYS = "add days"
    SUBTRACT_DAYS = "subtract days"
    DAYS_BETWEEN = "days between"
    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    AND = "and"
    OR = "or"
    NOT = "not"
    CASE = "case"
    COALESCE = "coalesce"
    GREATEST = "greatest"
    LEAST = "least"
    FLOOR = "floor"
    CEIL = "ceil"
    ROUND = "round"
    IN = "in"
    BETWEEN = "between"
    IS_NULL = "is null"
    WITHIN = "within"
    SETTLE = "settle"


LEAVES = frozenset({Op.LITERAL, Op.NULL, Op.FACT, Op.PARAM, Op.TODAY})
COMPARISONS = frozenset({Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE})


class Range(NamedTuple):
    """What is known of a number before any value is: its bounds, and how near to zero it can be without
    being zero."""

    low: float = -inf
    high: float = inf
    finest: float = 0.0

    @property
    def size(self) -> float:
        """The greatest distance from zero."""
        return max(abs(self.low), abs(self.high))

    @property
    def nearest(self) -> float:
        """The least distance from zero of a value that is not zero."""
        if self.low > 0:
            return max(self.low, self.finest)
        if self.high < 0:
            return max(-self.high, self.finest)
        return self.finest


ANYTHING = Range()


@dataclass(frozen=True, slots=True)
class Node:
    """One node. ``value``: a literal's value, the bound of WITHIN. CASE: condition, result, ..., and an odd
    last one for ``else``. IN: what is looked for, then the list. ``ranges.protect`` fills in ``range``."""

    op: Op
    type: Type
    args: tuple[Node, ...] = ()
    value: Value = None
    name: Name | None = None
    range: Range = ANYTHING
    nullable: bool = True
    at: int = field(default=0, compare=False)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    @property
    def key(self) -> str:
        """The key of a fact or parameter.

        Raises ValueError for any other node.
        """
        if self.name is None:
            raise ValueError(f"{self.op} has no key")
        return self.name.key


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: its text, its type, what it reads, and the protected tree the engines run."""

    text: str
    type: Type
    facts: frozenset[str]
    params: frozenset[str]
    uses_today: bool
    root: Node = field(repr=False)

    @property
    def range(self) -> Range:
        """What is known of a number result without looking at any value."""
        return self.root.range
