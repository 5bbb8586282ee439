"""The trail page: what one may see, filters, pages, before and after."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import NOW, World, as_action
from tests.journal.tools import JOB, as_owner, write

from anyuan.foundation.journal.public import (
    Entry,
    action,
    entries_about,
    erase_body,
    pump_once,
    seal,
    trail,
)
from anyuan.foundation.journal.queries import TrailFilters, verbs
from anyuan.foundation.kernel.public import NotFound, bigrams, clock, job_actor
from anyuan.foundation.org.models import Place, Unit

pytestmark = pytest.mark.django_db


def make_searchable(world: World) -> None:
    with as_action():
        for unit in world.units.values():
            Unit.everything.filter(pk=unit.pk).update(search=bigrams(unit.name))


@pytest.fixture
def officer(world: World) -> Client:
    return world.client("county_officer")


def text(client: Client, **query: object) -> str:
    response = client.get(reverse("journal:trail"), query)
    assert response.status_code == 200
    return response.content.decode()


def say(
    sentence: str, unit: Unit, *, who: str = "", world: World | None = None, verb: str = "test.say"
) -> Entry:
    actor = world.actor(who) if world and who else JOB
    with action(actor, verb) as act:
        return act.entry(
            sentence, path=unit.path, before={"state": "open"}, after={"state": "shut", "by": [1]}
        )


def test_one_sees_ones_own_subtree(world: World) -> None:
    say("in the school", world.school)
    say("in the next county", world.stranger_school)
    say("in the whole city", world.city)
    seen = text(world.client("county_officer"))
    assert "in the school" in seen
    assert "in the next county" not in seen
    assert "in the whole city" not in seen
    everything = text(world.client("auditor"))
    assert all(s in everything for s in ("in the school", "in the next county", "in the whole city"))


def test_an_entry_outside_is_not_there(world: World, officer: Client) -> None:
    inside, outside = say("in", world.school), say("out", world.stranger_school)
    assert officer.get(reverse("journal:entry", args=[inside.pk])).status_code == 200
    assert officer.get(reverse("journal:entry", args=[outside.pk])).status_code == 404
    assert officer.get(reverse("journal:entry", args=[10**30])).status_code == 404


def test_changes_past_the_program_are_for_those_at_the_top(world: World) -> None:
    Unit.everything.filter(pk=world.school.pk).update(address="elsewhere")
    entry = Entry.everything.get(verb="database.change")
    assert entry in Entry.objects.visible_to(world.actor("admin"))
    assert entry not in Entry.objects.visible_to(world.actor("county_officer"))
    seen = text(world.client("admin"), verb="database")
    assert "org_unit" in seen
    assert "address" in seen


def test_before_and_after_stand_on_the_page(world: World, officer: Client) -> None:
    entry = say("shut the gate", world.school)
    for seen in (text(officer), officer.get(reverse("journal:entry", args=[entry.pk])).content.decode()):
        row = re.search(r'<th scope="row">状态</th><td>(.*?)</td><td>(.*?)</td>', seen)
        assert row is not None
        assert row.groups() == ("open", "shut")
        assert "[1]" in seen


def test_what_users_typed_is_escaped(world: World, officer: Client) -> None:
    with action(JOB, "test.say") as act:
        act.entry("<script>alert(1)</script>", path=world.school.path, after={"<b>": "<i>x</i>"})
    seen = text(officer)
    assert "<script>alert" not in seen
    assert "<i>x</i>" not in seen
    assert "&lt;i&gt;x" in seen


def test_erased_content_is_said_to_be_erased(world: World, officer: Client) -> None:
    entry = say("secret matter", world.school)
    seal()
    erase_body(JOB, entry, "over")
    seen = officer.get(reverse("journal:entry", args=[entry.pk])).content.decode()
    assert "secret matter" in seen
    assert "shut" not in seen


def test_filters(world: World, officer: Client) -> None:
    make_searchable(world)
    with clock.at(NOW):
        say("alpha", world.school, who="principal", world=world, verb="hazard.accept")
        say("bravo", world.sister, who="sister_principal", world=world, verb="org.rename")
    with clock.at(NOW + timedelta(days=1)):
        say("charlie", world.school, who="safety_officer", world=world, verb="hazard.assign")

    def seen(**query: object) -> list[str]:
        page = text(officer, **query)
        return [s for s in ("alpha", "bravo", "charlie") if s in page]

    assert seen() == ["alpha", "bravo", "charlie"]
    assert seen(path=world.school.path) == ["alpha", "charlie"]
    assert seen(unit=world.school.name) == ["alpha", "charlie"]
    assert seen(unit=world.stranger_school.name) == ["alpha", "bravo", "charlie"]
    assert seen(verb="hazard") == ["alpha", "charlie"]
    assert seen(verb="hazard.accept") == ["alpha"]
    assert seen(verb="haz") == []
    assert seen(person=world.people["principal"].name) == ["alpha"]
    assert seen(actor=world.people["safety_officer"].pk) == ["charlie"]
    assert seen(since="2026-03-19") == ["charlie"]
    assert seen(until="2026-03-18") == ["alpha", "bravo"]
    assert seen(since="2026-03-18", until="2026-03-18", verb="org") == ["bravo"]
    assert seen(path=world.stranger_school.path) == []


def test_a_name_that_fits_several_units_offers_them(world: World, officer: Client) -> None:
    make_searchable(world)
    page = unquote(text(officer, unit="小学"))
    assert f"path={world.school.path}" in page
    assert f"path={world.managing.path}" in page
    assert world.stranger_school.name not in page
    one = unquote(text(officer, unit="中心小学"))
    assert f"path={world.managing.path}" not in one
    assert world.managing.name in one


@pytest.mark.parametrize(
    "query",
    [
        {"path": "/1"},
        {"path": "x"},
        {"since": "yesterday"},
        {"actor": "1"},
        {"after": "%%"},
        {"until": "2026-02-30"},
    ],
)
def test_damaged_links_are_answered_in_words(officer: Client, query: dict[str, str]) -> None:
    response = officer.get(reverse("journal:trail"), query)
    assert response.status_code == 422
    assert "<h1" in response.content.decode()


def test_pages_follow_each_other_newest_first(world: World) -> None:
    for number in range(7):
        say(f"entry {number}", world.school)
    actor = world.actor("county_officer")
    found: list[str] = []
    cursor = ""
    while True:
        page = trail(actor, TrailFilters(verb="test"), cursor, 3)
        found += [e.sentence for e in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert found == [f"entry {n}" for n in range(6, -1, -1)]


def test_the_line_about_the_signatures(world: World, officer: Client) -> None:
    entry = say("sealed", world.school)
    assert "note-error" not in officer.get(reverse("journal:check")).content.decode()
    pump_once()
    whole = officer.get(reverse("journal:check")).content.decode()
    assert "trail-whole" in whole
    with as_owner() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("update journal_head set hash = repeat('0', 64)")
    broken = officer.get(reverse("journal:check")).content.decode()
    assert "note-error" in broken
    assert str(entry.pk) in broken


def test_the_list_stays_within_its_queries(
    world: World,
    officer: Client,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    for number in range(60):
        say(f"entry {number}", world.school)
    seal()
    text(officer)
    with django_assert_max_num_queries(12):
        text(officer, path=world.school.path)


def test_timeline_is_for_whoever_may_see_the_thing(world: World) -> None:
    gate, theirs = world.places["gate"], world.places["stranger_gate"]
    for number in range(4):
        for place in (gate, theirs):
            with action(JOB, "test.say") as act:
                act.entry(f"painted {number}", on=place, path=place.unit.path)
    teacher = world.actor("teacher")
    about = entries_about(teacher, "org.place", gate.pk)
    assert [e.sentence for e in about] == [f"painted {n}" for n in range(4)]
    assert [e.sentence for e in entries_about(teacher, "org.place", gate.pk, limit=2)] == [
        "painted 2",
        "painted 3",
    ]
    with pytest.raises(NotFound):
        entries_about(teacher, "org.place", theirs.pk)
    with pytest.raises(NotFound):
        entries_about(teacher, "org.place", world.school.pk)
    assert len(entries_about(job_actor("x"), "org.place", theirs.pk)) == 4
    with pytest.raises(TypeError):
        entries_about(teacher, "journal.seal", gate.pk)
    assert not Place.objects.visible_to(teacher).filter(pk=theirs.pk).exists()


def test_verbs_are_listed_once(world: World) -> None:
    write(3)
    say("x", world.school, verb="b.one")
    say("x", world.school, verb="a.one")
    assert verbs() == ["a.one", "b.one", "test.write"]


def test_values_are_called_as_people_call_them(world: World, officer: Client) -> None:
    """Field names, codes and instants in words; keys and hashes only with the entry itself."""
    key = "01a2013e-8297-77a9-812f-cdf90e8b73c3"
    after = {
        "state": "submitted",
        "measures": "更换灯具",
        "due_at": "2026-11-20T16:00:00Z",
        "submitted_at": "2026-11-20T01:30:00Z",
        "watcher_id": key,
        "version": 4,
    }
    with action(world.actor("safety_officer"), "hazard.submit") as act:
        entry = act.entry("提交整改结果", path=world.units["school"].path, after=after)
    listed = text(officer)
    for words in ("待验收", "整改措施", "更换灯具", "2026-11-20 当日截止", "2026-11-20 09:30"):
        assert words in listed
    for code in ("submitted_at", "measures", key, "盯防责任人"):
        assert code not in listed
    alone = officer.get(reverse("journal:entry", args=[entry.pk])).content.decode()
    assert key in alone
    assert "盯防责任人" in alone
