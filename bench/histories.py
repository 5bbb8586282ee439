"""Generated hazards and records: dated histories that pass every gate, in the mix a term leaves behind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count, islice
from typing import Any

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Domain, Unit
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import History, Move, Past
from anyuan.rules.ledger.public import CHECK, ROUND, NewRecord, Subject
from anyuan.rules.policy.public import ActiveChecklist

from .city import City
from .keeping import Diary

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROUNDS = 9
"""Days from one check against a list to the next."""

TITLES = (
    "消防通道堆放杂物", "应急照明不亮", "灭火器压力不足", "食堂留样不全", "校门防撞柱松动", "栏杆高度不够",
    "配电箱未上锁", "实验室药品未分柜", "监控画面缺失", "楼梯防滑条脱落", "电动车违规充电", "外墙瓷砖空鼓",
)  # fmt: skip
DOMAINS = (Domain.FIRE, Domain.FIRE, Domain.FIRE, Domain.FOOD, Domain.SECURITY, Domain.BUILDING,
           Domain.UTILITY, Domain.LAB, Domain.GENERAL, Domain.EQUIPMENT)  # fmt: skip

MIX = (
    ("closed", 860), ("returned", 30), ("fixed", 20), ("dismissed", 20), ("inspected", 40),
    ("registered", 5), ("assessed", 3), ("rectifying", 11), ("submitted", 8), ("suspected", 1),
    ("major", 1), ("handed-over", 1),
)  # fmt: skip
"""How often each fate befalls a hazard, of 1,000; the last seven are open now."""
OPEN_FATES = frozenset(
    {"registered", "assessed", "rectifying", "submitted", "suspected", "major", "handed-over"}
)


class Fate:
    """One hazard of one school from its entry to where it stands."""

    def __init__(self, city: City, school: Unit, kind: str, rng: random.Random, now: datetime) -> None:
        self.city, self.school, self.rng = city, school, rng
        self.kind = kind
        days = rng.uniform(0.5, 24) if kind in OPEN_FATES else rng.uniform(25, 400)
        self.at = now - days * DAY
        self.room = days * DAY
        """Time there was since it was found."""

    def _who(self, post: str) -> Actor:
        return self.city.actor(self.school, post)

    def _after(self, part: float) -> datetime:
        """An instant ``part`` of 10 days after it was found, and never ahead of now."""
        return self.at + min(self.room, 10 * DAY) * part

    def history(self) -> History:
        """The dated moves, as the people of the school made them."""
        inspected = self.kind == "inspected"
        officer = self.city.actor(self.city.county_of(self.school), "county-officer")
        finder = officer if inspected else self._who("security-director")
        return History(self._registration(inspected), self.at, finder, self._steps(officer))

    def _registration(self, inspected: bool) -> hz.Registration:
        rng = self.rng
        place = rng.choice(self.city.places[self.school.label])
        title = rng.choice(TITLES)
        return hz.Registration(
            unit=self.school,
            title=title,
            domain=rng.choice(DOMAINS),
            description=f"{place.name}：{title}，第{rng.randrange(1000)}处，巡查时发现，需要处理。",
            place=place,
            source=hz.Source.INSPECTION if inspected else rng.choice((hz.Source.ROUND, hz.Source.CHECK)),
            finder_unit=self.city.county_of(self.school) if inspected else None,
            shared_before=1,
            interim="设警戒线并派人值守",
            interim_until=clock.day_of(self.at) + 28 * DAY,
            suspected="可能伤及多人" if self.kind in {"suspected", "major"} else "",
        )

    def _steps(self, officer: Actor) -> list[Past]:
        usual = [self._assess(), self._commit(), self._submit(0.4)]
        accept = Past(Move.ACCEPT, self._after(0.6), self._who("principal"), hz.Accept("合格"))
        if self.kind == "returned":
            back = Past(Move.SEND_BACK, self._after(0.5), self._who("principal"), hz.SendBack("未到位"))
            return [*usual, back, self._submit(0.55), accept]
        return {
            "closed": [*usual, accept],
            "inspected": [*usual, Past(Move.ACCEPT, self._after(0.6), officer, hz.Accept("复查合格"))],
            "fixed": [self._fix(), accept],
            "dismissed": [self._dismiss()],
            "registered": [],
            "assessed": usual[:1],
            "rectifying": usual[:2],
            "submitted": usual,
            "suspected": [],
            "major": [self._judge(officer), self._commit()],
            "handed-over": [self._assess(), self._hand_over()],
        }[self.kind]

    def _assess(self) -> Past:
        return Past(Move.ASSESS, self._after(0.1), self._who("security-director"), hz.Assess("一般"))

    def _commit(self) -> Past:
        people = self.city.people[self.school.label]
        data = hz.Commit(
            responsible=people["logistics-director"],
            measures="清理、修复并划线",
            funds_wan=Decimal(self.rng.randrange(5)),
            plan="出现险情立即疏散",
            watcher=people[self.rng.choice(("class-teacher", "teacher"))],
        )
        return Past(Move.COMMIT, self._after(0.2), self._who("security-director"), data)

    def _submit(self, part: float) -> Past:
        data = hz.Submit("已处理完毕")
        return Past(Move.SUBMIT, self._after(part), self._who("logistics-director"), data, after=1)

    def _fix(self) -> Past:
        return Past(Move.FIX, self._after(0.05), self._who("logistics-director"), hz.Fix("当场修好"), after=1)

    def _dismiss(self) -> Past:
        return Past(Move.DISMISS, self._after(0.1), self._who("principal"), hz.Dismiss("不是隐患"))

    def _judge(self, officer: Actor) -> Past:
        county = self.city.county_of(self.school)
        data = hz.Judge(
            major=True,
            basis="疏散宽度不足",
            item="判定标准第三条",
            level="county",
            supervisor=self.city.person(county, "county-leader"),
        )
        return Past(Move.JUDGE, self._after(0.1), officer, data)

    def _hand_over(self) -> Past:
        data = hz.HandOverTo(self.city.departments[0], "属消防部门职责")
        return Past(Move.HAND_OVER, self._after(0.3), self._who("principal"), data)


def hazards(city: City, number: int, seed: int) -> Iterator[History]:
    """``number`` histories spread over all schools, the same for the same seed and instant."""
    rng = random.Random(seed)
    now = clock.now() - HOUR
    kinds, weights = zip(*MIX, strict=True)
    schools = city.schools
    for n, kind in enumerate(rng.choices(kinds, weights, k=number)):
        yield Fate(city, schools[n % len(schools)], kind, rng, now).history()


def records(
    city: City, number: int, lists: ActiveChecklist, classes: dict[int, list[Subject]], seed: int
) -> Iterator[NewRecord]:
    """``number`` records, school by school, backwards from yesterday: rounds, checks, and registers."""
    per_school = -(-number // len(city.schools))
    rng = random.Random(seed)
    for place, school in enumerate(city.schools):
        diary = Diary(city, school, classes[school.label], rng)
        wanted = min(per_school, number - place * per_school)
        yield from islice(_of(city, school, lists, diary), max(0, wanted))


def _of(city: City, school: Unit, lists: ActiveChecklist, diary: Diary) -> Iterator[NewRecord]:
    places = [str(p.pk) for p in city.places[school.label]]
    person = city.person(school, "security-director")
    answers: list[dict[str, Any]] = [{"item": str(i.pk), "result": "pass"} for i in lists.items[:20]]
    check = {"answers": answers, "passed": len(answers), "failed": 0}
    for n in count(1):
        day = clock.today() - n * DAY
        at = clock.start_of(day) + 8 * HOUR
        round_ = {
            "route": "day",
            "title": "日常巡查",
            "day": day.isoformat(),
            "made_up": False,
            "places": places,
            "photo_places": places[:2],
            "exceptions": [],
        }
        slot = f"round:day:{day.isoformat()}"
        yield NewRecord(ROUND, school, at, round_, person=person, slot=slot, recorded_at=at)
        yield from diary.day(day)
        if n % ROUNDS == 0:
            list_ = lists.checklist
            yield NewRecord(
                CHECK, school, at, check, person=person, checklist=list_, domain=list_.domain, recorded_at=at
            )
