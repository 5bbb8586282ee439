"""Terms and holidays around today, so that the demo lives on any day of any year."""

from __future__ import annotations

from datetime import date, timedelta

from anyuan.foundation.org.public import (
    NewDay,
    add_places,
    calendar_for,
    enter_year,
    national_calendar,
    set_day,
    set_term,
)
from anyuan.rules.policy.public import Requirement, activate, latest_packs, load_packs

from . import plan
from .city import LOADER, TERM_DAYS, City

_HOLIDAYS = ((1, 1, 3, "元旦"), (2, 10, 7, "春节"), (4, 4, 3, "清明节"), (5, 1, 5, "劳动节"),
             (6, 10, 3, "端午节"), (10, 1, 7, "国庆节"))  # fmt: skip
"""(month, day, how many days, name): invented for years whose official list is not known yet."""
_AHEAD = 75
_BASIS = "演示：市政府会议要求继续执行"
_SECOND_WAVE = 60
"""Days ago on which the lighter counties put the requirements into force."""


def calendar(city: City) -> None:
    """The present term and the one before; a list for years nobody knows; today a school day."""
    assert city.unit is not None
    first, last = city.today - timedelta(days=TERM_DAYS), city.today + timedelta(days=_AHEAD)
    before = first - timedelta(days=40)
    known = national_calendar()
    for year in range(before.year - 1, last.year + 2):
        if not known.knows(year):
            enter_year(LOADER, city.unit, year, _invented(year), "演示用，非官方安排")
    set_term(LOADER, city.unit, "演示上学期", before - timedelta(days=130), before)
    set_term(LOADER, city.unit, "演示本学期", first, last)
    if not calendar_for(city.unit).is_school_day(city.today):
        set_day(LOADER, city.unit, NewDay(city.today, working=True, name="演示：今天按上课日"), "演示数据")


def _invented(year: int) -> list[NewDay]:
    return [
        NewDay(date(year, month, day) + timedelta(days=n), working=False, name=name)
        for month, day, count, name in _HOLIDAYS
        for n in range(count)
    ]


def places(city: City) -> None:
    """The inspection points of every school, each with its QR code."""
    for county in city.counties:
        for school in county.schools:
            boards = school.unit.boarding not in ("", "none")
            rows = plan.places(school.unit.unit_type, boards=boards, shown=school is city.shown)
            school.places = add_places(LOADER, school.unit, rows)


def packs(city: City) -> None:
    """The policy documents. Those with requirements went live county by county, the full one first and with
    the school year before this one, so that nothing is excused there as begun lately; the newest one has not
    begun. A national standard is in force in one county beside the city's document. The checklists of the
    others apply to the whole city since before the term."""
    assert city.unit is not None
    load_packs(LOADER)
    before = city.today - timedelta(days=TERM_DAYS + 30)
    second = city.today - timedelta(days=_SECOND_WAVE)
    for pack in latest_packs(LOADER):
        if not Requirement.objects.filter(pack=pack).exists():
            activate(LOADER, pack, city.unit, before, _BASIS)
            continue
        if not pack.document:  # a national standard that one county takes up beside the others
            activate(LOADER, pack, city.counties[1].unit, second, "演示：县教育局要求对照执行")
            continue
        for county in city.counties:
            if county is not city.newest:
                starts = _school_year_before(city.today) if county.full else second
                activate(LOADER, pack, county.unit, starts, _BASIS)


def _school_year_before(day: date) -> date:
    """The first day of the school year before the one ``day`` lies in."""
    return date(day.year - (1 if (day.month, day.day) >= (9, 1) else 2), 9, 1)
