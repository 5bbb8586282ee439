"""Who may appoint to what: a post never gives more, for longer or to oneself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.cast import NOW, World

from anyuan.foundation.access.public import NewGrant, actor_of, give_role
from anyuan.foundation.kernel.public import Invalid, NotPermitted, clock
from anyuan.foundation.org.actions.posts import posts_for
from anyuan.foundation.org.public import (
    POSTS,
    Function,
    Holding,
    NewPost,
    Unit,
    UnitKind,
    hold_post,
    merge_units,
)

TODAY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


def test_a_unit_offers_only_posts_of_its_own_level(world: World) -> None:
    """No city officer at a county, no county officer at a school; administrators only at offices."""
    levels = {"county-officer": "county", "county-leader": "county", "city-officer": "city",
              "city-leader": "city", "province-officer": "province"}  # fmt: skip
    for unit in world.units.values():
        for code in posts_for(unit):
            assert levels.get(code, unit.kind) == unit.kind, f"{code} at {unit.kind}"
    for kind in (UnitKind.CITY, UnitKind.COUNTY):
        office = Unit(
            kind=UnitKind.DEPARTMENT, function=Function.EDUCATION, parent=Unit(kind=kind), path="/1/2/"
        )
        other = "city" if kind == UnitKind.COUNTY else "county"
        assert not any(code.startswith(other) for code in posts_for(office))


@pytest.mark.parametrize("name", ["county_officer", "principal", "admin"])
def test_nobody_appoints_himself_to_a_post_that_leads(world: World, name: str) -> None:
    actor, person = world.actor(name), world.people[name]
    unit = world.school if name == "principal" else world.county
    posts = [
        code for code in posts_for(unit) if POSTS[code].role not in {"", "teacher", "staff", "safety-officer"}
    ]
    assert posts
    before = Holding.everything.count()
    for code in posts:
        with pytest.raises(NotPermitted):
            hold_post(actor, person, unit, NewPost(code, deputy=True))
    assert Holding.everything.count() == before


def test_a_principal_takes_an_ordinary_post_himself(world: World) -> None:
    hold_post(world.actor("principal"), world.people["principal"], world.school, NewPost("lab-keeper"))


def _stand_in(world: World, domains: list[str] | None = None) -> date:
    """The teacher of the sister school stands in as county officer for ten days."""
    ends = TODAY + timedelta(days=10)
    new = NewGrant("county-officer", world.county, TODAY, ends, domains, "病假代理")
    give_role(world.actor("city_officer"), world.people["sister_principal"], new)
    return ends


def test_a_right_for_a_time_appoints_no_longer_than_it_lasts(world: World) -> None:
    ends = _stand_in(world)
    actor = actor_of(world.people["sister_principal"])
    teacher = world.people["teacher"]
    for late in (None, ends + timedelta(days=1)):
        with pytest.raises(Invalid):
            hold_post(actor, teacher, world.county, NewPost("county-officer"), TODAY, late)
    assert hold_post(actor, teacher, world.county, NewPost("county-officer"), TODAY, ends).ends == ends
    hold_post(actor, teacher, world.school, NewPost("librarian"))


def test_a_right_for_some_domains_appoints_nobody_for_all(world: World) -> None:
    ends = _stand_in(world, ["fire"])
    actor = actor_of(world.people["sister_principal"])
    with pytest.raises(NotPermitted):
        hold_post(actor, world.people["teacher"], world.county, NewPost("county-officer"), TODAY, ends)


def test_a_merger_brings_no_leader_along_that_was_to_begin_later(world: World) -> None:
    """Nor a second holding of a post the person has there already."""
    officer, teacher = world.actor("county_officer"), world.people["teacher"]
    hold_post(officer, teacher, world.school, NewPost("party-secretary"), TODAY)
    hold_post(officer, teacher, world.school, NewPost("librarian"), TODAY + timedelta(days=5))
    hold_post(officer, teacher, world.sister, NewPost("librarian"), TODAY)
    merge_units(officer, world.school, world.sister, TODAY)
    there = Holding.everything.filter(unit=world.sister, person=teacher)
    assert sorted(there.values_list("post", flat=True)) == ["class-teacher", "librarian"]
    grants = actor_of(teacher).grants
    assert {g.role for g in grants} == {"teacher"}
    assert not Holding.everything.filter(Holding.running(), unit=world.school).exists()
