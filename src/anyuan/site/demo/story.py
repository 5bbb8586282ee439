"""Dated histories of hazards, step by step as the people of a school would make them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from anyuan.foundation.files.public import Role
from anyuan.foundation.kernel.public import Actor, clock, new_id
from anyuan.foundation.org.public import Person, Place
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import History, Move, Past, Registration
from anyuan.rules.policy.public import CheckItem

from . import themes
from .city import School, moment
from .photos import Shot
from .themes import Theme

INTERIM_DAYS = 28


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found where, by whom and when; ``at`` is the instant it was written down."""

    school: School
    theme: Theme
    at: datetime
    place: Place | None
    source: str
    actor: Actor
    finder: Person | None = None
    record: UUID | None = None
    item: CheckItem | None = None
    basis: str = ""
    detail: str = ""


@dataclass
class Story:
    """Builds one history. Steps dated at or after ``until`` have not happened yet and are left out."""

    finding: Finding
    until: datetime
    key: UUID = field(init=False)
    steps: list[Past] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)
    recurs: UUID | None = None
    suspected: str = ""
    over: bool = False

    def __post_init__(self) -> None:
        with clock.at(self.finding.at):
            self.key = new_id()
        finder = self.finding.finder or self.school.person("security-director")
        self._shot(finder, self.finding.at, Role.BEFORE)

    @property
    def school(self) -> School:
        return self.finding.school

    @property
    def theme(self) -> Theme:
        return self.finding.theme

    @property
    def closed(self) -> bool:
        return any(s.move == Move.ACCEPT for s in self.steps)

    def _shot(self, person: Person, at: datetime, role: Role) -> None:
        self.shots.append(Shot(self.key, self.school.unit, person, self.theme.scene, role, at))

    def step(self, move: Move, at: datetime, actor: Actor, data: hz.Input, after: int = 0) -> Story:
        """One more step, unless it lies ahead: then nothing after it happens either."""
        if self.over or at >= self.until:
            self.over = True
            return self
        self.steps.append(Past(move, at, actor, data, after=after))
        return self

    def assess(self, at: datetime) -> Story:
        return self.step(Move.ASSESS, at, self.school.actor("security-director"), hz.Assess("一般隐患"))

    def commit(self, at: datetime, number: int = 0) -> Story:
        """The principal signs the five commitments (at a teaching point its head)."""
        school = self.school
        post = "security-director" if school.alone else "principal"
        watcher = (
            school.managing.person("security-director") if school.managing else school.person("class-teacher")
        )
        data = hz.Commit(
            responsible=school.person("logistics-director"),
            measures=self.theme.measures,
            funds_wan=Decimal(self.theme.funds),
            plan=themes.PLAN,
            watcher=watcher,
            root_cause=themes.ROOTS[number % len(themes.ROOTS)] if self.recurs else "",
            lasting_measure=themes.LASTING[number % len(themes.LASTING)] if self.recurs else "",
        )
        return self.step(Move.COMMIT, at, school.actor(post), data)

    def renew(self, at: datetime) -> Story:
        until = clock.day_of(at) + timedelta(days=INTERIM_DAYS)
        data = hz.Interim(self.theme.interim, until)
        return self.step(Move.INTERIM, at, self.school.actor("security-director"), data)

    def submit(self, at: datetime) -> Story:
        school = self.school
        self.step(Move.SUBMIT, at, school.actor("logistics-director"), hz.Submit(self.theme.result), after=1)
        if not self.over:
            self._shot(school.person("logistics-director"), at, Role.AFTER)
        return self

    def fix(self, at: datetime, number: int = 0) -> Story:
        school = self.school
        data = hz.Fix(
            self.theme.result,
            root_cause=themes.ROOTS[number % len(themes.ROOTS)] if self.recurs else "",
            lasting_measure=themes.LASTING[number % len(themes.LASTING)] if self.recurs else "",
        )
        self.step(Move.FIX, at, school.actor("logistics-director"), data, after=1)
        if not self.over:
            self._shot(school.person("logistics-director"), at, Role.AFTER)
        return self

    def accept(self, at: datetime, actor: Actor | None = None) -> Story:
        return self.step(Move.ACCEPT, at, actor or self.acceptor, hz.Accept("现场查看，整改到位"))

    def send_back(self, at: datetime, reason: str, actor: Actor | None = None) -> Story:
        return self.step(Move.SEND_BACK, at, actor or self.acceptor, hz.SendBack(reason))

    @property
    def acceptor(self) -> Actor:
        school = self.school.managing if self.school.alone else self.school
        assert school is not None
        return school.actor("principal")

    def history(self) -> History:
        """As the hazard room loads it."""
        found, theme = self.finding, self.theme
        data = Registration(
            unit=self.school.unit,
            title=theme.title,
            domain=theme.domain,
            description=found.detail or theme.detail,
            place=found.place,
            place_text="" if found.place else "校园内",
            cause=theme.cause,
            source=found.source,
            source_record=found.record,
            check_item=found.item,
            clause_ref=found.basis,
            finder=found.finder,
            shared_before=1,
            interim=theme.interim,
            interim_until=clock.day_of(found.at) + timedelta(days=INTERIM_DAYS),
            suspected=self.suspected,
            key=self.key,
        )
        return History(data, found.at, found.actor, tuple(self.steps), recurs=self.recurs)


def on(days: list[date], start: int, plus: int, hour: float) -> datetime:
    """``hour`` o'clock, ``plus`` school days after ``days[start]``; beyond the list: weeks ahead."""
    place = start + plus
    if place < len(days):
        return moment(days[place], hour)
    return moment(days[-1] + timedelta(days=7 + place - len(days)), hour)


def of_item(item: CheckItem, domain: str) -> Theme:
    """The theme of a failed item of a checklist: its own words."""
    base = next((t for t in themes.THEMES if t.domain == domain), themes.THEMES[0])
    return replace(
        base,
        title=item.fails[:100],
        domain=domain,
        scene=themes.SCENE_OF.get(domain, "exit"),
        measures=item.remedy,
        interim="专人看护，整改完成前不使用",
        result="已按要求整改并留存记录",
        cause=str(hz.Cause.MANAGEMENT),
        funds="0",
        detail=item.how,
    )
