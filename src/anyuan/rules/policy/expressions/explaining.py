"""Why an expression came to what it came to: inputs, every step that was needed, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .evaluating import Evaluation, Found, outward
from .nodes import LEAVES, Expression, Node, Op
from .types import Value
from .writing import written

Reason = Literal["", "missing", "division-by-zero", "overflow"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value and how it came about.

    ``inputs`` and ``params``: key and value of each fact and each parameter the text names, in its order.
    ``missing``: the keys that were needed and are unknown. ``steps``: part of the text and its value, inner
    parts first; branches that were not taken are left out. ``reason``: why the value is unknown; empty for a
    value that is known, or that the text itself leaves open.
    """

    value: Value
    inputs: tuple[tuple[str, Value], ...]
    params: tuple[tuple[str, Value], ...]
    missing: tuple[str, ...]
    steps: tuple[tuple[str, Value], ...]
    reason: Reason


def explain(
    expression: Expression,
    facts: Mapping[str, Value],
    params: Mapping[str, Value],
    today: date | None = None,
) -> Explanation:
    """What ``evaluate`` gives, with its reasons.

    Raises ValueError as ``evaluate`` does.
    """
    evaluation = Evaluation(facts, params, today)
    found = evaluation.of(expression.root)
    value = outward(found, expression.type)
    # A guard follows what it guards and has the same text: its value is the one that counts.
    steps = {written(node): outward(one, node.type) for node, one in evaluation.seen if _counts(node)}
    missing = {cause.key for cause in found.causes if cause.reason == "missing"} if value is None else set()
    return Explanation(
        value=value,
        inputs=_used(expression, Op.FACT, facts),
        params=_used(expression, Op.PARAM, params),
        missing=tuple(sorted(missing)),
        steps=tuple(steps.items()),
        reason=_reason(found) if value is None else "",
    )


def _counts(node: Node) -> bool:
    inner = node
    while inner.op in (Op.WITHIN, Op.SETTLE):
        inner = inner.args[0]
    return inner.op not in LEAVES


def _used(expression: Expression, op: Op, values: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    nodes = sorted((node for node in expression.root.walk() if node.op is op), key=lambda node: node.at)
    return tuple({node.key: values.get(node.key) for node in nodes}.items())


def _reason(found: Found) -> Reason:
    if found.value is not None:
        return "overflow"  # a date no calendar has
    reasons = {cause.reason for cause in found.causes}
    ordered: tuple[Reason, ...] = ("missing", "division-by-zero", "overflow")
    return next((reason for reason in ordered if reason in reasons), "")
