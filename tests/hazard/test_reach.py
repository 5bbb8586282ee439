"""Scope of hazards: by role and by assignment, without a limit and without a list of keys."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import World, as_action

from anyuan.foundation.kernel.public import Actor, new_id
from anyuan.response.hazard import public as hz

from . import helpers as h

MANY = 2_100


def _copies(hazard: hz.Hazard, count: int, **changes: object) -> None:
    """More rows like this one, made without the loop."""
    stored = [f.attname for f in hz.Hazard._meta.concrete_fields if not f.generated]
    values = {name: getattr(hazard, name) for name in stored} | changes
    rows = [hz.Hazard(**values | {"id": new_id(), "number": f"COPY-{n}"}) for n in range(count)]
    with as_action():
        hz.Hazard.everything.bulk_create(rows, batch_size=500)


def _walk(actor: Actor, **filters: object) -> list[hz.Hazard]:
    found: list[hz.Hazard] = []
    cursor = "first"
    while cursor:
        after = "" if cursor == "first" else cursor
        page = hz.hazard_page(actor, hz.Filters(**{"tab": "all"} | filters), after, 500)  # type: ignore[arg-type]
        found += page.rows
        cursor = page.next
    return found


@pytest.fixture
def assigned(world: World) -> Actor:
    """Somebody of the next county who found thousands of hazards of a school that is not his."""
    finder = world.actor("stranger_safety_officer")
    _copies(h.registered(world), MANY, finder_id=finder.person_id)
    hz.register(finder, h.registration(world, unit=world.stranger_school, title="本校隐患"))
    return finder


def test_however_many_are_assigned_none_is_left_out(world: World, assigned: Actor) -> None:
    assert hz.hazards(assigned).count() == MANY + 1
    counts = hz.tab_counts(assigned, hz.Filters())
    assert counts["all"] == counts["open"] == counts["to-rectify"] == MANY + 1
    for tab in ("open", "all"):
        keys = [row.pk for row in _walk(assigned, tab=tab)]
        assert len(keys) == len(set(keys)) == MANY + 1


def test_statements_carry_no_keys(world: World, assigned: Actor) -> None:
    with CaptureQueriesContext(connection) as asked:
        list(hz.hazards(assigned)[:5])
        hz.hazard_page(assigned, hz.Filters(tab="all"))
        hz.tab_counts(assigned, hz.Filters())
        hz.to_do(assigned)
    own = sum(assigned.person_id.hex in q["sql"].replace("-", "") for q in asked)
    assert own > 0
    assert max(len(q["sql"]) for q in asked) < 40_000


def test_what_is_reached_and_assigned_too_is_shown_and_counted_once(world: World) -> None:
    finder = world.actor("safety_officer")
    mine = h.registered(world)
    abroad = h.registered(world, title="外县", unit=world.school)
    with as_action():
        hz.Hazard.everything.filter(pk=abroad.pk).update(
            unit=world.stranger_school, owner_unit=world.stranger_school
        )
    assert mine.finder_id == finder.person_id
    assert {row.pk for row in _walk(finder)} == {mine.pk, abroad.pk}
    assert hz.tab_counts(finder, hz.Filters())["all"] == 2
