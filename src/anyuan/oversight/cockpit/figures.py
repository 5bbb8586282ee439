"""The figures: what each counts, in words, and the filters of the hazard list that give its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .periods import Period

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HAZARDS = "/hazards/"
_DAY = 86_400  # seconds


@dataclass(slots=True)
class Tally:
    """What is counted at or below a unit. ``seconds``: from found to closed, over all that were closed."""

    open: int = 0
    late: int = 0
    major: int = 0
    found: int = 0
    recurring: int = 0
    on_the_spot: int = 0
    closed: int = 0
    in_time: int = 0
    seconds: float = 0

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Tally:
        """From the numbers in the order of the fields."""
        return cls(*numbers)  # type: ignore[arg-type]  # all but the last are whole

    @property
    def empty(self) -> bool:
        return not (self.open or self.found or self.closed)

    @property
    def urgency(self) -> tuple[int, int, int]:
        """Sorts exceptions first: major, then late, then the most open."""
        return (-self.major, -self.late, -self.open)

    @property
    def days(self) -> float | None:
        """Average days from found to closed; None when nothing was closed."""
        return round(self.seconds / self.closed / _DAY, 1) if self.closed else None


def _now(_period: Period) -> dict[str, str]:
    return {}


def _found(period: Period) -> dict[str, str]:
    return {
        "tab": "all",
        "counted": "1",
        "found_from": period.starts.isoformat(),
        "found_to": period.last.isoformat(),
    }


def _closed(period: Period) -> dict[str, str]:
    return {
        "tab": "closed",
        "closed_from": period.starts.isoformat(),
        "closed_to": period.last.isoformat(),
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``count`` is the number of rows its link opens; ``whole`` makes it a share of another."""

    code: str
    label: StrOrPromise
    definition: StrOrPromise
    count: Callable[[Tally], int]
    filters: Callable[[Period], dict[str, str]]
    extra: tuple[tuple[str, str], ...] = ()
    whole: Callable[[Tally], int] | None = None
    rate: bool = False
    """The share itself is shown; else the count, with the share beside it."""

    def query(self, period: Period) -> dict[str, str]:
        """The filters of the hazard list without the unit."""
        return {**self.filters(period), **dict(self.extra)}

    def of(self, tally: Tally) -> int:
        """What the share is taken of; 0 for a figure without one."""
        return self.whole(tally) if self.whole else 0

    def share(self, tally: Tally) -> float | None:
        """Percent with one decimal; None when there is nothing to take a share of."""
        whole = self.of(tally)
        return round(100 * self.count(tally) / whole, 1) if whole else None


FIGURES: tuple[Figure, ...] = (
    Figure(
        "open",
        pgettext_lazy("figure", "Open"),
        _("Registered and neither closed nor dismissed, at this moment, whenever it was found."),
        lambda t: t.open,
        _now,
        (("tab", "open"),),
    ),
    Figure(
        "late",
        pgettext_lazy("figure", "Late"),
        _(
            "Open at this moment, and the deadline passed before the rectification was handed in. "
            "A granted extension moves the deadline. It counts for the school where the hazard is, "
            "also when another body must rectify it."
        ),
        lambda t: t.late,
        _now,
        (("tab", "late"),),
    ),
    Figure(
        "major",
        pgettext_lazy("figure", "Major"),
        _("Open at this moment and judged major, or suspected major and awaiting judgement."),
        lambda t: t.major,
        _now,
        (("tab", "major"),),
    ),
    Figure(
        "found",
        pgettext_lazy("figure", "Found"),
        _("Found within the period, by the day of finding, without those dismissed."),
        lambda t: t.found,
        _found,
    ),
    Figure(
        "closed",
        pgettext_lazy("figure", "Closed"),
        _("Closed within the period, whenever they were found."),
        lambda t: t.closed,
        _closed,
    ),
    Figure(
        "in_time",
        _("Closed in time"),
        _(
            "Of those closed within the period, the share whose accepted rectification was handed in before "
            "the deadline. The day it was done counts, not the day it was entered."
        ),
        lambda t: t.in_time,
        _closed,
        (("in_time", "1"),),
        lambda t: t.closed,
        rate=True,
    ),
    Figure(
        "recurring",
        _("Recurrence"),
        _(
            "Of those found within the period, the ones registered as the return of an earlier hazard, "
            "and their share."
        ),
        lambda t: t.recurring,
        _found,
        (("recurring", "1"),),
        lambda t: t.found,
    ),
    Figure(
        "on_the_spot",
        _("Fixed on the spot"),
        _("Of those found within the period, the ones fixed on the spot, and their share."),
        lambda t: t.on_the_spot,
        _found,
        (("on_the_spot", "1"),),
        lambda t: t.found,
    ),
    Figure(
        "days",
        _("Days to close"),
        _(
            "Average calendar days from found to closed, over those closed within the period. "
            "The link opens all that were closed."
        ),
        lambda t: t.closed,
        _closed,
    ),
)


def rows_at(unit: UUID, query: dict[str, str]) -> str:
    """The address of the hazard list with these filters: codes and days, which need no escaping."""
    return f"{HAZARDS}?unit={unit}{tail(query)}"


def tail(query: dict[str, str]) -> str:
    """What follows the unit in the address of the hazard list."""
    return "".join(f"&{name}={value}" for name, value in query.items())
