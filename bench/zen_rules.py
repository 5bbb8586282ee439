"""The same standards for zen-engine: our tree written in its language, compiled once, run over the sample.

zen-engine refuses arithmetic and comparisons with null, so what is unknown must be asked for before each.
``guarded=False`` leaves that out: a text that only complete units can bear, the quickest there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import zen

from .engines import MET, OPERATORS, OUT, UNKNOWN, UNMET
from .rules import COMPARISONS, Node, Op, Rules, Standard, Type, may_be_zero

Unit = dict[str, Any]
Codes = list[int]
CHUNK = 200
"""Units handed over at once where a whole list is."""
_INFIX = {Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.DIVIDE, *COMPARISONS}
_WORDS = {Op.EQ: "==", Op.NE: "!="}
_SAME = {Op.WITHIN, Op.SETTLE}
"""Guards against numbers beyond 10^12 and against underflow; the sample holds neither."""


class Writer:
    """Writes nodes of one standard; ``of`` stands before every name."""

    def __init__(self, one: Standard, guarded: bool, of: str) -> None:
        self.one, self.guarded, self.of = one, guarded, of

    def standard(self) -> str:
        """The code of the verdict."""
        one = self.one
        applies, have = one.applies.root, one.have.root
        holds = self.value(have)
        unknown = self.unknown(have)
        if one.need is not None:
            need = one.need.root
            sign = OPERATORS[one.op].replace("=", "==") if one.op == "equals" else OPERATORS[one.op]
            holds = f"({holds} {sign} {self.value(need)})"
            unknown = _any([unknown, self.unknown(need)])
        inner = _if(unknown, str(UNKNOWN), f"({holds} ? {MET} : {UNMET})")
        return _if(self.unknown(applies), str(UNKNOWN), f"({self.value(applies)} ? {inner} : {OUT})")

    def unknown(self, node: Node) -> str:
        """Whether the node is null: never null itself."""
        if not self.guarded or node.op in (Op.LITERAL, Op.PARAM, Op.IS_NULL):
            return "false"
        if node.op is Op.NULL:
            return "true"
        if node.op is Op.FACT:
            return f"{self.value(node)} == null"
        parts = [self.unknown(arg) for arg in node.args]
        if node.op is Op.CASE:
            return self._branches(node, self.unknown, "true", lambda c, r: _if(c, "true", r))
        if node.op is Op.COALESCE:
            return "(" + " and ".join(parts) + ")"
        if node.op in (Op.AND, Op.OR):
            no = "" if node.op is Op.AND else "not "
            pairs = zip(parts, node.args, strict=True)
            open_ones = [_any([part, f"{no}{self.value(arg)}"]) for part, arg in pairs]
            some = _any(parts)
            return "false" if some == "false" else "(" + " and ".join([some, *open_ones]) + ")"
        if node.op is Op.DIVIDE and may_be_zero(node.args[1]):
            parts.append(f"{self.value(node.args[1])} == 0")
        return _any(parts)

    def value(self, node: Node) -> str:
        """The node where it is not null."""
        if node.op in (Op.FACT, Op.PARAM):
            key = node.key if node.op is Op.FACT else self.one.params[node.key]
            return f"{self.of}{key}"
        if node.op in (Op.LITERAL, Op.NULL):
            return _literal(node)
        if node.op is Op.CASE:
            return self._branches(node, self.value, "null", lambda _c, r: r)
        if node.op in (Op.AND, Op.OR):
            return "(" + f" {node.op} ".join(self._surely(arg) for arg in node.args) + ")"
        args = [self.value(arg) for arg in node.args]
        if node.op in _SAME:
            return args[0]
        if node.op in _INFIX:
            return "(" + f" {_WORDS.get(node.op, str(node.op))} ".join(args) + ")"
        return _FORMS[node.op](args)

    def _surely(self, node: Node) -> str:
        """A boolean with false for null."""
        return _if(self.unknown(node), "false", self.value(node))

    def _branches(
        self, node: Node, write: Callable[[Node], str], default: str, frame: Callable[[str, str], str]
    ) -> str:
        args = node.args
        text = write(args[-1]) if len(args) % 2 else default
        for place in range(len(args) // 2 * 2 - 2, -1, -2):
            condition, result = args[place], write(args[place + 1])
            if result != text or write(condition) != "false":
                text = frame(self.unknown(condition), f"({self.value(condition)} ? {result} : {text})")
        return text


_FORMS: dict[Op, Callable[[list[str]], str]] = {
    Op.NEGATE: lambda a: f"(-{a[0]})",
    Op.NOT: lambda a: f"(not {a[0]})",
    Op.FLOOR: lambda a: f"floor({a[0]})",
    Op.CEIL: lambda a: f"ceil({a[0]})",
    Op.ROUND: lambda a: f"round({a[0]})",
    Op.GREATEST: lambda a: f"max([{', '.join(a)}])",
    Op.LEAST: lambda a: f"min([{', '.join(a)}])",
    Op.COALESCE: lambda a: f"({' ?? '.join(a)})",
    Op.IN: lambda a: f"({a[0]} in [{', '.join(a[1:])}])",
    Op.BETWEEN: lambda a: f"({a[0]} >= {a[1]} and {a[0]} <= {a[2]})",
    Op.IS_NULL: lambda a: f"({a[0]} == null)",
}


def _literal(node: Node) -> str:
    if isinstance(node.value, bool) or node.value is None:
        return "null" if node.value is None else str(node.value).lower()
    return f"{node.value:.15g}" if node.type is Type.NUMBER else f"'{node.value}'"


def _any(parts: list[str]) -> str:
    found = [part for part in dict.fromkeys(parts) if part != "false"]
    if "true" in found:
        return "true"
    return f"({' or '.join(found)})" if found else "false"


def _if(condition: str, then: str, other: str) -> str:
    if condition == "false":
        return other
    return f"({condition} ? {then} : {other})"


def run(rules: Rules, units: list[Unit], *, guarded: bool) -> tuple[dict[str, float], list[Codes]]:
    """Evaluations a second in three ways of calling it, and the verdicts of each unit."""
    texts = [Writer(one, guarded, "").standard() for one in rules.standards]
    single = [zen.compile_expression(text) for text in texts]
    whole = zen.compile_expression(f"[{', '.join(texts)}]")
    each = ", ".join(Writer(one, guarded, "#.").standard() for one in rules.standards)
    listed = zen.compile_expression(f"map(units, [{each}])")
    reads = [
        {*(k for e in one.expressions for k in e.facts), *one.params.values()} for one in rules.standards
    ]
    contexts = [[{key: unit.get(key) for key in keys} for keys in reads] for unit in units]
    chunks = [{"units": units[n : n + CHUNK]} for n in range(0, len(units), CHUNK)]
    number = len(units) * len(rules.standards)

    def by_list() -> list[Codes]:
        return [row for chunk in chunks for row in listed.evaluate(chunk)]

    def by_unit() -> list[Codes]:
        return [whole.evaluate(unit) for unit in units]

    def by_standard() -> list[Codes]:
        return [[e.evaluate(context) for e, context in zip(single, row, strict=True)] for row in contexts]

    rates = {}
    found: list[list[Codes]] = []
    for name, way in (("a call per standard", by_standard), ("a call per unit", by_unit),
                      (f"a call per {CHUNK} units", by_list)):  # fmt: skip
        start = time.perf_counter()
        found.append([[int(code) for code in row] for row in way()])
        rates[name] = number / (time.perf_counter() - start)
    if not found[0] == found[1] == found[2]:
        raise SystemExit("zen-engine gives different verdicts for different ways of calling it.")
    return rates, found[0]
