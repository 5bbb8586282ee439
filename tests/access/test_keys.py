"""API keys: shown once, bounded by their maker at making and at every use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.cast import NOW, World, as_action

from anyuan.foundation.access.models import ApiKey, KeyUse, User
from anyuan.foundation.access.public import actor_of_key, make_key, revoke_key
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import ActorKind, Invalid, NotFound, NotPermitted, Refused, clock
from anyuan.foundation.org.public import Holding


def key(world: World, who: str = "principal", unit: str = "school", role: str = "staff", **more: Any) -> Any:
    with clock.at(NOW):
        return make_key(world.actor(who), world.units[unit], "门禁系统", role, more.pop("days", 30), **more)


def test_a_key_acts_within_its_role_and_unit(world: World) -> None:
    _row, token = key(world)
    with clock.at(NOW):
        actor = actor_of_key(token)
    assert actor is not None
    assert actor.kind == ActorKind.API
    assert actor.may("hazard.register", world.school.path)
    assert not actor.may("hazard.register", world.sister.path)
    assert not actor.may("hazard.accept", world.school.path)
    assert actor.person_id == world.people["principal"].pk
    assert "周敏" in actor.label


def test_only_the_hash_is_kept(world: World) -> None:
    row, token = key(world)
    secret = token.rsplit("_", 1)[1]
    assert secret not in repr(ApiKey.everything.filter(pk=row.pk).values())
    entry = Entry.everything.get(verb="access.make-key")
    assert secret not in entry.sentence + entry.body.text


@pytest.mark.parametrize("change", ["", "x", "any__", "any_a_b", "Bearer x"])
def test_wrong_tokens(world: World, change: str) -> None:
    key(world)
    assert actor_of_key(change) is None


def test_a_token_with_one_letter_changed(world: World) -> None:
    _row, token = key(world)
    with clock.at(NOW):
        assert actor_of_key(token[:-1] + ("a" if token[-1] != "a" else "b")) is None


def test_a_key_expires(world: World) -> None:
    _row, token = key(world, days=1)
    with clock.at(NOW + timedelta(days=1, seconds=-1)):
        assert actor_of_key(token)
    with clock.at(NOW + timedelta(days=1)):
        assert actor_of_key(token) is None


def test_a_revoked_key_is_dead(world: World) -> None:
    row, token = key(world)
    with clock.at(NOW):
        revoke_key(world.actor("county_officer"), row.pk)
        assert actor_of_key(token) is None
        with pytest.raises(Refused):
            revoke_key(world.actor("principal"), row.pk)


@pytest.mark.parametrize(
    ("who", "unit", "role"),
    [
        ("principal", "sister", "staff"),
        ("county_officer", "school", "principal"),  # what he may only hand on, no program does for him
        ("safety_officer", "school", "staff"),
        ("stranger_officer", "school", "staff"),
        ("county_leader", "county", "county-leader"),
    ],
)
def test_no_key_beyond_its_maker(world: World, who: str, unit: str, role: str) -> None:
    with pytest.raises(NotPermitted):
        key(world, who, unit, role)
    assert not ApiKey.everything.exists()


@pytest.mark.parametrize("days", [0, 367, -1])
def test_a_key_lives_a_year_at_most(world: World, days: int) -> None:
    with pytest.raises(Invalid):
        key(world, days=days)


def test_a_key_loses_what_its_maker_loses(world: World) -> None:
    _row, token = key(world, "county_officer", "county", "county-officer")
    with clock.at(NOW):
        actor = actor_of_key(token)
        assert actor is not None
        assert actor.may("hazard.judge", world.school.path)
        with as_action():
            Holding.everything.filter(person=world.people["county_officer"]).update(ends=clock.today())
        actor = actor_of_key(token)
        assert actor is not None
        assert not actor.grants


def test_a_key_dies_with_its_makers_account(world: World) -> None:
    _row, token = key(world)
    with as_action():
        User.objects.filter(pk=world.users["principal"].pk).update(is_active=False)
    with clock.at(NOW):
        assert actor_of_key(token) is None


def test_a_key_never_manages_accounts(world: World) -> None:
    _row, token = key(world, role="principal")
    with clock.at(NOW):
        actor = actor_of_key(token)
    assert actor is not None
    assert not actor.may("access.manage", world.school.path)
    assert actor.may("hazard.approve", world.school.path)


def test_a_key_limited_to_domains(world: World) -> None:
    _row, token = key(world, domains=["fire"])
    with clock.at(NOW):
        actor = actor_of_key(token)
    assert actor is not None
    assert actor.may("hazard.view", world.school.path, "fire")
    assert not actor.may("hazard.view", world.school.path, "food")


def test_the_use_is_noted_every_five_minutes(world: World, django_assert_num_queries: Any) -> None:
    row, token = key(world)
    with clock.at(NOW):
        actor_of_key(token)
    with clock.at(NOW + timedelta(minutes=4, seconds=59)), django_assert_num_queries(2):
        actor_of_key(token)
    assert KeyUse.objects.get(key=row).used_at == NOW
    with clock.at(NOW + timedelta(minutes=5)):
        actor_of_key(token)
    assert KeyUse.objects.get(key=row).used_at == NOW + timedelta(minutes=5)
    assert not Entry.everything.filter(verb="database.change").exists()


def test_a_stranger_revokes_nothing(world: World) -> None:
    row, token = key(world)
    with clock.at(NOW):
        with pytest.raises(NotFound):
            revoke_key(world.actor("stranger_officer"), row.pk)
        assert actor_of_key(token)
