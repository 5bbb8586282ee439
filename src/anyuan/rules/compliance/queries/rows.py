"""Lists of verdicts: the rows behind every number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, Page, clock, paginate, subtree
from anyuan.foundation.org.public import Unit

from ..models import Verdict
from ..shapes import Behind, Counts
from ..states import EXCEPTIONS, RATED, State
from .tallies import NOW, tallies, together_at

GROUPS: dict[str, tuple[State, ...]] = {
    "rated": RATED,
    "open": EXCEPTIONS,
}
"""Names for several states: what the rate counts, and what is not in order."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list shows. Empty values filter nothing; ``unit`` takes its whole subtree.

    ``month`` "" shows what counts today, "2026-11" the periods of duties that ended in that month.
    ``alone``: ``unit`` itself, not what lies below it. ``leads``: the rows that speak for their unit, which
    is what counts; False the others, None both. ``period``: its key, such as 2026-W47; "" what has none;
    None all.
    """

    unit: Unit
    month: str = NOW
    area: str = ""
    key: str = ""
    state: str = ""
    alone: bool = False
    leads: bool | None = True
    period: str | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """The states asked for; empty: every one."""
        return GROUPS.get(self.state, (self.state,) if self.state else ())


def verdict_rows(actor: Actor, filters: Filters) -> QuerySet[Verdict]:
    """The visible rows under ``filters``, unordered."""
    rows = Verdict.objects.visible_to(actor).filter(_when(filters))
    below = subtree(filters.unit.path, "unit__path")
    rows = rows.filter(unit=filters.unit) if filters.alone else rows.filter(below)
    if filters.area:
        rows = rows.filter(area=filters.area)
    if filters.key:
        rows = rows.filter(key=filters.key)
    if filters.period is not None:
        rows = rows.filter(period=filters.period)
    if filters.leads is not None:
        rows = rows.filter(leads=filters.leads)
    return rows.filter(state__in=filters.states) if filters.states else rows


def named(rows: QuerySet[Verdict]) -> QuerySet[Verdict]:
    """With the names a row shows, without the whole document and what only maps and searches read."""
    shown = rows.select_related("unit", "requirement__pack", "requirement__clause", "subject")
    return shown.defer("requirement__pack__content", "unit__outline", "unit__search", "records")


def _when(filters: Filters) -> Q:
    if not filters.month:
        return Q(standing=True)
    starts, after = month_days(filters.month)
    ended = Q(due_at__gt=clock.start_of(starts), due_at__lte=clock.start_of(after))
    return ended & ~Q(period="") & ~Q(state__in=[State.DUE, State.NOT_APPLICABLE])


def month_days(month: str) -> tuple[date, date]:
    """Its first day and the first of the next. Raises ``Invalid``."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month):
        raise Invalid(_("This is no month: %(month)s. Write it as 2026-11.") % {"month": month[:20]})
    year, number = map(int, month.split("-"))
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def verdict_page(
    actor: Actor, filters: Filters, cursor: str = "", size: int = 50, *, names: bool = True
) -> Page:
    """One page in the order of the tree, then of the requirements.

    ``names``: with the names a row of a page shows; without, the verdicts whole, as programs read them.
    """
    rows = verdict_rows(actor, filters)
    rows = named(rows) if names else rows.select_related("unit").defer("unit__outline", "unit__search")
    return paginate(rows, ("unit__path", "key", "subject_code", "period"), cursor, size)


def row_counts(actor: Actor, filters: Filters) -> tuple[Counts, int]:
    """How many rows of each state there are under the other filters, and at how many units those asked for.

    From the kept counts, which pages of many schools show too; for one requirement, and for rows that do not
    lead, from the rows. One statement.
    """
    if not filters.key and filters.leads:
        months = [filters.month] if filters.month else []
        rows = tallies(actor, filters.unit, months, filters.area, filters.alone)
        return together_at(rows, filters.states)
    every = verdict_rows(actor, replace(filters, state="")).order_by()
    asked = Q(state__in=filters.states) if filters.states else Q()
    numbers = {f"n_{n}": Count("id", filter=Q(state=s)) for n, s in enumerate(State.values)}
    found = every.aggregate(**numbers, units=Count("unit", distinct=True, filter=asked))
    return Counts({s: found[f"n_{n}"] for n, s in enumerate(State.values)}), found["units"]


def behind(actor: Actor, filters: Filters, leaders: Sequence[Verdict]) -> dict[UUID, Behind]:
    """Whom each of ``leaders``, found with ``filters``, speaks for beside itself; one query."""
    by_place = {(v.unit_id, v.key, v.period): v for v in leaders if v.subject is not None}
    if not by_place:
        return {}
    units, keys, periods = (list(set(column)) for column in zip(*by_place, strict=True))
    rows = Verdict.objects.visible_to(actor).filter(_when(filters), leads=False, unit__in=units, key__in=keys)
    sums: dict[UUID, Counter[str]] = {}
    found = rows.filter(period__in=periods).order_by().values_list("unit_id", "key", "period", "state")
    for unit, key, period, state, number in found.annotate(n=Count("id")):
        leader = by_place.get((unit, key, period))
        if leader is not None:
            sums.setdefault(leader.pk, Counter({leader.state: 1}))[state] += number
    kinds = {v.pk: v.subject.kind for v in by_place.values() if v.subject is not None}
    return {key: Behind(kinds[key], Counts(by)) for key, by in sums.items()}


def find_verdict(actor: Actor, key: UUID | str) -> Verdict:
    """One verdict with what its page shows; raises ``NotFound``."""
    rows = Verdict.objects.visible_to(actor).select_related(
        "unit__parent", "unit__facts_now", "requirement__pack", "requirement__clause", "subject"
    )
    rows = rows.defer("requirement__pack__content")
    try:
        found = rows.filter(pk=key).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    assert isinstance(found, Verdict)
    return found


def siblings(actor: Actor, verdict: Verdict, limit: int = 60) -> list[Verdict]:
    """What the same requirement gives at the same unit: other subjects now, other periods, newest first."""
    rows = Verdict.objects.visible_to(actor).filter(unit=verdict.unit_id, key=verdict.key)
    rows = rows.exclude(pk=verdict.pk).filter(Q(subject_code=verdict.subject_code) | Q(standing=True))
    return list(rows.select_related("subject").order_by("-standing", "-starts", "subject_code")[:limit])
