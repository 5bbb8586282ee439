"""Whatever changes from a day on, what had ended by then keeps the verdict it had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.cast import World
from tests.compliance.engine import CITY, IN_FORCE, JOB, derived, did, drill, on, prepare, shape, stored
from tests.compliance.test_deriving import TRIAL

from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import State, evaluate, explain, rebuild, refresh
from anyuan.rules.compliance.queries.rows import find_verdict
from anyuan.rules.policy.public import Pack, activate, deactivate, load_packs, override_param, switch_off

SELF_CHECK = CITY + "fire-day-self-check"
WATCH = "trial/night-watch"


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-06-10"):
        prepare(world)
        shape(world.school, pupils=500, staff=40, boarding="none")
        yield


def set_fire_day(unit: Unit, window: str, starts: date | None = None) -> None:
    override_param(JOB, CITY.rstrip("/"), "fire_day_window", unit, window, starts, basis="市局解释")


def full_check(unit: Unit, when: str) -> None:
    did(unit, "self-check", when, {"level": "school", "full": True, "points": 5, "found": 0})


def states(unit: Unit, key: str) -> dict[str, str]:
    refresh([unit.pk])
    rows = Verdict.everything.filter(unit=unit, key=key, ends__isnull=False)
    return dict(rows.order_by("starts").values_list("period", "state"))


def assert_derived(unit: Unit) -> None:
    """What is stored is what everything derived at once comes to."""
    assert rebuild(JOB, check=True, path=unit.path).differences == ()


@pytest.fixture
def trial(world: World, tmp_path: Path) -> Pack:
    pack = load_trial(tmp_path, TRIAL)
    activate(JOB, pack, world.county, IN_FORCE)
    return pack


def load_trial(folder: Path, text: str) -> Pack:
    home = folder / "trial"
    home.mkdir(exist_ok=True)
    (home / "pack.yaml").write_text(text, encoding="utf-8")
    load_packs(JOB, [home])
    return Pack.objects.filter(code="trial").order_by("-version").first()  # type: ignore[return-value]


def second(text: str) -> str:
    return text.replace("version: 1", "version: 2").replace("effective: 2024-09-01", "effective: 2026-06-01")


def test_an_override_leaves_ended_periods_as_they_were(world: World) -> None:
    """May and June had their first Wednesday; a check on another day of the month does not heal them."""
    for when in ("2026-04-20T10:00", "2026-05-20T10:00", "2026-06-09T10:00"):
        full_check(world.school, when)
    before = states(world.school, SELF_CHECK)
    assert before["2026-05"] != State.MET
    assert before["2026-06"] == State.LATE
    rows = stored(world.school.pk)
    set_fire_day(world.city, "month")
    assert states(world.school, SELF_CHECK) == before
    assert_derived(world.school)
    rebuild(JOB)
    assert stored(world.school.pk) == rows
    with on("2026-07-01"):
        full_check(world.school, "2026-07-01T12:00")
        after = states(world.school, SELF_CHECK)
        assert after["2026-05"] == before["2026-05"]
        assert after["2026-07"] == State.MET
        assert_derived(world.school)


@pytest.mark.parametrize(("starts", "answer"), [
    (date(2026, 6, 3), State.MET),
    (date(2026, 6, 4), State.LATE),
])  # fmt: skip
def test_a_period_takes_what_was_in_force_on_its_last_day(world: World, starts: date, answer: str) -> None:
    """The fire day of June is the 3rd: from that day on the whole month counts, a day later no more."""
    full_check(world.school, "2026-06-09T10:00")
    set_fire_day(world.city, "month", starts)
    assert states(world.school, SELF_CHECK)["2026-06"] == answer
    assert_derived(world.school)


def test_another_day_agrees_with_what_was_stored_on_it(world: World) -> None:
    full_check(world.school, "2026-06-09T10:00")
    refresh([world.school.pk])
    ended = {
        (v.key, v.period): v.state for v in Verdict.everything.filter(unit=world.school, ends__isnull=False)
    }
    with on("2026-06-20"):
        set_fire_day(world.city, "month")
        override_param(JOB, CITY.rstrip("/"), "check_vacation", world.city, "keep", basis="全年")
        found = evaluate(JOB, world.school, date(2026, 6, 10))
    assert {(r["key"], r["period"]): r["state"] for r in found if r["ends"]} == ended


def test_a_county_that_changes_does_not_touch_the_next(world: World) -> None:
    for unit in (world.school, world.stranger_school):
        full_check(unit, "2026-06-09T10:00")
    set_fire_day(world.city, "month", date(2026, 5, 20))
    set_fire_day(world.county, "day", date(2026, 6, 1))
    assert states(world.school, SELF_CHECK)["2026-06"] == State.LATE
    assert states(world.stranger_school, SELF_CHECK)["2026-06"] == State.MET


def test_a_number_of_times_counts_from_its_day(world: World, trial: Pack) -> None:
    did(
        world.school, "self-check", "2026-05-12T23:00",
        {"level": "school", "full": False, "points": 1, "found": 0},
    )  # fmt: skip
    assert states(world.school, WATCH)["2026-05"] == State.MET
    override_param(JOB, "trial", "night_shift", world.county, 2, date(2026, 6, 1), basis="县文件")
    found = derived(world.school, WATCH, "2026-05")
    assert (found.state, found.need, found.have) == (State.MET, 1, 1)
    assert explain(JOB, found).params[0].value == 1
    assert derived(world.school, WATCH, "2026-06").need == 2
    override_param(JOB, "trial", "night_shift", world.county, 3, date(2026, 6, 9), basis="县文件")
    assert derived(world.school, WATCH, "2026-05").need == 1
    assert derived(world.school, WATCH, "2026-06").need == 3
    assert_derived(world.school)


def test_an_ended_period_is_explained_by_the_facts_of_its_last_day(world: World, tmp_path: Path) -> None:
    by_boarding = TRIAL.replace(
        "at_least: param('night_shift')", "at_least: case when boarding then 2 else 1 end"
    )
    assert by_boarding != TRIAL
    activate(JOB, load_trial(tmp_path, by_boarding), world.county, IN_FORCE)
    refresh([world.school.pk])
    with on("2026-07-20"):
        shape(world.school, boarding="full")
        refresh([world.school.pk])
        actor = world.actor("county_officer")
        told = {}
        for row in Verdict.everything.filter(unit=world.school, key=WATCH, ends__isnull=False):
            why = explain(actor, find_verdict(actor, row.pk))
            (boarding,) = [x.value for x in why.inputs if x.key == "boarding"]
            told[row.ends is not None and row.ends <= date(2026, 7, 20)] = (boarding, row.need)
    assert told == {True: (False, 1), False: (True, 2)}


def test_a_new_version_drops_a_requirement_from_its_day(world: World, trial: Pack, tmp_path: Path) -> None:
    before = states(world.school, WATCH)
    assert before["2026-06"] == State.DUE
    was = derived(world.school, WATCH, "2026-05")
    shorter = second(TRIAL[: TRIAL.index("  - id: night-watch")])
    activate(JOB, load_trial(tmp_path, shorter), world.county, date(2026, 6, 1))
    after = states(world.school, WATCH)
    assert after == {p: s for p, s in before.items() if p != "2026-06"}
    kept = derived(world.school, WATCH, "2026-05")
    assert (kept.requirement_id, kept.standing) == (was.requirement_id, False)
    refresh([world.school.pk], registers=["self-check"])
    assert states(world.school, WATCH) == after
    assert_derived(world.school)
    with on("2027-09-01"):
        refresh(None)
        assert Verdict.everything.get(unit=world.school, key=WATCH, period="2026-05").state == State.UNMET


def test_a_new_version_asks_in_its_own_words_from_its_day(world: World, trial: Pack, tmp_path: Path) -> None:
    """By the week instead of by the month: ended months stay, the running month makes way for weeks."""
    activate(
        JOB, load_trial(tmp_path, second(TRIAL.replace("every: month", "every: week"))), world.county, None
    )
    after = states(world.school, WATCH)
    assert after["2026-05"] == State.UNMET
    assert "2026-06" not in after
    assert [p for p in after if "W" in p]
    assert_derived(world.school)


def test_a_document_that_ended_leaves_its_past(world: World, trial: Pack) -> None:
    drill(world.school, "2026-06-09T10:00")
    before = states(world.school, WATCH)
    running = trial.activations.get()
    deactivate(JOB, running, date(2026, 6, 10))
    assert states(world.school, WATCH) == {p: s for p, s in before.items() if p != "2026-06"}
    assert_derived(world.school)


def test_a_school_without_the_document_keeps_only_its_past(world: World) -> None:
    before = states(world.school, SELF_CHECK)
    switch_off(JOB, Pack.objects.get(code=CITY.rstrip("/")), world.county, "县里另有规定")
    assert states(world.school, SELF_CHECK) == before
    assert not Verdict.everything.filter(unit=world.school, key=SELF_CHECK, standing=True).exists()
    with on("2026-07-02"):
        assert states(world.school, SELF_CHECK).keys() == before.keys()
        assert_derived(world.school)


LITERAL = """
pack: {id: trial, document: "002", version: 1, title: 试行办法, issuer: 测试, level: county, region: 东屏县,
       force: rule, effective: 2024-09-01}
clauses:
  - {label: 一, heading: 试行}
requirements:
  - id: odd-topic
    source: [002-07-1]
    clause: 一
    title: 主题
    title_en: Topic
    area: security
    domain: security
    duty:
      register: reminder-1530
      every: {every: month, vacation: keep}
      once_a: day
      where: topic = '%s'
"""


@pytest.mark.parametrize(
    "topic", ["WITHIN(r.id) PERIODS ONCE ORDERED ROWS KEYS", "{idx} {{x}}", "100% %(day)s", "$1 :a ''"]
)
def test_what_a_document_writes_is_never_taken_for_our_own_words(
    world: World, tmp_path: Path, topic: str
) -> None:
    activate(JOB, load_trial(tmp_path, LITERAL.replace("%s", topic)), world.county, IN_FORCE)
    for at in ("2026-06-02T16:00", "2026-06-02T17:00"):
        did(
            world.school,
            "reminder-1530",
            at,
            {"kind": "daily", "minutes": 1, "topic": topic.replace("''", "'")},
        )
    refresh([world.school.pk])
    found = Verdict.everything.get(unit=world.school, key="trial/odd-topic", period="2026-06")
    assert (found.state, found.have, len(found.records)) == (State.MET, 1, 2)
    assert_derived(world.school)
