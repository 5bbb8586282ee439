"""People on posts, their accounts, and the role cards of the login page."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from anyuan.foundation.access.public import DemoCard, open_accounts
from anyuan.foundation.journal.public import action
from anyuan.foundation.org.public import Function, Holding, Person, Unit

from . import names, plan
from .city import LOADER, SEED, City, School

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the walk-through speaks of: key, name, unit's key, post, card title, what he sees, icon."""

    key: str
    name: str
    post: str
    title: str
    sees: str
    icon: str


_SCHOOL = (
    Known(
        "safety",
        "安知夏",
        "security-director",
        "安全办主任",
        "今日巡查、待核实的随手拍、检查表",
        "shield-check",
    ),
    Known("principal", "温如玉", "principal", "校长", "待签批的隐患、本校风险与进度", "writing-sign"),
    Known(
        "logistics", "石砚秋", "logistics-director", "总务主任", "分给我的整改任务、整改后拍照提交", "tool"
    ),
    Known("teacher", "叶知秋", "class-teacher", "班主任", "随手拍上报、我上报的有没有结果", "camera"),
)
_ABOVE = (
    Known(
        "county", "方远山", "county-officer", "县安全科", "疑似重大判定、复查销号、延期、逾期督办", "building"
    ),
    Known(
        "city",
        "林海生",
        "city-officer",
        "市安全处",
        "全市态势、重大隐患、各县进展与趋势",
        "building-skyscraper",
    ),
    Known("fire", "江焰明", "department-officer", "消防救援机构", "只看全市消防隐患，接收移交", "flame"),
    Known("neighbour", "鹿晚晴", "county-officer", "邻县安全科", "只能看到自己的县", "map-pin"),
    Known("admin", "管清宁", "platform-admin", "平台管理员", "单位、人员、账号、文件与规则", "settings"),
)
CARDS = (*_SCHOOL, *_ABOVE)


def people_schools(city: City) -> None:
    """Everybody on a post: 14 and more at a school in full life, four at a lighter one."""
    rng = random.Random(f"{SEED}people")
    book = names.NameBook(rng)
    for known in CARDS:
        book.keep(known.name)
    since = city.today - timedelta(days=500)
    phones = iter(f"1990000{number:04d}" for number in range(10_000))
    for county in city.counties:
        people: list[Person] = []
        holdings: list[Holding] = []
        for school in county.schools:
            shown = {k.post: k.name for k in _SCHOOL} if school is city.shown else {}
            _staff(school, shown, book, phones, since, people, holdings)
        _write(county.unit, people, holdings)
    _offices(city, book, phones, since)


def _staff(
    school: School,
    shown: dict[str, str],
    book: names.NameBook,
    phones: Iterable[str],
    since: date,
    people: list[Person],
    holdings: list[Holding],
) -> None:
    unit = school.unit
    boards = unit.boarding not in ("", "none")
    for (post, stands_in), phone in zip(
        plan.posts(unit.unit_type, full=school.full, boards=boards), phones, strict=False
    ):
        person = Person(unit=unit, name=shown.pop(post, "") or book.person(), phone=phone)
        people.append(person)
        school.people.setdefault(post, []).append(person)
        starts = max(since, unit.opened_on or since)
        holdings.append(Holding(person=person, unit=unit, post=post, starts=starts))
        if stands_in:
            holdings.append(Holding(person=person, unit=unit, post=stands_in, deputy=True, starts=starts))


def _offices(city: City, book: names.NameBook, phones: Iterable[str], since: date) -> None:
    """Officers and leaders of city, counties and departments."""
    assert city.unit is not None
    assert city.province is not None
    known = {k.key: k.name for k in _ABOVE}
    people: list[Person] = []
    holdings: list[Holding] = []
    turn = iter(phones)

    def add(unit: Unit, *posts: str, name: str = "", deputy: str = "") -> Person:
        person = Person(unit=unit, name=name or book.person(), phone=next(turn))
        people.append(person)
        holdings.extend(Holding(person=person, unit=unit, post=post, starts=since) for post in posts)
        if deputy:
            holdings.append(Holding(person=person, unit=unit, post=deputy, deputy=True, starts=since))
        return person

    city.people["city"] = add(city.unit, "city-officer", name=known["city"])
    city.people["city-leader"] = add(city.unit, "city-leader", deputy="city-officer")
    city.people["admin"] = add(city.province, "platform-admin", name=known["admin"])
    city.people["province"] = add(city.province, "province-officer")
    officers = {0: known["county"], 1: known["neighbour"]}
    for number, county in enumerate(city.counties):
        county.people["officer"] = add(county.unit, "county-officer", name=officers.get(number, ""))
        county.people["leader"] = add(county.unit, "county-leader")
        county.people["second"] = add(county.unit, "county-officer")
        for function, unit in county.departments.items():
            county.people[function] = add(unit, "department-officer")
    for function, unit in city.departments.items():
        name = known["fire"] if function == Function.FIRE else ""
        city.people[function] = add(unit, "department-officer", name=name)
    city.people |= {"county": city.main.people["officer"], "neighbour": city.counties[1].people["officer"]}
    _write(city.unit, people, holdings)


def _write(unit: Unit, people: list[Person], holdings: list[Holding]) -> None:
    """Many people and posts at once, with one entry in the trail."""
    with action(LOADER, "org.add-person") as act:
        Person.everything.bulk_create(people, batch_size=_BATCH)
        Holding.everything.bulk_create(holdings, batch_size=_BATCH)
        act.entry(
            f"为{unit.name}录入{len(people)}人、{len(holdings)}个岗位（演示）",
            on=unit,
            path=unit.path,
            after={"people": len(people), "posts": len(holdings)},
        )


def accounts(city: City) -> None:
    """Everybody gets an account; nobody a password: the demo is entered by its role cards."""
    everybody = {p.pk: p for p in city.people.values()}
    for county in city.counties:
        everybody |= {p.pk: p for p in county.people.values()}
        for school in county.schools:
            everybody |= {p.pk: p for holders in school.people.values() for p in holders}
    open_accounts(LOADER, list(everybody.values()))


def cards(city: City) -> None:
    """One card for each of the people the walk-through needs."""
    shown = city.shown
    with action(LOADER, "access.demo-cards") as act:
        for order, known in enumerate(CARDS):
            person = shown.person(known.post) if known in _SCHOOL else city.people[known.key]
            DemoCard.objects.create(
                person=person, title=known.title, sees=known.sees, icon=known.icon, order=order
            )
        act.entry("设置演示角色卡", path="/", after={"cards": [k.title for k in CARDS]})
