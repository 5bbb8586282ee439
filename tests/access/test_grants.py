"""Roles given by hand: never more, wider or longer than the giver has; refused means nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.cast import NOW, World, as_action

from anyuan.foundation.access.public import NewGrant, RoleGrant, give_role, take_role
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import (
    Actor,
    ActorKind,
    Invalid,
    NotFound,
    NotPermitted,
    Problem,
    Refused,
    clock,
)
from anyuan.foundation.org.public import Holding

DAY = date(2026, 3, 18)


def new(world: World, **changes: object) -> NewGrant:
    plain = NewGrant("safety-officer", world.school, DAY, DAY + timedelta(days=10), reason="顶岗")
    return replace(plain, **changes)  # type: ignore[arg-type]


def given(world: World, who: str = "principal", to: str = "teacher", **changes: object) -> RoleGrant:
    with clock.at(NOW):
        return give_role(world.actor(who), world.people[to], new(world, **changes))


def refused(kind: type[Problem], work: Callable[[], object]) -> None:
    before = (RoleGrant.everything.count(), Entry.everything.count())
    with pytest.raises(kind):
        work()
    assert (RoleGrant.everything.count(), Entry.everything.count()) == before


def test_a_principal_gives_a_role_in_the_own_school(world: World) -> None:
    given(world)
    assert world.actor("teacher", DAY).may("hazard.accept", world.school.path)
    entry = Entry.everything.get(verb="access.give-role")
    assert entry.unit_path == world.school.path
    assert "陈静" in entry.sentence


@pytest.mark.parametrize(
    ("who", "unit", "role"),
    [
        ("principal", "sister", "staff"),  # not wider: another school
        ("principal", "county", "county-leader"),  # not wider: above
        ("county_officer", "next_county", "county-leader"),
        ("county_officer", "stranger_school", "teacher"),
        ("county_officer", "county", "admin"),  # not stronger
        ("principal", "school", "managing-school"),
        ("safety_officer", "school", "teacher"),  # gives nothing at all
        ("county_leader", "school", "teacher"),
        ("fire_officer", "fire", "department-officer"),
    ],
)
def test_nobody_gives_more_than_he_has(world: World, who: str, unit: str, role: str) -> None:
    refused(NotPermitted, lambda: given(world, who, unit=world.units[unit], role=role))


@pytest.mark.parametrize(
    ("who", "unit", "role"),
    [
        ("county_officer", "school", "principal"),  # hands on what he may not use himself
        ("county_officer", "county", "county-officer"),
        ("city_officer", "fire", "department-officer"),
        ("city_officer", "next_county", "county-officer"),
        ("admin", "city", "city-officer"),
        ("managing_principal", "point", "safety-officer"),
    ],
)
def test_what_may_be_given(world: World, who: str, unit: str, role: str) -> None:
    given(world, who, unit=world.units[unit], role=role)


def test_nobody_gives_to_himself(world: World) -> None:
    refused(NotPermitted, lambda: given(world, "principal", "principal", role="staff"))


def test_a_program_gives_nothing(world: World) -> None:
    person = world.actor("principal")
    program = Actor(ActorKind.API, "x", person.person_id, grants=person.grants)
    with clock.at(NOW):
        refused(NotPermitted, lambda: give_role(program, world.people["teacher"], new(world)))


def test_nobody_gives_longer_than_he_has(world: World) -> None:
    last = DAY + timedelta(days=10)
    with as_action():
        Holding.everything.filter(person=world.people["principal"]).update(ends=last)
    refused(Invalid, lambda: given(world, ends=last + timedelta(days=1)))
    given(world, ends=last)


@pytest.mark.parametrize(
    "changes",
    [
        {"starts": DAY - timedelta(days=1)},
        {"ends": DAY},
        {"ends": DAY + timedelta(days=367)},
        {"role": "emperor"},
        {"role": "county-officer"},  # not at a school
        {"domains": []},
        {"domains": ["weather"]},
    ],
)
def test_bad_dates_roles_and_domains(world: World, changes: dict[str, object]) -> None:
    refused(Invalid, lambda: given(world, **changes))


def test_the_longest_role_is_a_year(world: World) -> None:
    assert given(world, ends=DAY + timedelta(days=366)).ends == DAY + timedelta(days=366)


def test_a_limited_giver_gives_only_his_domains(world: World) -> None:
    """A department's officer with the right to manage accounts stays within the department's domains."""
    with as_action():
        RoleGrant.everything.create(
            person=world.people["logistics"],
            unit=world.school,
            role="principal",
            domains=["fire"],
            starts=DAY,
            granted_by="x",
        )
    refused(NotPermitted, lambda: given(world, "logistics", "teacher", role="staff"))
    refused(NotPermitted, lambda: given(world, "logistics", role="staff", domains=["food", "fire"]))
    given(world, "logistics", role="staff", domains=["fire"])
    assert not world.actor("teacher", DAY).may("hazard.register", world.school.path, "food")
    assert world.actor("teacher", DAY).may("hazard.register", world.school.path, "fire")


def test_who_has_left_gets_no_role(world: World) -> None:
    world.people["teacher"].left_on = DAY
    refused(Refused, lambda: given(world))


def test_taking_a_role_ends_it_today(world: World) -> None:
    grant = given(world)
    with clock.at(NOW + timedelta(days=3)):
        take_role(world.actor("principal"), grant.pk)
        assert not world.actor("teacher").may("hazard.accept", world.school.path)
        with pytest.raises(Refused):
            take_role(world.actor("principal"), grant.pk)


def test_taking_a_role_that_has_not_begun(world: World) -> None:
    grant = given(world, starts=DAY + timedelta(days=5))
    with clock.at(NOW):
        take_role(world.actor("principal"), grant.pk)
    grant.refresh_from_db()
    assert grant.ends == grant.starts


@pytest.mark.parametrize(
    ("who", "problem"),
    [("sister_principal", NotFound), ("stranger_officer", NotFound), ("teacher", NotFound)],
)
def test_a_stranger_takes_nothing(world: World, who: str, problem: type[Problem]) -> None:
    grant = given(world)
    with clock.at(NOW), pytest.raises(problem):
        take_role(world.actor(who), grant.pk)
    grant.refresh_from_db()
    assert grant.ends == DAY + timedelta(days=10)


def test_nobody_takes_what_he_could_not_give(world: World) -> None:
    grant = given(world, "city_officer", "logistics", role="managing-school")
    with clock.at(NOW), pytest.raises(NotPermitted):
        take_role(world.actor("principal"), grant.pk)
