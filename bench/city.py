"""A generated city for measuring: 10 counties, any number of schools, people and places, all invented."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from anyuan.foundation.access.public import User, actor_of
from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, job_actor
from anyuan.foundation.org.public import (
    Function,
    Holding,
    NewUnit,
    Person,
    Place,
    PlaceKind,
    Unit,
    UnitKind,
    UnitType,
    create_units,
    new_token,
)

from .cases import PASSWORD

JOB = job_actor("bench")
COUNTIES = 10
OPENED = date(2015, 9, 1)
SEED = 11
TYPES = (
    (UnitType.KINDERGARTEN, 40, 4.8, 0.6), (UnitType.PRIMARY, 30, 5.8, 0.8), (UnitType.JUNIOR, 12, 6.5, 0.6),
    (UnitType.NINE_YEAR, 8, 6.7, 0.6), (UnitType.TEACHING_POINT, 4, 2.9, 0.6), (UnitType.SENIOR, 3, 7.3, 0.4),
    (UnitType.VOCATIONAL, 2, 7.2, 0.5), (UnitType.COMPLETE_SECONDARY, 1, 7.4, 0.4),
)  # fmt: skip
"""Share of the schools in per cent, logarithmic mean and spread of their pupils."""

POSTS = ("principal", "security-director", "logistics-director", "class-teacher", "teacher")
OFFICERS = (("county", "county-officer"), ("county", "county-leader"))
DEPARTMENTS = (Function.FIRE, Function.POLICE, Function.MARKET, Function.HEALTH)
KINDS = (
    PlaceKind.GATE, PlaceKind.CANTEEN, PlaceKind.LABORATORY, PlaceKind.CORRIDOR, PlaceKind.CLASSROOM,
    PlaceKind.CONTROL_ROOM, PlaceKind.POWER_ROOM, PlaceKind.CLINIC, PlaceKind.PERIMETER,
    PlaceKind.SURROUNDINGS, PlaceKind.BOILER, PlaceKind.OTHER,
)  # fmt: skip
"""One place of each kind per school."""

Say = Callable[[str], None]


@dataclass(slots=True)
class City:
    """What the loader needs by hand. ``people[unit label][post]``; logins are made from both."""

    city: Unit
    counties: list[Unit] = field(default_factory=list)
    departments: list[Unit] = field(default_factory=list)
    schools: list[Unit] = field(default_factory=list)
    people: dict[int, dict[str, Person]] = field(default_factory=dict)
    places: dict[int, list[Place]] = field(default_factory=dict)
    _actors: dict[tuple[int, str], Actor] = field(default_factory=dict)

    def person(self, unit: Unit, post: str) -> Person:
        return self.people[unit.label][post]

    def actor(self, unit: Unit, post: str) -> Actor:
        """Who holds ``post`` at ``unit``; asked of the database once."""
        key = (unit.label, post)
        if key not in self._actors:
            self._actors[key] = actor_of(self.people[unit.label][post])
        return self._actors[key]

    def county_of(self, school: Unit) -> Unit:
        return next(c for c in self.counties if c.pk == school.parent_id)


def login(post: str, number: int = 0) -> str:
    """The login of the ``number``-th holder of ``post``."""
    return f"{post}.{number}"


def build(schools: int) -> City:
    """Make units, people with posts and accounts, and places."""
    day = {"opened_on": OPENED}
    (province,) = create_units(JOB, [(None, NewUnit(UnitKind.PROVINCE, "云海省", facts=day))])
    (city,) = create_units(JOB, [(province, NewUnit(UnitKind.CITY, "澄江市", facts=day))])
    made = City(city)
    made.counties = create_units(
        JOB, [(city, NewUnit(UnitKind.COUNTY, f"第{n + 1}县", facts=day)) for n in range(COUNTIES)]
    )
    made.departments = create_units(
        JOB,
        [
            (city, NewUnit(UnitKind.DEPARTMENT, f"{f.label}局", facts=day | {"function": f}))
            for f in DEPARTMENTS
        ],
    )
    rng = random.Random(SEED)
    rows: list[tuple[Unit | None, NewUnit]]
    rows = [(made.counties[n % COUNTIES], _school(n, day, rng)) for n in range(schools)]
    made.schools = create_units(JOB, rows)
    with action(JOB, "bench.people") as act:
        _people(made, province)
        act.entry("people and posts of a generated city", path="/")
    with action(JOB, "bench.places") as act:
        _places(made)
        act.entry("places of a generated city", path="/")
    return made


def _school(n: int, facts: Mapping[str, object], rng: random.Random) -> NewUnit:
    """A school of some type and size; every first one of a county is a primary school with 900 pupils."""
    kind, _share, mean, spread = TYPES[1] if n < COUNTIES else rng.choices(TYPES, [t[1] for t in TYPES])[0]
    pupils = 900 if n < COUNTIES else max(5, min(4000, round(rng.lognormvariate(mean, spread))))
    small = kind in (UnitType.KINDERGARTEN, UnitType.TEACHING_POINT)
    more = {
        "longitude": round((n % 50) * 0.02, 4),
        "latitude": round(n // 50 * 0.02, 4),
        "unit_type": kind,
        "pupils": pupils,
        "staff": 3 + pupils // 14,
        "boarding": "none" if small or rng.random() < 0.65 else "partial",
        "ownership": rng.choice(("public", "public", "private")),
        "setting": rng.choice(("urban", "town", "rural")),
    }
    name = f"第{n % COUNTIES + 1}县第{n // COUNTIES + 1}学校"
    return NewUnit(UnitKind.SCHOOL, name, facts={**facts, **more})


def _people(made: City, province: Unit) -> None:
    posts = [(school, post, n) for n, school in enumerate(made.schools) for post in POSTS]
    posts += [(county, post, n) for n, county in enumerate(made.counties) for _kind, post in OFFICERS]
    posts += [(unit, "department-officer", n) for n, unit in enumerate(made.departments)]
    posts += [(made.city, "city-officer", 0), (made.city, "city-leader", 0), (province, "platform-admin", 0)]
    people, users, holdings = [], [], []
    secret = make_password(PASSWORD)
    since = OPENED + timedelta(days=900)
    for unit, post, n in posts:
        person = Person(unit=unit, name=f"{'赵钱孙李周吴郑王'[n % 8]}{n:04d}")
        people.append(person)
        users.append(User(login=login(post, n), person=person, password=secret))
        holdings.append(Holding(person=person, unit=unit, post=post, starts=since))
        made.people.setdefault(unit.label, {})[post] = person
    Person.everything.bulk_create(people, batch_size=2000)
    User.objects.bulk_create(users, batch_size=2000)
    Holding.everything.bulk_create(holdings, batch_size=2000)


def _places(made: City) -> None:
    for school in made.schools:
        made.places[school.label] = [
            Place(unit=school, name=f"{kind.label}{order}", kind=kind, token=new_token(), order=order)
            for order, kind in enumerate(KINDS)
        ]
    Place.everything.bulk_create([p for ps in made.places.values() for p in ps], batch_size=2000)
