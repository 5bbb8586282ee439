"""Bringing verdicts up to date: derive, store what differs, add up, write the trail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, clock, job_actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger.public import refresh_facts
from anyuan.rules.policy.public import Rule, fact_defs, reading_once

from ..deriving.compiling import roots
from ..deriving.plan import SCORED, Plan, ruled
from ..deriving.running import Extent, compare, store
from ..shapes import Change
from ..states import State
from .adding import add_up
from .ended import count_ended
from .leading import choose_leaders, misled
from .marks import last_seal, mark_done
from .sharing import Share, in_shares, lock

_MOST_LISTED = 200
_QUIET = frozenset({"", State.DUE, State.EXCUSED, State.NOT_APPLICABLE})
"""A change between these is no news: a period began, or a document came into force."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """``changes``: every verdict whose state changed; ``written``: all rows that were written."""

    changes: tuple[Change, ...]
    written: int


def refresh(
    unit_ids: Sequence[UUID] | None,
    *,
    registers: Collection[str] | None = None,
    keys: Collection[str] | None = None,
    day: date | None = None,
    facts: bool = True,
    since: date | None = None,
) -> Refreshed:
    """Derive the verdicts of these units (None: of all) anew and store what differs.

    ``registers``: only what asks these registers, by a duty or by a fact counted from them; ``keys``: only
    these requirements. ``facts``: bring the facts of the units to ``day`` first. ``since``: periods from that
    day on, where they would be history. Twice is harmless.
    """
    asked = _Asked(day or clock.today(), registers, keys, facts, since)
    if unit_ids is None:
        with reading_once():
            found = in_shares(asked.refresh)
    else:
        with transaction.atomic(), reading_once():
            lock()
            found = asked.refresh(Share(Extent(units=unit_ids), unit_ids))
    return Refreshed(tuple(c for c in found if c.before != c.after), len(found))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a refresh is to do; see :func:`refresh`."""

    day: date
    registers: Collection[str] | None
    keys: Collection[str] | None
    facts: bool
    since: date | None

    def refresh(self, share: Share) -> list[Change]:
        """All rows that were written."""
        if self.facts:
            refresh_facts(share.units, self.day, registers=self.registers)
        paths = None
        if share.extent.units is not None:
            rows = Unit.everything.filter(pk__in=share.extent.units)
            paths = list(rows.values_list("path", flat=True))
            if not paths:
                return []
        wanted = self._wanted(paths)
        plan = Plan(self.day, paths=paths, wanted=wanted, since=self.since)
        if wanted is not None and not plan.rules:
            return []
        written = store(plan, share.extent, wanted)
        if written:
            units = {c.unit_id for c in written}
            choose_leaders(units, {c.key for c in written})
            add_up(units)
            count_ended(list(units))
        _tell([c for c in written if c.before != c.after])
        return written

    def _wanted(self, paths: Sequence[str] | None) -> set[str] | None:
        """The keys to derive; None: all."""
        found = None if self.keys is None else set(self.keys)
        if self.registers is not None:
            ruled_there = ruled(self.day, paths=paths, since=self.since)
            rules = [r for of_node in ruled_there for ruling in of_node for r in ruling.region.rules]
            asking = keys_asking(set(self.registers), rules)
            found = asking if found is None else found & asking
        return found


def keys_asking(registers: set[str], rules: Sequence[Rule]) -> set[str]:
    """The requirements that a record of one of these registers may change."""
    facts = fact_defs()
    counted = {f.key for f in facts.values() if f.derive and f.derive.get("register") in registers}
    return {
        rule.key
        for rule in rules
        if rule.kind in SCORED
        and (
            rule.register in registers
            or (counted and any(counted & set(roots(e.facts, facts)) for e in rule.expressions))
        )
    }


def _tell(changes: Sequence[Change]) -> None:
    """One entry for each unit with news."""
    news = [c for c in changes if not {c.before, c.after} <= _QUIET]
    if not news:
        return
    units = {u.pk: u for u in Unit.everything.filter(pk__in={c.unit_id for c in news})}
    with action(job_actor(_("System (compliance)")), "compliance.change") as act:
        for unit_id, group in groupby(news, key=lambda c: c.unit_id):
            mine = list(group)
            worse = sum(c.after in (State.UNMET, State.LATE) for c in mine)
            words = {"count": len(mine), "worse": worse}
            act.entry(
                ngettext(
                    "%(count)s requirement changed (%(worse)s now unmet or late)",
                    "%(count)s requirements changed (%(worse)s now unmet or late)",
                    len(mine),
                )
                % words,
                on=units[unit_id],
                path=units[unit_id].path,
                after={
                    "changes": [[c.key, c.subject, c.period, c.before, c.after] for c in mine[:_MOST_LISTED]]
                },
            )


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Rows that differed; with ``check`` they were left as they are."""

    differences: tuple[Change, ...]


def rebuild(actor: Actor, *, check: bool = False, path: str = "", since: date | None = None) -> Rebuilt:
    """Derive everything (at and below ``path``) anew; ``since``: periods from that day on, however old.

    With ``check`` nothing is written: it proves that what is stored is what would be derived.
    """
    day = clock.today()
    with reading_once():
        if check:
            return Rebuilt(tuple(in_shares(lambda share: _differences(share, day, since), path)))
        seq = last_seal()
        written = in_shares(lambda share: _rebuilt(share, day, since), path)
        if not path:
            mark_done(day, seq, len(written))
    if written:
        _tell_rebuilt(actor, path, len(written))
    return Rebuilt(tuple(written))


def _differences(share: Share, day: date, since: date | None) -> list[Change]:
    return compare(Plan(day, since=since), share.extent) + misled(share.units)


def _rebuilt(share: Share, day: date, since: date | None) -> list[Change]:
    refresh_facts(share.units, day)
    written = store(Plan(day, since=since), share.extent)
    choose_leaders(share.units)
    add_up(share.units)
    count_ended(list({c.unit_id for c in written}))
    return written


def _tell_rebuilt(actor: Actor, path: str, rows: int) -> None:
    with action(actor, "compliance.rebuild") as act:
        act.entry(
            ngettext(
                "derived all verdicts anew: %(count)s row changed",
                "derived all verdicts anew: %(count)s rows changed",
                rows,
            )
            % {"count": rows},
            path=path or "/",
            after={"rows": rows},
        )
