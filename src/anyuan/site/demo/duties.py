"""A term of duties: checks, drills, lessons, reminders, certificates; done, made up, or forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from anyuan.foundation.files.public import Role
from anyuan.foundation.kernel.public import clock, new_id
from anyuan.foundation.org.public import UnitType
from anyuan.rules.ledger.public import NewRecord
from anyuan.rules.policy.public import Cadence, Period, periods

from .city import TERM_DAYS, City, moment
from .photos import Shot
from .standing import Keep

_FIRE_DAY = Cadence(every="nth-weekday", nth=1, weekday="wed")
_WEEK = Cadence(every="week")
_HOLIDAY = Cadence(every="before-holiday", days=3)
_MAKES_UP = 0.5
"""Of what was missed on its day, the share that is made up later."""
_STAGES = ("primary", "junior", "senior", "vocational")
HOURS = {"primary": 14, "junior": 12, "senior": 8, "vocational": 8}
_TOPICS = ("交通安全", "防溺水", "用电与消防", "食品卫生", "防欺凌", "网络安全", "居家安全", "应急避险")
_LESSON_TOPICS = (
    "防震减灾与疏散",
    "消防器材辨识",
    "交通标志",
    "食品安全",
    "防诈骗",
    "心理调适",
    "实验室安全",
)


@dataclass(slots=True)
class Duties:
    """What is written into the registers, and the photos that go with it."""

    city: City
    rows: list[NewRecord] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)
    fire_days: list[Period] = field(init=False)
    weeks: list[Period] = field(init=False)
    school_days: list[date] = field(init=False)
    week_ends: set[date] = field(init=False)
    holidays: set[date] = field(init=False)

    def __post_init__(self) -> None:
        def when(cadence: Cadence) -> list[Period]:
            found = periods(self.city.calendar, cadence, self.first, self.city.today)
            return [p for p in found if p.known and not p.excused]

        self.fire_days, self.weeks = when(_FIRE_DAY), when(_WEEK)
        self.school_days = self.city.school_days(self.first, self.last)
        known = set(self.school_days)
        self.week_ends = {max(d for d in known if d in p) for p in self.weeks if any(d in p for d in known)}
        ahead = [[d for d in known if d in p] for p in when(_HOLIDAY)]
        self.holidays = {max(days) for days in ahead if days}

    def kinds_of(self, day: date) -> list[tuple[str, int]]:
        """The reminders a class gets on a day, and their minutes."""
        found = [("daily", 1)]
        if day in self.week_ends:
            found.append(("weekly", 5))
        return [*found, ("holiday", 30)] if day in self.holidays else found

    @property
    def first(self) -> date:
        return self.city.today - timedelta(days=TERM_DAYS)

    @property
    def last(self) -> date:
        return self.city.today - timedelta(days=1)

    def put(
        self, keep: Keep, register: str, at: datetime, data: dict[str, Any], *,
        post: str = "security-director", stands_for: date | None = None, scene: str = "",
    ) -> None:  # fmt: skip
        """One record, unless it lies ahead; with a picture where a scene is named."""
        if at >= clock.start_of(self.city.today):
            return
        person = keep.school.person(post)
        key: UUID | None = None
        if scene:
            key = new_id()
            self.shots.append(Shot(key, keep.school.unit, person, scene, Role.EVIDENCE, at))
        self.rows.append(
            NewRecord(
                register,
                keep.school.unit,
                at,
                data,
                person=person,
                stands_for=stands_for,
                recorded_at=at,
                id=key,
            )
        )


def keep_them(city: City, schools: list[Keep]) -> Duties:
    """The term of every school."""
    found = Duties(city)
    for keep in schools:
        _staff(found, keep)
        _fire_days(found, keep)
        _weeks(found, keep)
        _drills(found, keep)
        _lessons(found, keep)
        _once_a_term(found, keep)
        _reminders(found, keep)
    return found


def _staff(found: Duties, keep: Keep) -> None:
    """Certificates, trained managers, doctors, counsellors, vehicles: written down before the term."""
    unit, rng, today = keep.school.unit, keep.rng, found.city.today
    at = moment(found.first - timedelta(days=20), 10)
    code = unit.code[-6:] or unit.pk.hex[-6:]
    if keep.school.full:
        for n in range(keep.guards):
            ends = today + timedelta(days=rng.randint(60, 900))
            if n and keep.care < 1 and rng.random() < 0.05:
                ends = today - timedelta(days=rng.randint(5, 60))
            data = {"name": f"保安{n + 1}", "certificate": f"演{code}{n + 1:02d}", "full_time": True,
                    "employer": "company" if n % 2 else "school", "valid_until": ends}  # fmt: skip
            found.put(keep, "guard-certificate", at, data)
        data = {"name": keep.school.person("security-director").name, "certificate": f"演培{code}"}
        found.put(keep, "safety-training", at, data | {"valid_until": today + timedelta(days=300)})
    if keep.doctors:
        data = {"name": keep.school.person("school-doctor").name, "certificate": f"演医{code}"}
        found.put(keep, "health-staff", at, data | {"kind": "school-doctor", "source": "own"})
    if keep.counsellors and (keep.school.full or rng.random() < 0.4):
        person = keep.school.person("moral-director")
        data = {"name": person.name, "staff_number": f"演{code}09", "part_time": rng.random() < 0.7}
        found.put(keep, "counsellor", at, data, post="moral-director")
    for n in range(keep.buses):
        data = {"kind": "school-bus", "plate": f"演A{code[-4:]}{n}", "seats": 36, "in_use": True,
                "permit_until": today + timedelta(days=240)}  # fmt: skip
        found.put(keep, "vehicle", at, data)


def _fire_days(found: Duties, keep: Keep) -> None:
    """Self-check, drill, training and verification on the fire day; made up later, or only a part of it.

    In the walk-through school the newest ones wait for the reader.
    """
    waits = found.fire_days[-1:] if keep.care == 1.0 else []
    for period in found.fire_days:
        day, places = period.starts, len(keep.school.places)
        for register, hour, data, scene in _fire_work(keep, places):
            if period in waits and register in ("drill", "fire-training"):
                continue
            _do(found, keep, register, day, hour, data, scene)


def _fire_work(keep: Keep, places: int) -> Iterator[tuple[str, float, dict[str, Any], str]]:
    rng, people = keep.rng, headcount(keep)
    found = rng.randrange(4)
    drill = {"kind": "fire-evacuation", "scenario": "fire", "participants": people,
             "minutes": round(rng.uniform(2.5, 6), 1), "result": "疏散有序，集合点名无误"}  # fmt: skip
    yield "self-check", 8.5, {"level": "school", "full": True, "points": max(1, places), "found": found}, ""
    yield "drill", 10.2, drill, "yard"
    yield "fire-training", 14.5, {"participants": people, "topic": "灭火器使用与火场逃生"}, "hall"
    verified = {"findings": found, "verified": found, "rectified": max(0, found - 1)}
    yield "fire-maintenance-verification", 16.0, verified, ""


def _do(
    found: Duties, keep: Keep, register: str, day: date, hour: float, data: dict[str, Any], scene: str = ""
) -> None:
    """On its day, or made up some days later, or never: as careful as the school is."""
    at, rng = moment(day, hour + _minutes(keep)), keep.rng
    if keep.care == 1.0 or rng.random() < keep.care:
        found.put(keep, register, at, data, scene=scene)
    elif rng.random() < _MAKES_UP:
        later = at + timedelta(days=rng.randint(2, 9))
        found.put(keep, register, later, data, scene=scene, stands_for=day)


def _minutes(keep: Keep) -> float:
    """Nobody begins on the dot."""
    return keep.rng.randrange(30) / 60


def headcount(keep: Keep) -> int:
    unit = keep.school.unit
    whole = (unit.pupils or 20) + (unit.staff or 2)
    return max(1, int(whole * keep.rng.uniform(0.94, 1)))


def _weeks(found: Duties, keep: Keep) -> None:
    """A department's own check each week; the running week is still open."""
    departments = ("总务处", "德育处", "教务处")
    for number, period in enumerate(found.weeks):
        day = _weekday(found, period)
        if day is None:
            continue
        data = {"level": "department", "full": False, "points": 6, "found": keep.rng.randrange(3),
                "department": departments[number % 3]}  # fmt: skip
        _do(found, keep, "self-check", day, 15.2, data)


def _weekday(found: Duties, period: Period) -> date | None:
    """The last school day of the week but one, or its only one."""
    days = [day for day in found.school_days if day in period]
    return days[-2:][0] if days else None


def _drills(found: Duties, keep: Keep) -> None:
    """Night drills where pupils board, a bus drill where buses run."""
    rng = keep.rng
    kindergarten = keep.school.unit.unit_type == UnitType.KINDERGARTEN
    nights = (95, 30) if rng.random() < keep.care - 0.2 else (95,)
    for back in nights if keep.boards and not kindergarten else ():
        day = found.city.today - timedelta(days=back + rng.randrange(9))
        data = {"kind": "evacuation", "scenario": "earthquake", "participants": max(1, headcount(keep) // 2),
                "result": "夜间疏散，宿管清点人数"}  # fmt: skip
        found.put(keep, "drill", moment(day, 21.3), data, scene="yard")
    if keep.buses and rng.random() < keep.care - 0.1:
        day = found.city.today - timedelta(days=rng.randint(20, 70))
        data = {"kind": "bus-evacuation", "scenario": "traffic", "participants": 36 * keep.buses}
        found.put(keep, "drill", moment(day, 16.4), data, scene="yard")


def _lessons(found: Duties, keep: Keep) -> None:
    """Two lessons at a time for a whole stage, spread over the term."""
    stages = [s for s in _STAGES if s in keep.school.unit.stages]
    for stage in stages:
        wanted = HOURS[stage] * (0.75 if keep.care == 1.0 else keep.rng.uniform(0.3, 1.2) * keep.care)
        times = int(wanted / 2)
        for turn in range(times):
            day = found.first + timedelta(days=12 + turn * 88 // max(1, times) + keep.rng.randrange(6))
            topic = _LESSON_TOPICS[turn % len(_LESSON_TOPICS)]
            data = {"stage": stage, "whole_stage": True, "hours": 2, "topic": topic}
            found.put(keep, "class-hours", moment(day, 14.2), data, post="moral-director")


def _once_a_term(found: Duties, keep: Keep) -> None:
    """The survey of bullying, and the visit of the inspector after the opening."""
    rng = keep.rng
    if rng.random() < keep.care - 0.2:
        day = found.first + timedelta(days=rng.randint(40, 100))
        data = {"method": "both", "asked": max(1, (keep.school.unit.pupils or 20)), "clues": 0,
                "result": "未发现欺凌线索，已向班主任反馈"}  # fmt: skip
        found.put(keep, "bullying-survey", moment(day, 15), data, post="moral-director")
    opening = found.school_days[0]
    late = rng.random() > keep.care + 0.06
    day = opening + timedelta(days=rng.randint(20, 30) if late else rng.randint(1, 11))
    if late and rng.random() < 0.4:
        return
    data = {
        "inspector": "责任督学",
        "safety": True,
        "found": rng.randrange(3),
        "opinion": "制度齐全，台账规范",
    }
    found.put(
        keep, "inspector-visit", moment(day, 9.6), data, scene="hall", stands_for=opening if late else None
    )


def _reminders(found: Duties, keep: Keep) -> None:
    """Each day one minute, each week five, half an hour before days off: class by class."""
    if not keep.classes:
        return
    chance = 0.6 + keep.care * 0.4
    since = keep.classes[0][0].valid_from
    for number, day in enumerate(found.school_days):
        if since is not None and day < since:
            continue
        for kind, minutes in found.kinds_of(day):
            for turn, (subject, teacher) in enumerate(keep.classes):
                if keep.care < 1 and keep.rng.random() > chance:
                    continue
                topic = _TOPICS[(number + turn) % len(_TOPICS)]
                data = {"kind": kind, "minutes": minutes, "topic": topic}
                at = moment(day, 16.5)
                found.rows.append(
                    NewRecord(
                        "reminder-1530",
                        keep.school.unit,
                        at,
                        data,
                        person=teacher,
                        subject=subject,
                        recorded_at=at,
                    )
                )
