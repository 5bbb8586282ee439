"""The city's page: the rate per area and unit below, and month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Func, TextField, Value

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Unit, UnitKind, children
from anyuan.rules.policy.public import Area

from ..shapes import Counts
from .tallies import summed, tallies, together

MONTHS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A unit and everything at or below it. ``alone``: what hangs on the unit of the page itself."""

    unit: Unit
    now: Counts
    areas: dict[str, Counts]
    months: dict[str, Counts]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Rates:
    """``lines`` add up to ``now``, ``areas`` and ``months``.

    ``months`` (``2026-11``) count the periods of duties that ended in them, oldest first.
    """

    node: Unit
    now: Counts
    areas: dict[str, Counts]
    months: dict[str, Counts]
    lines: list[Line]


def months_until(day: date, count: int = MONTHS_SHOWN) -> list[str]:
    """The last ``count`` months, that of ``day`` included, oldest first."""
    last = day.year * 12 + day.month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(last - count + 1, last + 1)]


def rates(actor: Actor, node: Unit, area: str = "") -> Rates:
    """What counts now per area, and the months, for ``node`` and each unit directly below it.

    ``area`` narrows the months to one area. Lines come worst rate first.
    """
    months = months_until(clock.today())
    step = Value(node.path.count("/") + 1)
    below = Func(F("unit__path"), Value("/"), step, function="split_part", output_field=TextField())
    now = summed(tallies(actor, node).annotate(below=below), "below", "area")
    past = summed(tallies(actor, node, months, area).annotate(below=below), "below", "month")
    by_child: dict[str, tuple[dict[str, Counts], dict[str, Counts]]] = {}
    for place, sums in ((0, now), (1, past)):
        for (label, name), counts in sums.items():
            child = f"{node.path}{label}/" if label else node.path
            by_child.setdefault(child, ({}, {}))[place][name] = counts
    lines = []
    for unit in children(actor, node, closed=True):
        areas, ended = by_child.get(unit.path, ({}, {}))
        if areas or ended or (unit.is_open() and unit.kind != UnitKind.DEPARTMENT):
            lines.append(_line(unit, areas, ended, months))
    if node.path in by_child:
        lines.append(_line(node, *by_child[node.path], months, alone=True))
    lines.sort(key=_urgency)
    return Rates(
        node,
        together(line.now for line in lines),
        {a: together(line.areas.get(a, Counts()) for line in lines) for a in Area.values},
        {m: together(line.months[m] for line in lines) for m in months},
        lines,
    )


def _line(
    unit: Unit, areas: dict[str, Counts], ended: dict[str, Counts], months: list[str], alone: bool = False
) -> Line:
    by_month = {month: ended.get(month, Counts()) for month in months}
    return Line(unit, together(areas.values()), areas, by_month, alone)


def _urgency(line: Line) -> tuple[float, str, str]:
    """The lowest rate first; what has none last."""
    rate = line.now.rate
    return (2.0 if rate is None else rate, line.unit.code, line.unit.name)
