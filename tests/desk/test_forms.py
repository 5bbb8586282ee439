"""Rounds, checks and quick snaps as people send them: one record, hazards linked to it, nothing lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import NOW, World
from tests.desk.conftest import picture

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.journal.public import pump_once
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.notify.public import notices_of
from anyuan.foundation.org.public import Term
from anyuan.response.hazard.public import Hazard, Lead
from anyuan.rules.ledger import public as ledger

pytestmark = pytest.mark.django_db


def round_url(world: World) -> str:
    return reverse("desk:round", args=[world.school.pk, clock.today().isoformat(), "day"])


def send(world: World, url: str, who: str = "safety_officer", **fields: Any) -> Any:
    return world.client(who).post(url, {"once": str(uuid4()), **fields})


def wanted(world: World) -> list[str]:
    """The form keys of the places that want a photo today."""
    due = ledger.round_today(world.actor("safety_officer"), world.school)
    return [p.id.hex for p in due.places if p.wants_photo]


def photos(world: World) -> dict[str, Any]:
    return {f"photos_{key}_camera": picture() for key in wanted(world)}


def test_a_round_is_one_record_and_its_exception_a_hazard(world: World, term: Term) -> None:
    lab = world.places["lab"].pk.hex
    fields = photos(world) | {
        f"wrong_{lab}": "1",
        f"note_{lab}": "灭火器压力不足",
        f"domain_{lab}": "fire",
        f"photos_{lab}_camera": picture("red"),
    }
    response = send(world, round_url(world), **fields)
    record = ledger.Record.everything.get()
    assert response["Location"] == reverse("desk:round-done", args=[record.pk])
    hazard = Hazard.everything.get()
    assert (hazard.title, hazard.domain, hazard.source_record) == ("灭火器压力不足", "fire", record.pk)
    assert hazard.place_id == world.places["lab"].pk
    assert [a.role for a in attachments_of(hazard)] == ["before"]
    page = world.client("safety_officer").get(response["Location"]).content.decode()
    assert "已查 4 处" in page
    assert hazard.number in page


def test_a_round_without_its_photos_says_where_and_keeps_what_was_typed(world: World, term: Term) -> None:
    lab = world.places["lab"].pk.hex
    response = send(world, round_url(world), **{f"wrong_{lab}": "1", f"note_{lab}": "灯不亮"})
    assert response.status_code == 422
    assert "灯不亮" in response.content.decode()
    assert not ledger.Record.everything.exists()
    assert not Hazard.everything.exists()


def test_an_exception_without_words_is_refused_at_its_place(world: World, term: Term) -> None:
    gate = world.places["gate"].pk.hex
    response = send(world, round_url(world), **photos(world), **{f"wrong_{gate}": "1", f"note_{gate}": " "})
    assert response.status_code == 422
    assert response.content.decode().count('class="field-errors"') == 1


def test_no_photo_needs_a_reason(world: World, term: Term) -> None:
    assert send(world, round_url(world), no_photo="相机损坏").status_code == 303


def test_a_round_walked_twice_is_a_clear_refusal(world: World, term: Term) -> None:
    assert send(world, round_url(world), no_photo="无").status_code == 303
    again = send(world, round_url(world), no_photo="无")
    assert again.status_code == 409
    assert "这次巡查已经有人填报" in again.content.decode()
    assert ledger.Record.everything.count() == 1
    record = ledger.Record.everything.get()
    shown = world.client("safety_officer").get(round_url(world))
    assert shown["Location"] == reverse("desk:round-done", args=[record.pk])


def test_the_same_form_sent_twice_is_one_round(world: World, term: Term) -> None:
    client, fields = world.client("safety_officer"), {"once": str(uuid4()), "no_photo": "无"}
    first, second = (client.post(round_url(world), fields) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ledger.Record.everything.count() == 1


def test_a_missed_round_is_made_up_and_stays_late(world: World, term: Term) -> None:
    url = round_url(world)
    with clock.at(NOW + timedelta(days=1)):
        assert "补做" in world.client("safety_officer").get(url).content.decode()
        send(world, url, no_photo="无")
    assert ledger.Record.everything.get().made_up


def test_tomorrow_is_not_offered(world: World, term: Term) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    url = reverse("desk:round", args=[world.school.pk, tomorrow.isoformat(), "day"])
    assert "保存巡查" not in world.client("safety_officer").get(url).content.decode()
    assert send(world, url, no_photo="无").status_code == 422


@pytest.mark.parametrize("day", ["2026-02-30", "heute"])
def test_no_such_day(world: World, term: Term, day: str) -> None:
    url = reverse("desk:round", args=[world.school.pk, day, "day"])
    assert world.client("safety_officer").get(url).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("teacher", 403), ("stranger_safety_officer", 404)])
def test_others_file_no_round(world: World, term: Term, who: str, status: int) -> None:
    assert send(world, round_url(world), who, no_photo="无").status_code == status
    assert not ledger.Record.everything.exists()


def checklist(world: World) -> Any:
    return ledger.checklists_for(world.actor("safety_officer"), world.school)[0]


def test_a_failed_item_becomes_a_hazard_linked_to_item_and_record(world: World, packs: None) -> None:
    active = checklist(world)
    url = reverse("desk:check", args=[active.checklist.pk, world.school.pk])
    hard = next(i for i in active.items if i.on_fail == "hazard")
    fields: dict[str, Any] = {f"result_{i.pk.hex}": "pass" for i in active.items}
    fields |= {f"note_{i.pk.hex}": "看过" for i in active.items}
    fields |= {
        f"result_{hard.pk.hex}": "fail",
        f"place_{hard.pk.hex}": str(world.places["lab"].pk),
        f"photos_{hard.pk.hex}_camera": picture(),
        "companions": "王磊",
    }
    response = send(world, url, **fields)
    record = ledger.Record.everything.get()
    assert response["Location"] == reverse("desk:check-done", args=[record.pk])
    hazard = Hazard.everything.get()
    assert (hazard.check_item_id, hazard.source_record) == (hard.pk, record.pk)
    assert hazard.place_id == world.places["lab"].pk
    assert hard.clause.label in hazard.clause_ref
    assert hazard.number in world.client("safety_officer").get(response["Location"]).content.decode()
    shown = world.client("safety_officer").get(url).content.decode()
    assert "王磊" in shown, "companions are carried over"
    assert "checked" not in shown, "answers are not"


def test_an_unanswered_item_is_named_and_nothing_is_kept(world: World, packs: None) -> None:
    active = checklist(world)
    url = reverse("desk:check", args=[active.checklist.pk, world.school.pk])
    response = send(world, url)
    assert response.status_code == 422
    assert response.content.decode().count('class="field-errors"') == len(active.items)
    assert not ledger.Record.everything.exists()


def test_a_checklist_that_does_not_apply_is_not_there(world: World, packs: None) -> None:
    url = reverse("desk:check", args=[uuid4(), world.school.pk])
    assert world.client("safety_officer").get(url).status_code == 404


def test_a_teacher_snaps_at_a_scanned_place(world: World) -> None:
    url = reverse("desk:snap-at", args=[world.places["gate"].token])
    response = send(world, url, "teacher", photos_camera=picture())
    lead = Lead.everything.get()
    assert response["Location"] == reverse("desk:snapped", args=[lead.pk])
    assert (lead.place, lead.reporter) == (world.places["gate"], world.people["teacher"])
    assert len(attachments_of(lead)) == 1
    assert "李强" in world.client("teacher").get(response["Location"]).content.decode()


def test_a_snap_needs_a_photo_or_words(world: World) -> None:
    assert send(world, reverse("desk:snap"), "teacher").status_code == 422
    assert not Lead.everything.exists()
    assert send(world, reverse("desk:snap"), "teacher", text="门坏了").status_code == 303


def test_a_file_that_is_no_picture_is_refused_with_what_was_typed(world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    program = SimpleUploadedFile("photo.jpg", b"MZ\x90\x00" * 64, "image/jpeg")
    response = send(world, reverse("desk:snap"), "teacher", photos_camera=program, text="门坏了")
    assert response.status_code == 422
    assert "门坏了" in response.content.decode()


def test_a_snap_at_a_strange_place_is_not_there(world: World) -> None:
    url = reverse("desk:snap-at", args=[world.places["stranger_gate"].token])
    assert send(world, url, "teacher", text="x").status_code == 404


def test_a_snap_shows_what_became_of_it_to_its_reporter_only(world: World) -> None:
    send(world, reverse("desk:snap"), "teacher", text="门坏了")
    url = reverse("desk:snapped", args=[Lead.everything.get().pk])
    assert world.client("teacher").get(url).status_code == 200
    assert world.client("second_teacher").get(url).status_code == 404


def test_an_officer_without_a_school_finds_one_first(world: World) -> None:
    client = world.client("county_officer")
    assert 'name="q"' in client.get(reverse("desk:snap")).content.decode()
    found = client.get(reverse("desk:snap"), {"q": "实验"}).content.decode()
    assert f"?unit={world.school.pk}" in found
    assert (
        str(world.stranger_school.pk) not in client.get(reverse("desk:snap"), {"q": "西岭"}).content.decode()
    )


def test_a_teacher_marks_a_suspected_major_hazard_and_the_county_knows_at_once(world: World) -> None:
    url = reverse("desk:snap-at", args=[world.places["gate"].token])
    told = {"text": "承重柱开裂", "why_major": "柱体贯通裂缝，可能倒塌", "domain": "building"}
    for missing in ("text", "domain"):
        refused = send(world, url, "teacher", photos_camera=picture(), **told | {missing: ""})
        assert refused.status_code == 422
        assert told["why_major"] in refused.content.decode()
    assert not Hazard.everything.exists()

    response = send(world, url, "teacher", photos_camera=picture(), **told)
    hazard = Hazard.everything.get()
    assert response["Location"] == hazard.url
    assert (hazard.awaits_judgement, hazard.domain, hazard.photos_before) == (True, "building", 1)
    assert hazard.finder == world.people["teacher"]
    assert not Lead.everything.exists()
    assert world.client("teacher").get(hazard.url).status_code == 200
    pump_once()
    for who in ("principal", "county_officer", "city_officer"):
        assert notices_of(world.actor(who)).filter(url=hazard.url).exists(), who
    assert not notices_of(world.actor("stranger_officer")).exists()
