"""Until when an entry counts at once: three days unless a region says otherwise; below it only fewer."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid
from anyuan.foundation.org.public import Unit, UnitKind
from anyuan.rules.policy.public import POLICY_TUNE

from .models import LateAllowance

BACKFILL_DAYS = 3
"""Entered up to this many days after the day it was done: valid at once. Later: needs approval."""
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Allowed:
    """``at``: the path of the node that says so; "" for the usual three days."""

    days: int
    at: str = ""


class Allowances:
    """What every region allows, read once."""

    def __init__(self) -> None:
        rows = LateAllowance.everything.exclude(days=None).values_list("unit__path", "days")
        self._days: dict[str, int] = dict(rows)

    def at(self, path: str) -> Allowed:
        """What holds for the unit at ``path``: the smallest value on its way, of equals the nearest."""
        return self._smallest([p for p in self._days if path.startswith(p)])

    def above(self, path: str) -> Allowed:
        """What the regions above ``path`` leave it; ``at`` is "" when none of them says anything."""
        return self._smallest([p for p in self._days if path.startswith(p) and p != path])

    def _smallest(self, paths: list[str]) -> Allowed:
        if not paths:
            return Allowed(BACKFILL_DAYS)
        at = min(paths, key=lambda path: (self._days[path], -len(path)))
        return Allowed(self._days[at], at)


def allow_late(actor: Actor, unit: Unit, days: int | None, basis: str = "") -> LateAllowance:
    """From now on entries at and below ``unit`` count at once up to ``days`` days late; None: as above it.

    Never more days than a region above says. Entries that were made keep their state.
    Raises :class:`NotPermitted`, :class:`Invalid`.
    """
    actor.require(POLICY_TUNE, unit.path)
    basis = basis.strip()[:200]
    problems = _problems(unit, days, basis)
    if problems:
        raise Invalid(_("Please correct what is marked."), problems)
    with action(actor, "ledger.allow-late") as act:
        Unit.everything.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
        row: LateAllowance | None = LateAllowance.everything.filter(unit=unit).first()
        before = {"days": row.days, "basis": row.basis} if row else {"days": None}
        if days is None:
            words = _("entries that come late follow the region above again")
            basis = ""
        else:
            text = ngettext(
                "entries count at once up to %(count)s day late",
                "entries count at once up to %(count)s days late",
                days,
            )
            words = text % {"count": days}
        row = row or LateAllowance(unit=unit)
        row.days, row.basis = days, basis
        row.save()
        act.entry(words, path=unit.path, on=unit, before=before, after={"days": days, "basis": basis})
    return row


def _problems(unit: Unit, days: int | None, basis: str) -> dict[str, list[str]]:
    """What speaks against it, by field."""
    if unit.kind == UnitKind.SCHOOL:
        return {"days": [_("A region decides this, not a school.")]}
    if days is None:
        return {}
    if not 0 <= days <= MOST_DAYS:
        return {"days": [_("Between 0 and %(most)s days.") % {"most": MOST_DAYS}]}
    above = Allowances().above(unit.path)
    if above.at and days > above.days:
        return {"days": [said_above(above)]}
    return {} if basis else {"basis": [_("Name the paper or decision it rests on.")]}


def said_above(above: Allowed) -> str:
    """Which region above leaves how many days."""
    name = Unit.everything.values_list("name", flat=True).get(path=above.at)
    text = ngettext(
        "%(unit)s allows %(count)s day; not more than that.",
        "%(unit)s allows %(count)s days; not more than that.",
        above.days,
    )
    return text % {"unit": name, "count": above.days}
