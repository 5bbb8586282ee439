"""Several hazards at once: the preview tells the truth, one refusal stops nothing else, once only."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.cast import World

from anyuan.response.hazard import public as hz

from . import helpers as h


def preview(world: World, who: str, act: str, *rows: hz.Hazard) -> Any:
    return world.client(who).get("/hazards/bulk/", {"act": act, "ids": [str(r.pk) for r in rows]})


def perform(world: World, who: str, act: str, rows: list[hz.Hazard], once: str = "", **data: Any) -> Any:
    client = world.client(who)
    sent = {"once": once or str(uuid4()), "row": [f"{r.pk}:{r.version}" for r in rows], **data}
    response: Any = client.post(f"/hazards/bulk/{act}/", sent)
    return client.get(response["Location"]) if response.status_code == 303 else response


def test_the_preview_says_per_row_and_changes_nothing(world: World) -> None:
    ready, early = h.submitted(world), h.registered(world)
    major = h.major_submitted(world)
    before = [h.snapshot(x) for x in (ready, early, major)]
    context = preview(world, "principal", "accept", ready, early, major).context
    assert [r.hazard.pk for r in context["ready"]] == [ready.pk]
    assert {r.hazard.pk for r in context["stopped"]} == {early.pk, major.pk}
    assert all(r.problem for r in context["stopped"])
    assert [h.snapshot(x) for x in (ready, early, major)] == before


def test_one_refused_does_not_stop_the_others(world: World) -> None:
    first, second = h.submitted(world), h.submitted(world)
    moved = h.submitted(world)
    hz.send_back(world.actor("principal"), moved, hz.SendBack("还有杂物"))
    response = perform(world, "principal", "accept", [first, moved, second], text="合格")
    assert response.status_code == 200
    context = response.context
    assert len(context["done"]) == 2
    assert [row[1] for row in context["refused"]] == [moved.number]
    assert {h.fresh(first).state, h.fresh(second).state} == {"closed"}
    assert h.fresh(moved).state == "rectifying"


def test_the_rectifier_cannot_accept_in_bulk_either(world: World) -> None:
    row = h.submitted(world)
    assert preview(world, "logistics", "accept", row).status_code == 404
    assert perform(world, "logistics", "accept", [row]).status_code == 404
    assert h.fresh(row).state == "submitted"


def test_the_same_form_twice_is_done_once(world: World) -> None:
    row = h.rectifying(world)
    once, data = str(uuid4()), {"due_on": "2026-06-30", "reason": "配件未到"}
    client = world.client("logistics")
    sent = {"once": once, "row": [f"{row.pk}:{row.version}"], **data}
    answers = [client.post("/hazards/bulk/ask/", sent) for _i in range(2)]
    assert {a.status_code for a in answers} == {303}
    assert answers[0]["Location"] == answers[1]["Location"]
    assert row.extension_requests.count() == 1
    assert client.get(answers[0]["Location"]).status_code == 200
    assert world.client("principal").get(answers[0]["Location"])["Location"] == "/hazards/"


def test_an_incomplete_form_changes_nothing(world: World) -> None:
    row = h.rectifying(world)
    response = perform(world, "safety_officer", "assign", [row], reason="换岗")
    assert response.status_code == 422
    assert h.fresh(row).version == row.version


def test_people_are_named_for_all(world: World) -> None:
    rows = [h.rectifying(world), h.rectifying(world)]
    person = world.people["electrician"]
    response = perform(world, "safety_officer", "assign", rows, responsible=str(person.pk), reason="换岗")
    assert response.status_code == 200
    assert {h.fresh(r).responsible_id for r in rows} == {person.pk}


def test_five_commitments_and_grades_for_several(world: World) -> None:
    rows = [h.registered(world, interim="", interim_until=None), h.registered(world)]
    kept = rows[1].interim
    done = perform(world, "safety_officer", "assess", rows, interim="拉警戒线", interim_until="2026-03-30")
    assert done.status_code == 200
    rows = [h.fresh(r) for r in rows]
    assert [r.state for r in rows] == ["assessed", "assessed"]
    assert [r.interim for r in rows] == ["拉警戒线", kept]
    people = {"responsible": str(world.people["logistics"].pk), "watcher": str(world.people["teacher"].pk)}
    perform(world, "safety_officer", "commit", rows, measures="清理", funds_wan="0", plan="疏散", **people)
    assert {h.fresh(r).state for r in rows} == {"rectifying"}


def test_what_lies_outside_is_not_there(world: World) -> None:
    row = h.submitted(world)
    assert preview(world, "stranger_officer", "accept", row).status_code == 404
    assert perform(world, "stranger_officer", "accept", [row]).status_code == 404
    assert preview(world, "principal", "accept").status_code == 422
    assert preview(world, "principal", "explode", row).status_code == 404


def test_a_reminder_to_copy_names_unit_place_and_day(world: World) -> None:
    row = h.rectifying(world, title="<b>门锁坏</b>")
    page = preview(world, "county_officer", "remind", row).content.decode()
    assert "&lt;b&gt;门锁坏&lt;/b&gt;" in page
    assert row.number in page
    assert world.school.title in page


def test_the_listing_authority_closes_several(world: World) -> None:
    officer = world.actor("county_officer")
    rows = [
        hz.accept(officer, h.major_submitted(world), hz.Accept("已现场复查", on_site=True)) for _i in range(2)
    ]
    general = h.submitted(world)
    assert preview(world, "principal", "close", *rows).status_code == 404
    context = preview(world, "county_officer", "close", *rows, general).context
    assert {r.hazard.pk for r in context["ready"]} == {r.pk for r in rows}
    assert perform(world, "county_officer", "close", rows, text="同意销号").status_code == 200
    assert {h.fresh(r).state for r in rows} == {"closed"}
    assert all(h.fresh(r).delisted_at for r in rows)


def test_too_many_are_refused(world: World) -> None:
    row = h.submitted(world)
    ids = [str(row.pk)] * 101
    client = world.client("principal")
    assert client.get("/hazards/bulk/", {"act": "accept", "ids": ids}).status_code == 422
    assert client.get("/hazards/bulk/", {"act": "accept", "ids": ids[:100]}).status_code == 200
