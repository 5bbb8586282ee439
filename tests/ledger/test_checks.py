"""Checks: every item answered, the version pinned, failures handed up with clause and defaults."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from tests.cast import NOW, World, as_action

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Invalid, NotFound, NotPermitted, clock
from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger.public import (
    FAIL,
    NOT_APPLICABLE,
    PASS,
    Answer,
    Record,
    checklists_for,
    checks_of_place,
    last_of,
    run_check,
)
from anyuan.rules.policy.public import Activation, ActiveChecklist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("packs")]
NANTONG = "nantong-2020-campus-and-bus"
Photo = Callable[..., tuple[Any, ...]]


def active(
    world: World, code: str = "fire", pack: str = NANTONG, name: str = "safety_officer"
) -> ActiveChecklist:
    lists = checklists_for(world.actor(name), world.school)
    return next(a for a in lists if a.checklist.code == code and a.checklist.pack.code == pack)


def answers(found: ActiveChecklist, **special: Answer) -> dict[Any, Answer]:
    """Everything passes, with a note; ``special`` by item code (underscores for dashes)."""
    named = {code.replace("_", "-"): answer for code, answer in special.items()}
    return {i.pk: named.get(i.code, Answer(PASS, "看过")) for i in found.items}


def check(world: World, name: str = "safety_officer", unit: Unit | None = None, **special: Answer) -> Any:
    found = active(world)
    return run_check(world.actor(name), found.checklist, unit or world.school, answers(found, **special))


def test_a_check_is_one_record_with_its_version_pinned(world: World) -> None:
    filed = check(world)
    row = filed.record
    assert (row.checklist.pack.code, row.checklist.pack.version, row.domain) == (NANTONG, 2, "fire")
    assert (row.data["passed"], row.data["failed"]) == (3, 0)
    assert filed.failed == ()
    assert Record.everything.count() == 1


@pytest.mark.row("004-322-8")
def test_a_failed_item_comes_back_with_clause_and_defaults(world: World, photo: Photo) -> None:
    ids = photo(world.actor("safety_officer"), world.school)
    filed = check(world, e_bikes=Answer(FAIL, "楼道停车", world.places["corridor"].pk, ids))
    (failed,) = filed.failed
    assert (failed.item.code, failed.domain, failed.grade) == ("e-bikes", "fire", "general")
    assert failed.place == world.places["corridor"]
    assert failed.attachment_ids == ids
    assert failed.basis == "《南通市校园和校车安全专项整治实施方案（初稿）》三(二)2 消防"
    assert failed.remedy == failed.item.remedy != ""
    assert attachments_of(filed.record) == []
    assert filed.record.data["failed"] == 1


@pytest.mark.row("004-327-2")
def test_a_dangerous_building_in_use_is_suspected_major(world: World) -> None:
    found = active(world, "buildings")
    filed = run_check(
        world.actor("safety_officer"),
        found.checklist,
        world.school,
        answers(found, dangerous_building=Answer(FAIL, "仍在上课")),
    )
    assert [f.grade for f in filed.failed] == ["suspected-major"]


def test_a_soft_point_is_noted_and_no_hazard(world: World, photo: Photo) -> None:
    found = active(world, "traffic")
    ids = photo(world.actor("safety_officer"), world.school)
    filed = run_check(
        world.actor("safety_officer"),
        found.checklist,
        world.school,
        answers(found, province_bus_opinion=Answer(FAIL, "未列出", None, ids)),
    )
    assert filed.failed == ()
    assert [f.item.code for f in filed.noted] == ["province-bus-opinion"]
    assert [a.pk for a in attachments_of(filed.record)] == list(ids)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(FAIL),  # neither photo nor note
        Answer(FAIL, "  "),
        Answer(PASS),  # this item always wants one
        Answer("maybe", "?"),
    ],
)
def test_an_answer_that_says_too_little_changes_nothing(world: World, answer: Answer) -> None:
    found = active(world)
    item = next(i for i in found.items if i.code == "escape-routes")
    with pytest.raises(Invalid) as wrong:
        check(world, escape_routes=answer)
    assert list(wrong.value.fields) == [str(item.pk)]
    assert not Record.everything.exists()


def test_not_applicable_needs_no_photo(world: World) -> None:
    assert check(world, escape_routes=Answer(NOT_APPLICABLE)).record.data["passed"] == 2


def test_an_item_without_standing_photo_passes_plainly(world: World) -> None:
    assert check(world, fire_standardisation=Answer(PASS))


def test_every_item_is_answered_and_no_other(world: World) -> None:
    found = active(world)
    all_of = answers(found)
    missing, *_rest = all_of
    with pytest.raises(Invalid):
        run_check(
            world.actor("safety_officer"),
            found.checklist,
            world.school,
            {k: v for k, v in all_of.items() if k != missing},
        )
    other = active(world, "security").items[0].pk
    with pytest.raises(Invalid) as wrong:
        run_check(
            world.actor("safety_officer"), found.checklist, world.school, {**all_of, other: Answer(PASS)}
        )
    assert list(wrong.value.fields) == [str(other)]


def test_a_place_of_another_school_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        check(world, e_bikes=Answer(FAIL, "x", world.places["sister_gate"].pk))


@pytest.mark.parametrize("name", ["teacher", "stranger_safety_officer", "county_leader"])
def test_who_may_not_check_changes_nothing(world: World, name: str) -> None:
    with pytest.raises(NotPermitted):
        check(world, name)
    assert not Record.everything.exists()


def test_the_fire_officer_checks_fire_and_nothing_else(world: World) -> None:
    assert check(world, "fire_officer").record.domain == "fire"
    food = active(world, "food-and-disease")
    with pytest.raises(NotPermitted):
        run_check(world.actor("fire_officer"), food.checklist, world.school, answers(food))
    domains = {a.checklist.domain for a in checklists_for(world.actor("fire_officer"), world.school)}
    assert domains == {"fire"}


def test_a_list_that_was_switched_off_is_not_filed(world: World) -> None:
    found = active(world)
    with as_action():
        Activation.everything.filter(code=NANTONG).update(ends=clock.today())
    with pytest.raises(NotFound):
        run_check(world.actor("safety_officer"), found.checklist, world.school, answers(found))


def test_schools_fill_in_what_names_them_and_offices_everything(world: World) -> None:
    def codes(name: str) -> set[str]:
        return {a.checklist.code for a in checklists_for(world.actor(name), world.school)}

    assert "new-site" not in codes("safety_officer")
    assert "new-site" in codes("county_officer")
    assert "police-guidance" in codes("safety_officer")
    with pytest.raises(NotFound):
        codes("stranger_officer")


def test_a_managing_school_stays_a_school_at_its_teaching_point(world: World) -> None:
    lists = checklists_for(world.actor("managing_safety_officer"), world.point)
    assert lists
    assert all("school" in a.checklist.by for a in lists)


def test_the_trail_is_written_in_the_language_of_the_deployment(world: World) -> None:
    with translation.override("en"):
        row = check(world).record
    assert Entry.everything.get(subject_id=row.pk).sentence.startswith("完成检查")


def test_repeat_last_copies_places_and_people_never_results(world: World) -> None:
    officer = world.actor("safety_officer")
    assert last_of(officer, world.school, "fire") is None
    found = active(world)
    corridor = world.places["corridor"].pk
    run_check(
        officer,
        found.checklist,
        world.school,
        answers(found, escape_routes=Answer(FAIL, "堵", corridor)),
        companions="王磊、何勇",
    )
    with clock.at(NOW + timedelta(days=1)):
        last = last_of(officer, world.school, "fire")
    assert last is not None
    assert (dict(last.places), last.companions) == ({"escape-routes": corridor}, "王磊、何勇")
    assert not hasattr(last, "results")
    assert last_of(world.actor("sister_safety_officer"), world.sister, "fire") is None


def test_a_check_shows_in_the_history_of_its_place(world: World) -> None:
    corridor = world.places["corridor"]
    check(world, escape_routes=Answer(FAIL, "堵", corridor.pk))
    (seen,) = checks_of_place(world.actor("principal"), corridor)
    assert (seen.result, seen.note) == ("fail", "堵")
