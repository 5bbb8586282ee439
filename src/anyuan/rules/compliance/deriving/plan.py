"""What is in force where on a day: regions, their rules and the periods of their duties, as data for SQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from anyuan.rules.policy.public import Rule, Ruling, Value, rulings

from . import calendars as cal
from .calendars import Calendars, Rhythm, Stretch

SCORED = ("standard", "duty")
_BACK = timedelta(days=max(reach.back for reach in cal.REACH.values()) + 1)
"""How far back what was in force matters: to the last day of the oldest period that is derived."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A rule with its number in the statement; the same for all regions of one :class:`Version`."""

    index: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Version:
    """One document version that is or was in force somewhere. ``params`` are those of any of its regions:
    only their types matter here.

    ``ago`` 0: what is in force on the day. A node where something changed has its former rulings, 1, 2 ...
    back, as versions of their own, with the duties only: a unit has each of them once at most.
    """

    number: int
    pack: UUID
    ago: int
    rules: tuple[Numbered, ...]
    params: Mapping[str, Value]


class Placed(NamedTuple):
    """A ruling and how many rulings ago it was, seen from the day."""

    ruling: Ruling
    ago: int

    @property
    def version(self) -> tuple[UUID, int]:
        return (self.ruling.region.pack.pk, self.ago)


class Plan:
    """Everything the statement is fed with for some units, apart from the units' own rows.

    A period takes the rules and params that were in force on its last day, one that still runs those of the
    day. ``found``: what :func:`ruled` gives for the same units and days; ``paths``: the units (None: all);
    ``wanted``: keys of requirements (None: all).
    """

    def __init__(
        self,
        day: date,
        found: list[list[Ruling]],
        *,
        paths: Sequence[str] | None = None,
        wanted: Collection[str] | None = None,
        since: date | None = None,
    ) -> None:
        self.day = day
        self.since = since
        self.calendars = cal.calendars()
        self.placed = _placed(found, day)
        self.versions = _versions(self.placed, wanted)
        self.groups = _groups(self.calendars, paths)
        self._numbers = {(v.pack, v.ago): v.number for v in self.versions}
        self._rhythms: dict[Rhythm, int] = {}
        self._calls = self._find_calls()
        self._stand = _stand(self.placed, self.versions)
        self._stretches = self._find_stretches()

    def _find_calls(self) -> list[list[int]]:
        """For each ruling the number of the rhythm of each rule, in their order; -1 for a standard."""
        index = {(v.pack, v.ago, n.rule.key): n.index for v in self.versions for n in v.rules}
        found = []
        for placed in self.placed:
            rhythms = [-1] * len(index)
            for rule in placed.ruling.region.rules:
                at = index.get((*placed.version, rule.key))
                if at is not None and rule.cadence is not None:
                    rhythm = Rhythm.of(rule.cadence, rule.window)
                    rhythms[at] = self._rhythms.setdefault(rhythm, len(self._rhythms))
            found.append(rhythms)
        return found

    @property
    def turned(self) -> bool:
        """Whether some duty changed its rhythm, so that two of its periods may bear one name."""
        known: dict[tuple[str, str], set[int]] = {}
        keys = {n.index: n.rule.key for n in self.rules}
        for placed, rhythms in zip(self.placed, self._calls, strict=True):
            for index, cid in enumerate(rhythms):
                if cid >= 0:
                    known.setdefault((placed.ruling.region.path, keys[index]), set()).add(cid)
        return any(len(cids) > 1 for cids in known.values())

    @property
    def rules(self) -> list[Numbered]:
        return [n for v in self.versions for n in v.rules]

    def _find_stretches(self) -> list[tuple[int, int, Stretch]]:
        """(calendar, rhythm, period) of everything that began."""
        return [
            (gid, cid, stretch)
            for gid, path in enumerate(self.groups)
            for rhythm, cid in self._rhythms.items()
            for stretch in cal.stretches(self.calendars, path, rhythm, self.day, self.since)
        ]

    def first_days(self) -> dict[int, date]:
        """Rhythm → the first day that is derived."""
        return {cid: cal.first_day(rhythm, self.day, self.since) for rhythm, cid in self._rhythms.items()}

    @property
    def oldest(self) -> date:
        """The first day that is derived at all."""
        return min(self.first_days().values(), default=self.day)

    def rule_since(self) -> dict[int, date]:
        """Duty → the first day whose records may count for a period that is derived."""
        starts: dict[int, date] = self.first_days()
        for _gid, cid, stretch in self._stretches:
            starts[cid] = min(starts[cid], stretch.period.starts)
        found: dict[int, date] = {}
        for rhythms in self._calls:
            for index, cid in enumerate(rhythms):
                if cid >= 0:
                    found[index] = min(found.get(index, starts[cid]), starts[cid])
        return found

    def rule_first(self) -> dict[int, date]:
        """Duty → the first day that is derived: periods that were over before it are history."""
        first = self.first_days()
        found: dict[int, date] = {}
        for rhythms in self._calls:
            for index, cid in enumerate(rhythms):
                if cid >= 0:
                    found[index] = min(found.get(index, first[cid]), first[cid])
        return found

    def data(self) -> dict[str, str]:
        """The relations the statement reads, as JSON."""
        hours = {cid for rhythm, cid in self._rhythms.items() if rhythm.cadence.every == "hours"}
        return {
            "regions": _json(self._region_row(number) for number in range(len(self.placed))),
            "calendars": _json({"gid": n, "path": path} for n, path in enumerate(self.groups)),
            "calls": _json({"idx": at, "first": first} for at, first in self.rule_first().items()),
            "periods": _json(
                _period_row(pid, gid, cid, stretch) | {"hours": cid in hours}
                for pid, (gid, cid, stretch) in enumerate(self._stretches)
            ),
        }

    def _region_row(self, number: int) -> dict[str, object]:
        placed = self.placed[number]
        region = placed.ruling.region
        return {
            "pack": self._numbers.get(placed.version, 0) if region.rules else 0,
            "code": region.pack_code,
            "path": region.path,
            "starts": region.starts,
            "first": placed.ruling.first,
            "until": placed.ruling.until,
            "params": dict(region.params),
            "rhythms": self._calls[number],
            "stands": self._stand[number],
        }


def _json(rows: Any) -> str:
    return json.dumps(list(rows), default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _period_row(pid: int, gid: int, cid: int, stretch: Stretch) -> dict[str, object]:
    period = stretch.period
    return {
        "pid": pid,
        "gid": gid,
        "cid": cid,
        "period": period.key,
        "starts": period.starts,
        "ends": period.ends,
        "opens_at": period.opens_at,
        "due_at": period.due_at,
        "excused": period.excused,
        "known": period.known,
        "why": period.why,
        "late_until": stretch.late_until,
        "stands_until": stretch.stands_until,
    }


def ruled(day: date, *, paths: Sequence[str] | None = None, since: date | None = None) -> list[list[Ruling]]:
    """Everything that was in force at ``paths`` as far back as periods are derived on ``day``."""
    first = day - _BACK
    return rulings(min(first, since) if since else first, day, paths)


def _placed(found: list[list[Ruling]], day: date) -> list[Placed]:
    """Each ruling of a node with its distance; 0 is left free where nothing is in force on the day."""
    made = []
    for of_node in found:
        least = 0 if of_node[-1].until > day else 1
        made += [Placed(ruling, ago) for ago, ruling in enumerate(reversed(of_node), least)]
    return made


def _versions(found: list[Placed], wanted: Collection[str] | None) -> list[Version]:
    made: dict[tuple[UUID, int], Version] = {}
    index = 0
    for placed in found:
        region = placed.ruling.region
        if not region.rules or placed.version in made:
            continue
        kinds = SCORED if placed.ago == 0 else ("duty",)
        rules = []
        for rule in region.rules:
            if rule.kind in kinds and (wanted is None or rule.key in wanted):
                rules.append(Numbered(index, rule))
                index += 1
        made[placed.version] = Version(len(made) + 1, region.pack.pk, placed.ago, tuple(rules), region.params)
    return list(made.values())


def _stand(found: list[Placed], versions: list[Version]) -> list[list[bool]]:
    """For each ruling and rule whether its requirement is still asked there on the day; what no longer is
    stays as history and stands no more."""
    keys = [n.rule.key for v in versions for n in v.rules]
    asked = {
        (placed.ruling.region.path, rule.key)
        for placed in found
        if placed.ago == 0
        for rule in placed.ruling.region.rules
    }
    return [[(placed.ruling.region.path, key) in asked for key in keys] for placed in found]


def _groups(known: Calendars, paths: Sequence[str] | None) -> list[str]:
    if paths is None:
        return sorted(known.by_path)
    return sorted({known.above(path) for path in paths})
