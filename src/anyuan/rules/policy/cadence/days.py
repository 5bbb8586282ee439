"""A calendar as one letter per day, so that questions about stretches are questions about text.

``S`` school day · ``R`` weekend in term · ``H`` holiday in term · ``V`` vacation · ``L`` in term, but the
year's list is missing · ``T`` the term is missing.

Terms are numbered by the school year: one that begins in July to December is the first of that school year,
one that begins in January to June the second of the one before. After a term comes vacation: up to the next
term, when that is the next one in number; else only as long as nobody has school (to the end of January, to
the end of August, at least a fortnight), and from then on the next term is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from weakref import WeakKeyDictionary

from anyuan.foundation.org.public import Calendar, DayKind, TermSpan

from .model import DAY

_LETTER = {DayKind.WORK: "S", DayKind.REST: "R", DayKind.HOLIDAY: "H", DayKind.UNKNOWN: "L"}
_SURE = timedelta(days=14)
_GAP = re.compile("[LT]+")


def half_of_term(term: TermSpan) -> int:
    """The running number of the term: twice the year the school year begins in, plus one for the second."""
    return term.starts.year * 2 - (term.starts.month < 7)


def half_of_day(day: date) -> int:
    """The half of the school year (from 1 September, from 1 February) a day lies in."""
    return day.year * 2 - (0 if day.month >= 9 else 1 if day.month >= 2 else 2)


def half_span(half: int) -> tuple[date, date]:
    """The days of a half, half-open."""
    year = half // 2
    autumn, spring, next_autumn = date(year, 9, 1), date(year + 1, 2, 1), date(year + 1, 9, 1)
    return (spring, next_autumn) if half % 2 else (autumn, spring)


def year_label(year: int) -> str:
    """2026 becomes ``2026-27``."""
    return f"{year}-{(year + 1) % 100:02d}"


def half_label(half: int) -> str:
    """``2026-27/1``."""
    return f"{year_label(half // 2)}/{half % 2 + 1}"


class SchoolDays:
    """The days of one calendar; years are spelled when asked for and kept."""

    def __init__(self, calendar: Calendar) -> None:
        self._kinds = calendar.kinds
        self.terms = calendar.terms
        self._halves = [half_of_term(term) for term in self.terms]
        self.entered = frozenset(self._halves)
        self._vacations = list(self._find_vacations())
        self._years: dict[int, str] = {}

    def _find_vacations(self) -> Iterator[tuple[date, date]]:
        for at, term in enumerate(self.terms):
            if at + 1 < len(self.terms) and self._halves[at + 1] - self._halves[at] <= 1:
                yield term.ends, self.terms[at + 1].starts
            else:
                yield term.ends, max(half_span(self._halves[at])[1], term.ends + _SURE)

    def text(self, first: date, end: date) -> str:
        """The letters of the days from ``first`` up to and without ``end``."""
        if first >= end:
            return ""
        if first.year == (end - DAY).year:
            start = date(first.year, 1, 1).toordinal()
            return self._year(first.year)[first.toordinal() - start : end.toordinal() - start]
        years = range(first.year, (end - DAY).year + 1)
        skip = first.toordinal() - date(first.year, 1, 1).toordinal()
        return "".join(map(self._year, years))[skip : skip + (end - first).days]

    def _year(self, year: int) -> str:
        found = self._years.get(year)
        if found is None:
            plain = "".join(_LETTER[kind] for kind in self._kinds(year))
            first = date(year, 1, 1).toordinal()
            letters = ["T"] * len(plain)
            for starts, ends in self._vacations:
                a, b = _clip(starts, ends, first, len(plain))
                letters[a:b] = "V" * (b - a)
            for term in self.terms:
                a, b = _clip(term.starts, term.ends, first, len(plain))
                letters[a:b] = plain[a:b]
            found = self._years[year] = "".join(letters)
        return found

    def gap(self, first: date, text: str) -> str:
        """What is missing at the first unknown day of ``text``, which begins on ``first``; or nothing."""
        found = _GAP.search(text)
        if found is None:
            return ""
        day = first + timedelta(days=found.start())
        return f"list:{day.year}" if text[found.start()] == "L" else f"term:{self._missing_term(day)}"

    def _missing_term(self, day: date) -> str:
        """The number of the term that is missing around ``day``."""
        half = half_of_day(day)
        if half in self.entered:
            after = any(h == half and t.ends <= day for h, t in zip(self._halves, self.terms, strict=True))
            half += 1 if after else -1
        return half_label(half)

    def missing_halves(self, first: date, last: date) -> Iterator[tuple[str, date, date]]:
        """Terms nobody entered, with the days they may lie in, of the halves that overlap these days."""
        for half in range(half_of_day(first), half_of_day(last) + 1):
            if half in self.entered:
                continue
            starts, ends = half_span(half)
            text = self.text(starts, ends)
            if "T" in text:
                a, b = text.index("T"), text.rindex("T") + 1
                yield half_label(half), starts + timedelta(days=a), starts + timedelta(days=b)

    def semesters(self) -> Iterator[tuple[str, TermSpan]]:
        """Every term with its key; a second one with the same number is told apart."""
        seen: dict[int, int] = {}
        for half, term in zip(self._halves, self.terms, strict=True):
            seen[half] = seen.get(half, 0) + 1
            yield half_label(half) + (f".{seen[half]}" if seen[half] > 1 else ""), term

    def school_year(self, year: int) -> date:
        """The first day of the school year that begins in ``year``."""
        first = next((t.starts for h, t in zip(self._halves, self.terms, strict=True) if h == year * 2), None)
        return first or date(year, 9, 1)


def _clip(starts: date, ends: date, first: int, count: int) -> tuple[int, int]:
    """Two days as places in a text of ``count`` letters that begins on the day with the number ``first``."""
    a = min(max(starts.toordinal() - first, 0), count)
    return a, max(a, min(ends.toordinal() - first, count))


_known: WeakKeyDictionary[Calendar, SchoolDays] = WeakKeyDictionary()


def school_days(calendar: Calendar) -> SchoolDays:
    """The letters of ``calendar``, kept as long as it lives (a calendar never changes)."""
    found = _known.get(calendar)
    if found is None:
        found = _known[calendar] = SchoolDays(calendar)
    return found
