"""The way of a hazard from entry to close-out, and what it leaves behind."""

from __future__ import annotations

import pytest
from tests.cast import World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Conflict, NotFound, NotPermitted, Refused, clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Grade, State

from . import helpers as h


def test_a_general_hazard_goes_round(world: World) -> None:
    hazard = h.submitted(world)
    hazard = hz.accept(world.actor("principal"), hazard, hz.Accept(text="现场确认"))
    hazard = h.fresh(hazard)
    assert hazard.state == State.CLOSED
    assert hazard.number == "AY-2026-000001"
    assert hazard.grade == Grade.GENERAL
    assert hazard.acceptor_id == world.people["principal"].pk
    assert hazard.rectifier_id == world.people["logistics"].pk
    assert hazard.accepted_at == hazard.closed_at == clock.now()
    assert hazard.in_time is True
    moves = list(hazard.steps.order_by("order").values_list("move", flat=True))
    assert moves == ["register", "assess", "commit", "submit", "accept"]
    entries = Entry.everything.filter(subject_id=hazard.pk, verb__startswith="hazard.")
    assert entries.count() == 5
    assert set(hazard.steps.values_list("entry_id", flat=True)) == {e.pk for e in entries}


def test_numbers_run_within_a_year(world: World) -> None:
    first, second = h.registered(world), h.registered(world)
    with h.day("2027-01-04"):
        third = h.registered(world)
    assert [x.number for x in (first, second, third)] == [
        "AY-2026-000001",
        "AY-2026-000002",
        "AY-2027-000001",
    ]


def test_an_old_version_loses(world: World) -> None:
    hazard = h.submitted(world)
    seen = hz.Stamp(version=hazard.version)
    hz.send_back(world.actor("principal"), hazard, hz.SendBack("照片不清"), seen)
    before = h.snapshot(hazard)
    with pytest.raises(Conflict, match="周敏"):
        hz.accept(world.actor("safety_officer"), hazard, hz.Accept(), seen)
    assert h.snapshot(hazard) == before


def test_a_second_acceptance_is_refused(world: World) -> None:
    hazard = h.submitted(world)
    hz.accept(world.actor("principal"), hazard)
    before = h.snapshot(hazard)
    with pytest.raises(Refused):
        hz.accept(world.actor("safety_officer"), hazard)
    assert h.snapshot(hazard) == before


def test_a_stranger_does_not_find_it(world: World) -> None:
    hazard = h.submitted(world)
    before = h.snapshot(hazard)
    with pytest.raises(NotFound):
        hz.accept(world.actor("stranger_principal"), hazard)
    with pytest.raises(NotFound):
        hz.accept(world.actor("stranger_officer"), hazard)
    assert h.snapshot(hazard) == before


def test_a_stranger_registers_nothing_here(world: World) -> None:
    with pytest.raises(NotPermitted):
        h.registered(world, by="stranger_safety_officer")
    assert not hz.Hazard.everything.exists()
