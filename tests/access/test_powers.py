"""Who may what: posts, deputies, departments, grants by hand, days they begin and end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import SINCE, World, as_action

from anyuan.foundation.access.public import ROLES, RoleGrant
from anyuan.foundation.kernel.public import NotPermitted
from anyuan.foundation.org.public import Holding, Person, Unit

TODAY = date(2026, 3, 18)


def test_a_post_brings_its_role_on_the_units_subtree(world: World) -> None:
    actor = world.actor("principal")
    assert actor.may("hazard.approve", world.school.path)
    assert not actor.may("hazard.approve", world.sister.path)
    assert not actor.may("hazard.view", world.county.path)
    assert actor.label.startswith("周敏（")


def test_a_managing_school_covers_its_teaching_point_and_not_the_reverse(world: World) -> None:
    assert world.actor("managing_principal").may("hazard.accept", world.point.path)
    assert not world.actor("point_head").may("hazard.accept", world.managing.path)


def test_a_neighbour_sees_nothing(world: World) -> None:
    stranger = world.actor("stranger_officer")
    assert not Unit.objects.visible_to(stranger).filter(pk=world.school.pk).exists()
    assert Unit.objects.visible_to(stranger).filter(pk=world.stranger_school.pk).exists()
    with pytest.raises(NotPermitted):
        stranger.require("hazard.judge", world.school.path)


def test_a_department_covers_its_city_in_its_own_domain(world: World) -> None:
    fire = world.actor("fire_officer")
    assert fire.may("hazard.view", world.school.path, "fire")
    assert fire.may("hazard.view", world.stranger_school.path, "fire")
    assert not fire.may("hazard.view", world.school.path, "food")
    assert not fire.may("hazard.view", world.province.path, "fire")


def test_a_holding_begins_on_its_first_day_and_ends_before_its_last(world: World) -> None:
    person = world.people["second_teacher"]
    with as_action():
        Holding.everything.filter(person=person).update(ends=TODAY)
        Holding.everything.create(
            person=person, unit=world.school, post="security-director", deputy=True, starts=TODAY
        )
    before = world.actor("second_teacher", TODAY - timedelta(days=1))
    after = world.actor("second_teacher", TODAY)
    assert before.roles == {"teacher"}
    assert after.roles == {"safety-officer"}


def test_a_grant_by_hand_is_time_boxed(world: World) -> None:
    with as_action():
        RoleGrant.everything.create(
            person=world.people["teacher"],
            unit=world.sister,
            role="safety-officer",
            starts=TODAY,
            ends=TODAY + timedelta(days=2),
            granted_by="x",
        )
    verbs = [world.actor("teacher", TODAY + timedelta(days=n)) for n in (-1, 0, 1, 2)]
    assert [a.may("hazard.accept", world.sister.path) for a in verbs] == [False, True, True, False]


def test_who_has_left_may_nothing(world: World) -> None:
    with as_action():
        Person.everything.filter(pk=world.people["principal"].pk).update(left_on=TODAY)
    world.people["principal"].refresh_from_db()
    assert world.actor("principal", TODAY - timedelta(days=1)).grants
    assert not world.actor("principal", TODAY).grants


def test_an_actor_costs_one_query(world: World, django_assert_num_queries: Any) -> None:
    person = Person.everything.select_related("unit").get(pk=world.people["county_officer"].pk)
    with django_assert_num_queries(1):
        world.people["county_officer"] = person
        world.actor("county_officer")


def test_unknown_roles_and_posts_carry_nothing(world: World) -> None:
    with as_action():
        RoleGrant.everything.create(
            person=world.people["teacher"], unit=world.county, role="emperor", starts=SINCE, granted_by="x"
        )
        RoleGrant.everything.create(
            person=world.people["teacher"],
            unit=world.county,
            role="security-director",
            starts=SINCE,
            granted_by="x",
        )
    assert world.actor("teacher").roles == {"teacher"}


def test_separation_of_duties_in_the_catalogue() -> None:
    """No role below the county judges or lists; the platform's administrator touches no hazard."""
    judges = {code for code, role in ROLES.items() if "hazard.judge" in role.verbs}
    assert judges == {"county-officer", "city-officer"}
    signs = {code for code, role in ROLES.items() if "hazard.approve" in role.verbs}
    assert signs == {"principal"}
    assert not [verb for verb in ROLES["admin"].verbs if verb.startswith("hazard.")]
    assert ROLES["teacher"].verbs.isdisjoint({"hazard.view", "hazard.accept", "access.view"})
