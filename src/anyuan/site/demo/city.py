"""The invented city as the filling knows it: its units, people, places, and who they may act as."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.conf import settings
from django.utils import translation

from anyuan.foundation.access.public import ROLES, actor_of
from anyuan.foundation.kernel.public import Actor, ActorKind, Grant, clock, job_actor
from anyuan.foundation.org.public import POSTS, Calendar, Person, Place, Unit, UnitType, calendar_for

LOADER = job_actor("演示数据")
SEED = 20
TERM_DAYS = 110
"""How long before today the demo's term began."""


@dataclass(slots=True)
class School:
    """A school or site with the people on its posts and its places."""

    unit: Unit
    full: bool
    people: dict[str, list[Person]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    managing: School | None = None
    _actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def alone(self) -> bool:
        """One adult: the managing school accepts."""
        return self.unit.unit_type == UnitType.TEACHING_POINT

    def person(self, post: str) -> Person:
        """The first holder of ``post``; where the school has none, its safety officer."""
        return (self.people.get(post) or self.people["security-director"])[0]

    def actor(self, post: str) -> Actor:
        """Who the first holder of ``post`` is to the rules, without asking the database."""
        if post not in self._actors:
            held = post if post in self.people else "security-director"
            self._actors[post] = school_actor(self.unit, self.people[held][0], held)
        return self._actors[post]


def school_actor(unit: Unit, person: Person, post: str) -> Actor:
    """The actor a school's person is by one post."""
    role = ROLES.get(POSTS[post].role)
    with translation.override(settings.LANGUAGE_CODE):
        title = str(POSTS[post].name)
    grants = (Grant(role.code, unit.path, role.verbs, None, unit.pk),) if role else ()
    return Actor(ActorKind.PERSON, person.name, person.pk, title, grants)


@dataclass(slots=True)
class County:
    """A county, its schools, and the people of its bureau and departments by name of the desk."""

    unit: Unit
    full: bool
    departments: dict[str, Unit] = field(default_factory=dict)
    schools: list[School] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, desk: str) -> Actor:
        """The actor of an officer: "officer", "second", "leader" or a department's function."""
        if desk not in self._actors:
            self._actors[desk] = actor_of(self.people[desk])
        return self._actors[desk]


@dataclass
class City:
    """Everything made so far. ``today`` is the day the demo is filled."""

    today: date
    rng: random.Random
    province: Unit | None = None
    unit: Unit | None = None
    departments: dict[str, Unit] = field(default_factory=dict)
    counties: list[County] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def main(self) -> County:
        """The county in full life."""
        return self.counties[0]

    @property
    def newest(self) -> County:
        """The county that has just joined: units and people, and nothing else yet."""
        return self.counties[-1]

    @property
    def shown(self) -> School:
        """The school of the walk-through."""
        return self.main.schools[0]

    @cached_property
    def calendar(self) -> Calendar:
        """Read after terms and holidays are entered."""
        return calendar_for(self.shown.unit)

    def desk(self, key: str) -> Actor:
        """The actor of an officer of the city."""
        return actor_of(self.people[key])

    def school_days(self, first: date, last: date) -> list[date]:
        """The school days from ``first`` to ``last``, both included."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if self.calendar.is_school_day(day)]


def moment(day: date, hour: float) -> datetime:
    """An instant of a Shanghai day; ``hour`` may have a fraction."""
    return datetime.combine(day, time(), tzinfo=clock.SHANGHAI) + timedelta(hours=hour)
