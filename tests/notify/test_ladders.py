"""Ladders: never skipped, never twice, not after they were cleared."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from tests.cast import NOW, World, make_world

from anyuan.foundation.journal.public import Entry, Tell, pump_once
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.notify import ladders
from anyuan.foundation.notify.models import Ladder, Notice
from anyuan.foundation.notify.public import Rung, clear_ladder, climb_due, set_ladder

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def tell(person: UUID, text: str = "请整改") -> Tell:
    return Tell(text=text, url="/hazards/1/", level="todo", people=[person])


def put(world: World, *rungs: Rung) -> None:
    set_ladder("org.Place", world.places["gate"].pk, world.school.path, rungs, domain="fire")


def rung(world: World, at: datetime, label: str = "到期提醒", who: str = "logistics", **more: Any) -> Rung:
    return Rung(at, [tell(world.people[who].pk, label)], label, **more)


def fired() -> list[tuple[str, datetime]]:
    rows = Entry.everything.filter(verb="notify.rung").order_by("pk")
    return [(e.sentence.split("：")[-1].split(": ")[-1], e.occurred_at) for e in rows]


@pytest.mark.django_db
def test_a_rung_fires_at_its_instant_and_not_before(world: World) -> None:
    put(world, rung(world, NOW))
    assert climb_due(NOW - MOMENT) == 0
    assert climb_due(NOW) == 1
    assert climb_due(NOW + 30 * DAY) == 0
    entry = Entry.everything.get(verb="notify.rung")
    assert (entry.subject_kind, entry.subject_id) == ("org.place", world.places["gate"].pk)
    assert (entry.unit_path, entry.domain, entry.occurred_at) == (world.school.path, "fire", NOW)
    pump_once()
    assert Notice.objects.get().person_id == world.people["logistics"].pk


@pytest.mark.django_db
def test_the_clock_of_the_kernel_is_the_clock(world: World) -> None:
    put(world, rung(world, NOW))
    with clock.at(NOW - MOMENT):
        assert climb_due() == 0
    with clock.at(NOW):
        assert climb_due() == 1


@pytest.mark.django_db
def test_after_a_weeks_outage_every_rung_is_fired_in_order(world: World) -> None:
    put(
        world,
        rung(world, NOW, "到期"),
        rung(world, NOW + DAY, "每日催办", repeat_days=1),
        rung(world, NOW + 3 * DAY, "报校长", "principal"),
    )
    assert climb_due(NOW + 7 * DAY) == 1 + 7 + 1
    assert fired() == [
        ("到期", NOW),
        ("每日催办", NOW + DAY),
        ("每日催办", NOW + 2 * DAY),
        ("每日催办", NOW + 3 * DAY),
        ("报校长", NOW + 3 * DAY),
        ("每日催办", NOW + 4 * DAY),
        ("每日催办", NOW + 5 * DAY),
        ("每日催办", NOW + 6 * DAY),
        ("每日催办", NOW + 7 * DAY),
    ]
    with clock.at(NOW + 7 * DAY):
        pump_once()
    mine = Notice.objects.filter(person=world.people["logistics"]).order_by("seq")
    assert [n.text.split("（")[0].split(" (")[0] for n in mine] == ["到期", "每日催办"]
    assert "03-19" in mine[1].text
    assert "03-24" in mine[1].text
    assert "03-25" not in mine[1].text
    assert Notice.objects.filter(person=world.people["principal"]).count() == 1
    assert climb_due(NOW + 8 * DAY - MOMENT) == 0
    assert climb_due(NOW + 8 * DAY) == 1


@pytest.mark.django_db
def test_a_repeat_ends_before_until(world: World) -> None:
    put(world, rung(world, NOW, repeat_days=2, until=NOW + 4 * DAY))
    assert climb_due(NOW + 90 * DAY) == 2
    assert [at for _label, at in fired()] == [NOW, NOW + 2 * DAY]
    assert Ladder.objects.get().next_rung_at is None


@pytest.mark.django_db
def test_a_cleared_ladder_never_fires(world: World) -> None:
    put(world, rung(world, NOW))
    clear_ladder("org.place", world.places["gate"].pk)
    clear_ladder("org.place", world.places["gate"].pk)
    assert climb_due(NOW + DAY) == 0


@pytest.mark.django_db
def test_a_new_ladder_takes_the_place_of_the_old(world: World) -> None:
    put(world, rung(world, NOW, "旧"))
    put(world, rung(world, NOW + DAY, "新"))
    assert climb_due(NOW) == 0
    assert climb_due(NOW + DAY) == 1
    assert [label for label, _at in fired()] == ["新"]


@pytest.mark.django_db
def test_who_looked_before_a_change_claims_nothing(world: World) -> None:
    put(world, rung(world, NOW, "旧"))
    seen = Ladder.objects.get()
    put(world, rung(world, NOW, "新"))
    assert ladders._climb(seen, NOW) == 0
    assert climb_due(NOW) == 1
    assert [label for label, _at in fired()] == ["新"]
    seen = Ladder.objects.get()
    clear_ladder("org.place", seen.subject_id)
    put(world, rung(world, NOW, "再"))
    assert ladders._climb(seen, NOW) == 0


@pytest.mark.django_db
def test_a_ladder_that_cannot_be_climbed_does_not_stop_the_others(world: World) -> None:
    set_ladder("org.Nonsense", world.places["lab"].pk, world.school.path, [rung(world, NOW - DAY)])
    put(world, rung(world, NOW))
    assert climb_due(NOW) == 1
    assert Ladder.objects.get(subject_kind="org.nonsense").next_rung_at == NOW - DAY


@pytest.mark.django_db(transaction=True)
def test_a_crash_in_the_middle_fires_nothing_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    put(world, rung(world, NOW, "一"), rung(world, NOW + DAY, "二"))
    write = ladders._write

    def crash(*args: Any) -> None:
        write(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(ladders, "_write", crash)
    with pytest.raises(KeyboardInterrupt):
        climb_due(NOW + DAY)
    connection.close()
    monkeypatch.undo()
    assert fired() == []
    assert climb_due(NOW + DAY) == 2
    assert [label for label, _at in fired()] == ["一", "二"]


@pytest.mark.django_db(transaction=True)
def test_two_climbers_at_once_fire_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    put(world, *(rung(world, NOW + n * DAY, str(n)) for n in range(5)))
    barrier = threading.Barrier(4)
    climb = ladders._climb
    monkeypatch.setattr(ladders, "_climb", lambda *args: (barrier.wait(), climb(*args))[1])
    counts: list[int] = []

    def run() -> None:
        try:
            counts.append(climb_due(NOW + 10 * DAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 5]
    assert [label for label, _at in fired()] == ["0", "1", "2", "3", "4"]
