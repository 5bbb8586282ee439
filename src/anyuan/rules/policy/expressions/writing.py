"""A tree as the text a person would write: brackets only where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from .nodes import COMPARISONS, Node, Op
from .types import Value

_INFIX: Mapping[Op, tuple[str, int]] = {
    Op.OR: ("or", 1),
    Op.AND: ("and", 2),
    **{op: (op.value, 4) for op in COMPARISONS},
    Op.ADD: ("+", 5),
    Op.SUBTRACT: ("-", 5),
    Op.ADD_DAYS: ("+", 5),
    Op.SUBTRACT_DAYS: ("-", 5),
    Op.DAYS_BETWEEN: ("-", 5),
    Op.MULTIPLY: ("*", 6),
    Op.DIVIDE: ("/", 6),
}
_ANY, _NOT, _COMPARED, _SUM, _SIGN, _WHOLE = 0, 3, 4, 5, 7, 8


def written(node: Node, least: int = _ANY) -> str:
    """The text of a node; in brackets when it binds less than ``least``."""
    text, binds = _text(node)
    return f"({text})" if binds < least else text


def _text(node: Node) -> tuple[str, int]:
    if node.op in (Op.WITHIN, Op.SETTLE):
        return _text(node.args[0])
    if node.op in _INFIX:
        sign, binds = _INFIX[node.op]
        # Comparisons are never strung together, and what stands on the right binds more.
        left = written(node.args[0], binds + (node.op in COMPARISONS))
        return f"{left} {sign} {written(node.args[1], binds + 1)}", binds
    special = _SPECIAL.get(node.op)
    return special(node) if special else (f"{node.op}({_list(node.args)})", _WHOLE)


def _list(args: tuple[Node, ...]) -> str:
    return ", ".join(written(arg) for arg in args)


def _literal(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int | float):
        return repr(float(value)).removesuffix(".0")
    return "'" + value.replace("'", "''") + "'"


def _negation(node: Node) -> tuple[str, int]:
    inner = node.args[0]
    if inner.op in _DENIED:
        return _DENIED[inner.op](inner, "not "), _COMPARED
    return f"not {written(inner, _NOT)}", _NOT


def _in(node: Node, denied: str = "") -> str:
    return f"{written(node.args[0], _SUM)} {denied}in ({_list(node.args[1:])})"


def _between(node: Node, denied: str = "") -> str:
    sought, low, high = (written(arg, _SUM) for arg in node.args)
    return f"{sought} {denied}between {low} and {high}"


def _is_null(node: Node, denied: str = "") -> str:
    return f"{written(node.args[0], _SUM)} is {denied}null"


def _case(node: Node) -> str:
    args = node.args
    branches = [
        f"when {written(args[place])} then {written(args[place + 1])}" for place in range(0, len(args) - 1, 2)
    ]
    default = [f"else {written(args[-1])}"] if len(args) % 2 else []
    return " ".join(["case", *branches, *default, "end"])


_DENIED: Mapping[Op, Callable[[Node, str], str]] = {Op.IN: _in, Op.BETWEEN: _between, Op.IS_NULL: _is_null}
_SPECIAL: Mapping[Op, Callable[[Node], tuple[str, int]]] = {
    Op.LITERAL: lambda node: (_literal(node.value), _WHOLE),
    Op.NULL: lambda node: (_literal(node.value), _WHOLE),
    Op.TODAY: lambda node: (node.op.value, _WHOLE),
    Op.FACT: lambda node: (node.key, _WHOLE),
    Op.PARAM: lambda node: (f"param('{node.key}')", _WHOLE),
    Op.NEGATE: lambda node: (f"-{written(node.args[0], _WHOLE)}", _SIGN),
    Op.NOT: _negation,
    Op.IN: lambda node: (_in(node), _COMPARED),
    Op.BETWEEN: lambda node: (_between(node), _COMPARED),
    Op.IS_NULL: lambda node: (_is_null(node), _COMPARED),
    Op.CASE: lambda node: (_case(node), _WHOLE),
}
