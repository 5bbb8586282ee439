"""What people see: scope, filters, tabs, detail, to-do, and how many statements it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import World

from anyuan.foundation.kernel.public import NOBODY, NotFound, clock
from anyuan.response.hazard import public as hz

from . import helpers as h


def _titles(world: World, who: str, **filters: object) -> set[str]:
    rows = hz.hazards(world.actor(who), hz.Filters(**{"tab": "all"} | filters))  # type: ignore[arg-type]
    return {row.title for row in rows}


@pytest.fixture
def ledger(world: World) -> World:
    """A: fire, B: food, C: a stranger's, D: closed, all fresh."""
    h.registered(world, title="甲灭火器失效")
    h.registered(world, title="乙食品过期", domain="food", place=world.places["canteen"], place_text="")
    stranger = h.registration(world, unit=world.stranger_school, title="丙围墙倾斜", domain="building")
    hz.register(world.actor("stranger_safety_officer"), stranger)
    hz.accept(world.actor("principal"), h.submitted(world, title="丁电线老化"))
    return world


ALL = {"甲灭火器失效", "乙食品过期", "丁电线老化"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("principal", ALL),
        ("county_officer", ALL),
        ("city_officer", ALL | {"丙围墙倾斜"}),
        ("stranger_officer", {"丙围墙倾斜"}),
        ("sister_principal", set()),
        ("teacher", set()),
        ("fire_officer", {"甲灭火器失效", "丁电线老化"}),
        ("admin", set()),
    ],
)
def test_everybody_sees_his_own_part(ledger: World, who: str, seen: set[str]) -> None:
    assert _titles(ledger, who) == seen
    counts = hz.tab_counts(ledger.actor(who), hz.Filters())
    assert counts["all"] == len(seen)


def test_a_visitor_sees_nothing(ledger: World) -> None:
    assert not hz.hazards(NOBODY).exists()
    assert set(hz.tab_counts(NOBODY, hz.Filters()).values()) == {0}


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ({"tab": "open"}, {"甲灭火器失效", "乙食品过期"}),
        ({"tab": "closed"}, {"丁电线老化"}),
        ({"domain": "food"}, {"乙食品过期"}),
        ({"state": "registered"}, {"甲灭火器失效", "乙食品过期"}),
        ({"text": "灭火"}, {"甲灭火器失效"}),
        ({"text": "食堂 过期"}, {"乙食品过期"}),
        ({"text": "AY-2026-000001"}, {"甲灭火器失效"}),
        ({"text": "'; drop table"}, set()),
        ({"text": "！"}, set()),
        ({"in_time": True}, {"丁电线老化"}),
        ({"late": True}, set()),
        ({"listed": True}, set()),
    ],
)
def test_filters(ledger: World, filters: dict[str, object], seen: set[str]) -> None:
    assert _titles(ledger, "principal", **filters) == seen


def test_filters_by_unit_place_and_person(ledger: World) -> None:
    assert _titles(ledger, "city_officer", unit=ledger.next_county) == {"丙围墙倾斜"}
    assert _titles(ledger, "principal", place=ledger.places["canteen"].pk) == {"乙食品过期"}
    assert _titles(ledger, "logistics", mine=True) == {"丁电线老化"}
    assert _titles(ledger, "principal", found_to=clock.today() - timedelta(days=1)) == set()
    assert _titles(ledger, "principal", closed_from=clock.today()) == {"丁电线老化"}


def test_pages_neither_skip_nor_repeat(world: World) -> None:
    for n in range(7):
        h.registered(world, title=f"隐患{n}")
    actor = world.actor("principal")
    for order in ("due", "new"):
        cursor, seen = "", []
        while True:
            page = hz.hazard_page(actor, hz.Filters(), cursor, 3, order)
            seen += [row.pk for row in page.rows]
            cursor = page.next
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 7


def test_bulk_takes_visible_rows_only(ledger: World) -> None:
    rows = list(hz.hazards(ledger.actor("city_officer")))
    ids = [row.pk for row in rows]
    assert [r.pk for r in hz.many(ledger.actor("city_officer"), ids)] == ids
    with pytest.raises(NotFound):
        hz.many(ledger.actor("county_officer"), ids)
    with pytest.raises(NotFound):
        hz.many(ledger.actor("county_officer"), ["rubbish"])


def test_detail_shows_the_whole_way(world: World, django_assert_max_num_queries: object) -> None:
    hazard = h.major_submitted(world)
    actor = world.actor("county_officer")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        found = hz.detail(actor, hz.find(actor, hazard.pk))
        assert [s.move for s in found.steps] == ["register", "suspect", "judge", "commit", "submit"]
        names = [found.hazard.unit.name, found.hazard.supervisor.name, found.hazard.listing_unit.name]
        assert all(names)
    assert found.main_move == hz.Move.ACCEPT
    reached = [s.code for s in found.stages if s.at]
    assert reached == ["warn", "inspect", "register", "assess", "report", "monitor", "rectify"]


@pytest.mark.parametrize(
    "who", ["principal", "teacher", "logistics", "second_teacher", "fire_officer", "admin"]
)
def test_one_row_shows_as_the_list_does(world: World, who: str) -> None:
    """``seen`` answers for one row what ``visible_to`` answers for many."""
    actor = world.actor(who)
    rows = [h.rectifying(world, domain="food"), h.submitted(world), h.registered(world, domain="bus")]
    rows.append(hz.accept(world.actor("principal"), h.submitted(world)))
    hz.hand_over(world.actor("principal"), rows[0], hz.HandOverTo(world.fire, "市政"))
    listed = set(hz.hazards(actor).values_list("pk", flat=True))
    assert {r.pk for r in rows if hz.Hazard.seen(actor, r.pk)} == listed


def test_the_detail_of_a_stranger_is_not_found(world: World) -> None:
    hazard = h.registered(world)
    for who in ("stranger_principal", "stranger_officer", "sister_principal"):
        with pytest.raises(NotFound):
            hz.find(world.actor(who), hazard.pk)
        with pytest.raises(NotFound):
            hz.find_number(world.actor(who), hazard.number)
    assert hz.find_number(world.actor("principal"), "ay-2026-000001") == hazard


def test_to_do_puts_each_matter_before_the_right_person(world: World) -> None:
    fresh = h.registered(world)
    graded = h.assessed(world)
    working = h.rectifying(world)
    handed_in = h.submitted(world)
    grave = h.suspected(world)
    accepted = h.major_submitted(world)
    hz.accept(world.actor("county_officer"), accepted, hz.Accept("看过", on_site=True))

    officer = hz.to_do(world.actor("safety_officer"))
    assert officer.to_assess == [fresh]
    assert officer.to_commit == [graded]
    assert officer.to_accept == [handed_in]
    assert hz.to_do(world.actor("logistics")).to_rectify == [working]
    assert working in hz.to_do(world.actor("teacher")).to_watch
    county = hz.to_do(world.actor("county_officer"))
    assert county.to_judge == [grave]
    assert county.to_close == [accepted]
    assert county.to_accept == []
    stranger = hz.to_do(world.actor("stranger_officer"))
    assert not any((stranger.to_judge, stranger.to_close, stranger.to_accept, stranger.late))


def test_to_do_names_late_ones_and_hand_overs(world: World) -> None:
    hazard = h.rectifying(world)
    hz.hand_over(world.actor("principal"), hazard, hz.HandOverTo(world.fire, "市政管网"))
    fire = hz.to_do(world.actor("fire_officer"))
    assert [x.hazard_id for x in fire.hand_overs] == [hazard.pk]
    with clock.at(hazard.due_at):
        assert hz.to_do(world.actor("county_officer")).late == [hazard]


def test_statements_do_not_grow_with_rows(world: World, django_assert_max_num_queries: object) -> None:
    for n in range(6):
        h.submitted(world, title=f"隐患{n}")
    actor = world.actor("principal")
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        assert len(hz.to_do(actor).to_accept) == 6
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        page = hz.hazard_page(actor, hz.Filters())
        assert [(r.unit.name, r.where, r.responsible.name) for r in page.rows]
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        assert hz.tab_counts(actor, hz.Filters())["to-accept"] == 6
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        hz.accept(actor, page.rows[0])
