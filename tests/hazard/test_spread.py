"""One case teaches all; and who looked before it was found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import NOW, World, as_action

from anyuan.foundation.journal.public import Entry, tells_of
from anyuan.foundation.kernel.public import Conflict, Invalid, NotFound, NotPermitted, Refused, clock
from anyuan.foundation.org.public import Place
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import SameCheckState
from anyuan.rules.ledger import public as ledger

from . import helpers as h


def test_every_unit_with_such_a_place_is_asked_once(world: World) -> None:
    hazard = h.closed_major(world)
    county, day = world.actor("county_officer"), clock.today() + timedelta(days=5)
    assert hz.spread(county, hazard, day) == 1
    asked = hz.SameCheck.everything.get()
    assert (asked.unit_id, asked.what) == (world.sister.pk, hazard.title)
    entry = Entry.everything.filter(verb="hazard.spread").latest("id")
    assert [tell.url for tell in tells_of(entry)] == [f"/same-checks/{asked.pk}/"]
    assert hz.to_do(world.actor("sister_safety_officer")).same_checks == [asked]
    assert hz.to_do(world.actor("stranger_safety_officer")).same_checks == []
    with as_action():
        Place.everything.create(unit=world.managing, name="校门", kind="gate", token="later")
    assert hz.spread(county, hazard, day) == 1
    assert hz.SameCheck.everything.count() == 2


def test_only_the_listing_authority_spreads_and_only_what_is_closed(world: World) -> None:
    day = clock.today()
    hazard = h.closed_major(world)
    for who in ("principal", "city_officer"):
        with pytest.raises(NotPermitted):
            hz.spread(world.actor(who), hazard, day)
    with pytest.raises(Invalid):
        hz.spread(world.actor("county_officer"), hazard, day - timedelta(days=1))
    with pytest.raises(Refused):
        hz.spread(world.actor("county_officer"), h.major(world), day)
    assert not hz.SameCheck.everything.exists()


def test_the_answer_is_kept_or_becomes_a_hazard(world: World) -> None:
    hazard = h.closed_major(world)
    hz.spread(world.actor("county_officer"), hazard, clock.today())
    check = hz.SameCheck.everything.get()
    officer = world.actor("sister_safety_officer")
    with pytest.raises(NotFound):
        hz.answer_same_check(world.actor("principal"), check, "没有")
    with pytest.raises(Invalid):
        hz.answer_same_check(officer, check, " ")
    found = hz.answer_same_check(officer, check, "东门同样", h.registration(world, unit=world.sister))
    assert found.state == SameCheckState.FOUND
    assert found.hazard is not None
    assert found.hazard.unit_id == world.sister.pk
    with pytest.raises(Conflict):
        hz.answer_same_check(officer, check, "没有")


def test_walking_back_to_who_looked_last(world: World) -> None:
    officer = world.actor("safety_officer")
    hz.file_round(officer, world.school, no_photo="手机没电")
    with clock.at(NOW + timedelta(hours=2)):
        hazard = h.registered(world, place=world.places["gate"], place_text="")
        (look,) = hz.look_back(world.actor("county_officer"), hazard)
    assert look.result == ledger.PASS
    assert look.record.person_id == world.people["safety_officer"].pk
    assert hz.look_back(officer, h.registered(world)) == []
