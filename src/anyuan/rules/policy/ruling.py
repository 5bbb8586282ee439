"""What was in force where over a stretch of time: per node where something differs, from when until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from .applying import prefixes
from .catalogue import COMMON
from .defs import Region
from .loaded import newest
from .models import Activation, ParamOverride
from .regions import Said, codes, region_at

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Ruling:
    """A region while it stayed as it is: the days from ``first`` up to and without ``until``. The first one
    of a node also stands for the time before, so far as its document was in force then."""

    region: Region
    first: date
    until: date


@dataclass(slots=True)
class _Rows:
    """What is said at one node."""

    activations: list[Activation] = field(default_factory=list)
    overrides: list[ParamOverride] = field(default_factory=list)


def rulings(first: date, day: date, units: Collection[str] | None = None) -> list[list[Ruling]]:
    """Per document and node the rulings from ``first`` up to and with ``day``, the oldest first; with
    ``units`` (tree paths) only for the nodes that decide for one of them.

    The longest path of a document that is a prefix of a unit's path decides for it on all these days. Days
    on which the document was not in force at the node have no ruling.
    """
    common = newest().get(COMMON)
    found = []
    for code, said in codes().items():
        rows = _by_path(said, first, day)
        for path in sorted(_deciding(rows, units)):
            made = list(_at(code, path, rows, (first, day), common))
            if made:
                found.append(made)
    return found


def _by_path(said: Said, first: date, day: date) -> Mapping[str, _Rows]:
    rows: dict[str, _Rows] = defaultdict(_Rows)
    for activation in said.activations:
        if activation.starts <= day:
            rows[activation.unit.path].activations.append(activation)
    for override in said.overrides:
        if override.starts <= day and (override.ends is None or override.ends > first):
            rows[override.unit.path].overrides.append(override)
    return rows


def _deciding(paths: Collection[str], units: Collection[str] | None) -> Iterable[str]:
    if units is None:
        return paths
    nearest = (max((p for p in prefixes(unit) if p in paths), key=len, default=None) for unit in units)
    return {path for path in nearest if path is not None}


def _at(
    code: str, path: str, rows: Mapping[str, _Rows], span: tuple[date, date], common: UUID | None
) -> Iterator[Ruling]:
    above = [rows[p] for p in prefixes(path) if p in rows]
    near = Said([a for r in above for a in r.activations], [o for r in above for o in r.overrides])
    last: Ruling | None = None
    cuts = _cuts(near, span)
    for first, until in pairwise(cuts):
        row = near.applying(path, first)
        if row is None:
            continue
        region = region_at(code, near, path, row, first, common)
        if last is not None and last.until == first and _same(last.region, region):
            last = Ruling(region, last.first, until)
            continue
        if last is not None:
            yield last
        last = Ruling(region, first, until)
    if last is not None:
        yield last


def _cuts(said: Said, span: tuple[date, date]) -> list[date]:
    """The days on which something begins or ends, within the span, and its two ends."""
    first, day = span
    rows: list[Activation | ParamOverride] = [*said.activations, *said.overrides]
    days = {r.starts for r in rows} | {r.ends for r in rows if r.ends}
    return [first, *sorted(d for d in days if first < d <= day), day + timedelta(days=1)]


def _same(one: Region, other: Region) -> bool:
    """Whether they ask the same (compiled rules follow from the version and the params)."""
    return (one.pack.pk, one.starts, dict(one.params), not one.rules) == (
        other.pack.pk, other.starts, dict(other.params), not other.rules,
    )  # fmt: skip
