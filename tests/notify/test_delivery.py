"""From the trail to people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from tests.cast import NOW, SINCE, World, as_action

from anyuan.foundation.journal.public import Entry, Tell, action, pump_once
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.notify.delivery import deliver
from anyuan.foundation.notify.models import Notice
from anyuan.foundation.org.public import Holding

pytestmark = pytest.mark.django_db


def say(world: World, *tells: Tell, who: str = "teacher") -> Entry:
    with action(world.actor(who), "test.say") as act:
        return act.entry("做了一件事", on=world.places["gate"], path=world.school.path, tell=tells)


def told(world: World) -> dict[str, Notice]:
    names = {person.pk: key for key, person in world.people.items()}
    return {names[n.person_id]: n for n in Notice.objects.order_by("seq")}


def tell(text: str = "请处理", url: str = "/hazards/1/", **more: Any) -> Tell:
    return Tell(text=text, url=url, **more)


def test_named_people_are_told_with_the_seq_of_the_trail(world: World) -> None:
    entry = say(world, tell(people=[world.people["principal"].pk], level="todo"))
    pump_once()
    notice = told(world)["principal"]
    entry.refresh_from_db()
    assert (notice.seq, notice.level, notice.url) == (entry.seal.seq, "todo", "/hazards/1/")
    assert notice.made_at == entry.recorded_at
    assert set(told(world)) == {"principal"}


def test_a_post_reaches_holder_and_deputy_of_today(world: World) -> None:
    with as_action():
        Holding.everything.create(
            person=world.people["second_teacher"],
            unit=world.school,
            post="security-director",
            deputy=True,
            starts=SINCE,
        )
        Holding.everything.filter(person=world.people["safety_officer"]).update(ends=NOW.date())
    with clock.at(NOW):
        say(world, tell(posts=[(world.school.pk, "security-director")]))
        pump_once()
    assert set(told(world)) == {"second_teacher"}
    with clock.at(NOW - timedelta(days=1)):
        say(world, tell(url="/2/", posts=[(world.school.pk, "security-director")]))
        pump_once()
    assert set(told(world)) == {"second_teacher", "safety_officer"}


def test_holders_are_those_whose_role_allows_it_there(world: World) -> None:
    with clock.at(NOW):
        say(world, tell(holders=[("hazard.judge", world.school.path, "")]))
        pump_once()
    assert set(told(world)) == {"county_officer", "city_officer"}


def test_holders_of_a_department_are_bound_to_their_domain(world: World) -> None:
    with clock.at(NOW):
        say(world, tell(url="/food/", holders=[("hazard.view", world.school.path, "food")]))
        pump_once()
        assert "fire_officer" not in told(world)
        say(world, tell(url="/fire/", holders=[("hazard.view", world.school.path, "fire")]))
        pump_once()
    assert told(world)["fire_officer"].url == "/fire/"
    assert not {"stranger_officer", "stranger_principal", "sister_principal"} & set(told(world))


def test_roles_given_by_hand_count(world: World) -> None:
    with clock.at(NOW):
        say(world, tell(holders=[("journal.view", world.city.path, "")]))
        pump_once()
    assert "auditor" in told(world)
    assert "county_officer" not in told(world)


def test_who_has_left_is_not_told(world: World) -> None:
    with as_action():
        person = world.people["principal"]
        person.left_on = NOW.date()
        person.save()
    with clock.at(NOW):
        say(
            world,
            tell(people=[person.pk]),
            tell(url="/2/", posts=[(world.school.pk, "principal")]),
            tell(url="/3/", holders=[("hazard.accept", world.school.path, "")]),
        )
        pump_once()
    assert "principal" not in told(world)


def test_of_one_entry_a_person_gets_the_most_urgent_tell(world: World) -> None:
    me = [world.people["principal"].pk]
    say(world, tell("知悉", people=me), tell("立即处理", people=me, level="alarm"), tell("处理", people=me))
    pump_once()
    notice = Notice.objects.get()
    assert (notice.text, notice.level) == ("立即处理", "alarm")


def test_who_did_it_is_not_informed_but_gets_his_tasks(world: World) -> None:
    me = [world.people["teacher"].pk]
    say(world, tell("您已上报", people=me))
    pump_once()
    assert not Notice.objects.exists()
    say(world, tell("请整改", people=me, level="todo"))
    pump_once()
    assert Notice.objects.get().text == "请整改"


def test_an_entry_seen_twice_tells_once(world: World) -> None:
    entry = say(world, tell(people=[world.people["principal"].pk]))
    pump_once()
    entry = Entry.everything.select_related("seal", "body").get(pk=entry.pk)
    Notice.objects.update(read_at=clock.now())
    deliver([entry, entry])
    assert Notice.objects.count() == 1


def test_a_storm_is_one_notice_and_ends_after_a_minute(world: World) -> None:
    me = [world.people["principal"].pk]
    for seconds in (0, 1, 59):
        with clock.at(NOW + timedelta(seconds=seconds)):
            say(world, tell(people=me))
            pump_once()
    assert Notice.objects.count() == 1
    with clock.at(NOW + timedelta(seconds=30)):
        say(world, tell("别的话", people=me))
        say(world, tell(url="/hazards/2/", people=me))
        pump_once()
    assert Notice.objects.count() == 3
    with clock.at(NOW + timedelta(seconds=60)):
        say(world, tell(people=me))
        pump_once()
    assert Notice.objects.count() == 4


def test_a_storm_within_one_batch(world: World) -> None:
    me = [world.people["principal"].pk]
    with clock.at(NOW):
        for _ in range(5):
            say(world, tell(people=me))
        pump_once()
    assert Notice.objects.count() == 1


def test_what_was_read_in_the_meantime_is_said_again(world: World) -> None:
    me = [world.people["principal"].pk]
    with clock.at(NOW):
        say(world, tell(people=me))
        pump_once()
        Notice.objects.update(read_at=NOW)
        say(world, tell(people=me))
        pump_once()
    assert Notice.objects.filter(read_at=None).count() == 1


def test_a_batch_costs_the_same_for_one_entry_and_for_fifty(
    world: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for number in range(50):
        say(
            world,
            tell(url=f"/{number}/", posts=[(world.school.pk, "principal")]),
            tell(url=f"/{number}/", holders=[("hazard.judge", world.school.path, "fire")]),
        )
    from anyuan.foundation.journal.public import seal

    seal()
    entries = list(Entry.everything.select_related("seal", "body").order_by("pk"))
    with django_assert_max_num_queries(10):
        deliver(entries)
    assert Notice.objects.count() == 150
