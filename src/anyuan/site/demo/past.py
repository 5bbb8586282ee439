"""What the school year and the semester before left in the registers, where documents were in force then."""

from __future__ import annotations

from datetime import date, timedelta

from anyuan.rules.policy.public import Cadence, Period, periods

from .city import City, moment
from .duties import HOURS, Duties, headcount
from .standing import Keep

_BACK = 500
"""Days: the school year before lies wholly in them."""
_SCENARIOS = ("earthquake", "weather", "terror", "fire")
_WHOLE_YEAR = 0.93
"""The share of careful schools that gave all lessons of a stage."""


def remember(found: Duties, schools: list[Keep]) -> None:
    """Lessons and drills of the school year before; survey and bus drill of the semester before."""
    year = _ended(found.city, Cadence(every="academic-year"))
    semester = _ended(found.city, Cadence(every="semester"))
    for keep in schools:
        if not keep.county.full:
            continue
        if year is not None:
            _lessons(found, keep, year)
            _scenarios(found, keep, year)
        if semester is not None:
            _semester(found, keep, semester)


def _ended(city: City, cadence: Cadence) -> Period | None:
    """The newest one that is over."""
    known = periods(city.calendar, cadence, city.today - timedelta(days=_BACK), city.today)
    over = [p for p in known if p.ends <= city.today and p.known and not p.excused]
    return over[-1] if over else None


def _within(found: Duties, period: Period, share: float) -> date:
    """The working day at that share of the period, or the last one before it."""
    day = period.starts + timedelta(days=int((period.ends - period.starts).days * share))
    while not found.city.calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def _lessons(found: Duties, keep: Keep, year: Period) -> None:
    """Half of them in each semester, for a whole stage."""
    for stage in (s for s in HOURS if s in keep.school.unit.stages):
        whole = keep.care == 1.0 or keep.rng.random() < _WHOLE_YEAR * keep.care
        hours = HOURS[stage] / 2 if whole else HOURS[stage] / 2 - keep.rng.randint(1, 3)
        for share in (0.25, 0.75):
            data = {"stage": stage, "whole_stage": True, "hours": hours, "topic": "学期安全教育课"}
            found.put(
                keep, "class-hours", moment(_within(found, year, share), 14.2), data, post="moral-director"
            )


def _scenarios(found: Duties, keep: Keep, year: Period) -> None:
    for turn, scenario in enumerate(_SCENARIOS):
        if keep.care < 1 and keep.rng.random() > keep.care + 0.1:
            continue
        data = {"kind": "comprehensive", "scenario": scenario, "participants": headcount(keep),
                "result": "按预案完成，集合点名无误"}  # fmt: skip
        found.put(keep, "drill", moment(_within(found, year, 0.1 + turn * 0.22), 10.3), data, scene="yard")


def _semester(found: Duties, keep: Keep, semester: Period) -> None:
    at = moment(_within(found, semester, 0.6), 15)
    if keep.rng.random() < keep.care:
        data = {"method": "both", "asked": max(1, keep.school.unit.pupils or 20), "clues": 0,
                "result": "未发现欺凌线索，已向班主任反馈"}  # fmt: skip
        found.put(keep, "bullying-survey", at, data, post="moral-director")
    if keep.buses and keep.rng.random() < keep.care:
        data = {"kind": "bus-evacuation", "scenario": "traffic", "participants": 36 * keep.buses}
        found.put(keep, "drill", at, data, scene="yard")
