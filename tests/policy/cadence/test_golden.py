"""Three school years by hand: the terms of ``school.TERMS`` and the official lists.

Official days off (make-up days in brackets):

* 2023 29 Sep–6 Oct (7, 8 Oct) · 30 Dec–1 Jan
* 2024 Spring Festival 10–17 Feb, in vacation · 4–6 Apr (7) · 1–5 May (28 Apr, 11 May) · 10 Jun, a Monday ·
  15–17 Sep (14) · 1–7 Oct (29 Sep, 12 Oct)
* 2025 1 Jan · Spring Festival in vacation · 4–6 Apr · 1–5 May (27 Apr) · 31 May–2 Jun ·
  1–8 Oct (28 Sep, 11 Oct)
* 2026 1–3 Jan (4) · Spring Festival in vacation · 4–6 Apr · 1–5 May (9) · 19–21 Jun
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.calendar import TermSpan
from anyuan.rules.policy.cadence import Cadence, Period

from .school import FIRST, SCHOOL, calendar, of, span, state

DAY = timedelta(days=1)

BLOCKS = [
    # first day off: last school day before it
    ("2023-09-29", "2023-09-28"),  # Mid-autumn and National Day are one block
    ("2023-12-30", "2023-12-29"),  # a Saturday; reaches into 2024
    ("2024-01-20", "2024-01-19"),  # winter vacation with the Spring Festival in it: one
    ("2024-04-04", "2024-04-03"),
    ("2024-05-01", "2024-04-30"),
    ("2024-06-08", "2024-06-07"),  # only Monday the 10th is official; the weekend before it belongs to it
    ("2024-07-06", "2024-07-05"),  # summer vacation, with Sunday 1 September in term
    ("2024-09-15", "2024-09-14"),  # after the make-up Saturday
    ("2024-10-01", "2024-09-30"),
    ("2025-01-01", "2024-12-31"),  # a Wednesday alone
    ("2025-01-18", "2025-01-17"),
    ("2025-04-04", "2025-04-03"),
    ("2025-05-01", "2025-04-30"),
    ("2025-05-31", "2025-05-30"),
    ("2025-07-05", "2025-07-04"),
    ("2025-10-01", "2025-09-30"),
    ("2026-01-01", "2025-12-31"),
    ("2026-02-07", "2026-02-06"),
    ("2026-04-04", "2026-04-03"),
    ("2026-05-01", "2026-04-30"),
    ("2026-06-19", "2026-06-18"),
    ("2026-07-11", "2026-07-10"),
]

FIRE_DAYS = {
    # month: (first Wednesday, Wednesday of the first week that starts in the month)
    "2023-09": ("06", "06"),
    "2023-10": ("07", "07"),  # 4 October is off; Saturday 7 is made up
    "2023-11": ("01", "08"),  # begins on a Wednesday
    "2023-12": ("06", "06"),
    "2024-01": ("03", "03"),
    "2024-02": ("26", "26"),  # vacation up to Sunday the 25th
    "2024-03": ("06", "06"),
    "2024-04": ("03", "03"),
    "2024-05": ("06", "08"),  # 1 May is off, Monday the 6th the next school day
    "2024-06": ("05", "05"),
    "2024-07": ("03", "03"),
    "2024-08": None,
    "2024-09": ("04", "04"),
    "2024-10": ("08", "09"),  # begins on a Tuesday: 2 or 9
    "2024-11": ("06", "06"),
    "2024-12": ("04", "04"),
    "2025-01": ("02", "08"),  # 1 January is a Wednesday and off
    "2025-02": ("17", "17"),
    "2025-03": ("05", "05"),
    "2025-04": ("02", "09"),
    "2025-05": ("07", "07"),
    "2025-06": ("04", "04"),
    "2025-07": ("02", "04"),  # the 9th is in vacation and nothing after it in the month: back to Friday 4
    "2025-08": None,
    "2025-09": ("03", "03"),
    "2025-10": ("09", "09"),
    "2025-11": ("05", "05"),
    "2025-12": ("03", "03"),
    "2026-01": ("07", "07"),
    "2026-02": ("04", "04"),
    "2026-03": ("04", "04"),
    "2026-04": ("01", "08"),
    "2026-05": ("06", "06"),
    "2026-06": ("03", "03"),
    "2026-07": ("01", "08"),
    "2026-08": None,
}

LAST_DAYS = {
    # weeks whose last school day is no Friday
    "2023-W39": "2023-09-28",  # Friday is Mid-autumn
    "2023-W40": "2023-10-08",  # only Saturday and Sunday are school days, both made up
    "2024-W14": "2024-04-07",
    "2024-W17": "2024-04-28",
    "2024-W18": "2024-04-30",
    "2024-W19": "2024-05-11",
    "2024-W37": "2024-09-14",
    "2024-W39": "2024-09-29",
    "2024-W40": "2024-09-30",
    "2024-W41": "2024-10-12",
    "2025-W14": "2025-04-03",
    "2025-W17": "2025-04-27",
    "2025-W18": "2025-04-30",
    "2025-W39": "2025-09-28",
    "2025-W40": "2025-09-30",
    "2025-W41": "2025-10-11",
    "2026-W01": "2026-01-04",  # Monday 29 December to Sunday 4 January, made up
    "2026-W18": "2026-04-30",
    "2026-W19": "2026-05-09",
    "2026-W25": "2026-06-18",
}

SCHOOL_MONTHS = [
    ("2023-09", "28"), ("2023-10", "31"), ("2023-11", "30"), ("2023-12", "29"), ("2024-01", "19"),
    ("2024-02", "29"), ("2024-03", "29"), ("2024-04", "30"), ("2024-05", "31"), ("2024-06", "28"),
    ("2024-07", "05"), ("2024-08", "31"), ("2024-09", "30"), ("2024-10", "31"), ("2024-11", "29"),
    ("2024-12", "31"), ("2025-01", "17"), ("2025-02", "28"), ("2025-03", "31"), ("2025-04", "30"),
    ("2025-05", "30"), ("2025-06", "30"), ("2025-07", "04"), ("2025-08", "31"), ("2025-09", "30"),
    ("2025-10", "31"), ("2025-11", "28"), ("2025-12", "31"), ("2026-01", "30"), ("2026-02", "06"),
    ("2026-03", "31"), ("2026-04", "30"), ("2026-05", "29"), ("2026-06", "30"), ("2026-07", "10"),
    ("2026-08", "31"),
]  # fmt: skip
"""Month, the day it is due by: its last school day; of August, which is excused, its last day."""

SCHOOL_DAYS = {
    # weekdays of the part of the month in term, less the weekdays off, plus the days made up
    "2023-09": 21 - 1,  # 1–30: 21 weekdays; Friday 29 off
    "2023-10": 22 - 5 + 2,  # 2–6 off; 7 and 8 made up
    "2023-12": 21,
    "2024-01": 15 - 1,  # 1–19; the 1st off
    "2024-02": 4,  # Monday 26 to Thursday 29, the leap day
    "2024-04": 22 - 2 + 2,  # 4, 5 off; 7 and 28 made up
    "2024-05": 23 - 3 + 1,  # 1–3 off; 11 made up
    "2024-06": 20 - 1,  # Monday 10 off
    "2024-07": 5,
    "2024-08": 0,
    "2024-09": 21 - 2 + 2,  # 16, 17 off; 14 and 29 made up
    "2024-10": 23 - 5 + 1,  # 1–4 and 7 off; 12 made up
    "2025-01": 13 - 1,  # 1–17; the 1st off
    "2025-04": 22 - 1 + 1,  # Friday 4 off; 27 made up
    "2025-05": 22 - 3,  # 1, 2 and Monday 5 off; 31 is a Saturday
    "2025-09": 22 + 1,  # 28 made up
    "2025-10": 23 - 6 + 1,  # 1–3 and 6–8 off; 11 made up
    "2026-01": 22 - 2 + 1,  # 1, 2 off; Sunday 4 made up
    "2026-02": 5,  # 2–6; the make-up Saturday 14 lies in the vacation
    "2026-05": 21 - 3 + 1,  # 1, 4, 5 off; 9 made up
    "2026-06": 22 - 1,
}


def test_one_block_for_each_holiday() -> None:
    found = of(Cadence("before-holiday"))
    assert [(p.key.removeprefix("holiday:"), span(p)[1]) for p in found] == BLOCKS
    assert all(p.starts == p.day and (p.ends - p.starts).days == 1 for p in found)


@pytest.mark.parametrize(("rule", "at"), [("first-weekday", 0), ("first-week", 1)])
def test_fire_days(rule: str, at: int) -> None:
    found = of(Cadence("nth-weekday", weekday="wed", rule=rule))  # type: ignore[arg-type]
    days = {p.key: f"{p.day:%d}" if p.day else None for p in found}
    assert days == {month: two[at] if two else None for month, two in FIRE_DAYS.items()}
    assert {p.key for p in found if p.excused} == {m for m, two in FIRE_DAYS.items() if two is None}


def test_the_last_school_day_of_the_week() -> None:
    found = [p for p in of(Cadence("week", on="last-school-day"), last=date(2026, 7, 12)) if not p.excused]
    assert all(p.known for p in found)
    odd = {p.key: str(p.day) for p in found if p.day and p.day.weekday() != 4}
    assert odd == LAST_DAYS
    assert {p.starts for p in found} == {p.day for p in found}


def test_school_months() -> None:
    found = of(Cadence("school-month"))
    assert [(p.key, f"{p.due_at.astimezone(clock.SHANGHAI) - DAY:%d}") for p in found] == SCHOOL_MONTHS
    assert [p.key for p in found if p.excused] == ["2024-08", "2025-08", "2026-08"]


def test_a_school_month_takes_every_day_of_its_month_and_no_other() -> None:
    """October 2026 has its last school day on Friday the 30th, November its first on Monday the 2nd."""
    autumn = calendar((TermSpan("2026-2027 一", date(2026, 9, 1), date(2027, 1, 23)),))
    october, november = of(Cadence("school-month"), date(2026, 10, 31), date(2026, 11, 1), autumn)
    assert span(october) == ("2026-10", "2026-10-01", "2026-10-31")
    assert span(november) == ("2026-11", "2026-11-01", "2026-11-30")
    assert due(october) == "2026-10-31 00:00+08:00"
    assert november.opens_at.astimezone(clock.SHANGHAI).isoformat() == "2026-11-01T00:00:00+08:00"
    assert date(2026, 10, 31) in october
    assert date(2026, 11, 1) not in october
    assert date(2026, 11, 1) in november


def test_school_months_are_the_calendar_months() -> None:
    for vacation in ("skip", "keep"):
        assert spans(Cadence("school-month", vacation=vacation)) == spans(Cadence("month"))  # type: ignore[arg-type]
    assert due(of(Cadence("school-month", vacation="keep"), FIRST, FIRST)[0]) == "2023-10-01 00:00+08:00"


def test_school_days_of_a_month() -> None:
    days = of(Cadence("school-day"))
    count = {month: sum(p.key.startswith(month) for p in days) for month in SCHOOL_DAYS}
    assert count == SCHOOL_DAYS
    assert "2024-02-29" in {p.key for p in days}
    assert {p.key for p in days if p.starts.weekday() >= 5} == {
        "2023-10-07", "2023-10-08", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29",
        "2024-10-12", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-05-09",
    }  # fmt: skip


def spans(
    cadence: Cadence, first: date = FIRST, last: date = date(2026, 8, 31)
) -> list[tuple[str, str, str]]:
    return [span(p) for p in of(cadence, first, last)]


def test_terms_cross_the_year() -> None:
    assert spans(Cadence("semester")) == [
        ("2023-24/1", "2023-09-01", "2024-01-19"),
        ("2023-24/2", "2024-02-26", "2024-07-05"),
        ("2024-25/1", "2024-09-01", "2025-01-17"),
        ("2024-25/2", "2025-02-17", "2025-07-04"),
        ("2025-26/1", "2025-09-01", "2026-02-06"),
        ("2025-26/2", "2026-03-02", "2026-07-10"),
    ]
    assert spans(Cadence("semester"), date(2024, 12, 31), date(2025, 1, 1)) == [
        ("2024-25/1", "2024-09-01", "2025-01-17")
    ]
    assert spans(Cadence("semester"), date(2025, 1, 18), date(2025, 2, 16)) == []


def test_years_and_quarters() -> None:
    assert spans(Cadence("academic-year"), date(2024, 8, 31), date(2024, 9, 1)) == [
        ("2023-24", "2023-09-01", "2024-08-31"),
        ("2024-25", "2024-09-01", "2025-08-31"),
    ]
    assert spans(Cadence("year"), date(2023, 12, 31), date(2024, 1, 1)) == [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
    ]
    assert spans(Cadence("quarter"), date(2024, 2, 29), date(2024, 4, 1)) == [
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q2", "2024-04-01", "2024-06-30"),
    ]
    assert spans(Cadence("month"), date(2024, 2, 29), date(2024, 2, 29)) == [
        ("2024-02", "2024-02-01", "2024-02-29")
    ]


def excused_weeks(first: date, last: date) -> dict[str, str]:
    return {p.key: p.why for p in of(Cadence("week"), first, last) if p.excused}


def test_weeks_of_the_vacations_are_excused_and_no_other() -> None:
    assert excused_weeks(date(2023, 9, 1), date(2024, 9, 30)) == {
        **{f"2024-W{n:02d}": "vacation" for n in range(4, 9)},  # 22 January to 25 February
        **{f"2024-W{n}": "vacation" for n in range(28, 36)},  # 8 July to Sunday 1 September
    }
    week = of(Cadence("week"), date(2025, 10, 1), date(2025, 10, 1))
    assert [(span(p), state(p)) for p in week] == [(("2025-W40", "2025-09-29", "2025-10-05"), "due")]


def test_a_week_of_nothing_but_a_holiday_is_excused_as_one() -> None:
    days = {date(2025, 9, 29): False, date(2025, 9, 30): False}
    found = of(Cadence("week"), date(2025, 10, 1), date(2025, 10, 1), calendar(days=days))
    assert [state(p) for p in found] == ["excused:holiday"]


def test_the_week_that_holds_new_year() -> None:
    assert spans(Cadence("week"), date(2024, 12, 31), date(2024, 12, 31)) == [
        ("2025-W01", "2024-12-30", "2025-01-05")
    ]
    assert spans(Cadence("week"), date(2026, 1, 4), date(2026, 1, 4)) == [
        ("2026-W01", "2025-12-29", "2026-01-04")
    ]


def due(period: Period) -> str:
    return period.due_at.astimezone(clock.SHANGHAI).isoformat(" ", "minutes")


@pytest.mark.parametrize(
    ("cadence", "day", "instant"),
    [
        (Cadence("school-day"), date(2024, 2, 29), "2024-03-01 00:00+08:00"),
        (Cadence("week"), date(2024, 2, 29), "2024-03-04 00:00+08:00"),
        (Cadence("week", on="last-school-day"), date(2024, 5, 11), "2024-05-12 00:00+08:00"),
        (Cadence("month"), date(2024, 2, 29), "2024-03-01 00:00+08:00"),
        (Cadence("school-month"), date(2024, 1, 10), "2024-01-20 00:00+08:00"),
        (Cadence("quarter"), date(2024, 2, 29), "2024-04-01 00:00+08:00"),
        (Cadence("semester"), date(2023, 12, 31), "2024-01-20 00:00+08:00"),
        (Cadence("academic-year"), date(2024, 2, 29), "2024-09-01 00:00+08:00"),
        (Cadence("year"), date(2024, 2, 29), "2025-01-01 00:00+08:00"),
        (Cadence("before-holiday"), date(2024, 9, 14), "2024-09-15 00:00+08:00"),
        (Cadence("after-opening", days=7), date(2024, 2, 29), "2024-03-04 00:00+08:00"),
        (Cadence("nth-weekday", weekday="wed"), date(2024, 10, 8), "2024-10-09 00:00+08:00"),
        (Cadence("nth-weekday", weekday="wed", window="month"), date(2024, 10, 8), "2024-11-01 00:00+08:00"),
        (Cadence("hours", hours=2), date(2024, 2, 29), "2024-02-29 02:00+08:00"),
    ],
)
def test_when_it_is_late(cadence: Cadence, day: date, instant: str) -> None:
    assert due(of(cadence, day, day, SCHOOL)[0]) == instant
