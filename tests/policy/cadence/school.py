"""A school with three years of terms on the official lists, and short ways to say what comes out."""

from __future__ import annotations

from datetime import date

from anyuan.foundation.org.calendar import Calendar, Level, TermSpan
from anyuan.rules.policy.cadence import Cadence, Period, periods

TERMS = (
    TermSpan("2023-2024 一", date(2023, 9, 1), date(2024, 1, 20)),
    TermSpan("2023-2024 二", date(2024, 2, 26), date(2024, 7, 6)),
    TermSpan("2024-2025 一", date(2024, 9, 1), date(2025, 1, 18)),
    TermSpan("2024-2025 二", date(2025, 2, 17), date(2025, 7, 5)),
    TermSpan("2025-2026 一", date(2025, 9, 1), date(2026, 2, 7)),
    TermSpan("2025-2026 二", date(2026, 3, 2), date(2026, 7, 11)),
)
"""Half-open: the first runs to Friday 19 January 2024."""
FIRST, LAST = date(2023, 9, 1), date(2026, 8, 31)


def calendar(
    terms: tuple[TermSpan, ...] = TERMS, days: dict[date, bool] | None = None, years: set[int] | None = None
) -> Calendar:
    """Of a school whose county entered ``terms`` and that set ``days`` itself."""
    return Calendar([Level(days or {}), Level(terms=terms, years=frozenset(years or ())), Level()])


SCHOOL = calendar()


def span(period: Period) -> tuple[str, str, str]:
    """Key, first and last day."""
    last = date.fromordinal(period.ends.toordinal() - 1)
    return period.key, period.starts.isoformat(), last.isoformat()


def state(period: Period) -> str:
    """``due``, ``excused:vacation``, ``unknown:list:2028``."""
    if not period.known:
        return f"unknown:{period.why}"
    return f"excused:{period.why}" if period.excused else "due"


def of(cadence: Cadence, first: date = FIRST, last: date = LAST, on: Calendar = SCHOOL) -> list[Period]:
    return periods(on, cadence, first, last)
