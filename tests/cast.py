"""The named cast: two neighbouring counties, their schools and the people tests speak of.

``world`` is a pytest fixture (made known by ``tests/conftest.py``)::

    def test_a_principal_signs(world: World) -> None:
        actor = world.actor("principal")
        response = world.client("principal").get("/")

County A (``county``) has ``school``, ``sister`` and ``managing`` with its teaching point ``point`` (one
adult); county B (``next_county``) has ``stranger_school``. ``fire`` is a department of the city.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client

from anyuan.foundation.access.models import RoleGrant, User
from anyuan.foundation.access.powers import actor_of
from anyuan.foundation.kernel.public import Actor, bigrams
from anyuan.foundation.org.public import (
    Function,
    Holding,
    Person,
    Place,
    PlaceKind,
    Unit,
    UnitKind,
    UnitName,
    UnitType,
)

NOW = datetime(2026, 3, 18, 1, 30, tzinfo=UTC)
"""A Wednesday in term, half past nine in Shanghai: ``with clock.at(NOW)``."""
SINCE = date(2020, 9, 1)
PASSWORD = "Spring-rain-2026"

UNITS: tuple[tuple[str, str, UnitKind, str, str], ...] = (
    ("province", "", UnitKind.PROVINCE, "", "云海省"),
    ("city", "province", UnitKind.CITY, "", "临江市"),
    ("county", "city", UnitKind.COUNTY, "", "东屏县"),
    ("next_county", "city", UnitKind.COUNTY, "", "西岭县"),
    ("fire", "city", UnitKind.DEPARTMENT, Function.FIRE, "临江市消防救援支队"),
    ("school", "county", UnitKind.SCHOOL, UnitType.PRIMARY, "东屏县实验小学"),
    ("sister", "county", UnitKind.SCHOOL, UnitType.JUNIOR, "东屏县第一中学"),
    ("managing", "county", UnitKind.SCHOOL, UnitType.PRIMARY, "青石镇中心小学"),
    ("point", "managing", UnitKind.SCHOOL, UnitType.TEACHING_POINT, "石桥教学点"),
    ("stranger_school", "next_county", UnitKind.SCHOOL, UnitType.PRIMARY, "西岭县第二小学"),
)
"""(key, parent's key, kind, unit type or department function, name)."""

PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("principal", "school", "principal", "周敏"),
    ("safety_officer", "school", "security-director", "李强"),
    ("logistics", "school", "logistics-director", "王磊"),
    ("electrician", "school", "electrician", "何勇"),
    ("teacher", "school", "class-teacher", "陈静"),
    ("second_teacher", "school", "teacher", "孙悦"),
    ("sister_principal", "sister", "principal", "吴芳"),
    ("sister_safety_officer", "sister", "security-director", "郑凯"),
    ("managing_principal", "managing", "principal", "冯远"),
    ("managing_safety_officer", "managing", "security-director", "蒋华"),
    ("point_head", "point", "security-director", "沈秋"),
    ("stranger_principal", "stranger_school", "principal", "韩雪"),
    ("stranger_safety_officer", "stranger_school", "security-director", "杨帆"),
    ("stranger_logistics", "stranger_school", "logistics-director", "朱伟"),
    ("stranger_teacher", "stranger_school", "class-teacher", "秦岚"),
    ("stranger_officer", "next_county", "county-officer", "许诺"),
    ("county_officer", "county", "county-officer", "赵立"),
    ("county_leader", "county", "county-leader", "钱进"),
    ("city_officer", "city", "city-officer", "林涛"),
    ("city_leader", "city", "city-leader", "梁栋"),
    ("province_officer", "province", "province-officer", "宋河"),
    ("fire_officer", "fire", "department-officer", "彭焰"),
    ("admin", "province", "platform-admin", "管理员"),
    ("auditor", "city", "", "章明"),
)
"""(key, unit's key, post, name). Phones are 1390000 and the place in this list."""

PLACES: tuple[tuple[str, str, PlaceKind, str], ...] = (
    ("gate", "school", PlaceKind.GATE, "校门"),
    ("lab", "school", PlaceKind.LABORATORY, "科学实验室"),
    ("canteen", "school", PlaceKind.CANTEEN, "学生食堂"),
    ("corridor", "school", PlaceKind.CORRIDOR, "教学楼东侧楼梯"),
    ("sister_gate", "sister", PlaceKind.GATE, "校门"),
    ("point_room", "point", PlaceKind.CLASSROOM, "一年级教室"),
    ("stranger_gate", "stranger_school", PlaceKind.GATE, "校门"),
)


@functools.cache
def password_hash() -> str:
    """One argon2 hash for all: making one costs some 50 ms."""
    return make_password(PASSWORD)


@dataclass(slots=True)
class World:
    """The units, people, accounts and places by the names tests use."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Unit:
        """``world.school`` is ``world.units["school"]``."""
        try:
            return self.units[name]
        except KeyError:
            raise AttributeError(name) from None

    def actor(self, name: str, day: date | None = None) -> Actor:
        return actor_of(self.people[name], day)

    def client(self, name: str = "") -> Client:
        """A test client logged in as ``name`` ("": a visitor)."""
        client = Client()
        if name:
            client.force_login(self.users[name])
        return client


@contextmanager
def as_action(name: str = "test.arrange") -> Iterator[None]:
    """Arrange rows directly without the trace that changes outside an action leave."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('anyuan.action', %s, true)", [name])
        yield
        cursor.execute("select set_config('anyuan.action', '', true)")


def make_world() -> World:
    """The whole cast in a handful of queries."""
    world = World()
    with as_action():
        _make_units(world)
        _make_people(world)
        world.places = {
            key: Place(unit=world.units[unit], kind=kind, name=name, token=f"cast{key[:12]}", order=order)
            for order, (key, unit, kind, name) in enumerate(PLACES)
        }
        Place.everything.bulk_create(world.places.values())
    return world


def _make_units(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select nextval('org_unit_label') from generate_series(1, %s)", [len(UNITS)])
        labels = [row[0] for row in cursor.fetchall()]
    for (key, parent, kind, detail, name), label in zip(UNITS, labels, strict=True):
        above = world.units.get(parent)
        world.units[key] = Unit(
            kind=kind,
            unit_type=detail if kind == UnitKind.SCHOOL else "",
            function=detail if kind == UnitKind.DEPARTMENT else "",
            parent=above,
            label=label,
            path=f"{above.path if above else '/'}{label}/",
            name=name,
            adults_on_site=1 if key == "point" else None,
            opened_on=SINCE,
            search=bigrams(name),
        )
    Unit.everything.bulk_create(world.units.values())
    UnitName.objects.bulk_create(UnitName(unit=u, name=u.name, starts=SINCE) for u in world.units.values())


def _make_people(world: World) -> None:
    for number, (key, unit, _post, name) in enumerate(PEOPLE):
        person = Person(unit=world.units[unit], name=name, phone=f"1390000{number:04d}")
        world.people[key] = person
        world.users[key] = User(login=person.phone, person=person, password=password_hash())
    Person.everything.bulk_create(world.people.values())
    User.objects.bulk_create(world.users.values())
    Holding.everything.bulk_create(
        Holding(person=world.people[key], unit=world.units[unit], post=post, starts=SINCE)
        for key, unit, post, _name in PEOPLE
        if post
    )
    RoleGrant.everything.create(
        person=world.people["auditor"],
        unit=world.city,
        role="auditor",
        starts=SINCE,
        granted_by="测试",
    )


@pytest.fixture
def world(db: None) -> World:
    """The cast, fresh for each test."""
    return make_world()
