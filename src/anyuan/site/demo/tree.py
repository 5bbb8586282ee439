"""Plants the city: divisions, departments, schools, teaching points, sites, a merger."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from anyuan.foundation.org.public import NewUnit, Setting, Unit, UnitKind, UnitType, create_units, merge_units

from . import land, names, plan
from .city import LOADER, SEED, City, County, School

_FOUNDED = date(2001, 9, 1)
_PROVINCE_DIGITS = "99"
"""No province bears it; codes with it are taken only where the demo runs."""


def plant(city: City, total: int) -> None:
    """Make ``total`` schools, most of them in the first county, and all that stands above them."""
    book = names.NameBook(random.Random(f"{SEED}units"))
    shapes = land.draw(len(names.COUNTIES), SEED)
    city.province, city.unit = _top(shapes)
    _departments(city)
    counts = _shares(total)
    for number, (county, shape, count) in enumerate(zip(city.counties, shapes, counts, strict=True)):
        _fill(_Ground(city, county, book, shape, number), count)
    _merge(city)


def _shares(total: int) -> list[int]:
    """Eight of eleven schools in the first county, the rest split over the others."""
    lights = len(names.COUNTIES) - 1
    each = max(10, total * 3 // 11 // lights)
    return [max(10, total - each * lights), *[each] * lights]


def _top(shapes: list[land.County]) -> tuple[Unit, Unit]:
    [province] = create_units(LOADER, [(None, NewUnit(UnitKind.PROVINCE, names.PROVINCE, _PROVINCE_DIGITS))])
    facts = {"outline": land.whole(shapes), "longitude": 0.0, "latitude": 0.0}
    [city] = create_units(
        LOADER, [(province, NewUnit(UnitKind.CITY, names.CITY, f"{_PROVINCE_DIGITS}01", facts))]
    )
    return province, city


def _departments(city: City) -> None:
    assert city.unit is not None
    shapes = land.draw(len(names.COUNTIES), SEED)
    rows: list[tuple[Unit | None, NewUnit]] = [
        (
            city.unit,
            NewUnit(
                UnitKind.COUNTY,
                name,
                f"{_PROVINCE_DIGITS}01{number:02d}",
                {
                    "outline": land.geojson(shape.outline),
                    "longitude": round(shape.seat[0], 5),
                    "latitude": round(shape.seat[1], 5),
                },
            ),
        )
        for number, (name, shape) in enumerate(zip(names.COUNTIES, shapes, strict=True), start=21)
    ]
    units = create_units(LOADER, rows)
    city.counties = [County(unit, full=place == 0) for place, unit in enumerate(units)]
    owners = [city.unit, *units]
    made = create_units(
        LOADER,
        [
            (owner, NewUnit(UnitKind.DEPARTMENT, owner.name + title, "", {"function": function}))
            for owner in owners
            for function, title in plan.DEPARTMENTS.items()
        ],
    )
    per = len(plan.DEPARTMENTS)
    holders: list[City | County] = [city, *city.counties]
    for holder, start in zip(holders, range(0, len(made), per), strict=True):
        holder.departments = {unit.function: unit for unit in made[start : start + per]}


class _Ground:
    """One county while it is being filled: names, points on the map, running school codes."""

    def __init__(
        self, city: City, county: County, book: names.NameBook, shape: land.County, number: int
    ) -> None:
        self.city = city
        self.county = county
        self.book = book
        self.number = number
        self.rng = random.Random(f"{SEED}{county.unit.name}")
        self.serial = 0
        self._points = iter(land.scatter(shape, 400, f"{SEED}{county.unit.name}"))
        self.towns = names.TOWNS if county.full else names.OTHER_TOWNS[number * 4 - 4 : number * 4]

    def school(self, kind: str, name: str, setting: str) -> NewUnit:
        """A school on the next free spot of the map."""
        self.serial += 1
        point = next(self._points)
        code = f"{plan.SCHOOL_CODE[UnitType(kind)]}{_PROVINCE_DIGITS}{self.number + 1}{self.serial:05d}"
        facts = plan.facts(kind, setting, self.rng)
        if self.county is self.city.newest and self.serial % 3 == 0:
            facts |= {"pupils": None, "staff": None}  # nobody has told yet
        facts |= {
            "longitude": point[0],
            "latitude": point[1],
            "address": f"{self.county.unit.name}{self.rng.choice(self.towns)}路{self.rng.randint(1, 180)}号",
            "opened_on": _FOUNDED + timedelta(days=self.rng.randint(0, 6000)),
        }
        return NewUnit(UnitKind.SCHOOL, name, code, facts)


def _fill(ground: _Ground, count: int) -> None:
    county = ground.county
    wanted = plan.mix(count)
    points = wanted.pop(UnitType.TEACHING_POINT)
    # The merged school is gone as a school of its own: one more is made and goes up into another.
    if county.full:
        wanted[UnitType.PRIMARY] += 1
    rows: list[tuple[Unit | None, NewUnit]] = []
    parents = _districts(ground)
    for number, (kind, name) in enumerate(_named(ground, wanted)):
        setting = Setting.TOWN if "镇中心小学" in name else plan.setting_of(number, kind)
        above = parents[0] if kind == UnitType.KINDERGARTEN and number % 5 == 1 and parents else county.unit
        rows.append((above, ground.school(kind, name, setting)))
    rows += _sites(ground)
    county.schools = [School(unit, county.full) for unit in create_units(LOADER, rows)]
    _points(ground, points)


def _districts(ground: _Ground) -> list[Unit]:
    if not ground.county.full:
        return []
    new = NewUnit(UnitKind.DISTRICT, f"{ground.county.unit.name}城东学区")
    return create_units(LOADER, [(ground.county.unit, new)])


def _named(ground: _Ground, wanted: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Types and names: the school of the walk-through first, then type by type."""
    county = ground.county.unit.name
    yield UnitType.PRIMARY, ground.book.keep(f"{county}实验小学")
    wanted[UnitType.PRIMARY] -= 1
    for kind, count in wanted.items():
        for number in range(count):
            yield kind, _name(ground, kind, number)


_ORDER = "一二三四五六七八九"


def _name(ground: _Ground, kind: str, number: int) -> str:
    county = ground.county.unit.name
    town = ground.towns[number % len(ground.towns)]
    good = names.GOOD[(number * 7 + ground.number * 5) % len(names.GOOD)]
    order = _ORDER[min(number, 8)]
    patterns = {
        UnitType.PRIMARY: (f"{town}镇中心小学", f"{county}第{order}小学", f"{town}镇{good}小学"),
        UnitType.KINDERGARTEN: (f"{county}{good}幼儿园", f"{town}镇中心幼儿园", f"{town}镇{good}幼儿园"),
        UnitType.JUNIOR: (f"{town}镇初级中学", f"{county}{good}初级中学"),
        UnitType.NINE_YEAR: (f"{county}{good}学校",),
        UnitType.SENIOR: (f"{county}第{order}高级中学",),
        UnitType.COMPLETE_SECONDARY: (f"{county}第{order}中学",),
        UnitType.VOCATIONAL: (f"{county}{good}职业技术学校",),
        UnitType.TWELVE_YEAR: (f"{county}{good}实验学校",),
        UnitType.SPECIAL: (f"{county}特殊教育学校",),
    }
    return ground.book.unit(*patterns[UnitType(kind)])


def _sites(ground: _Ground) -> list[tuple[Unit | None, NewUnit]]:
    if not ground.county.full:
        return []
    county = ground.county.unit
    rows: list[tuple[Unit | None, NewUnit]] = []
    for number, (kind, pattern) in enumerate(plan.SITES.items()):
        name = pattern.format(county=county.name, good=names.GOOD[number * 3])
        facts = {"unit_type": kind, "setting": Setting.URBAN, "opened_on": _FOUNDED}
        rows.append((county, NewUnit(UnitKind.SCHOOL, ground.book.unit(name), "", facts)))
    college = plan.facts(UnitType.UNIVERSITY, Setting.URBAN, ground.rng) | {"opened_on": _FOUNDED}
    name = f"{names.CITY}师范学院"
    rows.append((ground.city.unit, NewUnit(UnitKind.SCHOOL, ground.book.unit(name), "", college)))
    return rows


def _points(ground: _Ground, count: int) -> None:
    """Teaching points with one adult, below the central schools of their towns."""
    central = [s for s in ground.county.schools if s.unit.name.endswith("镇中心小学")]
    central = central or ground.county.schools[:1]
    rows: list[tuple[Unit | None, NewUnit]] = []
    for number in range(count):
        above = central[number % len(central)].unit
        village = names.VILLAGES[number // len(central) % len(names.VILLAGES)]
        town = above.name.removesuffix("镇中心小学")
        name = ground.book.unit(f"{town}镇{village}教学点", f"{town}镇{village}第二教学点")
        rows.append((above, ground.school(UnitType.TEACHING_POINT, name, Setting.RURAL)))
    for number, unit in enumerate(create_units(LOADER, rows)):
        ground.county.schools.append(School(unit, full=False, managing=central[number % len(central)]))


def _merge(city: City) -> None:
    """The last primary school of the full county went up into its neighbour a month ago."""
    schools = [s for s in city.main.schools if s.unit.unit_type == UnitType.PRIMARY]
    gone, into = schools[-1], schools[-2]
    merge_units(LOADER, gone.unit, into.unit, city.today - timedelta(days=30))
    city.main.schools.remove(gone)
