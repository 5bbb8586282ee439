"""What is in force where on a day: regions, their rules and the periods of their duties, as data for SQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from anyuan.rules.policy.public import Region, Rule, Value, regions

from . import calendars as cal
from .calendars import Calendars, Rhythm, Stretch

SCORED = ("standard", "duty")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A rule with its number in the statement; the same for all regions of one document version."""

    index: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Version:
    """One document version that is in force somewhere. ``params`` are those of any of its regions: only
    their types matter here."""

    number: int
    pack: UUID
    rules: tuple[Numbered, ...]
    params: Mapping[str, Value]


class Plan:
    """Everything the statement is fed with for some units, apart from the units' own rows.

    ``paths``: the units (None: all); ``wanted``: keys of requirements (None: all).
    """

    def __init__(
        self,
        day: date,
        *,
        paths: Sequence[str] | None = None,
        wanted: Collection[str] | None = None,
        since: date | None = None,
    ) -> None:
        self.day = day
        self.since = since
        self.calendars = cal.calendars()
        self.regions = _nearest(regions(day), paths)
        self.versions = _versions(self.regions, wanted)
        self.groups = _groups(self.calendars, paths)
        self._numbers = {v.pack: v.number for v in self.versions}
        self._rhythms: dict[Rhythm, int] = {}
        self._calls = self._find_calls()
        self._stretches = self._find_stretches()

    def _find_calls(self) -> list[list[int]]:
        """For each region the number of the rhythm of each rule, in their order; -1 for a standard."""
        index = {(v.pack, n.rule.key): n.index for v in self.versions for n in v.rules}
        found = []
        for region in self.regions:
            rhythms = [-1] * len(index)
            for rule in region.rules:
                at = index.get((region.pack.pk, rule.key))
                if at is not None and rule.cadence is not None:
                    rhythm = Rhythm.of(rule.cadence, rule.window)
                    rhythms[at] = self._rhythms.setdefault(rhythm, len(self._rhythms))
            found.append(rhythms)
        return found

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
            "regions": _json(
                {
                    "pack": self._numbers.get(region.pack.pk, 0) if region.rules else 0,
                    "code": region.pack_code,
                    "path": region.path,
                    "starts": region.starts,
                    "params": dict(region.params),
                    "rhythms": self._calls[number],
                }
                for number, region in enumerate(self.regions)
            ),
            "calendars": _json({"gid": n, "path": path} for n, path in enumerate(self.groups)),
            "calls": _json({"idx": at, "first": first} for at, first in self.rule_first().items()),
            "periods": _json(
                _period_row(pid, gid, cid, stretch) | {"hours": cid in hours}
                for pid, (gid, cid, stretch) in enumerate(self._stretches)
            ),
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


def _nearest(found: list[Region], paths: Sequence[str] | None) -> list[Region]:
    """Only the regions that decide for one of the units."""
    if paths is None:
        return found
    keep = set()
    for path in paths:
        nearest: dict[str, Region] = {}
        for region in found:
            if path.startswith(region.path):
                known = nearest.get(region.pack_code)
                if known is None or len(known.path) < len(region.path):
                    nearest[region.pack_code] = region
        keep |= {(r.pack_code, r.path) for r in nearest.values()}
    return [r for r in found if (r.pack_code, r.path) in keep]


def _versions(found: list[Region], wanted: Collection[str] | None) -> list[Version]:
    made: list[Version] = []
    index = 0
    for region in found:
        if not region.rules or any(v.pack == region.pack.pk for v in made):
            continue
        rules = []
        for rule in region.rules:
            if rule.kind in SCORED and (wanted is None or rule.key in wanted):
                rules.append(Numbered(index, rule))
                index += 1
        made.append(Version(len(made) + 1, region.pack.pk, tuple(rules), region.params))
    return made


def _groups(known: Calendars, paths: Sequence[str] | None) -> list[str]:
    if paths is None:
        return sorted(known.by_path)
    return sorted({known.above(path) for path in paths})
