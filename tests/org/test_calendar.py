"""Working days: golden cases of the official lists, overrides by level, and what nobody knows is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import Invalid, NotFound, NotPermitted, clock, job_actor
from anyuan.foundation.org.calendar import Calendar, Level, TermSpan
from anyuan.foundation.org.public import (
    DayKind,
    MissingCalendar,
    NewDay,
    Term,
    calendar_for,
    calendars_for,
    clear_day,
    enter_year,
    is_school_day,
    is_working_day,
    set_day,
    set_term,
    term_of,
)

NATION = Calendar([Level()])
SYSTEM = job_actor("tests")


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 2, 29), True),
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday made up for National Day
        (date(2026, 9, 20), True),  # a Sunday made up for National Day
        (date(2026, 10, 11), False),
        (date(2026, 3, 14), False),
        (date(2025, 10, 11), True),  # a Saturday
        (date(2025, 10, 6), False),  # Mid-autumn, a Monday
    ],
)
def test_official_lists(day: date, working: bool) -> None:
    assert NATION.is_working_day(day) is working


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 3, 20), 1, date(2026, 3, 23)),
        (date(2026, 3, 21), 1, date(2026, 3, 23)),
        (date(2026, 3, 18), 0, date(2026, 3, 18)),
        (date(2026, 3, 21), 0, date(2026, 3, 23)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2026, 1, 4), -1, date(2025, 12, 31)),
    ],
)
def test_adding_working_days(start: date, count: int, end: date) -> None:
    assert NATION.add_working_days(start, count) == end


def test_an_unknown_year_is_said_and_never_guessed() -> None:
    with pytest.raises(MissingCalendar, match="2028") as missing:
        NATION.is_working_day(date(2028, 2, 29))
    assert missing.value.year == 2028
    assert NATION.add_working_days(date(2026, 12, 30), 1) == date(2026, 12, 31)
    with pytest.raises(MissingCalendar, match="2027"):
        NATION.add_working_days(date(2026, 12, 31), 1)
    with pytest.raises(MissingCalendar):
        NATION.working_days_between(date(2026, 12, 1), date(2027, 1, 4))
    assert len(NATION.gaps(date(2026, 10, 31))) == 1
    assert len(NATION.gaps(date(2026, 11, 1))) == 2


def test_what_a_day_is_by_the_lists() -> None:
    county = Level({date(2026, 3, 21): True, date(2026, 3, 23): False})
    calendar = Calendar([Level({date(2026, 3, 21): False, date(2028, 5, 1): False}), county, Level()])

    def kind(day: date) -> DayKind:
        return calendar.kinds(day.year)[day.timetuple().tm_yday - 1]

    assert len(calendar.kinds(2024)) == 366
    assert kind(date(2024, 2, 29)) is DayKind.WORK
    assert kind(date(2026, 10, 1)) is DayKind.HOLIDAY
    assert kind(date(2026, 10, 3)) is DayKind.HOLIDAY  # a Saturday the list names
    assert kind(date(2026, 10, 10)) is DayKind.WORK  # a Saturday made up
    assert kind(date(2026, 10, 17)) is DayKind.REST
    assert kind(date(2026, 3, 21)) is DayKind.REST  # the county's make-up Saturday, taken back by the school
    assert kind(date(2026, 3, 23)) is DayKind.HOLIDAY  # the county's day off
    assert kind(date(2028, 5, 1)) is DayKind.HOLIDAY
    assert kind(date(2028, 5, 2)) is DayKind.UNKNOWN


@given(
    start=st.dates(date(2019, 1, 1), date(2025, 12, 31)),
    count=st.integers(-200, 200).filter(bool),
    overrides=st.dictionaries(st.dates(date(2018, 1, 1), date(2026, 12, 31)), st.booleans(), max_size=20),
)
def test_adding_counting_and_walking_agree(start: date, count: int, overrides: dict[date, bool]) -> None:
    calendar = Calendar([Level(overrides), Level()])
    step = timedelta(days=1 if count > 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        left -= calendar.is_working_day(day)
    assert calendar.add_working_days(start, count) == day
    assert calendar.working_days_between(start, day) == count


def test_the_nearest_level_wins(world: World) -> None:
    saturday, monday = date(2026, 3, 21), date(2026, 3, 23)
    county = world.actor("county_officer")
    set_day(county, world.county, NewDay(saturday, True, "补课"))
    set_day(county, world.county, NewDay(monday, False, "台风"))
    set_day(county, world.school, NewDay(saturday, False, "校庆"))
    found = calendars_for([world.school, world.sister, world.stranger_school])
    assert not found[world.school.pk].is_working_day(saturday)
    assert found[world.sister.pk].is_working_day(saturday)
    assert not found[world.stranger_school.pk].is_working_day(saturday)
    assert not found[world.school.pk].is_working_day(monday)
    assert found[world.stranger_school.pk].is_working_day(monday)
    assert found[world.sister.pk].add_working_days(date(2026, 3, 20), 2) == date(2026, 3, 24)
    assert clear_day(county, world.school, saturday)
    assert not clear_day(county, world.school, saturday)
    assert is_working_day(saturday, world.school)


def test_a_bureaus_list_makes_a_year_known_for_those_below(world: World) -> None:
    days = [NewDay(date(2028, 1, 3), False, "元旦"), NewDay(date(2028, 2, 26), True, "调休")]
    enter_year(world.actor("county_officer"), world.county, 2028, days, "县教育局通知")
    calendar = calendar_for(world.school)
    assert calendar.is_working_day(date(2028, 2, 29))
    assert calendar.is_working_day(date(2028, 2, 26))
    assert not calendar.is_working_day(date(2028, 1, 3))
    with pytest.raises(MissingCalendar):
        is_working_day(date(2028, 2, 29), world.stranger_school)
    enter_year(SYSTEM, None, 2028, [NewDay(date(2028, 2, 29), False)], "全国")
    assert not is_working_day(date(2028, 2, 29), world.stranger_school)


def test_one_overridden_day_is_no_list(world: World) -> None:
    set_day(world.actor("county_officer"), world.county, NewDay(date(2028, 1, 3), False))
    assert not is_working_day(date(2028, 1, 3), world.school)
    with pytest.raises(MissingCalendar):
        is_working_day(date(2028, 1, 4), world.school)


def test_wrong_lists_and_strangers_are_refused(world: World) -> None:
    county, off = world.actor("county_officer"), NewDay(date(2028, 1, 3), False)
    for days in ([], [NewDay(off.day, True)], [off, off], [NewDay(date(2027, 1, 1), False)]):
        with pytest.raises(Invalid):
            enter_year(county, world.county, 2028, days, "x")
    with pytest.raises(NotPermitted):
        enter_year(county, None, 2028, [off], "x")
    for attempt in (
        lambda: enter_year(county, world.next_county, 2028, [off], "x"),
        lambda: set_day(county, world.next_county, off),
        lambda: clear_day(county, world.next_county, off.day),
        lambda: set_term(county, world.next_county, "x", date(2026, 9, 1), date(2027, 1, 20)),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(MissingCalendar):
        is_working_day(date(2028, 1, 4), world.school)


def test_terms_begin_on_their_first_day_and_end_before_their_last(world: World) -> None:
    county = world.actor("county_officer")
    set_term(county, world.county, "2025-2026学年第二学期", date(2026, 2, 24), date(2026, 7, 1))
    school = world.school
    assert term_of(date(2026, 2, 23), school) is None
    found = term_of(date(2026, 2, 24), school)
    assert found is not None
    assert found.name == "2025-2026学年第二学期"
    assert term_of(date(2026, 6, 30), school)
    assert term_of(date(2026, 7, 1), school) is None
    assert is_school_day(date(2026, 3, 18), school)
    assert not is_school_day(date(2026, 3, 21), school)
    assert not is_school_day(date(2026, 7, 1), school)
    with pytest.raises(MissingCalendar):
        is_school_day(date(2026, 3, 18), world.stranger_school)


def test_a_schools_own_term_replaces_the_countys_and_overlaps_are_refused(world: World) -> None:
    county = world.actor("county_officer")
    spring = set_term(county, world.county, "春", date(2026, 2, 24), date(2026, 7, 1))
    set_term(county, world.county, "秋", date(2026, 9, 1), date(2027, 1, 20))
    set_term(county, world.school, "春（提前放假）", date(2026, 2, 24), date(2026, 6, 15))
    assert term_of(date(2026, 6, 20), world.school) is None
    assert term_of(date(2026, 6, 20), world.sister) == TermSpan("春", spring.starts, spring.ends)
    assert term_of(date(2026, 9, 1), world.school) == TermSpan("秋", date(2026, 9, 1), date(2027, 1, 20))
    for starts, ends in (
        (date(2026, 6, 30), date(2026, 8, 1)),
        (date(2026, 8, 1), date(2026, 8, 1)),
        (date(2026, 8, 1), date(2027, 8, 1)),
    ):
        with pytest.raises(Invalid):
            set_term(county, world.county, "x", starts, ends)
    set_term(county, world.county, "春", date(2026, 2, 24), date(2026, 7, 3), spring)
    assert Term.objects.filter(unit=world.county).count() == 2


def test_many_calendars_cost_four_queries_and_are_shared(world: World, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    units = list(world.units.values())
    with django_assert_max_num_queries(4):
        found = calendars_for(units)
        for calendar in found.values():
            for offset in range(0, 700, 7):
                calendar.add_working_days(date(2024, 1, 1) + timedelta(days=offset), 15)
    assert len({id(c) for c in found.values()}) == 1
