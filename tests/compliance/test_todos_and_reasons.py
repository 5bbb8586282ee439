"""What a school owes, why a verdict is what it is, and the same from the command line and over the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.cast import World, as_action
from tests.compliance.engine import CITY, GUYUAN, JOB, derived, drill, know, on, prepare, shape

from anyuan.foundation.kernel.public import Invalid, NotFound
from anyuan.rules.compliance.public import State, evaluate, explain, refresh, todos
from anyuan.rules.policy.public import override_param
from anyuan.site import compliance as compliance_command
from anyuan.site import evaluate as evaluate_command


@pytest.fixture(autouse=True)
def _ready(world: World) -> Iterator[None]:
    with on("2026-03-18"):
        prepare(world)
        shape(world.school, pupils=500, staff=40, boarding="none")
        yield


def test_one_line_for_what_one_record_serves(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    refresh([world.school.pk])
    actor = world.actor("safety_officer")
    with django_assert_max_num_queries(1):
        found = todos(actor, world.school)
    month = [t for t in found if t.register == "drill" and t.period == "2026-03" and len(t.keys) > 1]
    assert [set(t.keys) for t in month] == [
        {CITY + "evacuation-drill-monthly", GUYUAN + "rescue-drill-monthly"}
    ]
    assert len(month[0].documents) == 2
    late = [t.state == State.LATE for t in found]
    assert True in late
    assert late == sorted(late, reverse=True)
    dues = [t.due_at for t in found if t.state == State.DUE]
    assert dues == sorted(dues)
    drill(world.school, "2026-03-18T09:00")
    refresh([world.school.pk])
    assert not [t for t in todos(actor, world.school) if t.register == "drill" and t.period == "2026-03"
                and len(t.keys) > 1]  # fmt: skip
    assert todos(world.actor("stranger_principal"), world.school) == []


def test_a_red_cell_explains_itself(world: World) -> None:
    override_param(JOB, GUYUAN.rstrip("/"), "guard_step", world.city, 300, basis="市文件")
    shape(world.school, pupils=1960, staff=40)
    know(world.school, guards_certified=3, safety_managers_trained=0)
    found = explain(world.actor("county_officer"), derived(world.school, GUYUAN + "guards-minimum"))
    assert (found.need, found.have, found.gap, found.measure) == (5, 3, 2, "人")
    assert found.clause == "二(二)7"
    values = {one.key: one.value for one in found.inputs}
    assert values["guards_certified"] == 3
    assert values["headcount"] == 2000
    assert (values["pupils"], values["staff"]) == (1960, 40)
    given = next(one for one in found.inputs if one.key == "guards_certified")
    assert given.until == date(2026, 9, 14)
    step = next(one for one in found.params if one.key == "guard_step")
    assert (step.value, step.source) == (300, world.city.name)
    assert "5" in found.sentence
    assert found.missing == ()


def test_a_grey_cell_says_who_can_give_what_is_missing(world: World) -> None:
    verdict = derived(world.school, GUYUAN + "mental-health-teacher")
    found = explain(world.actor("county_officer"), verdict)
    assert verdict.state == State.UNKNOWN
    assert [(m.key, m.post) for m in found.missing] == [("psychologists", "moral-director")]
    assert found.missing[0].question
    assert found.gap is None


def test_evaluating_another_day_stores_nothing(world: World) -> None:
    key = CITY + "evacuation-drill-monthly"
    drill(world.school, "2026-03-05T10:00")
    refresh([world.school.pk])

    def state(day: date) -> dict[str, str]:
        rows = evaluate(JOB, world.school, day)
        return {r["period"]: r["state"] for r in rows if r["key"] == key}

    assert state(date(2026, 3, 4))["2026-03"] == State.DUE
    assert state(date(2026, 3, 5))["2026-03"] == State.MET
    assert derived(world.school, key, "2026-03").state == State.MET
    with pytest.raises(Invalid):
        evaluate(JOB, world.school, date(2026, 3, 19))
    with pytest.raises(NotFound):
        evaluate(world.actor("stranger_principal"), world.school)


def test_facts_of_that_day(world: World) -> None:
    know(world.school, psychologists=1)
    with on("2026-04-20"):
        know(world.school, psychologists=0)
        key = GUYUAN + "mental-health-teacher"

        def state(day: date) -> str:
            return next(r["state"] for r in evaluate(JOB, world.school, day) if r["key"] == key)

        assert state(date(2026, 4, 19)) == State.MET
        assert state(date(2026, 4, 20)) == State.UNMET
        assert state(date(2026, 3, 17)) == State.UNKNOWN


@pytest.fixture
def code(world: World) -> str:
    with as_action():
        world.school.code = "2132060001"
        world.school.save(update_fields=["code"])
    return world.school.code


def test_the_command_evaluates(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate_command.main(["--unit", code, "--format", "json", "--as-of", "2026-03-18"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"key", "state", "need", "missing"} <= rows[0].keys()
    assert evaluate_command.main(["--unit", code, "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("key,subject_code,period,state")
    assert len(lines) == len(rows) + 1
    assert evaluate_command.main(["--unit", code]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(rows) + 1


def test_the_command_refuses_what_it_cannot_tell(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate_command.main(["--unit", "nowhere"]) == 2
    told = capsys.readouterr()
    assert "nowhere" in told.err
    assert told.out == ""
    assert evaluate_command.main(["--unit", code, "--as-of", "2030-01-01"]) == 2


def test_the_command_rebuilds_and_checks(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert compliance_command.main(["rebuild", "--check"]) == 1
    assert "stored nothing, derived" in capsys.readouterr().err
    assert compliance_command.main(["rebuild"]) == 0
    assert compliance_command.main(["rebuild", "--check"]) == 0


@pytest.mark.parametrize(
    ("since", "wrong"),
    [
        ("0001-01-01", True),
        ("1999-12-31", True),
        ("2000-01-01", False),
        ("2026-03-18", False),
        ("2026-03-19", True),
    ],
)
def test_the_command_asks_for_no_day_that_nobody_kept(
    world: World, capsys: pytest.CaptureFixture[str], since: str, wrong: bool
) -> None:
    assert (compliance_command.main(["rebuild", "--check", f"--since={since}"]) == 2) == wrong
    assert ("2000-01-01" in capsys.readouterr().err.splitlines()[0]) == wrong
