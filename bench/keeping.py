"""What schools of the generated city owe and do: calendar, documents, facts, classes, registers, photos."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from django.db import connection

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit, UnitType, set_term
from anyuan.rules.ledger.public import (
    NewFacts,
    NewRecord,
    NewSubject,
    Subject,
    add_subjects,
    define_registers,
    set_facts_many,
)
from anyuan.rules.policy.public import activate, fact_defs, latest_packs, load_packs

from . import made
from .city import JOB, City

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
REQUIREMENTS = 300
"""Standards and duties of all documents together; the generated one fills up what the real ones leave."""
SINCE = 420
"""Days the documents have been in force."""
KINDS = 14
UNKNOWN, SILENT = 0.05, 0.02
"""Share of the facts nobody has given, and of the schools that have given none."""
DONE, LATER = 0.93, 0.3
"""Share of what is due that is done on its day; of the rest, the share that is made up later."""
STAGES = {UnitType.JUNIOR.value: "junior", UnitType.SENIOR.value: "senior"}
CHUNK = 100
"""Schools whose facts are declared in one transaction."""

PHOTOS = """
with blob as (
    insert into files_blob (sha256, size, mime, made_at) values (%(sha)s, 1, 'image/jpeg', now())
    on conflict do nothing
)
insert into files_attachment (id, unit_id, uploader_name, subject_kind, subject_id, role, capture,
                              received_at, original_id, shown_id, name, "order")
select gen_random_uuid(), r.unit_id, r.person_name, 'ledger.record', r.id, 'evidence', 'camera',
       r.recorded_at, %(sha)s, %(sha)s, 'photo.jpg', 0
from ledger_record r join ledger_register g on g.id = r.register_id
where g.code in ('drill', 'fire-training', 'fire-maintenance-verification')
"""


def documents(city: City) -> int:
    """Load the real documents and the generated one, in force everywhere; gives how many requirements run."""
    first = clock.today() - SINCE * DAY
    load_packs()
    real = sum(_scored(pack.content) for pack in latest_packs(JOB))
    standards = 11 * KINDS
    with tempfile.TemporaryDirectory() as folder:
        load_packs(paths=[made.write(Path(folder), kinds=KINDS, duties_=REQUIREMENTS - standards - real)])
    for pack in latest_packs(JOB):
        activate(JOB, pack, city.city, first)
    define_registers()
    return REQUIREMENTS


def _scored(content: Mapping[str, Any]) -> int:
    return sum(bool(one.get("standard") or one.get("duty")) for one in content.get("requirements", ()))


def terms(city: City) -> None:
    """The terms of this school year and the two before it."""
    today = clock.today()
    last = today.year if today.month > 8 else today.year - 1
    for year in range(last - 2, last + 1):
        set_term(JOB, city.city, f"{year}上学期", date(year, 9, 1), date(year + 1, 1, 23))
        set_term(JOB, city.city, f"{year}下学期", date(year + 1, 2, 20), date(year + 1, 7, 9))


def facts(city: City, seed: int) -> int:
    """Declare what each school is asked; some values and some schools are missing."""
    rng = random.Random(seed)
    asked = [f for f in fact_defs().values() if f.asked and f.per is None]
    done = 0
    for start in range(0, len(city.schools), CHUNK):
        rows = []
        for school in city.schools[start : start + CHUNK]:
            if rng.random() < SILENT:
                continue
            amounts = _amounts(school, rng)
            values = {
                f.key: rng.random() < 0.1 if f.type == "boolean" else float(amounts(f.key))
                for f in asked
                if rng.random() >= UNKNOWN
            }
            done += len(values)
            rows.append(NewFacts(school, values))
        set_facts_many(JOB, rows)
    return done


def _amounts(school: Unit, rng: random.Random) -> Any:
    pupils = school.pupils or 0
    known: dict[str, float] = {
        "guards_certified": 1 + pupils // 600 + rng.randrange(2),
        "doctors": pupils // 700 + rng.randrange(2),
        "psychologists": rng.randrange(3),
        "safety_managers_trained": rng.randrange(2),
        "check_points": 8 + pupils // 25,
        "check_points_assigned": 8 + pupils // 25 - rng.choice((0, 0, 0, 2)),
        "school_buses": rng.choice((0, 0, 0, 2)),
        "commuter_vehicles": rng.choice((0, 0, 0, 1)),
        "volunteers": rng.randrange(3),
    }

    def amount(key: str) -> float:
        kind, _, side = key.partition("_")
        if key in known:
            return known[key]
        if side == "sound":
            return max(0, known.get(kind, 1) - rng.choice((0, 0, 0, 1)))
        if side:
            return rng.randrange(3) + (pupils // 800 if side == "staff" else 0)
        known[key] = ceil(pupils / 130 * rng.uniform(0.6, 1.6)) + 1
        return known[key]

    return amount


def subjects(city: City) -> dict[int, list[Subject]]:
    """Classes of each school by its label; dormitories, with their facts, where pupils board."""
    found: dict[int, list[Subject]] = {}
    rooms = []
    for school in city.schools:
        number = max(1, min(24, (school.pupils or 0) // 45))
        rows = [NewSubject("class", f"{n + 1}", f"{n + 1}班") for n in range(number)]
        if school.boarding != "none":
            rows += [NewSubject("dormitory", f"D{n + 1}", f"{n + 1}号宿舍") for n in range(2)]
        made_ = add_subjects(JOB, school, rows)
        found[school.label] = [s for s in made_ if s.kind == "class"]
        rooms += [s for s in made_ if s.kind == "dormitory"]
    for start in range(0, len(rooms), CHUNK):
        set_facts_many(JOB, [_room(s, n) for n, s in enumerate(rooms[start : start + CHUNK])])
    return found


def _room(subject: Subject, number: int) -> NewFacts:
    values = {"for_girls": number % 2 == 0, "managers": 1.0, "female_managers": float(number % 5 > 0)}
    return NewFacts(subject.unit, values, subject)


class Diary:
    """One school's records in the registers, day by day backwards from yesterday, without its rounds."""

    def __init__(self, city: City, school: Unit, classes: list[Subject], rng: random.Random) -> None:
        self.school, self.classes, self.rng = school, classes, rng
        self.person = city.person(school, "security-director")
        self.teacher = city.person(school, "class-teacher")

    def day(self, day: date) -> Iterator[NewRecord]:
        """What was done on a school day, and what was made up for it on the next."""
        if day.weekday() > 4:
            return
        yield from self._reminders(day)
        place = day.toordinal() * 2
        for number in (place, place + 1):
            yield from self._put(made.register_key(number % made.REGISTERS), day, self._work())
        if day.weekday() == 0:
            check = {"level": "department", "full": False, "points": 20, "found": 0}
            yield from self._put("self-check", day, check)
        if day.day <= 7 and day.weekday() == 2:
            yield from self._month(day)

    def _month(self, day: date) -> Iterator[NewRecord]:
        """The first Wednesday: everything that comes round each month."""
        yield from self._put("self-check", day, {"level": "school", "full": True, "points": 60, "found": 1})
        kind = self.rng.choice(("fire-evacuation", "comprehensive"))
        yield from self._put("drill", day, {"kind": kind, "scenario": "fire", "participants": 300})
        yield from self._put("fire-training", day, {"participants": 40, "topic": "灭火器的使用"})
        checked = {"findings": 3, "verified": self.rng.choice((3, 3, 3, 2)), "rectified": 2}
        yield from self._put("fire-maintenance-verification", day, checked)
        lesson = {
            "stage": STAGES.get(self.school.unit_type, "primary"),
            "whole_stage": True,
            "hours": 2,
            "topic": "交通安全",
        }
        yield from self._put("class-hours", day, lesson)
        if day.month in (3, 9):
            survey = {"method": "both", "asked": 200, "clues": 0, "result": "未发现"}
            yield from self._put("bullying-survey", day, survey)

    def _work(self) -> dict[str, Any]:
        rng = self.rng
        return {"kind": rng.choice("abc"), "amount": rng.randrange(1, 9), "whole": rng.random() < 0.8}

    def _reminders(self, day: date) -> Iterator[NewRecord]:
        at = self._at(day, 15)
        for class_ in self.classes:
            if self.rng.random() < DONE:
                data = {"kind": "daily", "minutes": 1, "topic": "交通安全"}
                yield self._row("reminder-1530", at, data, class_)
            if day.weekday() == 4 and self.rng.random() < DONE:
                data = {"kind": "weekly", "minutes": 5, "topic": "防溺水"}
                yield self._row("reminder-1530", at, data, class_)

    def _put(self, register: str, day: date, data: dict[str, Any]) -> Iterator[NewRecord]:
        if self.rng.random() < DONE:
            yield self._row(register, self._at(day, 10), data)
        elif self.rng.random() < LATER and day + DAY < clock.today():
            yield self._row(register, self._at(day + DAY, 9), data, stands_for=day)

    def _row(
        self,
        register: str,
        at: datetime,
        data: dict[str, Any],
        subject: Subject | None = None,
        stands_for: date | None = None,
    ) -> NewRecord:
        person = self.teacher if subject else self.person
        return NewRecord(register, self.school, at, data, subject=subject, person=person,
                         stands_for=stands_for, recorded_at=at)  # fmt: skip

    @staticmethod
    def _at(day: date, hour: int) -> datetime:
        return clock.start_of(day) + hour * HOUR


def photos() -> int:
    """A photo for each record that needs one to count; the picture itself is nowhere."""
    with action(JOB, "bench.photos") as act, connection.cursor() as cursor:
        cursor.execute(PHOTOS, {"sha": "0" * 64})
        act.entry("photos of a generated city", path="/")
        return int(cursor.rowcount)
