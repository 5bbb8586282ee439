"""Which answers a condition on a record asks for, as far as it says so plainly: what a form may fill in."""

from __future__ import annotations

from collections.abc import Mapping

from .nodes import Expression, Node, Op
from .types import Type, Value

_WRAPPING = frozenset({Op.WITHIN, Op.SETTLE})


def plain_answers(where: Expression, params: Mapping[str, Value]) -> dict[str, list[Value]]:
    """Field → the values that satisfy the condition, in the order it names them.

    Only conditions joined by ``and`` are read: ``field = 'x'``, ``field in (...)``, a yes-or-no field alone,
    and the least of ``field >= number`` (the number may be a param). A field that is asked twice keeps the
    values both allow. The rest is left to the person.
    """
    found: dict[str, list[Value]] = {}
    for part in _parts(where.root):
        answer = _answer(part, params)
        if answer is not None:
            key, values = answer
            found[key] = [v for v in found[key] if v in values] if key in found else values
    return found


def _bare(node: Node) -> Node:
    while node.op in _WRAPPING:
        node = node.args[0]
    return node


def _parts(node: Node) -> list[Node]:
    node = _bare(node)
    return [p for arg in node.args for p in _parts(arg)] if node.op is Op.AND else [node]


def _answer(node: Node, params: Mapping[str, Value]) -> tuple[str, list[Value]] | None:
    if node.op is Op.FACT and node.type is Type.BOOL:
        return node.key, [True]
    if node.op not in (Op.EQ, Op.IN, Op.GE) or _bare(node.args[0]).op is not Op.FACT:
        return None
    values = [_given(_bare(arg), params) for arg in node.args[1:]]
    return None if None in values else (_bare(node.args[0]).key, values)


def _given(node: Node, params: Mapping[str, Value]) -> Value:
    if node.op is Op.LITERAL:
        return node.value
    return params.get(node.key) if node.op is Op.PARAM else None
