"""A month in the life of the demo: each night the new day is derived, by day people do their work.

Who plays what is found by what the demo made of the schools, never by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from anyuan.foundation.access.public import actor_of
from anyuan.foundation.journal.public import pump_once
from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.foundation.org.public import (
    Heir,
    Holding,
    NewDay,
    Unit,
    UnitType,
    change_facts,
    close_unit,
    end_post,
    merge_units,
    set_day,
)
from anyuan.response.hazard.public import file_round
from anyuan.rules.compliance.public import Change, State, Verdict, begin_day, pass_hours, rebuild
from anyuan.rules.ledger.public import (
    NewRecord,
    Record,
    Subject,
    SubjectKind,
    approve_record,
    confirm_facts,
    record,
    record_many,
    set_facts,
    void_record,
)
from anyuan.rules.policy.public import Activation, activate, override_param
from anyuan.site.demo.city import City, School, moment
from anyuan.site.demo.photos import snap

CITY = "city-2023-hazard-sweep"
WEEKLY, DAILY, FIRE_DAY = f"{CITY}/check-weekly", f"{CITY}/check-daily", f"{CITY}/fire-day-self-check"
DRILL, REMINDER = f"{CITY}/evacuation-drill-monthly", f"{CITY}/reminder-daily"
FIRE_DRILL, GUARDS, LEVELS = f"{CITY}/fire-day-drill", f"{CITY}/guards-quota", f"{CITY}/three-levels"

WEEK = "2026-W48"
"""Monday 23 to Sunday 29 November, the first week that passes."""
JOB = job_actor("test")
_SUNDAY = 6
_ABOUT = ("unit_id", "key", "period", "subject_code")


@dataclass(frozen=True, slots=True)
class Watch:
    """One requirement of one school in one period, looked at every morning and evening."""

    unit: Unit
    key: str
    period: str = ""
    subject: str = ""


@dataclass
class Month:
    """Lets ``days`` pass after the day on which the demo was filled; ``seen`` is what came of it."""

    city: City
    days: int
    watched: dict[str, Watch] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)
    """Name → its states in their order, each once as long as it lasts; empty before there is one."""
    mornings: list[int] = field(default_factory=list)
    """How many verdicts each night changed."""
    differences: list[Change] = field(default_factory=list)
    """What was not as it would be derived, looked for every Sunday evening."""
    schools: dict[str, School] = field(default_factory=dict)
    diary: dict[date, list[Callable[[], object]]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def live(self) -> None:
        self._cast()
        self._plan()
        for number in range(1, self.days + 1):
            self._pass(self.city.today + timedelta(days=number))

    def _pass(self, day: date) -> None:
        with clock.at(moment(day, 0.01)):
            self.mornings.append(begin_day() or 0)
            pump_once()
            self._look()
        for turn, work in enumerate(self.diary.get(day, [])):
            with clock.at(moment(day, 15 + turn / 60)):
                work()
        with clock.at(moment(day, 20)):
            pass_hours()
            pump_once()
            self._look()
            if day.weekday() == _SUNDAY:
                self.differences += rebuild(JOB, check=True).differences

    def _look(self) -> None:
        rows = Verdict.everything.filter(
            unit__in={w.unit for w in self.watched.values()}, key__in={w.key for w in self.watched.values()}
        )
        stored = {tuple(row): state for *row, state in rows.values_list(*_ABOUT, "state")}
        for name, watch in self.watched.items():
            state = stored.get((watch.unit.pk, watch.key, watch.period, watch.subject), "")
            if self.seen.setdefault(name, [state])[-1] != state:
                self.seen[name].append(state)

    def _cast(self) -> None:
        """Who plays what. The school of the walk-through is left to itself but for one drill."""
        city = self.city
        free = [s for s in city.main.schools if s is not city.shown and not s.alone and s.unit.stages]
        free = [s for s in free if s.unit.unit_type not in (UnitType.KINDERGARTEN, UnitType.UNIVERSITY)]
        pilots = set(Subject.everything.filter(kind=SubjectKind.CLASS).values_list("unit_id", flat=True))
        lean = _standing(GUARDS, State.MET, tight=True)
        loose = _standing(LEVELS, State.UNMET)
        wanted: dict[str, Callable[[School], bool]] = {
            "lean": lambda s: s.unit.pk in lean,
            "loose": lambda s: s.unit.pk in loose,
            "reminds": lambda s: s.unit.pk in pilots,
            "keeps": lambda s: s.unit.pk not in pilots,
        }
        for name in ("drills", "late", "voids", "again", "gone", "into"):
            wanted[name] = lambda s: True
        for name, fits in wanted.items():
            self.schools[name] = found = next(s for s in free if fits(s))
            free.remove(found)
        self.schools |= {"point": next(s for s in city.main.schools if s.alone), "shown": city.shown}
        outside = [s for county in city.counties[1:] for s in county.schools if not s.alone]
        owing = _standing(DRILL, State.DUE)
        run_out = _standing(GUARDS, State.MET, until=city.today + timedelta(days=self.days))
        self.schools["forgets"] = next(s for s in outside if s.unit.pk in owing)
        self.schools["asked"], self.schools["silent"] = [s for s in outside if s.unit.pk in run_out][:2]

    def _watch(self, name: str, key: str, period: str = "", subject: str = "") -> None:
        what = " ".join(part for part in (name, key.split("/")[1], period, subject) if part)
        self.watched[what] = Watch(self.schools[name].unit, key, period, subject)

    def _on(self, day: str, *work: Callable[[], object]) -> None:
        self.diary.setdefault(date.fromisoformat(f"2026-{day}"), []).extend(work)

    def _plan(self) -> None:
        for part in (self._checks, self._drills, self._reminders, self._facts, self._towns, self._crowd):
            part()

    # -- what people do ------------------------------------------------------------------------------

    def _check(self, name: str, level: str = "department", **more: Any) -> Record:
        school = self.schools[name]
        data = {"level": level, "full": level == "school", "points": 5, "found": 0}
        officer = school.actor("security-director")
        return record(officer, register="self-check", unit=school.unit, data=data, **more)

    def _drill(self, name: str, **more: Any) -> Record:
        school = self.schools[name]
        officer = school.actor("security-director")
        photo = snap(officer, school.unit, "yard", next(self._numbers))
        data = {"kind": "fire-evacuation", "scenario": "fire", "participants": 300}
        return record(officer, register="drill", unit=school.unit, data=data, attachment_ids=[photo], **more)

    def _checks(self) -> None:
        """The week's check: forgotten, late and approved, voided, made up; the fire day; rounds."""
        for name in ("forgets", "late", "voids", "again"):
            self._watch(name, WEEKLY, WEEK)
        kept: dict[str, Record] = {}

        def enter_late() -> None:
            kept["late"] = self._check("late", occurred_at=moment(date(2026, 11, 25), 15))

        def enter() -> None:
            kept["voids"] = self._check("voids")

        def approve() -> None:
            approve_record(self.schools["late"].actor("principal"), kept["late"])

        def void() -> None:
            void_record(self.schools["voids"].actor("principal"), kept["voids"], "录错学校")

        self._on("11-26", enter)
        self._on("12-01", enter_late, void)
        self._on("12-03", approve, lambda: self._check("again", stands_for=date(2026, 11, 27)))
        for name in ("keeps", "forgets"):
            self._watch(name, FIRE_DAY, "2026-12")
            self._watch(name, DAILY, "2026-11-24")
        self._on("12-02", lambda: self._check("keeps", "school"))
        self._on("11-24", self._walk)

    def _walk(self) -> None:
        school = self.schools["keeps"]
        file_round(school.actor("security-director"), school.unit, no_photo="相机送修")

    def _drills(self) -> None:
        """One drill on its day, one made up, one forgotten."""
        for name in ("drills", "forgets"):
            self._watch(name, DRILL, "2026-12")
        self._watch("forgets", DRILL, "2026-11")
        self._watch("shown", FIRE_DRILL, "2026-11")
        self._on("12-08", lambda: self._drill("drills"))
        self._on("11-25", lambda: self._drill("shown", stands_for=date(2026, 11, 4)))

    def _reminders(self) -> None:
        """A class that is reminded and one that is not."""
        unit = self.schools["reminds"].unit
        one, other = Subject.everything.filter(unit=unit, kind=SubjectKind.CLASS).order_by("code")[:2]
        data = {"kind": "daily", "minutes": 1, "topic": "交通安全"}
        staff = self.schools["reminds"].actor("moral-director")
        self._on("11-24", lambda: record(staff, register="reminder-1530", unit=unit, data=data, subject=one))
        for subject in (one, other):
            self._watch("reminds", REMINDER, "2026-11-24", subject.code)

    def _facts(self) -> None:
        """A certificate runs out, a number is corrected for the past, one is confirmed and one is not."""
        self._watch("lean", GUARDS)
        self._watch("loose", LEVELS)
        self._on("11-30", self._renew_briefly)
        officer = self.schools["loose"].actor("security-director")
        unit = self.schools["loose"].unit
        right = {"check_points": 12, "check_points_assigned": 12}
        self._on("12-09", lambda: set_facts(officer, unit, right, valid_from=date(2026, 11, 10)))
        for name in ("asked", "silent"):
            self._watch(name, GUARDS)
        asked = self.schools["asked"]
        teller = actor_of(asked.person("security-director"))
        self._on("11-28", lambda: confirm_facts(teller, asked.unit, ["guards_certified"]))
        grown = self.schools["drills"]
        self._on("12-04", lambda: change_facts(grown.actor("principal"), grown.unit, {"pupils": 4321}))

    def _renew_briefly(self) -> None:
        """The newest record of a certificate counts: this one says it ends on 5 December."""
        school = self.schools["lean"]
        old = Record.everything.filter(unit=school.unit, register__code="guard-certificate").first()
        assert old is not None
        data = old.data | {"valid_until": date(2026, 12, 5), "full_time": True}
        record(school.actor("security-director"), register="guard-certificate", unit=school.unit, data=data)

    def _towns(self) -> None:
        """Days off, a school that closes, one that goes up into another, a county that begins."""
        city = self.city
        second = city.counties[1]
        self.schools["light"] = next(
            s for s in second.schools if s.unit.stages and not s.alone and s.unit.opened_on
        )
        for day in ("2026-12-10", "2026-12-11"):
            self._watch("light", DAILY, day)
        officer = second.actor("officer")

        def off(day: date) -> Callable[[], object]:
            return lambda: set_day(officer, second.unit, NewDay(day, working=False, name="大雪停课"))

        self._on("12-09", off(date(2026, 12, 10)))
        self._on("12-14", off(date(2026, 12, 11)))
        self._watch("gone", WEEKLY, WEEK)
        gone, into = self.schools["gone"].unit, self.schools["into"].unit
        self._on(
            "12-04",
            lambda: merge_units(city.main.actor("officer"), gone, into, clock.today()),
            self._close,
            self._begin,
        )
        self._on(
            "12-11",
            lambda: override_param(
                city.main.actor("officer"), CITY, "guard_step", city.main.unit, 200, basis="县教字〔2026〕9号"
            ),
        )

    def _close(self) -> None:
        officer, unit = self.city.main.actor("officer"), self.schools["point"].unit
        for holding in Holding.everything.filter(Holding.running(), unit=unit):
            end_post(officer, holding, clock.today(), Heir(vacant=True))
        close_unit(officer, unit, clock.today(), "生源并入中心小学")

    def _begin(self) -> None:
        running = Activation.everything.filter(code=CITY, unit=self.city.main.unit).select_related("pack")
        activate(self.city.desk("city"), running.get().pack, self.city.newest.unit, basis="市教字〔2026〕3号")

    def _crowd(self) -> None:
        """The others hand in lists of checks, drills and rounds now and then."""
        busy = {s.unit.pk for s in self.schools.values()}
        others = [
            s for c in self.city.counties[:3] for s in c.schools if s.unit.stages and s.unit.pk not in busy
        ]
        for number in range(1, self.days + 1, 2):
            day = self.city.today + timedelta(days=number)
            some = others[number % 5 :: 5]
            self._on(f"{day:%m-%d}", lambda some=some, day=day: self._hand_in(some, day))  # type: ignore[misc]

    def _hand_in(self, schools: list[School], day: date) -> None:
        level = ("department", "school")[day.day % 2]
        data = {"level": level, "full": level == "school", "points": 8, "found": 1}
        for county in self.city.counties[:3]:
            mine = [s for s in schools if s.unit.path.startswith(county.unit.path)]
            rows = [NewRecord("self-check", s.unit, moment(day, 9), data) for s in mine]
            if rows:
                record_many(county.actor("officer"), rows)


def _standing(key: str, state: State, *, tight: bool = False, until: date | None = None) -> set[Any]:
    """Units whose standing verdict is in a state; ``tight``: which have just what they need; ``until``: by
    facts somebody declared that run out by then."""
    rows = Verdict.everything.filter(key=key, state=state, standing=True).order_by("unit__path")
    if until is not None:
        rows = rows.filter(
            unit__fact_values__key="guards_certified",
            unit__fact_values__confirmed_until__lt=until,
            unit__fact_values__superseded_at=None,
        )
    return {v.unit_id for v in rows if not tight or v.have == v.need}
