"""What every school says of itself: its facts, its dormitories, and the classes it reminds one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Person, PlaceKind, UnitType
from anyuan.rules.ledger.public import (
    NewFacts,
    NewSubject,
    Subject,
    SubjectKind,
    add_subjects,
    set_facts_many,
)

from .city import LOADER, SEED, City, County, School, moment

_BEGUN = 17
"""Days ago on which half of the schools began to write down what each class is reminded of."""
_PER_CLASS = 46
_MOST_CLASSES = 18
_MOST_ELSEWHERE = 9
_DECLARED = (160, 45)
"""Days ago on which facts were declared; a fact good for 180 days runs out soon after the first."""
_RUN_OUT = 190
_WITH_BUS = 0.12


@dataclass(slots=True)
class Keep:
    """How a school keeps its duties: ``care`` near 1 forgets nothing."""

    school: School
    county: County
    care: float
    rng: random.Random
    buses: int = 0
    guards: int = 0
    doctors: int = 0
    counsellors: int = 0
    classes: list[tuple[Subject, Person]] = field(default_factory=list)

    @property
    def boards(self) -> bool:
        return self.school.unit.boarding not in ("", "none")


def keeps(city: City) -> list[Keep]:
    """Every school that has begun, that is all but those of the new county."""
    found = []
    for county in city.counties:
        if county is city.newest:
            continue
        for school in county.schools:
            unit = school.unit
            if not unit.stages or unit.unit_type == UnitType.UNIVERSITY:
                continue
            rng = random.Random(f"{SEED}{unit.name}duties")
            care = 1.0 if school is city.shown else _care(rng, full=school.full)
            found.append(_staffed(Keep(school, county, care, rng)))
    return found


def _care(rng: random.Random, *, full: bool) -> float:
    low, usual = (0.7, 0.99) if full else (0.5, 0.9)
    return rng.triangular(low, 1.0, usual)


def _staffed(keep: Keep) -> Keep:
    unit, rng = keep.school.unit, keep.rng
    pupils, staff = unit.pupils or 0, unit.staff or 0
    needed = 1 if pupils + staff < 100 else 2 if pupils + staff <= 1000 else 2 + max(0, pupils - 1000) // 500
    needed = max(needed, 2 if keep.boards else 0)
    shown = keep.care == 1.0
    keep.guards = (
        needed if shown else max(0, needed + rng.choices((0, 1, -1), (84, 10, 6 if needed > 1 else 2))[0])
    )
    if unit.unit_type == UnitType.TEACHING_POINT:
        keep.guards = int(rng.random() < 0.2)
    elif rng.random() < _WITH_BUS or shown:
        keep.buses = rng.randint(1, 4)
    keep.doctors = int("school-doctor" in keep.school.people and rng.random() > 0.06)
    keep.counsellors = int(shown or rng.random() > 0.12)
    return keep


def declare(city: City, schools: list[Keep]) -> None:
    """Enter the facts on the days they were said, dormitories and the classes of the pilots."""
    rows: dict[date, list[NewFacts]] = {}
    for number, keep in enumerate(schools):
        unit = keep.school.unit
        day = city.today - timedelta(days=_DECLARED[number % len(_DECLARED)])
        rows.setdefault(day, []).append(NewFacts(unit, _facts(keep)))
        if not keep.school.full and keep.rng.random() < 0.15:
            old = city.today - timedelta(days=_RUN_OUT)
            rows.setdefault(old, []).append(NewFacts(unit, {"guards_certified": keep.guards}))
        elif not keep.school.full:
            rows[day].append(NewFacts(unit, {"guards_certified": keep.guards}))
        if keep.boards:
            rows[day] += _dormitories(keep)
    _classes(city, schools)
    for day in sorted(rows):
        with connection.cursor() as cursor:  # what autovacuum saw while all this was not committed misleads
            cursor.execute("analyze ledger_subject, ledger_fact_value, ledger_record")
        with clock.at(moment(day, 9)):
            set_facts_many(LOADER, rows[day])


def _facts(keep: Keep) -> dict[str, object]:
    """What people declare; what a register counts is left out where the school keeps it."""
    rng, points = keep.rng, len(keep.school.places) + keep.rng.randint(0, 6)
    loose = 0 if rng.random() < 0.4 + 0.6 * keep.care else rng.randint(1, 5)
    found: dict[str, object] = {"check_points": points, "check_points_assigned": max(0, points - loose)}
    if not keep.buses:
        found |= {"school_buses": 0, "commuter_vehicles": 0}
    if not keep.school.full:
        found["safety_managers_trained"] = 1 if rng.random() < 0.8 else 0
    if not keep.doctors:
        found["doctors"] = 0
    if not keep.counsellors and rng.random() < 0.6:
        found["psychologists"] = 0
    return found


def _dormitories(keep: Keep) -> list[NewFacts]:
    """The dormitory buildings, the first one for girls; here and there nobody was named."""
    places = [p for p in keep.school.places if p.kind == PlaceKind.DORMITORY]
    new = [NewSubject(SubjectKind.DORMITORY, str(n), p.name) for n, p in enumerate(places, start=1)]
    if not new:
        return []
    rows = []
    for number, subject in enumerate(add_subjects(LOADER, keep.school.unit, new)):
        girls = number == 0
        managers = keep.rng.choices((2, 1, 0), (60, 36, 4))[0]
        values: dict[str, object] = {"for_girls": girls, "managers": managers}
        if girls and keep.rng.random() < 0.9:
            values["female_managers"] = min(managers, 1) if keep.rng.random() < 0.92 else 0
        rows.append(NewFacts(keep.school.unit, values, subject))
    return rows


def _classes(city: City, schools: list[Keep]) -> None:
    """The shown school reminds class by class all term; every second one has begun lately."""
    for keep in [k for k in schools if k.school.full][::2]:
        unit, shown = keep.school.unit, keep.school is city.shown
        most = _MOST_CLASSES if shown else _MOST_ELSEWHERE
        count = min(most, max(4, (unit.pupils or 0) // _PER_CLASS))
        since = None if shown else city.today - timedelta(days=_BEGUN)
        teachers = keep.school.people["class-teacher"]
        new = [
            NewSubject(SubjectKind.CLASS, code, name, since, teachers[n] if n < len(teachers) else None)
            for n, (code, name) in enumerate(_class_names(count))
        ]
        made = add_subjects(LOADER, unit, new)
        keep.classes = [(s, teachers[n % len(teachers)]) for n, s in enumerate(made)]


_GRADES = "一二三四五六"


def _class_names(count: int) -> Iterator[tuple[str, str]]:
    """Classes spread over six grades."""
    for number in range(count):
        grade, turn = number % len(_GRADES), number // len(_GRADES) + 1
        yield f"{grade + 1}{turn:02d}", f"{_GRADES[grade]}年级{turn}班"
