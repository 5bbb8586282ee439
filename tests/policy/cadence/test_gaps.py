"""What the calendar does not say is told, with the year or term that is missing; days set by a school."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from anyuan.foundation.org.calendar import Calendar, Level, TermSpan
from anyuan.rules.policy.cadence import Cadence, Window, next_period, periods

from .school import TERMS, calendar, of, span, state

AUTUMN = TermSpan("2027-2028 一", date(2027, 9, 1), date(2028, 1, 22))
SPRING = TermSpan("2027-2028 二", date(2028, 2, 21), date(2028, 7, 8))
UNLISTED = calendar((AUTUMN, SPRING), years={2027})
"""2027 is entered by the bureau (no day named), 2028 by nobody."""


def states(cadence: Cadence, first: date, last: date, on: Calendar) -> dict[str, str]:
    return {p.key: state(p) for p in periods(on, cadence, first, last)}


def test_a_year_without_a_list() -> None:
    first, last = date(2027, 12, 20), date(2028, 1, 31)
    assert states(Cadence("week"), first, last, UNLISTED) == {
        "2027-W51": "due",
        "2027-W52": "due",  # Monday 27 to Friday 31 December are known
        "2028-W01": "unknown:list:2028",
        "2028-W02": "unknown:list:2028",
        "2028-W03": "unknown:list:2028",
        "2028-W04": "excused:vacation",  # vacation needs no list
        "2028-W05": "excused:vacation",
    }
    assert states(Cadence("month"), first, last, UNLISTED) == {
        "2027-12": "due",
        "2028-01": "unknown:list:2028",
    }
    kept = states(Cadence("month", vacation="keep"), first, last, UNLISTED)
    assert set(kept.values()) == {"due"}
    assert states(Cadence("school-day"), date(2027, 12, 30), last, UNLISTED) == {
        "2027-12-30": "due",
        "2027-12-31": "due",
        "gap:2028-01-01": "unknown:list:2028",
    }
    assert states(Cadence("semester"), first, last, UNLISTED) == {"2027-28/1": "due"}


def test_the_last_day_before_a_gap_may_be_the_one_before_a_holiday() -> None:
    found = periods(UNLISTED, Cadence("before-holiday"), date(2027, 12, 1), date(2028, 1, 31))
    assert [(span(p), state(p)) for p in found] == [
        (("gap:2027-12-31", "2027-12-31", "2027-12-31"), "unknown:list:2028"),
        (("gap:2028-01-01", "2028-01-01", "2028-01-31"), "unknown:list:2028"),
    ]


def test_the_last_school_day_of_a_week_that_runs_into_a_gap() -> None:
    listed = calendar((AUTUMN, SPRING), {date(2027, 12, 31): False}, years={2027})
    cadence = Cadence("week", on="last-school-day")
    assert states(cadence, date(2027, 12, 31), date(2027, 12, 31), UNLISTED) == {
        "2027-W52": "unknown:list:2028"
    }
    bureau = calendar((AUTUMN, SPRING), {date(2028, 1, 1): False, date(2028, 1, 2): False}, years={2027})
    found = periods(bureau, cadence, date(2027, 12, 31), date(2027, 12, 31))
    assert [str(p.day) for p in found] == ["2027-12-31"]  # single days are known where a level names them
    assert states(cadence, date(2027, 12, 24), date(2027, 12, 24), listed) == {"2027-W51": "due"}


def test_a_fire_day_in_a_gap() -> None:
    cadence = Cadence("nth-weekday", weekday="wed")
    assert states(cadence, date(2027, 12, 1), date(2028, 2, 29), UNLISTED) == {
        "2027-12": "due",
        "2028-01": "unknown:list:2028",
        "2028-02": "unknown:list:2028",
    }
    named = calendar((AUTUMN, SPRING), {date(2028, 1, 5): True}, years={2027})
    assert states(cadence, date(2028, 1, 1), date(2028, 1, 31), named) == {"2028-01": "due"}


def test_no_term_at_all() -> None:
    bare = Calendar([Level()])
    first, last = date(2026, 2, 20), date(2026, 10, 1)
    assert states(Cadence("month"), date(2026, 9, 1), date(2026, 10, 1), bare) == {
        "2026-09": "unknown:term:2026-27/1",
        "2026-10": "unknown:term:2026-27/1",
    }
    assert states(Cadence("semester"), first, last, bare) == {
        "2025-26/2": "unknown:term:2025-26/2",
        "2026-27/1": "unknown:term:2026-27/1",
    }
    assert states(Cadence("school-day"), date(2026, 9, 30), last, bare) == {
        "gap:2026-09-01": "unknown:term:2026-27/1",
        "gap:2026-10-01": "unknown:term:2026-27/1",
    }
    assert set(states(Cadence("after-opening", days=14), first, last, bare).values()) == {
        "unknown:term:2025-26/2",
        "unknown:term:2026-27/1",
    }
    assert set(states(Cadence("before-holiday"), date(2026, 9, 1), last, bare).values()) == {
        "unknown:term:2026-27/1"
    }
    assert states(Cadence("year"), first, first, bare) == {"2026": "unknown:term:2025-26/1"}
    assert states(Cadence("academic-year", vacation="keep"), first, first, bare) == {"2025-26": "due"}


def test_after_the_last_term_comes_vacation_and_then_a_missing_term() -> None:
    summer = calendar()
    assert states(Cadence("month"), date(2026, 7, 1), date(2026, 9, 30), summer) == {
        "2026-07": "due",
        "2026-08": "excused:vacation",
        "2026-09": "unknown:term:2026-27/1",
    }
    autumn_only = calendar(TERMS[:5])
    days = states(Cadence("school-day"), date(2026, 2, 6), date(2026, 2, 28), autumn_only)
    assert days == {"2026-02-06": "due", "gap:2026-02-21": "unknown:term:2025-26/2"}
    assert states(Cadence("week"), date(2026, 2, 9), date(2026, 2, 22), autumn_only) == {
        "2026-W07": "excused:vacation",
        "2026-W08": "unknown:term:2025-26/2",
    }


def test_the_vacation_after_the_last_term_is_one_to_prepare_for() -> None:
    found = of(Cadence("before-holiday", holidays="vacations"), date(2026, 6, 1), date(2026, 7, 31))
    assert [(p.key, state(p)) for p in found] == [("holiday:2026-07-11", "due")]


def test_a_term_missing_between_two() -> None:
    holed = calendar((TERMS[0], TERMS[2]))
    found = states(Cadence("month"), date(2024, 1, 1), date(2024, 9, 30), holed)
    assert found["2024-01"] == "due"
    assert {found[f"2024-{m:02d}"] for m in range(2, 9)} == {"unknown:term:2023-24/2"}
    assert found["2024-09"] == "due"
    assert states(Cadence("semester"), date(2024, 1, 1), date(2024, 9, 30), holed) == {
        "2023-24/1": "due",
        "2023-24/2": "unknown:term:2023-24/2",
        "2024-25/1": "due",
    }


def test_the_days_before_the_first_term_are_not_told() -> None:
    first = calendar(TERMS[2:])
    assert states(Cadence("month"), date(2024, 7, 1), date(2024, 9, 30), first) == {
        "2024-07": "unknown:term:2023-24/2",
        "2024-08": "unknown:term:2023-24/2",
        "2024-09": "due",
    }


def test_the_days_before_a_second_term_whose_first_is_missing() -> None:
    spring = calendar(TERMS[5:])
    assert states(Cadence("week"), date(2026, 2, 9), date(2026, 2, 15), spring) == {
        "2026-W07": "unknown:term:2025-26/1"
    }


def test_the_first_school_day_of_a_term_in_a_year_without_a_list() -> None:
    opening = Cadence("after-opening", days=7)
    assert states(opening, date(2028, 2, 1), date(2028, 3, 31), UNLISTED) == {
        "opening:2028-02-21": "unknown:list:2028"
    }
    named = calendar((AUTUMN, SPRING), {date(2028, 2, 21): False, date(2028, 2, 22): True}, years={2027})
    assert states(opening, date(2028, 2, 1), date(2028, 3, 31), named) == {"opening:2028-02-22": "due"}


@pytest.mark.parametrize(
    ("starts", "key"), [(date(2026, 7, 1), "2026-27/1"), (date(2026, 6, 30), "2025-26/2")]
)
def test_a_term_from_july_on_is_the_first_of_its_school_year(starts: date, key: str) -> None:
    on = calendar((TermSpan("x", starts, date(2026, 12, 1)),))
    assert key in states(Cadence("semester"), date(2026, 8, 1), date(2026, 8, 1), on)


def test_a_window_after_the_opening_ends_with_the_term() -> None:
    short = calendar((TermSpan("小学期", date(2025, 7, 7), date(2025, 7, 17)),))
    found = periods(short, Cadence("after-opening", days=30), date(2025, 7, 7), date(2025, 7, 31))
    assert [span(p) for p in found if p.known] == [("opening:2025-07-07", "2025-07-07", "2025-07-16")]


def test_a_school_sets_days_for_itself() -> None:
    typhoon, saturday = date(2025, 9, 17), date(2025, 9, 20)
    own = calendar(days={typhoon: False, saturday: True})
    week = periods(own, Cadence("week", on="last-school-day"), typhoon, saturday)
    assert [p.day for p in week] == [saturday]
    assert [p.key for p in of(Cadence("before-holiday"), date(2025, 9, 10), date(2025, 9, 21), own)] == [
        "holiday:2025-09-17"
    ]
    assert of(Cadence("before-holiday"), date(2025, 9, 10), date(2025, 9, 21)) == []
    days = {p.key for p in of(Cadence("school-day"), date(2025, 9, 15), date(2025, 9, 21), own)}
    assert days == {"2025-09-15", "2025-09-16", "2025-09-18", "2025-09-19", "2025-09-20"}


def test_a_make_up_day_taken_back_is_no_holiday() -> None:
    own = calendar(days={date(2025, 10, 11): False})
    found = of(Cadence("before-holiday"), date(2025, 10, 9), date(2025, 10, 20), own)
    assert found == []
    week = of(Cadence("week", on="last-school-day"), date(2025, 10, 6), date(2025, 10, 11), own)
    assert [str(p.day) for p in week] == ["2025-10-10"]


def test_a_make_up_day_inside_a_holiday_makes_two_blocks() -> None:
    own = calendar(days={date(2025, 10, 4): True})
    found = of(Cadence("before-holiday", days=7), date(2025, 9, 20), date(2025, 10, 8), own)
    assert [span(p) for p in found] == [
        ("holiday:2025-10-01", "2025-09-24", "2025-09-30"),
        ("holiday:2025-10-05", "2025-10-04", "2025-10-04"),  # begins when the first block is over
    ]


def test_up_to_the_last_school_day_of_the_week() -> None:
    found = of(Cadence("week", on="last-school-day", window="week"), date(2024, 5, 10), date(2024, 5, 10))
    assert [span(p) for p in found] == [("2024-W19", "2024-05-06", "2024-05-11")]


def test_two_terms_of_one_number_are_told_apart() -> None:
    short = (TermSpan("小学期", date(2026, 1, 5), date(2026, 1, 20)), TERMS[5])
    found = states(Cadence("semester"), date(2026, 1, 1), date(2026, 7, 1), calendar(short))
    assert found["2025-26/2"] == "due"
    assert found["2025-26/2.2"] == "due"


def test_a_term_of_nothing_but_days_off_is_excused() -> None:
    term = TermSpan("空", date(2026, 10, 1), date(2026, 10, 8))
    on = calendar((*TERMS, term))
    found = periods(on, Cadence("after-opening"), date(2026, 10, 1), date(2026, 10, 7))
    assert [state(p) for p in found] == ["excused:holiday"]


def test_what_comes_next() -> None:
    on = calendar()
    summer = next_period(on, Cadence("week"), date(2025, 7, 1))
    assert summer is not None
    assert summer.key == "2025-W36"  # the excused weeks are passed over
    night = Window(time(22), time(6))
    slot = next_period(on, Cadence("hours", hours=4), date(2026, 3, 18), night)
    assert slot is not None
    assert slot.key == "2026-03-19T02:00"
    assert next_period(calendar(TERMS[:1]), Cadence("week", vacation="keep"), date(2030, 1, 1)) is not None


def test_a_day_of_the_fourth_week_stays_in_its_month() -> None:
    cadence = Cadence("nth-weekday", weekday="sun", nth=4, rule="first-week")
    # The fourth week that starts in March 2026 is Monday 23 to Sunday 29; in June 22 to 28.
    # In September 2025 it is Monday 22 to Sunday 28, a make-up day.
    days = {p.key: str(p.day) for p in of(cadence, date(2024, 9, 1), date(2026, 6, 30)) if p.day}
    assert days["2025-09"] == "2025-09-28"
    assert days["2026-03"] == "2026-03-30"
    assert days["2026-06"] == "2026-06-29"
    # Four Mondays on from 3 November is the 24th, its Sunday the 30th: the next school day is in December.
    assert days["2025-11"] == "2025-11-28"
    # October 2024 has its fourth Monday on the 28th and that week's Sunday in November.
    assert days["2024-10"] == "2024-10-31"


def test_a_night_s_slots_cross_midnight() -> None:
    night = Window(time(22), time(6))
    found = periods(calendar(), Cadence("hours", hours=3), date(2026, 3, 18), date(2026, 3, 18), night)
    assert [p.key for p in found] == [
        "2026-03-17T22:00",
        "2026-03-18T01:00",
        "2026-03-18T04:00",
        "2026-03-18T22:00",
    ]
    assert [p.due_at - p.opens_at for p in found] == [timedelta(hours=h) for h in (3, 3, 2, 3)]
    assert [(p.ends - p.starts).days for p in found] == [2, 1, 1, 2]


def test_the_night_before_reaches_into_the_first_day_asked() -> None:
    night = Window(time(22), time(6))
    for vacation in ("skip", "keep"):
        cadence = Cadence("hours", hours=8, vacation=vacation)  # type: ignore[arg-type]
        found = periods(calendar(), cadence, date(2026, 4, 1), date(2026, 4, 1), night)
        assert [p.key for p in found] == ["2026-03-31T22:00", "2026-04-01T22:00"]


@pytest.mark.parametrize("every", ["school-day", "hours"])
def test_nothing_is_due_on_days_off(every: str) -> None:
    cadence = Cadence(every, hours=12 if every == "hours" else 0)  # type: ignore[arg-type]
    assert of(cadence, date(2025, 10, 2), date(2025, 10, 8)) == []
