"""The round: one grouped thing, done once a school day, missed when its day went by."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from tests.cast import NOW, World, as_action

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.kernel.public import Conflict, Invalid, NotFound, NotPermitted, clock
from anyuan.foundation.org.public import Holding, Place, PlaceKind, Term
from anyuan.rules.ledger.public import (
    Record,
    RoundException,
    RoundState,
    checks_of_place,
    file_round,
    round_history,
    round_today,
    rounds_due,
    set_route,
    void_record,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("term")]
WEDNESDAY = date(2026, 3, 18)
Photo = Callable[..., tuple[object, ...]]


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)


def walk(world: World, name: str = "safety_officer", **more: object) -> Record:
    fields: dict[str, object] = {"no_photo": "手机没电", **more}
    return file_round(world.actor(name), world.school, **fields).record  # type: ignore[arg-type]


def test_todays_round_is_one_grouped_line(world: World) -> None:
    due = round_today(world.actor("safety_officer"), world.school)
    assert [p.name for p in due.places] == ["校门", "科学实验室", "学生食堂", "教学楼东侧楼梯"]
    assert (due.state, due.minutes, due.day) == (RoundState.DUE, 2, WEDNESDAY)
    assert sum(p.wants_photo for p in due.places) == 2


@pytest.mark.parametrize(("places", "minutes"), [(1, 1), (3, 1), (4, 2), (18, 6), (19, 7)])
def test_the_estimate_is_twenty_seconds_a_place(world: World, places: int, minutes: int) -> None:
    with as_action():
        Place.everything.filter(unit=world.school).update(on_round=False)
        Place.everything.bulk_create(
            Place(unit=world.school, name=f"点位{n}", token=f"r{n}", kind=PlaceKind.OTHER)
            for n in range(places)
        )
    assert round_today(world.actor("safety_officer"), world.school).minutes == minutes


def test_the_same_photos_are_wanted_of_everybody_and_change_by_day(world: World) -> None:
    def picked(name: str, day: date) -> frozenset[str]:
        places = round_today(world.actor(name), world.school, day=day).places
        return frozenset(p.name for p in places if p.wants_photo)

    days = [WEDNESDAY + timedelta(days=n) for n in range(14)]
    assert all(picked("principal", d) == picked("safety_officer", d) for d in days)
    assert len({picked("principal", d) for d in days}) > 1


def test_places_off_rounds_or_closed_are_left_out(world: World) -> None:
    with as_action():
        Place.everything.filter(pk=world.places["lab"].pk).update(on_round=False)
        Place.everything.filter(pk=world.places["gate"].pk).update(closed_on=WEDNESDAY)
    due = round_today(world.actor("safety_officer"), world.school)
    assert {p.name for p in due.places} == {"学生食堂", "教学楼东侧楼梯"}


def test_a_round_is_one_record_and_done_once(world: World) -> None:
    made = walk(world)
    assert Record.everything.count() == 1
    assert len(made.data["places"]) == 4
    assert made.data["exceptions"] == []
    assert round_today(world.actor("principal"), world.school).state == RoundState.DONE
    with pytest.raises(Conflict, match=r"李强.*2026-03-18 09:30"):
        walk(world, "principal")
    assert Record.everything.count() == 1


def test_a_void_round_is_due_again(world: World) -> None:
    void_record(world.actor("principal"), walk(world), "没有真的走")
    assert round_today(world.actor("principal"), world.school).state == RoundState.DUE
    walk(world)


def test_exceptions_come_back_for_the_room_above(world: World, photo: Photo) -> None:
    actor = world.actor("safety_officer")
    lab, ids = world.places["lab"], photo(actor, world.school)
    filed = file_round(
        actor,
        world.school,
        exceptions=[RoundException(lab.pk, " 灭火器过期 ", "fire", ids)],  # type: ignore[arg-type]
        no_photo="赶课",
    )
    (found,) = filed.exceptions
    assert (found.place.name, found.note, found.domain, found.attachment_ids) == (
        "科学实验室",
        "灭火器过期",
        "fire",
        ids,
    )
    assert filed.record.data["exceptions"][0]["note"] == "灭火器过期"
    assert attachments_of(filed.record) == []


@pytest.mark.parametrize(
    ("place", "note", "domain"),
    [("sister_gate", "坏", "general"), ("lab", "  ", "general"), ("lab", "坏", "nothing")],
)
def test_wrong_exceptions_change_nothing(world: World, place: str, note: str, domain: str) -> None:
    with pytest.raises(Invalid) as wrong:
        walk(world, exceptions=[RoundException(world.places[place].pk, note, domain)])
    assert list(wrong.value.fields) == [f"exceptions.{world.places[place].pk}"]
    assert not Record.everything.exists()


def test_wanted_photos_are_needed_or_a_reason(world: World, photo: Photo) -> None:
    actor = world.actor("safety_officer")
    wanted = [p for p in round_today(actor, world.school).places if p.wants_photo]
    with pytest.raises(Invalid) as wrong:
        walk(world, no_photo=" ")
    assert set(wrong.value.fields) == {f"photos.{p.id}" for p in wanted}
    one = {wanted[0].id: photo(actor, world.school)}
    with pytest.raises(Invalid) as wrong:
        walk(world, no_photo="", photos=one)
    assert set(wrong.value.fields) == {f"photos.{wanted[1].id}"}
    both = {**one, wanted[1].id: photo(actor, world.school, "red")}
    made = walk(world, no_photo="", photos=both)
    assert set(made.data["photo_places"]) == {str(p.id) for p in wanted}
    assert len(attachments_of(made)) == 2


@pytest.mark.parametrize("name", ["teacher", "stranger_safety_officer", "county_leader", "fire_officer"])
def test_who_may_not_walk_changes_nothing(world: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        walk(world, name)
    assert not Record.everything.exists()


def test_a_stranger_does_not_see_the_round(world: World) -> None:
    with pytest.raises(NotFound):
        round_today(world.actor("stranger_principal"), world.school)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 3, 20), RoundState.DUE),  # Friday
        (date(2026, 3, 21), RoundState.EXCUSED),  # Saturday
        (date(2026, 2, 15), RoundState.EXCUSED),  # the day before term
        (date(2026, 4, 5), RoundState.EXCUSED),  # a Sunday at Qingming
        (date(2026, 7, 3), RoundState.DUE),  # the last day of term
        (date(2026, 7, 6), RoundState.EXCUSED),  # a Monday in vacation
        (date(2028, 3, 15), RoundState.NO_CALENDAR),  # nobody entered that year
    ],
)
def test_only_school_days_are_due(world: World, day: date, state: str, term: Term) -> None:
    if day.year == 2028:
        with as_action():
            Term.objects.create(unit=world.city, name="2028", starts=date(2028, 2, 1), ends=date(2028, 7, 1))
    with clock.at(at(day)):
        assert round_today(world.actor("safety_officer", day), world.school).state == state


def test_without_a_term_nothing_is_guessed(world: World, term: Term) -> None:
    with as_action():
        term.delete()
    assert round_today(world.actor("safety_officer"), world.school).state == RoundState.NO_CALENDAR


def test_the_hour_of_a_route_makes_it_late(world: World) -> None:
    officer = world.actor("safety_officer")
    set_route(officer, world.school, "morning", title="晨巡", until="09:30")
    with clock.at(NOW - timedelta(seconds=1)):
        assert round_today(officer, world.school).state == RoundState.DUE
    assert round_today(officer, world.school).state == RoundState.LATE
    walk(world)
    assert round_today(officer, world.school).state == RoundState.DONE


def test_a_school_may_walk_twice_a_day(world: World) -> None:
    officer = world.actor("safety_officer")
    set_route(officer, world.school, "morning", title="晨巡", until="08:20")
    set_route(officer, world.school, "evening", title="晚巡", place_kinds=["gate", "corridor"])
    assert [(r.title, len(r.places)) for r in rounds_due(officer) if r.day == WEDNESDAY] == [
        ("晨巡", 4),
        ("晚巡", 2),
    ]
    walk(world, route="morning")
    walk(world, route="evening")
    with pytest.raises(Conflict):
        walk(world, route="evening")
    with pytest.raises(Invalid):
        walk(world, route="night")


@pytest.mark.parametrize(
    "wrong", [{"until": "25:00"}, {"post": "king"}, {"place_kinds": ["moon"]}, {"title": " "}]
)
def test_a_wrong_route_is_refused(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        set_route(world.actor("safety_officer"), world.school, "m", **{"title": "晨巡", **wrong})  # type: ignore[arg-type]


def _states(world: World, name: str = "safety_officer") -> list[tuple[date, str]]:
    return [(r.day, r.state) for r in rounds_due(world.actor(name))]


def test_a_missed_day_stays_in_sight_for_a_week(world: World) -> None:
    for day in (date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 16)):
        with clock.at(at(day)):
            walk(world)
    assert _states(world) == [
        (date(2026, 3, 17), RoundState.MISSED),
        (WEDNESDAY, RoundState.DUE),
    ]
    with clock.at(at(date(2026, 3, 24))):
        assert (date(2026, 3, 17), RoundState.MISSED) in _states(world)
    with clock.at(at(date(2026, 3, 25))):
        assert (date(2026, 3, 17), RoundState.MISSED) not in _states(world)


def test_made_up_on_a_later_day_stays_late(world: World) -> None:
    made = walk(world, day=date(2026, 3, 17))
    assert made.made_up
    assert made.data["day"] == "2026-03-17"
    assert (date(2026, 3, 17), RoundState.MISSED) not in _states(world)


def test_walked_that_day_but_entered_later_is_in_time(world: World) -> None:
    made = walk(world, day=date(2026, 3, 17), occurred_at=at(date(2026, 3, 17)))
    assert not made.made_up
    assert made.state == "valid"


def test_a_round_is_not_filed_before_its_day(world: World) -> None:
    with pytest.raises(Invalid):
        walk(world, day=WEDNESDAY + timedelta(days=1))
    assert not Record.everything.exists()


def test_rounds_fall_to_the_post_and_its_deputy(world: World) -> None:
    assert _states(world)[-1] == (WEDNESDAY, RoundState.DUE)
    for name in ("principal", "teacher", "county_officer"):
        assert _states(world, name) == []
    with as_action():
        Holding.everything.create(
            person=world.people["logistics"],
            unit=world.school,
            post="security-director",
            deputy=True,
            starts=WEDNESDAY,
        )
    assert _states(world, "logistics")[-1] == (WEDNESDAY, RoundState.DUE)


def test_a_month_of_rounds_tells_what_was_done(world: World) -> None:
    walk(world)
    found = round_history(world.actor("county_officer"), world.school, date(2026, 3, 16), date(2026, 3, 22))
    assert [r.state for r in found] == [
        RoundState.MISSED,
        RoundState.MISSED,
        RoundState.DONE,
        RoundState.DUE,
        RoundState.DUE,
        RoundState.EXCUSED,
        RoundState.EXCUSED,
    ]


def test_rounds_due_costs_few_queries(
    world: World, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    actor = world.actor("safety_officer")
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        assert rounds_due(actor)


@pytest.mark.row("000-001-4")
def test_a_place_leads_back_to_who_looked_at_it(world: World) -> None:
    lab = world.places["lab"]
    for day, wrong in ((date(2026, 3, 16), []), (date(2026, 3, 17), [RoundException(lab.pk, "漏水")])):
        with clock.at(at(day)):
            walk(world, exceptions=wrong)
    walk(world)
    found = checks_of_place(world.actor("county_officer"), lab, until=at(date(2026, 3, 17), 12))
    assert [(f.record.person_name.split("（")[0], f.result, f.note) for f in found] == [
        ("李强", "fail", "漏水"),
        ("李强", "pass", ""),
    ]
    assert checks_of_place(world.actor("stranger_officer"), lab) == []


def test_rounds_made_up_before_say_so_after_the_upgrade(world: World, term: Term) -> None:
    upgrade = importlib.import_module("anyuan.rules.ledger.migrations.0005_made_up_rounds")
    officer = world.actor("safety_officer")
    yesterday = clock.today() - timedelta(days=1)
    made_up = file_round(officer, world.school, day=yesterday, no_photo="赶课").record
    on_time = file_round(officer, world.school, no_photo="赶课").record
    with as_action(), connection.cursor() as cursor:
        Record.everything.update(stands_for=None)
        cursor.execute(upgrade.MADE_UP)
    made_up.refresh_from_db()
    on_time.refresh_from_db()
    assert (made_up.stands_for, on_time.stands_for) == (yesterday, None)
