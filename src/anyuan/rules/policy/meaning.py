"""Expressions that run and can hardly be meant: texts nothing ever is, needs that are always met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .expressions.nodes import Node, Op

if TYPE_CHECKING:
    from .expressions import Expression

_CHOOSING = frozenset({Op.EQ, Op.NE, Op.IN})


def suggestion(word: str, known: Iterable[str]) -> str:
    """“Did you mean …?” with a leading space, or nothing."""
    near = get_close_matches(word, list(known), n=1)
    return " " + _("Did you mean “%(near)s”?") % {"near": near[0]} if near else ""


def strange_choices(expression: Expression) -> Iterator[tuple[str, int]]:
    """Texts compared with a name that can never be them: what is wrong, and the character where it stands."""
    for node in expression.root.walk():
        if node.op not in _CHOOSING:
            continue
        for named in node.args:
            if named.name is not None and named.name.choices:
                yield from _strange(named, node.args)


def _strange(named: Node, others: Iterable[Node]) -> Iterator[tuple[str, int]]:
    choices = named.name.choices if named.name is not None else ()
    for other in others:
        if other.op is Op.LITERAL and other.value not in choices:
            message = _("“%(name)s” is never “%(word)s”.") % {"name": named.key, "word": other.value}
            yield message + suggestion(str(other.value), choices), other.at


def always_met(op: str, have: Expression, need: Expression) -> bool:
    """Whether every number ``have`` can be fulfils ``need``; nobody has less than nothing."""
    if op == "at-least":
        return need.range.high <= max(have.range.low, 0)
    return op == "at-most" and need.range.low >= have.range.high
