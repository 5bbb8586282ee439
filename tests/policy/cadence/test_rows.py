"""The calendar part of the rows that name a day, on both sides of each boundary."""

from __future__ import annotations

from datetime import date

import pytest

from anyuan.foundation.org.calendar import TermSpan
from anyuan.rules.policy.cadence import Cadence, Period, periods

from .school import SCHOOL, TERMS, calendar, of, span

FIRST_WEDNESDAY = Cadence("nth-weekday", weekday="wed")
FIRST_WEEK = Cadence("nth-weekday", weekday="wed", rule="first-week")
WEEKLY = Cadence("week", on="last-school-day")
HOLIDAYS = Cadence("before-holiday")
VISIT_BEFORE = Cadence("before-holiday", holidays="vacations", days=30)
VISIT_AFTER = Cadence("after-opening", days=30)


def day_of(cadence: Cadence, year: int, month: int) -> date:
    """The appointed day of a month with school every weekday of the year."""
    always = calendar((TermSpan("全年", date(year, 1, 1), date(year, 12, 31)),))
    (found,) = [p for p in periods(always, cadence, date(year, month, 1), date(year, month, 28)) if p.day]
    assert found.key == f"{year}-{month:02d}"
    assert found.starts == found.day
    return found.starts


@pytest.mark.row("000-308-1")
@pytest.mark.parametrize(
    ("year", "month", "begins", "first", "week"),
    [
        (2026, 6, "Mon", 3, 3),  # the week of 1 June starts in the month
        (2025, 7, "Tue", 2, 9),  # its first full week starts on Monday the 7th
        (2026, 4, "Wed", 1, 8),
        (2025, 5, "Thu", 7, 7),  # its first days hold no Wednesday
        (2025, 8, "Fri", 6, 6),
        (2025, 11, "Sat", 5, 5),
        (2025, 6, "Sun", 4, 4),
    ],
)
def test_the_first_wednesday_by_either_reading(
    year: int, month: int, begins: str, first: int, week: int
) -> None:
    assert date(year, month, 1).strftime("%a") == begins
    assert day_of(FIRST_WEDNESDAY, year, month).day == first
    assert day_of(FIRST_WEEK, year, month).day == week


@pytest.mark.row("000-308-1")
def test_every_month_has_its_fire_day_on_a_wednesday_of_its_first_nine_days() -> None:
    for year in (2024, 2025, 2026):
        for month in (3, 6, 9, 11, 12):  # months whose first Wednesdays are no days off
            assert day_of(FIRST_WEDNESDAY, year, month).weekday() == 2
            assert 1 <= day_of(FIRST_WEDNESDAY, year, month).day <= 7
            assert day_of(FIRST_WEEK, year, month).weekday() == 2
            assert 3 <= day_of(FIRST_WEEK, year, month).day <= 9


@pytest.mark.row("000-308-1")
def test_a_fire_day_off_moves_to_the_next_school_day_and_is_never_skipped() -> None:
    (october,) = of(FIRST_WEDNESDAY, date(2025, 10, 9), date(2025, 10, 9))
    assert october.day == date(2025, 10, 9)  # Wednesday the 1st is National Day; off to the 8th
    assert of(FIRST_WEDNESDAY, date(2025, 10, 1), date(2025, 10, 8)) == []
    assert of(FIRST_WEDNESDAY, date(2025, 10, 10), date(2025, 10, 31)) == []
    back = Cadence("nth-weekday", weekday="wed", shift="previous-school-day")
    (october,) = [p for p in of(back, date(2025, 10, 1), date(2025, 10, 31)) if not p.excused]
    assert october.day == date(2025, 10, 9)  # nothing before it in October
    stay = Cadence("nth-weekday", weekday="wed", shift="none")
    (october,) = of(stay, date(2025, 10, 1), date(2025, 10, 31))
    assert (october.key, october.excused, october.why) == ("2025-10", True, "holiday")
    (january,) = of(stay, date(2025, 1, 1), date(2025, 1, 31))
    assert january.why == "holiday"  # New Year's Day, though vacation begins later in the month


def weekly(day: date) -> Period:
    monday = date.fromordinal(day.toordinal() - day.weekday())
    (found,) = of(WEEKLY, monday, date.fromordinal(monday.toordinal() + 6))
    return found


@pytest.mark.row("000-302-2")
@pytest.mark.parametrize(
    ("any_day", "last"),
    [
        (date(2026, 3, 18), date(2026, 3, 20)),  # a plain week: Friday
        (date(2025, 9, 30), date(2025, 9, 30)),  # Tuesday, National Day from Wednesday
        (date(2025, 10, 9), date(2025, 10, 11)),  # a make-up Saturday
        (date(2024, 5, 9), date(2024, 5, 11)),
        (date(2024, 9, 26), date(2024, 9, 29)),  # a make-up Sunday
        (date(2024, 2, 29), date(2024, 3, 1)),
        (date(2025, 1, 1), date(2025, 1, 3)),  # a day off in the middle
        (date(2026, 2, 4), date(2026, 2, 6)),  # the last week of term
    ],
)
def test_the_last_school_day_of_the_week_is_found_in_the_calendar(any_day: date, last: date) -> None:
    found = weekly(any_day)
    assert found.day == found.starts == last
    assert found.ends == date.fromordinal(last.toordinal() + 1)


@pytest.mark.row("000-302-2")
def test_a_school_that_makes_up_a_saturday_has_its_own_last_day() -> None:
    own = calendar(days={date(2026, 3, 21): True, date(2026, 3, 27): False})
    found = [str(p.day) for p in of(WEEKLY, date(2026, 3, 16), date(2026, 3, 29), own)]
    assert found == ["2026-03-21", "2026-03-26"]
    assert [str(p.day) for p in of(WEEKLY, date(2026, 3, 16), date(2026, 3, 29))] == [
        "2026-03-20",
        "2026-03-27",
    ]


@pytest.mark.row("000-302-3")
def test_one_for_each_holiday_block_and_none_for_a_weekend() -> None:
    golden_week = of(HOLIDAYS, date(2025, 9, 22), date(2025, 10, 19))
    assert [span(p) for p in golden_week] == [("holiday:2025-10-01", "2025-09-30", "2025-09-30")]
    (found,) = golden_week
    assert date(2025, 9, 29) not in found
    assert date(2025, 9, 30) in found
    assert date(2025, 10, 1) not in found
    assert of(HOLIDAYS, date(2026, 3, 9), date(2026, 3, 27)) == []


@pytest.mark.row("000-302-3")
def test_vacations_are_holidays_too_and_hold_the_spring_festival() -> None:
    school_year = [p.key for p in of(HOLIDAYS, date(2025, 9, 1), date(2026, 8, 31))]
    assert school_year == [
        "holiday:2025-10-01",  # National Day with Mid-autumn in it
        "holiday:2026-01-01",
        "holiday:2026-02-07",  # winter vacation with the Spring Festival in it
        "holiday:2026-04-04",
        "holiday:2026-05-01",
        "holiday:2026-06-19",
        "holiday:2026-07-11",  # summer vacation
    ]


@pytest.mark.row("004-505-6")
def test_visits_before_the_vacation() -> None:
    found = [span(p) for p in of(VISIT_BEFORE, date(2025, 9, 1), date(2026, 8, 31))]
    assert found == [
        ("holiday:2026-02-07", "2026-01-08", "2026-02-06"),
        ("holiday:2026-07-11", "2026-06-11", "2026-07-10"),
    ]
    (winter,) = of(VISIT_BEFORE, date(2026, 1, 8), date(2026, 1, 8))
    assert of(VISIT_BEFORE, date(2026, 1, 7), date(2026, 1, 7)) == []
    assert of(VISIT_BEFORE, date(2026, 2, 7), date(2026, 2, 7)) == []
    assert date(2026, 2, 6) in winter


@pytest.mark.row("004-505-6")
def test_visits_at_the_beginning_of_term() -> None:
    found = [span(p) for p in of(VISIT_AFTER, date(2024, 9, 1), date(2025, 8, 31))]
    assert found == [
        ("opening:2024-09-02", "2024-09-02", "2024-10-01"),  # 1 September is a Sunday
        ("opening:2025-02-17", "2025-02-17", "2025-03-18"),
    ]
    assert of(VISIT_AFTER, date(2024, 9, 1), date(2024, 9, 1)) == []
    assert of(VISIT_AFTER, date(2024, 10, 2), date(2024, 10, 2)) == []


@pytest.mark.row("004-505-6")
def test_two_visits_a_term_and_a_school_s_own_term_counts() -> None:
    for term in TERMS:
        both = [
            *of(VISIT_AFTER, term.starts, term.ends, SCHOOL),
            *[p for p in of(VISIT_BEFORE, term.starts, term.ends) if p.ends > term.starts],
        ]
        assert len(both) == 2
        assert all(term.starts <= p.starts < p.ends <= term.ends for p in both)
    own = calendar((*TERMS[:5], TermSpan("提前放假", date(2026, 3, 2), date(2026, 6, 27))))
    assert [p.key for p in of(VISIT_BEFORE, date(2026, 6, 1), date(2026, 7, 31), own)] == [
        "holiday:2026-06-27"
    ]
