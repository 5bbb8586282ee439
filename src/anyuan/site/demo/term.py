"""A term of ordinary life: rounds with exceptions, checks with failed items, what became of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from anyuan.foundation.kernel.public import clock, new_id
from anyuan.foundation.org.public import Person, Place, Unit, UnitKind, UnitType
from anyuan.response.hazard.public import Source
from anyuan.rules.ledger.public import CHECK, FAIL, PASS, ROUND, NewRecord, record_many
from anyuan.rules.policy.public import ActiveChecklist, active_checklists

from . import themes
from .city import LOADER, SEED, TERM_DAYS, City, County, School, moment
from .course import run_through
from .story import Finding, Story, of_item

_FOUND = {
    UnitType.KINDERGARTEN: (8, 13),
    UnitType.PRIMARY: (9, 17),
    UnitType.TEACHING_POINT: (2, 4),
}
_FOUND_OTHERS = (12, 21)
_FOUND_LIGHT = (3, 7)
_SOURCES = ((Source.ROUND, 0.55), (Source.SNAP, 0.2), (Source.SELF, 0.15), (Source.INSPECTION, 0.1))
_FAILS = 0.05
_RECURS = 0.06
_DONE_TODAY = 0.7


@dataclass(slots=True)
class Term:
    """The records and stories of the term; ``days`` are the school days up to yesterday."""

    city: City
    days: list[date]
    stories: list[Story] = field(default_factory=list)
    exceptions: dict[tuple[UUID, date], list[dict[str, Any]]] = field(default_factory=dict)
    rounds: dict[tuple[UUID, date], UUID] = field(default_factory=dict)
    checks: list[NewRecord] = field(default_factory=list)
    lists: dict[tuple[Any, ...], list[ActiveChecklist]] = field(default_factory=dict)

    @property
    def until(self) -> datetime:
        """History ends with yesterday; what happens today is done by real actions."""
        return clock.start_of(self.city.today)


def begin(city: City) -> Term:
    """The term so far, without anything in it."""
    return Term(
        city, city.school_days(city.today - timedelta(days=TERM_DAYS), city.today - timedelta(days=1))
    )


def live(term: Term) -> None:
    """Find, check and go through the term, school by school."""
    for county in term.city.counties:
        for number, school in enumerate(county.schools):
            if not school.unit.stages or school.unit.unit_type == UnitType.UNIVERSITY:
                continue
            rng = random.Random(f"{SEED}{school.unit.name}")
            _findings(term, county, school, rng)
            if school.full:
                _checks(term, county, school, rng, number)


def _findings(term: Term, county: County, school: School, rng: random.Random) -> None:
    usual = _FOUND.get(UnitType(school.unit.unit_type), _FOUND_OTHERS)
    low, high = usual if school.full or school.alone else _FOUND_LIGHT
    slow = rng.random() ** 2
    earlier: list[Story] = []
    for start in sorted(rng.randrange(len(term.days)) for _ in range(rng.randint(low, high))):
        story = _story(term, county, school, rng, start, earlier)
        run_through(county, story, term.days, start, rng, slow)
        earlier.append(story)
        term.stories.append(story)


def _story(
    term: Term, county: County, school: School, rng: random.Random, start: int, earlier: list[Story]
) -> Story:
    day = term.days[start]
    at = moment(day, rng.choice((7.8, 8.2, 9.5, 10.4, 13.6, 15.3)))
    done = [s for s in earlier if s.closed and s.steps[-1].at < at]
    old = rng.choice(done) if done and rng.random() < _RECURS else None
    theme, place = (old.theme, old.finding.place) if old else _theme(school, rng)
    source = rng.choices([s for s, _w in _SOURCES], [w for _s, w in _SOURCES])[0]
    if school.alone and source == Source.SNAP:
        source = Source.SELF
    actor, finder, record = school.actor("security-director"), None, None
    if source == Source.SNAP:
        finder = rng.choice(school.people.get("class-teacher") or school.people["security-director"])
    elif source == Source.INSPECTION:
        actor = county.actor("officer")
    elif source == Source.ROUND:
        at = moment(day, 7.9)
        record = _exception(term, school, day, place, theme)
    found = Finding(school, theme, at, place, str(source), actor, finder, record)
    return Story(found, term.until, recurs=old.key if old else None)


def _theme(school: School, rng: random.Random) -> tuple[themes.Theme, Place | None]:
    """A theme that fits one of the school's places."""
    for _attempt in range(20):
        theme = rng.choice(themes.THEMES)
        fitting = [p for p in school.places if p.kind in theme.places]
        if fitting:
            return theme, rng.choice(fitting)
    return themes.THEMES[0], None


def _exception(term: Term, school: School, day: date, place: Place | None, theme: themes.Theme) -> UUID:
    key = (school.unit.pk, day)
    with clock.at(moment(day, 8)):
        record = term.rounds.setdefault(key, new_id())
    if place is not None:
        row = {"place": str(place.pk), "name": place.name, "note": theme.title, "domain": theme.domain}
        term.exceptions.setdefault(key, []).append(row)
    return record


def _checks(term: Term, county: County, school: School, rng: random.Random, number: int) -> None:
    """Every third week one of the lists that apply; a failed item becomes a hazard of its own."""
    lists = _lists(term, school)
    if not lists:
        return
    for turn, start in enumerate(range(4 + number % 9, len(term.days), 15)):
        active = lists[(turn + number) % len(lists)]
        at = moment(term.days[start], 14.5)
        with clock.at(at):
            record = new_id()
        failed = [item for item in active.items if rng.random() < _FAILS]
        for item in failed:
            theme = of_item(item, item.domain)
            place = next((p for p in school.places if p.kind in item.places), None)
            basis = f"《{active.checklist.pack.title}》{item.clause.label}"[:120]
            found = Finding(
                school, theme, at, place, str(Source.CHECK), school.actor("security-director"), None, record,
                item, basis,
            )  # fmt: skip
            story = Story(found, term.until)
            run_through(county, story, term.days, start, rng, 0.2)
            term.stories.append(story)
        term.checks.append(_check(school, active, record, at, {i.pk for i in failed}))


def _lists(term: Term, school: School) -> list[ActiveChecklist]:
    """The lists that apply, asked once for every kind of school."""
    unit = school.unit
    key = (unit.unit_type, unit.boarding, frozenset(p.kind for p in school.places))
    if key not in term.lists:
        found = active_checklists(unit, term.city.today)
        term.lists[key] = [a for a in found if "school" in a.checklist.by]
    return term.lists[key]


def _check(
    school: School, active: ActiveChecklist, record: UUID, at: datetime, failed: set[UUID]
) -> NewRecord:
    answers = [
        {
            "item": str(i.pk),
            "result": FAIL if i.pk in failed else PASS,
            "note": i.fails if i.pk in failed else "",
        }
        for i in active.items
    ]
    data = {"answers": answers, "passed": len(answers) - len(failed), "failed": len(failed)}
    return NewRecord(
        CHECK, school.unit, at, data, person=school.person("security-director"), checklist=active.checklist,
        domain=active.checklist.domain, recorded_at=at, id=record,
    )  # fmt: skip


def write_records(term: Term) -> int:
    """Enter rounds and checks; gives how many."""
    return record_many(LOADER, [*_rounds(term), *term.checks]).count


def _rounds(term: Term) -> Iterator[NewRecord]:
    for county in term.city.counties:
        for school in county.schools:
            if school.unit.kind == UnitKind.SCHOOL and school.unit.stages and school.places:
                yield from _rounds_of(term, county, school)


def _rounds_of(term: Term, county: County, school: School) -> Iterator[NewRecord]:
    rng = random.Random(f"{SEED}{school.unit.name}rounds")
    missed = 0.02 if county.full else 0.2
    if school is term.city.shown:
        missed = 0.0
    places = [str(p.pk) for p in school.places]
    person = school.person("security-director")
    for day in term.days:
        key = (school.unit.pk, day)
        chance = rng.random()
        if chance < missed and key not in term.rounds:
            continue
        made_up = chance > 0.985 and key not in term.rounds and day < term.days[-1]
        at = moment(day + timedelta(days=1), 7.6) if made_up else moment(day, 7.5 + rng.randrange(30) / 60)
        yield _round(
            school.unit, day, places, term.exceptions.get(key, []), at, person, made_up, term.rounds.get(key)
        )
    if school is not term.city.shown and rng.random() < _DONE_TODAY:
        today = term.city.today
        at = min(moment(today, 7.5 + rng.randrange(30) / 60), clock.now())
        yield _round(school.unit, today, places, [], at, person, False, None)


def _round(
    unit: Unit, day: date, places: list[str], exceptions: list[dict[str, Any]], at: datetime, person: Person,
    made_up: bool, record: UUID | None,
) -> NewRecord:  # fmt: skip
    data = {
        "route": "day",
        "day": day.isoformat(),
        "made_up": made_up,
        "places": places,
        "photo_places": [],
        "no_photo": "演示数据，未附照片",
        "exceptions": exceptions,
    }
    return NewRecord(
        ROUND,
        unit,
        at,
        data,
        person=person,
        slot=f"round:day:{day.isoformat()}",
        recorded_at=at,
        id=record,
        stands_for=day if made_up else None,
    )
