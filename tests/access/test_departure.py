"""Leaving a unit takes the roles given there and the keys made for it."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import World

from anyuan.foundation.access.public import NewGrant, actor_of_key, give_role, make_key
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Heir, leave_person


def test_who_leaves_keeps_nothing(world: World) -> None:
    today = clock.today()
    person = world.people["sister_principal"]
    new = NewGrant("managing-school", world.sister, today, today + timedelta(days=90))
    give_role(world.actor("county_officer"), person, new)
    _key, token = make_key(world.actor("sister_principal"), world.sister, "门禁系统", "staff", 90)
    assert actor_of_key(token)
    client = world.client("sister_principal")
    assert client.get("/password/").status_code == 200
    leave_person(world.actor("county_officer"), person, today, Heir(vacant=True))
    person.refresh_from_db()
    assert not world.actor("sister_principal").grants
    assert actor_of_key(token) is None
    assert client.get("/password/").status_code == 303, "the session has ended, too"
    assert "1" in Entry.everything.get(verb="access.leave").sentence
