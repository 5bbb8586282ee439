"""People and posts: several posts and schools, deputies, transfers that hand tasks over, mergers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.cast import NOW, World

from anyuan.foundation.access.powers import actor_of
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, NotPermitted, Refused, clock
from anyuan.foundation.org import handover, queries
from anyuan.foundation.org.public import (
    Campus,
    Heir,
    Holding,
    NewPlace,
    NewPost,
    Person,
    Place,
    Unit,
    add_person,
    add_place,
    change_person,
    change_place,
    close_place,
    end_post,
    hold_post,
    leave_person,
    merge_units,
    on_leave,
    on_move,
    people_on_post,
    people_on_posts,
    rename_unit,
    stands_in,
    transfer_person,
)

TODAY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, UUID, UUID | None]]:
    """A room that owns three open tasks of everybody and hands them over."""
    seen: list[tuple[UUID, UUID, UUID | None]] = []
    monkeypatch.setattr(handover, "_leave", [])

    @on_leave
    def _tasks(actor: Actor, person: Person, unit: Unit, successor: Person | None) -> int:
        seen.append((person.pk, unit.pk, successor.pk if successor else None))
        return 3

    return seen


def state() -> list[object]:
    return [
        list(Person.everything.order_by("id").values()),
        list(Holding.everything.order_by("id").values()),
        list(Unit.everything.order_by("id").values()),
        Entry.everything.count(),
    ]


def test_a_principal_moves_to_another_school_and_her_tasks_are_handed_over(
    world: World, handed: list[tuple[UUID, UUID, UUID | None]]
) -> None:
    officer = world.actor("county_officer")
    principal, heir = world.people["principal"], world.people["safety_officer"]
    done = transfer_person(
        officer, principal, world.school, world.sister, TODAY, Heir(heir), [NewPost("principal")]
    )
    assert done.tasks == 3
    assert handed == [(principal.pk, world.school.pk, heir.pk)]
    assert people_on_post(world.school, "principal") == []
    assert people_on_post(world.sister, "principal") == [world.people["sister_principal"], principal]
    actor = actor_of(Person.everything.get(pk=principal.pk))
    assert {g.path for g in actor.grants} == {world.sister.path}
    entries = Entry.everything.filter(verb="org.transfer-person", subject_id=principal.pk)
    assert {e.unit_path for e in entries} == {world.school.path, world.sister.path}
    assert people_on_post(world.school, "principal", TODAY - timedelta(days=1)) == [principal]


def test_nobody_goes_without_an_heir_or_a_word_that_the_post_is_vacant(
    world: World, handed: list[tuple[UUID, UUID, UUID | None]]
) -> None:
    officer, person = world.actor("county_officer"), world.people["principal"]
    before = state()
    for attempt in (
        lambda: transfer_person(officer, person, world.school, world.sister, TODAY, Heir()),
        lambda: leave_person(officer, person, TODAY, Heir()),
        lambda: leave_person(officer, person, TODAY, Heir(person)),
        lambda: transfer_person(
            officer, person, world.school, world.sister, TODAY + timedelta(days=1), Heir(vacant=True)
        ),
    ):
        with pytest.raises(Invalid):
            attempt()
    assert state() == before
    assert handed == []
    leave_person(officer, person, TODAY, Heir(vacant=True))
    assert handed == [(person.pk, world.school.pk, None)]


def test_a_handler_that_refuses_stops_the_whole_transfer(
    world: World, handed: list[tuple[UUID, UUID, UUID | None]]
) -> None:
    @on_leave
    def _refuses(actor: Actor, person: Person, unit: Unit, successor: Person | None) -> int:
        raise Refused("not now")

    before = state()
    with pytest.raises(Refused):
        transfer_person(
            world.actor("county_officer"), world.people["principal"], world.school, world.sister, TODAY,
            Heir(vacant=True),
        )  # fmt: skip
    assert state() == before


def test_a_transfer_needs_both_ends(world: World) -> None:
    before = state()
    with pytest.raises(NotFound):
        transfer_person(
            world.actor("county_officer"), world.people["principal"], world.school, world.stranger_school,
            TODAY, Heir(vacant=True),
        )  # fmt: skip
    with pytest.raises(NotFound):
        transfer_person(
            world.actor("stranger_officer"), world.people["principal"], world.school, world.stranger_school,
            TODAY, Heir(vacant=True),
        )  # fmt: skip
    with pytest.raises(NotFound):
        transfer_person(
            world.actor("county_officer"), world.people["stranger_principal"], world.school, world.sister,
            TODAY, Heir(vacant=True),
        )  # fmt: skip
    with pytest.raises(NotPermitted):
        transfer_person(
            world.actor("teacher"), world.people["principal"], world.school, world.school, TODAY,
            Heir(vacant=True),
        )  # fmt: skip
    assert state() == before
    city = world.actor("city_officer")
    transfer_person(
        city, world.people["principal"], world.school, world.stranger_school, TODAY, Heir(vacant=True)
    )
    assert Person.everything.get(pk=world.people["principal"].pk).unit == world.stranger_school


def test_one_person_several_posts_and_schools(
    world: World, handed: list[tuple[UUID, UUID, UUID | None]]
) -> None:
    officer, person = world.actor("county_officer"), world.people["safety_officer"]
    second = hold_post(officer, person, world.sister, NewPost("security-director", deputy=True))
    assert people_on_post(world.sister, "security-director") == [
        world.people["sister_safety_officer"],
        person,
    ]
    assert people_on_post(world.sister, "security-director", deputies=False) == [
        world.people["sister_safety_officer"]
    ]
    assert {g.path for g in actor_of(person).grants} == {world.school.path, world.sister.path}
    with pytest.raises(Invalid):
        hold_post(officer, person, world.sister, NewPost("security-director"))
    transfer_person(officer, person, world.school, world.managing, TODAY, Heir(vacant=True))
    assert handed == [(person.pk, world.school.pk, None)]
    assert Holding.everything.get(pk=second.pk).ends is None
    heir = world.people["sister_safety_officer"]
    end_post(officer, Holding.everything.get(pk=second.pk), TODAY, Heir(heir))
    assert handed[-1] == (person.pk, world.sister.pk, heir.pk)


def test_ending_one_of_two_posts_hands_nothing_over(
    world: World, handed: list[tuple[UUID, UUID, UUID | None]]
) -> None:
    officer, person = world.actor("county_officer"), world.people["teacher"]
    second = hold_post(officer, person, world.school, NewPost("lab-keeper"))
    end_post(officer, second, TODAY, Heir())
    assert handed == []
    with pytest.raises(Refused):
        end_post(officer, second, TODAY, Heir(vacant=True))
    last = Holding.everything.get(person=person, post="class-teacher")
    with pytest.raises(Invalid):
        end_post(officer, last, TODAY, Heir())
    end_post(officer, last, TODAY, Heir(vacant=True))
    assert handed == [(person.pk, world.school.pk, None)]


def test_a_post_runs_from_its_first_day_to_the_day_before_its_end(world: World) -> None:
    officer, person = world.actor("county_officer"), world.people["second_teacher"]
    starts, ends = TODAY + timedelta(days=5), TODAY + timedelta(days=10)
    hold_post(officer, person, world.school, NewPost("guard"), starts, ends)
    on = [(d, bool(people_on_post(world.school, "guard", d))) for d in (
        starts - timedelta(days=1), starts, ends - timedelta(days=1), ends
    )]  # fmt: skip
    assert [held for _day, held in on] == [False, True, True, False]
    with pytest.raises(Invalid):
        hold_post(officer, person, world.school, NewPost("guard"), ends - timedelta(days=1))
    hold_post(officer, person, world.school, NewPost("guard"), ends)
    with pytest.raises(Invalid):
        hold_post(officer, person, world.school, NewPost("cleaner"), ends, ends)


def test_the_deputy_stands_in_while_the_post_is_vacant(world: World) -> None:
    officer = world.actor("county_officer")
    hold_post(officer, world.people["logistics"], world.school, NewPost("principal", deputy=True))
    assert stands_in(world.school, "principal") == world.people["principal"]
    leave_person(officer, world.people["principal"], TODAY, Heir(world.people["logistics"]))
    assert stands_in(world.school, "principal") == world.people["logistics"]
    assert stands_in(world.school, "school-doctor") is None


def test_posts_fit_the_unit_and_powers_are_not_given_away(world: World) -> None:
    officer = world.actor("county_officer")
    for unit, new, error in (
        (world.school, NewPost("county-officer"), Invalid),
        (world.county, NewPost("principal"), Invalid),
        (world.county, NewPost("city-officer"), Invalid),
        (world.county, NewPost("platform-admin"), NotPermitted),
        (world.school, NewPost("teacher", domains=["fire"]), Invalid),
        (world.city, NewPost("city-officer"), NotFound),
    ):
        with pytest.raises(error):
            hold_post(officer, world.people["second_teacher"], unit, new)
    city = world.actor("city_officer")
    with pytest.raises(Invalid):
        hold_post(city, world.people["auditor"], world.fire, NewPost("department-officer", domains=[]))
    with pytest.raises(Invalid):
        hold_post(city, world.people["auditor"], world.fire, NewPost("department-officer", domains=["magic"]))
    held = hold_post(
        city, world.people["auditor"], world.fire, NewPost("department-officer", domains=["fire"])
    )
    assert held.domains == ["fire"]


def test_somebody_who_also_works_where_the_actor_may_not_go_cannot_be_struck_off(world: World) -> None:
    hold_post(world.actor("city_officer"), world.people["teacher"], world.stranger_school, NewPost("teacher"))
    with pytest.raises(Refused):
        leave_person(world.actor("county_officer"), world.people["teacher"], TODAY, Heir(vacant=True))
    leave_person(world.actor("city_officer"), world.people["teacher"], TODAY, Heir(vacant=True))
    with pytest.raises(Refused):
        change_person(world.actor("city_officer"), world.people["teacher"], "陈静", "")


def test_phone_numbers_are_checked_unique_and_masked_in_the_trail(world: World) -> None:
    officer = world.actor("county_officer")
    for wrong in ("12345", "1390000000a", "23900000001", "139000000012"):
        with pytest.raises(Invalid):
            add_person(officer, world.school, "新人", wrong)
    with pytest.raises(Invalid):
        add_person(officer, world.school, "新人", world.people["principal"].phone)
    made = add_person(officer, world.school, "新人", " +86 138 1234 5678 ")
    assert made.phone == "13812345678"
    change_person(officer, made, "新人", "0513-12345678")
    body = Entry.everything.select_related("body").get(verb="org.change-person").body.text
    assert "13812345678" not in body
    assert "138****5678" in body


def test_people_of_the_next_county_are_not_there(world: World) -> None:
    actor = world.actor("stranger_officer")
    before = state()
    for attempt in (
        lambda: add_person(actor, world.school, "x"),
        lambda: change_person(actor, world.people["teacher"], "x", ""),
        lambda: hold_post(actor, world.people["teacher"], world.school, NewPost("teacher")),
        lambda: hold_post(actor, world.people["teacher"], world.stranger_school, NewPost("teacher")),
        lambda: leave_person(actor, world.people["teacher"], TODAY, Heir(vacant=True)),
        lambda: end_post(
            actor, Holding.everything.get(person=world.people["teacher"]), TODAY, Heir(vacant=True)
        ),
        lambda: add_place(actor, world.school, NewPlace("x")),
        lambda: close_place(actor, world.places["gate"]),
        lambda: change_place(actor, world.places["gate"], NewPlace("x")),
        lambda: merge_units(actor, world.school, world.stranger_school, TODAY),
        lambda: queries.person(actor, world.people["teacher"].pk),
        lambda: queries.place_by_token(actor, world.places["gate"].token),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert state() == before
    assert queries.search_people(actor, "陈静") == []


def test_places_are_added_changed_and_closed(world: World) -> None:
    actor = world.actor("safety_officer")
    place = add_place(actor, world.school, NewPlace("食堂后门", "gate"))
    assert len(place.token) == 12
    assert queries.place_by_token(world.actor("teacher"), place.token) == place
    with pytest.raises(Invalid):
        add_place(actor, world.school, NewPlace("食堂后门"))
    with pytest.raises(Invalid):
        change_place(actor, place, NewPlace(world.places["gate"].name))
    with pytest.raises(NotPermitted):
        add_place(world.actor("teacher"), world.school, NewPlace("x"))
    changed = change_place(actor, place, NewPlace("食堂东门", "gate", on_round=False))
    assert (changed.token, changed.on_round) == (place.token, False)
    close_place(actor, changed)
    assert place.pk not in {p.pk for p in queries.places_of(actor, world.school)}
    add_place(actor, world.school, NewPlace("食堂东门"))
    with pytest.raises(Refused):
        change_place(actor, changed, NewPlace("y"))


def test_a_merged_school_lives_on_under_its_successor(
    world: World, handed: list[tuple[UUID, UUID, UUID | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[tuple[str, str]] = []
    monkeypatch.setattr(handover, "_move", [])
    on_move(lambda actor, old, new: moved.append((old, new)))
    officer = world.actor("county_officer")
    old_path = world.managing.path
    done = merge_units(officer, world.managing, world.school, TODAY)
    gone = Unit.everything.get(pk=world.managing.pk)
    assert gone.path == f"{world.school.path}{gone.label}/"
    assert (gone.closed_on, gone.successor) == (TODAY, world.school)
    point = Unit.everything.get(pk=world.point.pk)
    assert point.parent == world.school
    assert point.closed_on is None
    assert (done.old_path, done.people) == (old_path, 2)
    assert (old_path, gone.path) in moved
    assert not Holding.everything.filter(Holding.running(TODAY), unit=gone).exists()
    assert people_on_post(gone, "principal") == [world.people["principal"]]
    assert people_on_posts([(gone.pk, "principal"), (world.sister.pk, "principal")]) == {
        (gone.pk, "principal"): [world.people["principal"]],
        (world.sister.pk, "principal"): [world.people["sister_principal"]],
    }
    assert queries.unit(world.actor("principal"), gone.pk) == gone
    assert handed == []


def test_ordinary_posts_go_on_after_a_merger_and_leading_ones_end(world: World) -> None:
    officer = world.actor("county_officer")
    done = merge_units(officer, world.school, world.sister, TODAY)
    assert people_on_post(world.sister, "class-teacher") == [world.people["teacher"]]
    assert people_on_post(world.sister, "principal") == [world.people["sister_principal"]]
    assert (done.posts_carried, done.posts_ended) == (4, 2)
    campus = Campus.objects.get(unit=world.sister)
    assert campus.name == world.school.name
    names = set(Place.everything.filter(unit=world.sister, closed_on=None).values_list("name", flat=True))
    assert {"校门", f"{world.school.name} 校门", "学生食堂"} <= names
    with pytest.raises(Refused):
        rename_unit(officer, world.school, "x", TODAY)
    with pytest.raises(Refused):
        merge_units(officer, world.school, world.sister, TODAY)


def test_a_merger_without_its_grounds_closes_its_places(world: World) -> None:
    merge_units(world.actor("county_officer"), world.school, world.sister, TODAY, keep_grounds=False)
    assert not Place.everything.filter(unit=world.school, closed_on=None).exists()
    assert not Campus.objects.filter(unit=world.sister).exists()


def test_mergers_across_kinds_or_downwards_are_refused(world: World) -> None:
    city = world.actor("city_officer")
    for gone, into in (
        (world.managing, world.point),
        (world.school, world.school),
        (world.school, world.county),
        (world.county, world.fire),
    ):
        with pytest.raises(Invalid):
            merge_units(city, gone, into, TODAY)


def test_two_counties_become_one_and_their_schools_stay_open(world: World) -> None:
    province = world.actor("admin")
    merge_units(province, world.next_county, world.county, TODAY)
    school = Unit.everything.get(pk=world.stranger_school.pk)
    assert school.parent == world.county
    assert queries.unit(world.actor("county_officer"), school.pk) == school


def test_the_posts_of_a_school_show_what_is_vacant(world: World) -> None:
    lines = {line.post.code: line for line in queries.post_lines(world.actor("principal"), world.school)}
    assert len(lines) == 39
    assert lines["school-doctor"].vacant
    assert [h.person for h in lines["principal"].holders] == [world.people["principal"]]
