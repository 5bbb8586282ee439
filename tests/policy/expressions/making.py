"""Random expressions of the grammar, and a table of rows on which engines like to differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from hypothesis import strategies as st

from anyuan.rules.policy.expressions import Env, Name, Type, Value

TODAY = date(2028, 2, 29)
FACTS = {
    name.key: name
    for name in (
        Name("small", Type.NUMBER, 0, 10),
        Name("count", Type.NUMBER, 0, 1_000_000),
        Name("signed", Type.NUMBER, -1e12, 1e12),
        Name("half", Type.NUMBER, -1000, 1000),
        Name("positive", Type.NUMBER, 0.5, 4),
        Name("upward", Type.NUMBER, 0),
        Name("open", Type.NUMBER),
        Name("wild", Type.NUMBER),
        Name("yes", Type.BOOL),
        Name("perhaps", Type.BOOL),
        Name("word", Type.TEXT),
        Name("other", Type.TEXT),
        Name("begins", Type.DATE),
        Name("ends", Type.DATE),
    )
}
PARAMS = {name.key: name for name in (Name("step", Type.NUMBER, 1, 1000), Name("loose", Type.NUMBER))}
ENV = Env(FACTS, PARAMS, today=True)
PARAM_VALUES: dict[str, Value] = {"step": 250.0, "loose": 0.0}

_HALVES = (-2.5, -1.5, -0.5, 0.0, 0.5, 1.5, 2.5, 999.5, -999.5, 0.49999999999999994, -0.49999999999999994)
_WIDE = (0.0, -0.0, 1.0, -1.0, 1e12, -1e12, 999_999_999_999.5, 1e6, 5e11, -7.25, 1e-6, 3.0)
_BEYOND = (1.0000000000000001e12, -1.1e12, 1e13, 1e300, -1e300, 1.7e308, 5e-324, -1e-300, 1e-160, 1e-12)
_ODD = (float("inf"), float("-inf"), float("nan"))
_WORDS = ("", "a", "A", "a ", "é", "e\u0301", "专职", "it's", "50%", "\\", "x\ty", "null")
_DATES = (date.min, date.max, date(1900, 2, 28), date(2028, 2, 29), date(2026, 9, 1), date(1582, 10, 15))
_POOLS: dict[str, tuple[Value, ...]] = {
    "small": (0.0, 1.0, 2.0, 3.0, 10.0, 0.5, 1e-6, 0.49999999999999994),
    "count": (0.0, 1.0, 99.0, 100.0, 1000.0, 1001.0, 1e6, 0.5),
    "signed": _WIDE,
    "half": _HALVES[:-2],
    "positive": (0.5, 1.0, 1.5, 4.0),
    "upward": (0.0, 0.5, 2.5, 1e12, 1.5e12, 1e300, 1e-300, 3.0),
    "open": (*_HALVES, *_WIDE, 2.0, 3.5),
    "wild": (*_WIDE, *_BEYOND, *_ODD),
    "yes": (True, False),
    "perhaps": (True, False),
    "word": _WORDS,
    "other": _WORDS,
    "begins": _DATES,
    "ends": _DATES,
}
_LITERALS = ("0", "1", "2", "0.5", "2.5", "100", "1e12", "999999999999.5", "1e-12", "0.1", "3", "1000000")
_TEXTS = ("''", "'a'", "'it''s'", "'50%'", "'专职'", "'\\'", "'e\u0301'")


def rows(many: int, seed: int) -> list[dict[str, Value]]:
    """Rows of values, a fifth of them null; the first has nothing but nulls."""
    random = Random(seed)
    made: list[dict[str, Value]] = [dict.fromkeys(_POOLS)]
    while len(made) < many:
        made.append(
            {key: None if random.random() < 0.2 else random.choice(pool) for key, pool in _POOLS.items()}
        )
    return made


class Maker:
    """Writes one random expression of a type, not deeper than asked; ``below(n)`` gives one of 0 .. n - 1."""

    def __init__(self, below: Callable[[int], int]) -> None:
        self.below = below

    def pick(self, *choices: str) -> str:
        return choices[self.below(len(choices))]

    def of(self, kind: Type, depth: int) -> str:
        if depth <= 0 or self.below(6) == 0:
            return self.leaf(kind)
        if self.below(5) == 0:
            return self.of_any(kind, depth - 1)
        makers = {Type.NUMBER: self.number, Type.BOOL: self.truth, Type.DATE: self.day}
        return makers[kind](depth - 1) if kind in makers else self.leaf(kind)

    def leaf(self, kind: Type) -> str:
        names = [key for key, name in FACTS.items() if name.type is kind]
        literals = {
            Type.NUMBER: (*_LITERALS, "param('step')", "param('loose')"),
            Type.BOOL: ("true", "false"),
            Type.TEXT: _TEXTS,
            Type.DATE: ("today", "date '2026-09-01'", "date '9999-12-31'"),
        }
        return self.pick(*names) if self.below(3) else self.pick(*literals[kind])

    def of_any(self, kind: Type, depth: int) -> str:
        """What exists for every type: case and coalesce."""
        if self.below(2):
            return f"coalesce({self.of(kind, depth)}, {self.of(kind, depth)})"
        branches = "".join(
            f" when {self.of(Type.BOOL, depth)} then {self.of(kind, depth)}" for _ in range(1 + self.below(3))
        )
        default = self.pick("", " else null", f" else {self.of(kind, depth)}")
        return f"case{branches}{default} end"

    def number(self, depth: int) -> str:
        shape = self.pick("infix", "infix", "infix", "function", "extreme", "negate", "days")
        if shape == "infix":
            sign = self.pick("+", "-", "*", "/")
            return f"({self.of(Type.NUMBER, depth)} {sign} {self.of(Type.NUMBER, depth)})"
        if shape == "function":
            return f"{self.pick('floor', 'ceil', 'round')}({self.of(Type.NUMBER, depth)})"
        if shape == "extreme":
            return self.extreme(Type.NUMBER, depth)
        if shape == "negate":
            return f"(- {self.of(Type.NUMBER, depth)})"
        return f"({self.of(Type.DATE, depth)} - {self.of(Type.DATE, depth)})"

    def extreme(self, kind: Type, depth: int) -> str:
        args = ", ".join(self.of(kind, depth) for _ in range(2 + self.below(2)))
        return f"{self.pick('greatest', 'least')}({args})"

    def day(self, depth: int) -> str:
        if self.below(4) == 0:
            return self.extreme(Type.DATE, depth)
        return f"({self.of(Type.DATE, depth)} {self.pick('+', '-')} {self.of(Type.NUMBER, depth)})"

    def truth(self, depth: int) -> str:
        shape = self.pick("compare", "compare", "equal", "join", "join", "not", "in", "between", "null")
        kind = Type(self.pick(*Type))
        ordered = Type(self.pick("number", "number", "date"))
        if shape == "compare":
            sign = self.pick("<", "<=", ">", ">=")
            return f"({self.of(ordered, depth)} {sign} {self.of(ordered, depth)})"
        if shape == "equal":
            return f"({self.of(kind, depth)} {self.pick('=', '<>')} {self.of(kind, depth)})"
        if shape == "join":
            return f"({self.of(Type.BOOL, depth)} {self.pick('and', 'or')} {self.of(Type.BOOL, depth)})"
        if shape == "not":
            return f"(not {self.of(Type.BOOL, depth)})"
        if shape == "null":
            return f"(({self.of(kind, depth)}) is {self.pick('', 'not ')}null)"
        denied = self.pick("", "not ")
        if shape == "in":
            return f"({self.of(kind, depth)} {denied}in ({self.of(kind, depth)}, {self.leaf(kind)}))"
        low, high = self.of(ordered, depth), self.of(ordered, depth)
        return f"({self.of(ordered, depth)} {denied}between {low} and {high})"


@st.composite
def texts(draw: st.DrawFn, depth: int = 4) -> str:
    """The text of one expression."""
    return Maker(lambda n: draw(st.integers(0, n - 1))).of(draw(st.sampled_from(list(Type))), depth)
