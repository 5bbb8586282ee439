"""What holds for every calendar: moved and missing terms, days set by the school, years without a list."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.calendar import Calendar, TermSpan
from anyuan.foundation.org.public import DayKind, MissingCalendar
from anyuan.rules.policy.cadence import Cadence, Period, Window, periods

from .school import TERMS, calendar

DAY = timedelta(days=1)
TILES = ("week", "month", "school-month", "quarter", "year", "academic-year")
CADENCES = (
    *(Cadence(every) for every in TILES),  # type: ignore[arg-type]
    Cadence("week", vacation="keep"),
    Cadence("week", on="last-school-day"),
    Cadence("week", on="last-school-day", window="week"),
    Cadence("month", on="last-school-day"),
    Cadence("school-day"),
    Cadence("school-day", vacation="keep"),
    Cadence("semester"),
    Cadence("before-holiday"),
    Cadence("before-holiday", days=20),
    Cadence("before-holiday", holidays="vacations", days=14),
    Cadence("after-opening", days=14),
    Cadence("nth-weekday", weekday="wed"),
    Cadence("nth-weekday", weekday="wed", rule="first-week", window="month"),
    Cadence("nth-weekday", weekday="fri", nth=4, shift="previous-school-day"),
    Cadence("nth-weekday", weekday="sun", nth=4, rule="first-week"),
    Cadence("nth-weekday", weekday="mon", nth=2, shift="none"),
    Cadence("hours", hours=5),
)


@st.composite
def calendars(draw: st.DrawFn, gaps: bool = True) -> Calendar:
    moved = [
        TermSpan(t.name, t.starts + DAY * draw(st.integers(-6, 6)), t.ends + DAY * draw(st.integers(-6, 6)))
        for t in TERMS
        if not gaps or draw(st.integers(0, 4))
    ]
    days = st.dates(date(2023, 8, 1), date(2027, 6, 30) if gaps else date(2026, 7, 31))
    own = draw(st.dictionaries(days, st.booleans(), max_size=25))
    if gaps and draw(st.booleans()):
        moved.append(TermSpan("2026-2027 一", date(2026, 9, 1), date(2027, 1, 23)))
    return calendar(tuple(moved), own)


ranges = st.tuples(st.dates(date(2023, 9, 1), date(2027, 2, 28)), st.integers(0, 200)).map(
    lambda pair: (pair[0], pair[0] + DAY * pair[1])
)


@settings(max_examples=60, deadline=None)
@given(on=calendars(), asked=ranges)
def test_periods_are_in_order_apart_and_told_apart(on: Calendar, asked: tuple[date, date]) -> None:
    for cadence in CADENCES:
        found = periods(on, cadence, *asked)
        assert len({p.key for p in found}) == len(found)
        assert all(a.due_at <= b.opens_at for a, b in pairwise(found)), cadence
        for p in found:
            assert p.starts < p.ends
            assert p.opens_at < p.due_at
            assert p.starts <= asked[1]
            assert p.ends > asked[0]
            assert bool(p.why) == (p.excused or not p.known)
            assert not (p.excused and not p.known)


@settings(max_examples=60, deadline=None)
@given(on=calendars(), asked=ranges)
def test_what_is_asked_around_makes_no_difference(on: Calendar, asked: tuple[date, date]) -> None:
    for cadence in CADENCES:
        wide = periods(on, cadence, asked[0] - 200 * DAY, asked[1] + 200 * DAY)
        narrow = [p for p in wide if p.starts <= asked[1] and p.ends > asked[0]]
        assert periods(on, cadence, *asked) == narrow, cadence


@settings(max_examples=60, deadline=None)
@given(on=calendars(), asked=ranges)
def test_tiles_cover_every_day_once(on: Calendar, asked: tuple[date, date]) -> None:
    for every in TILES:
        found = periods(on, Cadence(every), *asked)  # type: ignore[arg-type]
        assert found[0].starts <= asked[0]
        assert found[-1].ends > asked[1]
        assert all(a.ends == b.starts for a, b in pairwise(found))


@settings(max_examples=60, deadline=None)
@given(on=calendars(), asked=ranges)
def test_every_day_lies_in_one_school_month_its_own(on: Calendar, asked: tuple[date, date]) -> None:
    found = periods(on, Cadence("school-month"), *asked)
    for n in range((asked[1] - asked[0]).days + 1):
        day = asked[0] + DAY * n
        assert [p.key for p in found if day in p] == [f"{day:%Y-%m}"]


@settings(max_examples=60, deadline=None)
@given(on=calendars(gaps=False))
def test_a_school_month_is_due_after_its_last_school_day(on: Calendar) -> None:
    for p in periods(on, Cadence("school-month"), date(2023, 10, 1), date(2026, 6, 30)):
        days = [p.starts + DAY * n for n in range((p.ends - p.starts).days)]
        taught = [day for day in days if on.is_school_day(day)]
        assert p.due_at == clock.start_of(taught[-1] + DAY if taught else p.ends)


def is_school_day(on: Calendar, day: date) -> bool | None:
    """By org's own answer; None where it has none."""
    try:
        return on.is_school_day(day)
    except MissingCalendar:
        return None


@settings(max_examples=60, deadline=None)
@given(on=calendars(), asked=ranges)
def test_school_days_are_exactly_the_school_days(on: Calendar, asked: tuple[date, date]) -> None:
    found = periods(on, Cadence("school-day"), *asked)
    known = {p.starts for p in found if p.known}
    days = [asked[0] + DAY * n for n in range((asked[1] - asked[0]).days + 1)]
    assert known == {d for d in days if is_school_day(on, d)}
    unsure = {d for d in days if is_school_day(on, d) is None}
    assert all(any(d in p for p in found if not p.known) for d in unsure)


def free_runs(on: Calendar, first: date, last: date) -> list[list[date]]:
    """Longest runs of days without school, by walking."""
    runs: list[list[date]] = []
    for n in range((last - first).days + 1):
        day = first + DAY * n
        if on.is_school_day(day):
            continue
        if runs and runs[-1][-1] == day - DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


@settings(max_examples=60, deadline=None)
@given(on=calendars(gaps=False))
def test_one_period_for_each_holiday_block(on: Calendar) -> None:
    def counts(day: date) -> bool:
        named = on.kinds(day.year)[day.timetuple().tm_yday - 1] is DayKind.HOLIDAY
        return named or on.term_of(day) is None

    first, last = date(2023, 9, 15), date(2026, 6, 25)
    blocks = [run for run in free_runs(on, first, last) if any(map(counts, run)) and run[0] > first]
    found = [p for p in periods(on, Cadence("before-holiday"), first, last) if first < p.ends <= last]
    assert [p.ends for p in found] == [run[0] for run in blocks]
    assert all(on.is_school_day(p.starts) for p in found)


@settings(max_examples=60, deadline=None)
@given(on=calendars(gaps=False), shift=st.sampled_from(["next-school-day", "previous-school-day"]))
def test_a_month_with_school_is_never_skipped(on: Calendar, shift: str) -> None:
    for weekday in ("wed", "sat"):
        cadence = Cadence("nth-weekday", weekday=weekday, shift=shift)  # type: ignore[arg-type]
        for p in periods(on, cadence, date(2023, 10, 1), date(2026, 6, 30)):
            if p.excused:
                assert not any(on.is_school_day(p.starts + DAY * n) for n in range((p.ends - p.starts).days))
                assert (p.ends - p.starts).days >= 28
            else:
                assert p.day is not None
                assert on.is_school_day(p.day)
                assert f"{p.day:%Y-%m}" == p.key


@settings(max_examples=40, deadline=None)
@given(on=calendars(gaps=False))
def test_excused_are_those_without_a_school_day(on: Calendar) -> None:
    def taught(p: Period) -> bool:
        return any(on.is_school_day(p.starts + DAY * n) for n in range((p.ends - p.starts).days))

    for every in ("week", "month", "school-month", "quarter"):
        found = periods(on, Cadence(every), date(2023, 10, 2), date(2026, 6, 28))  # type: ignore[arg-type]
        assert [p.excused for p in found] == [not taught(p) for p in found]
        kept = periods(on, Cadence(every, vacation="keep"), date(2023, 10, 2), date(2026, 6, 28))  # type: ignore[arg-type]
        assert not any(p.excused for p in kept)


@pytest.mark.parametrize("hours", [1, 2, 5, 11, 12, 24])
@pytest.mark.parametrize("window", [None, Window(time(19), time(6)), Window(time(7, 30), time(17))])
def test_slots_fill_the_window_of_each_day(hours: int, window: Window | None) -> None:
    day = date(2026, 3, 18)
    found = periods(calendar(), Cadence("hours", hours=hours), day, day, window)
    opened = [p for p in found if p.opens_at >= found[0].opens_at]
    assert all(a.due_at <= b.opens_at for a, b in pairwise(opened))
    assert all(p.due_at - p.opens_at <= timedelta(hours=hours) for p in found)
    whole = window.length if window else timedelta(hours=24)
    own = [p for p in found if p.starts == day] if window is None or not window.crosses else None
    if own is not None:
        assert sum((p.due_at - p.opens_at for p in own), timedelta()) == whole
