"""How many guards: by headcount, for boarders, in every reading of what the documents leave open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.policy.required import RISK, SWEEP, pack, school, standard

from anyuan.rules.policy.catalogue import Catalogue
from anyuan.rules.policy.public import Value, evaluate, parse

# --- guards


def guards(pupils: float, staff: float, *, boards: bool = False, **params: Value) -> Value:
    facts = school(pupils=pupils, staff=staff, boarding_kind="full" if boards else "none", guards_certified=0)
    ours = standard(RISK, "guards-minimum", facts, **params)[1]
    assert standard(SWEEP, "guards-quota", facts, **params)[1] == ours
    return ours


@pytest.mark.row("000-303-6")
@pytest.mark.row("002-07-1")
@pytest.mark.row("002-07-2")
@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(
    ("pupils", "staff", "need"),
    [
        (1, 0, 1),
        (90, 9, 1),  # 99 people
        (90, 10, 2),  # 100
        (900, 99, 2),  # 999
        (900, 100, 2),  # exactly 1,000
        (901, 100, 2),  # 1,001 people, fewer than 1,000 pupils
        (1400, 99, 2),  # only pupils count above 1,000
        (1499, 0, 2),
        (1499, 300, 2),
        (1500, 100, 3),
        (1999, 100, 3),
        (2000, 100, 4),
        (2500, 100, 5),
    ],
)
def test_guards_by_headcount(pupils: float, staff: float, need: int) -> None:
    assert guards(pupils, staff) == need


@pytest.mark.row("002-07-4")
@pytest.mark.row("000-303-6")
@pytest.mark.parametrize(("pupils", "need"), [(50, 2), (500, 2), (1500, 3), (2000, 4)])
def test_boarding_schools_have_two_guards_at_least(pupils: float, need: int) -> None:
    assert guards(pupils, 20, boards=True) == need


@pytest.mark.row("002-07-2")
@pytest.mark.parametrize(("headcount", "need"), [(999, 2), (1000, 3), (1001, 3)])
def test_exactly_1000_by_the_other_reading(headcount: int, need: int) -> None:
    """GB/T 29315-2022 asks for three from 1,000 on."""
    assert guards(headcount - 100, 100, guards_at_1000="next", guards_over_1000=3.0) == need


@pytest.mark.row("002-07-2")
def test_exactly_1000_as_written_stays_in_the_second_band() -> None:
    assert guards(900, 100, guards_over_1000=3.0) == 2
    assert guards(901, 100, guards_over_1000=3.0) == 3


@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(
    ("rounding", "needs"),
    [("floor", [2, 2, 2, 2, 3, 3]), ("round", [2, 2, 3, 3, 3, 3]), ("ceil", [2, 3, 3, 3, 3, 4])],
)
def test_every_reading_of_a_step_that_is_not_full(rounding: str, needs: list[int]) -> None:
    pupils = (1000, 1249, 1250, 1499, 1500, 1501)
    found = [guards(n, 100, guard_rounding=rounding) for n in pupils]
    assert found == needs


@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(("basis", "need"), [("pupils", 2), ("headcount", 3)])
def test_who_is_counted_above_1000(basis: str, need: int) -> None:
    assert guards(1400, 100, guard_basis=basis) == need


@pytest.mark.row("002-07-3")
@pytest.mark.parametrize(("step", "need"), [(500.0, 3), (400.0, 4), (250.0, 5)])
def test_the_region_sets_the_step(step: float, need: int) -> None:
    assert guards(1999, 100, guard_step=step) == need


@pytest.mark.row("002-07-1")
@pytest.mark.row("000-303-6")
@pytest.mark.parametrize(
    ("pupils", "boards", "certified", "trained", "have"),
    [
        (90, "none", 0, 1, 1),  # 99 people: the trained manager stands for the guard
        (90, "none", 0, 0, 0),
        (90, "none", 1, None, 1),  # a guard is enough, the manager need not be known
        (90, "none", 0, None, None),
        (91, "none", 0, 1, 0),  # 100 people: only guards count
        (90, "full", 1, 1, 1),  # a boarding school needs guards
        (90, "none", None, 1, None),
    ],
)
@pytest.mark.parametrize(("code", "name"), [(RISK, "guards-minimum"), (SWEEP, "guards-quota")])
def test_a_trained_manager_counts_below_100_only(
    code: str, name: str, pupils: float, boards: str, certified: Value, trained: Value, have: Value
) -> None:
    facts = school(
        pupils=pupils,
        staff=9.0,
        boarding_kind=boards,
        guards_certified=certified,
        safety_managers_trained=trained,
    )
    assert standard(code, name, facts)[0] == have


@pytest.mark.row("002-07-4")
def test_what_is_missing_is_unknown_never_met() -> None:
    for missing in ("pupils", "staff", "boarding_kind"):
        given: dict[str, Value] = {"pupils": 500, "staff": 50, "boarding_kind": "none", "guards_certified": 9}
        facts = school(**(given | {missing: None}))
        assert standard(RISK, "guards-minimum", facts)[1] is None


@pytest.mark.row("000-303-6")
@pytest.mark.row("002-07-1")
def test_only_valid_full_time_certificates_are_guards() -> None:
    fact = next(f for f in pack("common").facts if f.key == "guards_certified")
    assert fact.derive is not None
    assert fact.derive.distinct == "certificate"
    env = Catalogue.of(pack("common"), None).field_env("guard-certificate")
    assert env is not None
    where = parse(fact.derive.where or "", env)
    today = date(2026, 3, 18)
    for full_time, until, counted in (
        (True, today, True),
        (True, today - timedelta(days=1), False),
        (False, today, False),
    ):
        assert evaluate(where, {"full_time": full_time, "valid_until": until}, {}, today) is counted
