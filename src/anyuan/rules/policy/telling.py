"""Expressions in words: the tree with a region's values in place of params, and what they decide left out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .expressions.nodes import COMPARISONS, Node, Op
from .expressions.types import Type
from .labels import number_words

if TYPE_CHECKING:
    from .expressions import Value

_COMPARE: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}
_SIGNS = {
    Op.EQ: "=",
    Op.NE: "≠",
    Op.LT: "<",
    Op.LE: "≤",
    Op.GT: ">",
    Op.GE: "≥",
    Op.ADD: "+",
    Op.SUBTRACT: "−",
    Op.MULTIPLY: "×",
    Op.DIVIDE: "÷",
    Op.ADD_DAYS: "+",
    Op.SUBTRACT_DAYS: "−",
    Op.DAYS_BETWEEN: "−",
}
_GUARDS = frozenset({Op.WITHIN, Op.SETTLE})
_HEIGHT = {Op.CASE: 0, Op.OR: 1, Op.AND: 2, Op.NOT: 3, Op.IN: 4, Op.BETWEEN: 4, Op.IS_NULL: 4} | {
    **dict.fromkeys(COMPARISONS, 4),
    **dict.fromkeys((Op.ADD, Op.SUBTRACT, Op.ADD_DAYS, Op.SUBTRACT_DAYS, Op.DAYS_BETWEEN), 5),
    **dict.fromkeys((Op.MULTIPLY, Op.DIVIDE), 6),
    Op.NEGATE: 7,
}
_HIGHEST = 8


def settled(node: Node, params: Mapping[str, Value]) -> Node:
    """The tree without params: their values stand there, and what these decide is decided."""
    if node.op in _GUARDS:
        return settled(node.args[0], params)
    if node.op is Op.PARAM:
        value = params.get(node.key)
        return node if value is None else Node(Op.LITERAL, node.type, value=value)
    made = replace(node, args=tuple(settled(arg, params) for arg in node.args))
    decide = {Op.AND: _joined, Op.OR: _joined, Op.CASE: _case}.get(node.op)
    if decide is not None:
        return decide(made)
    if made.op in COMPARISONS and all(a.op is Op.LITERAL for a in made.args):
        return _truth(_COMPARE[made.op](made.args[0].value, made.args[1].value))
    if made.op is Op.NOT and made.args[0].op is Op.LITERAL:
        return _truth(not made.args[0].value)
    return made


def _truth(value: bool) -> Node:
    return Node(Op.LITERAL, Type.BOOL, value=value)


def _joined(node: Node) -> Node:
    """And, or: the value that decides nothing is left out, the one that decides all is all there is."""
    decisive = node.op is Op.OR
    rest = []
    for arg in node.args:
        if arg.op is not Op.LITERAL:
            rest.append(arg)
        elif bool(arg.value) is decisive:
            return _truth(decisive)
    if len(rest) < 2:
        return rest[0] if rest else _truth(not decisive)
    return replace(node, args=tuple(rest))


def _case(node: Node) -> Node:
    pairs, rest = node.args[: len(node.args) // 2 * 2], node.args[len(node.args) // 2 * 2 :]
    kept: list[Node] = []
    for condition, result in zip(pairs[::2], pairs[1::2], strict=True):
        if condition.op is not Op.LITERAL:
            kept += [condition, result]
        elif condition.value:
            rest = (result,)
            break
    if not kept:
        return rest[0] if rest else Node(Op.NULL, node.type)
    return replace(node, args=(*kept, *rest))


class Teller:
    """Says a settled tree with these names of facts and fields, and these labels of texts."""

    def __init__(self, names: Mapping[str, str], texts: Mapping[str, str]) -> None:
        self._names, self._texts = names, texts

    def say(self, node: Node) -> str:
        plain: Callable[[Node], str] | None = {
            Op.LITERAL: self._literal,
            Op.FACT: self._name,
            Op.PARAM: self._name,
            Op.CASE: self._case,
            Op.IN: self._in,
            Op.BETWEEN: self._between,
        }.get(node.op)
        if plain is not None:
            return plain(node)
        if node.op in _SIGNS:
            return f" {_SIGNS[node.op]} ".join(self._inners(node))
        return self._worded(node)

    def _name(self, node: Node) -> str:
        return self._names.get(node.key, node.key)

    def _worded(self, node: Node) -> str:
        inner = self._inners(node)
        if node.op is Op.AND:
            return pgettext("formula", " and ").join(inner)
        if node.op is Op.OR:
            return pgettext("formula", " or ").join(inner)
        if node.op is Op.NOT:
            return _("not %(what)s") % {"what": inner[0]}
        if node.op is Op.IS_NULL:
            return _("%(what)s is unknown") % {"what": inner[0]}
        if node.op is Op.NEGATE:
            return f"−{inner[0]}"
        if node.op in (Op.NULL, Op.TODAY):
            return pgettext("formula", "today") if node.op is Op.TODAY else pgettext("formula", "unknown")
        return self._call(node)

    def _inners(self, node: Node) -> list[str]:
        return [self._inner(node, number) for number in range(len(node.args))]

    def _inner(self, node: Node, number: int) -> str:
        """An argument, in brackets where it would be read otherwise."""
        arg = node.args[number]
        said = self.say(arg)
        height, own = _HEIGHT.get(arg.op, _HIGHEST), _HEIGHT.get(node.op, _HIGHEST)
        subtracting = node.op in (Op.SUBTRACT, Op.DIVIDE) and number > 0
        mixed = node.op is Op.OR and arg.op is Op.AND
        loose = mixed or height < own or (height == own and (subtracting or arg.op is not node.op))
        return _("(%(inner)s)") % {"inner": said} if loose and height < _HIGHEST else said

    def _literal(self, node: Node) -> str:
        value = node.value
        if isinstance(value, bool):
            return pgettext("formula", "yes") if value else pgettext("formula", "no")
        if isinstance(value, int | float):
            return number_words(value)
        if isinstance(value, date):
            return value.isoformat()
        return _("“%(text)s”") % {"text": self._texts.get(str(value), str(value))}

    def _case(self, node: Node) -> str:
        pairs = node.args[: len(node.args) // 2 * 2]
        said = [
            _("if %(condition)s: %(result)s") % {"condition": self.say(c), "result": self._result(r)}
            for c, r in zip(pairs[::2], pairs[1::2], strict=True)
        ]
        if len(node.args) % 2:
            said.append(_("otherwise %(result)s") % {"result": self._result(node.args[-1])})
        return pgettext("cases", "; ").join(said)

    def _result(self, node: Node) -> str:
        said = self.say(node)
        return _("(%(inner)s)") % {"inner": said} if node.op is Op.CASE else said

    def _in(self, node: Node) -> str:
        options = pgettext("options", ", ").join(self.say(arg) for arg in node.args[1:])
        return _("%(what)s is one of %(options)s") % {"what": self._inner(node, 0), "options": options}

    def _between(self, node: Node) -> str:
        what, low, high = self._inners(node)
        return _("%(what)s is between %(low)s and %(high)s") % {"what": what, "low": low, "high": high}

    def _call(self, node: Node) -> str:
        arguments = pgettext("arguments", ", ").join(self._result(arg) for arg in node.args)
        words = {
            Op.GREATEST: _("the largest of (%(inner)s)"),
            Op.LEAST: _("the smallest of (%(inner)s)"),
            Op.COALESCE: _("the first known of (%(inner)s)"),
            Op.FLOOR: _("(%(inner)s) rounded down"),
            Op.CEIL: _("(%(inner)s) rounded up"),
            Op.ROUND: _("(%(inner)s) rounded"),
        }
        return words[node.op] % {"inner": arguments}
