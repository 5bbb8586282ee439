"""Two at once: the tree never gets a ring, a number never two owners, a merger happens once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from tests.cast import NOW

from anyuan.foundation.kernel.public import Problem, clock, job_actor
from anyuan.foundation.org.public import NewUnit, Unit, create_unit, merge_units, move_unit

SYSTEM = job_actor("tests")


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run all in threads of their own; give results or problems."""
    gate = threading.Barrier(len(works))
    found: list[object] = [None] * len(works)

    def run(index: int, work: Callable[[], object]) -> None:
        try:
            with clock.at(NOW):
                gate.wait()
                found[index] = work()
        except Problem as problem:
            found[index] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def schools(transactional_db: None) -> tuple[Unit, Unit, Unit]:
    with clock.at(NOW):
        county = create_unit(SYSTEM, None, NewUnit("county", "某县"))
        made = [create_unit(SYSTEM, county, NewUnit("school", name)) for name in ("甲校", "乙校")]
    return county, made[0], made[1]


def test_two_moves_below_each_other_make_no_ring(schools: tuple[Unit, Unit, Unit]) -> None:
    county, one, two = schools
    found = at_once(lambda: move_unit(SYSTEM, one, two), lambda: move_unit(SYSTEM, two, one))
    assert sum(isinstance(f, Problem) for f in found) == 1
    for unit in Unit.everything.exclude(pk=county.pk).select_related("parent"):
        assert unit.parent is not None
        assert unit.path == f"{unit.parent.path}{unit.label}/"


def test_two_mergers_of_one_school_happen_once(schools: tuple[Unit, Unit, Unit]) -> None:
    _county, one, two = schools
    found = at_once(*[lambda: merge_units(SYSTEM, one, two, NOW.date())] * 2)
    assert sum(isinstance(f, Problem) for f in found) == 1


def test_a_school_added_below_one_that_moves_lies_in_its_new_place(schools: tuple[Unit, Unit, Unit]) -> None:
    _county, one, two = schools
    new = NewUnit("school", "新点", "", {"unit_type": "teaching-point"})
    at_once(lambda: move_unit(SYSTEM, one, two), lambda: create_unit(SYSTEM, one, new))
    point = Unit.everything.select_related("parent").get(name="新点")
    assert point.parent is not None
    assert point.path == f"{point.parent.path}{point.label}/"


def test_a_school_is_added_below_a_parent_that_moved_meanwhile(schools: tuple[Unit, Unit, Unit]) -> None:
    _county, one, two = schools
    stale = Unit.everything.get(pk=one.pk)
    with clock.at(NOW):
        move_unit(SYSTEM, one, two)
        point = create_unit(SYSTEM, stale, NewUnit("school", "新点"))
    moved = Unit.everything.get(pk=one.pk)
    assert point.path == f"{moved.path}{point.label}/"
