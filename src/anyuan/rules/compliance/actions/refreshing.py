"""Bringing verdicts up to date: derive, store what differs, add up, write the trail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from anyuan.rules.policy.public import Rule, Ruling, fact_defs, reading_once

from ..deriving.compiling import roots
from ..deriving.plan import SCORED, Plan, ruled
from ..deriving.running import Extent, compare, store
from ..shapes import Change
from ..states import State
from .adding import add_up
from .ended import count_ended
from .leading import choose_leaders, misled
from .marks import last_seal, mark_done
from .sharing import Share, in_shares, lock, lock_within

_PATIENCE = 1
"""Seconds."""
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


def refresh_soon(unit_ids: Sequence[UUID], registers: Collection[str]) -> bool:
    """As :func:`refresh`, for somebody who waits for a page: give up when another derivation runs for longer
    than a second, and say so by False. The follower of the trail does it then."""
    with transaction.atomic():
        if not lock_within(_PATIENCE):
            return False
        refresh(unit_ids, registers=registers)
    return True


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
        near = None
        if share.extent.units is not None:
            near = {unit.pk: unit for unit in Unit.everything.filter(pk__in=share.extent.units)}
            if not near:
                return []
        paths = None if near is None else [unit.path for unit in near.values()]
        found = ruled(self.day, paths=paths, since=self.since)
        wanted = self._wanted(found)
        plan = Plan(self.day, found, paths=paths, wanted=wanted, since=self.since)
        if wanted is not None and not plan.rules:
            return []
        written = store(plan, share.extent, wanted)
        if written:
            units = {c.unit_id for c in written}
            several = {c.key for c in written if c.subject}
            if several:
                choose_leaders(units, several)
            add_up(units)
            count_ended(list(units))
        _tell([c for c in written if c.before != c.after], near)
        return written

    def _wanted(self, found: list[list[Ruling]]) -> set[str] | None:
        """The keys to derive; None: all."""
        keys = None if self.keys is None else set(self.keys)
        if self.registers is not None:
            rules = [r for of_node in found for ruling in of_node for r in ruling.region.rules]
            asking = keys_asking(set(self.registers), rules)
            keys = asking if keys is None else keys & asking
        return keys


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


def _tell(changes: Sequence[Change], near: Mapping[UUID, Unit] | None) -> None:
    """One entry for each unit with news; ``near``: the units where they are at hand."""
    news = [c for c in changes if not {c.before, c.after} <= _QUIET]
    if not news:
        return
    units = near or Unit.everything.in_bulk({c.unit_id for c in news})
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


def _plan(day: date, since: date | None) -> Plan:
    """For all units."""
    return Plan(day, ruled(day, since=since), since=since)


def _differences(share: Share, day: date, since: date | None) -> list[Change]:
    return compare(_plan(day, since), share.extent) + misled(share.units)


def _rebuilt(share: Share, day: date, since: date | None) -> list[Change]:
    refresh_facts(share.units, day)
    written = store(_plan(day, since), share.extent)
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
