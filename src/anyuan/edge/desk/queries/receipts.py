"""What an entry counted for, and what entering once saved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from uuid import UUID

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy import public as policy

from .duties import english

MOST = 500
"""Entries of a week that are looked at; a school makes far fewer."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A requirement an entry counts for. ``progress``: how much of how much there is now."""

    title: str
    clause: str
    period: str
    state: str
    label: str
    progress: str
    url: str

    @property
    def tone(self) -> str:
        """The badge: done, late when made up, waiting for more."""
        tones = {compliance.State.MET: "done", compliance.State.MADE_UP: "late"}
        return tones.get(compliance.State(self.state), "wait")


@dataclass(slots=True)
class Receipt:
    """Document → the requirements the entry counts for there."""

    documents: dict[str, list[Counted]] = field(default_factory=dict)

    @property
    def requirements(self) -> int:
        return sum(len(lines) for lines in self.documents.values())


def receipt(actor: Actor, record: ledger.Record) -> Receipt:
    """Which requirements of which documents ``record`` counts for."""
    found = Receipt()
    for verdict in compliance.satisfied_by(actor, record):
        pack = verdict.requirement.pack
        found.documents.setdefault(pack.title, []).append(_counted(verdict))
    return found


def _counted(verdict: compliance.Verdict) -> Counted:
    requirement = verdict.requirement
    title = requirement.title_en if english() and requirement.title_en else requirement.title
    many = verdict.need is not None and verdict.need > 1
    return Counted(
        title,
        requirement.clause.label,
        policy.period_label(verdict.period) if verdict.period else "",
        verdict.state,
        verdict.get_state_display(),
        f"{verdict.have or 0:g} / {verdict.need:g}" if many else "",
        verdict.url,
    )


@dataclass(frozen=True, slots=True)
class Entries:
    """What a school entered this week, and how many entries it did not have to make because one served
    several requirements."""

    made: int
    saved: int


def entries_this_week(actor: Actor, unit: Unit) -> Entries:
    """Since Monday; of more than :data:`MOST` entries these are looked at.

    A requirement of a period needs its number of entries, and the first ones made serve it: each of them
    that serves several saved the others. The same thing entered once more serves nothing and saves nothing.
    """
    monday = clock.today() - timedelta(days=clock.today().weekday())
    rows = ledger.records(actor, unit=unit, since=monday, state=ledger.State.VALID).filter(unit=unit)
    ids = set(rows.order_by().values_list("pk", flat=True)[:MOST])
    if not ids:
        return Entries(0, 0)
    verdicts = compliance.verdicts(actor).filter(unit=unit, records__overlap=list(ids)).order_by()
    served: Counter[UUID] = Counter()
    for keys, need in verdicts.values_list("records", "need"):
        # Keys grow with the time of entry.
        served.update(ids.intersection(sorted(keys)[: max(1, ceil(need or 1))]))
    return Entries(len(ids), sum(number - 1 for number in served.values()))
