"""Random life of a tree: whatever is moved and merged, paths stay true and every scope is exact."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import NOW

from anyuan.foundation.kernel.public import Actor, ActorKind, Grant, Problem, clock, job_actor, subtree
from anyuan.foundation.org.public import (
    NewUnit,
    Unit,
    close_unit,
    create_unit,
    merge_units,
    move_unit,
    rename_unit,
)

SYSTEM = job_actor("tests")
KINDS = ("city", "county", "district", "department", "school", "school", "school")
STEP = st.tuples(
    st.sampled_from(["create", "create", "create", "move", "move", "merge", "close", "rename"]),
    st.integers(0, 30),
    st.integers(0, 30),
    st.sampled_from(KINDS),
)


def take(step: tuple[str, int, int, str]) -> None:
    """Do one step; what the rules refuse is part of the game."""
    verb, first, second, kind = step
    units = list(Unit.everything.order_by("label"))
    one, two = units[first % len(units)], units[second % len(units)]
    match verb:
        case "create":
            facts = {"unit_type": "primary"} if kind == "school" else None
            create_unit(SYSTEM, one, NewUnit(kind, f"{kind}{first}", facts=facts))
        case "move":
            move_unit(SYSTEM, one, two)
        case "merge":
            merge_units(SYSTEM, one, two, clock.today())
        case "close":
            close_unit(SYSTEM, one, clock.today(), "test")
        case "rename":
            rename_unit(SYSTEM, one, f"名{second}", clock.today())


def assert_true() -> None:
    units = {u.pk: u for u in Unit.everything.all()}
    for unit in units.values():
        parent = units[unit.parent_id] if unit.parent_id else None
        assert unit.path == f"{parent.path if parent else '/'}{unit.label}/"
        seen = set()
        node: Unit | None = unit
        while node is not None:
            assert node.pk not in seen
            seen.add(node.pk)
            node = units[node.parent_id] if node.parent_id else None
        if unit.closed_on is None and parent is not None:
            assert parent.closed_on is None, "an open unit lies below a closed one"
        if unit.successor_id:
            assert unit.path.startswith(units[unit.successor_id].path)
    for unit in units.values():
        below = {u.pk for u in units.values() if unit in line(u, units)}
        assert set(Unit.everything.filter(subtree(unit.path, "path")).values_list("pk", flat=True)) == below
        actor = Actor(ActorKind.PERSON, "x", grants=(Grant("r", unit.path, frozenset({"org.view"})),))
        assert set(Unit.objects.visible_to(actor).values_list("pk", flat=True)) == below


def line(unit: Unit, units: dict[object, Unit]) -> list[Unit]:
    found = [unit]
    while found[-1].parent_id:
        found.append(units[found[-1].parent_id])
    return found


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=40))
def test_paths_and_scopes_stay_true(steps: list[tuple[str, int, int, str]]) -> None:
    from django.db import transaction

    with clock.at(NOW), transaction.atomic():
        root = create_unit(SYSTEM, None, NewUnit("province", "某省"))
        for name in ("甲市", "乙市"):
            city = create_unit(SYSTEM, root, NewUnit("city", name))
            create_unit(SYSTEM, city, NewUnit("county", f"{name}县"))
        for step in steps:
            try:
                with transaction.atomic():
                    take(step)
            except Problem:
                continue
        assert_true()
        transaction.set_rollback(True)
