"""Every move by its form: what it changes, who is refused, what stays on the form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Grade, Move, State

from . import helpers as h
from .web_page_helpers import picture, see, send


def commitments(world: World, **changes: Any) -> dict[str, Any]:
    values = {
        "responsible": str(world.people["logistics"].pk),
        "measures": "清理杂物",
        "money": "none",
        "plan": "疏散",
        "due_on": "2026-04-01",
        "watcher": str(world.people["teacher"].pk),
        "interim": "警戒线",
        "interim_until": "2026-04-10",
    }
    return values | changes


def test_a_general_hazard_goes_round_by_forms(world: World) -> None:
    hazard = h.registered(world)
    officer, principal = world.client("safety_officer"), world.client("principal")
    send(officer, hazard, "assess", reason="可自行整改", interim="警戒线", interim_until="2026-04-10")
    send(principal, hazard, "commit", **commitments(world))
    send(world.client("teacher"), hazard, "watch", in_force="yes", text="完好")
    send(world.client("logistics"), hazard, "submit", result="已清理", after_camera=picture())
    assert send(principal, hazard, "accept", text="现场确认") == hazard.url
    hazard = h.fresh(hazard)
    assert (hazard.state, hazard.grade) == (State.CLOSED, Grade.GENERAL)
    assert hazard.funds_wan == 0
    assert hazard.photos_after == 1
    assert [s.move for s in hazard.steps.order_by("order")] == [
        "register", "assess", "commit", "watch", "submit", "accept",
    ]  # fmt: skip


def test_a_major_one_is_judged_rechecked_on_site_and_delisted(world: World) -> None:
    hazard = h.registered(world)
    send(world.client("safety_officer"), hazard, "suspect", reason="可能群死群伤")
    county = world.client("county_officer")
    leader = str(world.people["county_leader"].pk)
    judged = {"grade": "major", "item": "第三条", "basis": "唯一通道被堵", "level": "county"}
    send(county, hazard, "judge", supervisor=leader, **judged)
    hazard = h.fresh(hazard)
    assert hazard.grade == Grade.MAJOR
    assert hazard.supervisor_id == world.people["county_leader"].pk
    send(world.client("principal"), hazard, "commit", **commitments(world))
    send(world.client("logistics"), hazard, "submit", result="已清理", after_camera=picture())
    html = send(county, hazard, "accept", 409, text="已到现场")
    assert "复查" in html
    assert "已到现场" in html
    send(county, hazard, "accept", text="已到现场", on_site="on")
    assert h.fresh(hazard).state == State.ACCEPTED
    send(county, hazard, "close", text="")
    assert h.fresh(hazard).delisted_at is not None


def test_judged_general_asks_for_no_listing(world: World) -> None:
    hazard = h.suspected(world)
    send(world.client("county_officer"), hazard, "judge", grade="general", basis="不在判定标准内")
    assert h.fresh(hazard).grade == Grade.GENERAL


def test_a_major_judgement_without_its_parts_is_refused(world: World) -> None:
    hazard = h.suspected(world)
    before = h.snapshot(hazard)
    html = send(world.client("county_officer"), hazard, "judge", 422, grade="major", basis="唯一通道")
    assert "唯一通道" in html
    assert h.snapshot(hazard) == before


def test_the_commitments_come_filled_in(world: World) -> None:
    html = see(world.client("principal"), f"{h.assessed(world).url}commit/")
    chosen = [part.split('"')[0] for part in html.split('<option value="')[1:] if " selected" in part[:60]]
    assert str(world.people["logistics"].pk) in chosen
    assert str(world.people["safety_officer"].pk) in chosen
    assert "设警戒线并派人值守" in html
    assert "消防通道堆放杂物”，并排查同类点位" in html


def test_funds_want_an_amount(world: World) -> None:
    hazard = h.assessed(world)
    principal = world.client("principal")
    send(principal, hazard, "commit", 422, **commitments(world, money="some"))
    assert h.fresh(hazard).state == State.ASSESSED
    send(principal, hazard, "commit", **commitments(world, money="some", funds_wan="1.25"))
    assert str(h.fresh(hazard).funds_wan) == "1.2500"


def test_interim_protection_is_renewed(world: World) -> None:
    hazard = h.rectifying(world)
    send(world.client("safety_officer"), hazard, "interim", interim="换成硬围挡", interim_until="2026-04-12")
    assert h.fresh(hazard).interim == "换成硬围挡"


def test_fixed_on_the_spot_by_its_form(world: World) -> None:
    hazard = h.registered(world)
    photos = {"before_camera": picture(3), "after_album": picture(99)}
    send(world.client("logistics"), hazard, "fix", result="当场清走", **photos)
    assert h.fresh(hazard).on_the_spot
    send(world.client("principal"), hazard, "accept")
    assert h.fresh(hazard).state == State.CLOSED


def test_returned_with_reasons(world: World) -> None:
    hazard = h.submitted(world)
    send(world.client("principal"), hazard, "send-back", 422, reason="")
    send(world.client("principal"), hazard, "send-back", reason="照片不清")
    assert (h.fresh(hazard).state, h.fresh(hazard).returns) == (State.RECTIFYING, 1)


def test_more_time_is_asked_and_decided_one_level_up(world: World) -> None:
    hazard = h.rectifying(world)
    day = clock.day_of(hazard.due_at) + timedelta(days=7)
    send(world.client("logistics"), hazard, "ask-extension", due_on=day.isoformat(), reason="等配件")
    assert "等配件" in see(world.client("county_officer"), f"{hazard.url}decide-extension/")
    see(world.client("principal"), f"{hazard.url}decide-extension/", 403)
    send(world.client("county_officer"), hazard, "decide-extension", granted="yes")
    assert h.fresh(hazard).due_at == clock.end_of(day)
    assert h.fresh(hazard).first_due_at == hazard.first_due_at


def test_more_time_refused_with_a_reason(world: World) -> None:
    hazard = h.rectifying(world)
    day = clock.day_of(hazard.due_at) + timedelta(days=7)
    send(world.client("logistics"), hazard, "ask-extension", due_on=day.isoformat(), reason="等配件")
    send(world.client("county_officer"), hazard, "decide-extension", 422, granted="no")
    send(world.client("county_officer"), hazard, "decide-extension", granted="no", answer="可先用备件")
    assert h.fresh(hazard).due_at == hazard.due_at


def test_handed_over_to_the_fire_brigade_and_given_back(world: World) -> None:
    hazard = h.assessed(world)
    html = see(world.client("principal"), f"{hazard.url}hand-over/")
    assert "临江市消防救援支队" in html
    asked = {"kind": "refer", "to_unit": str(world.fire.pk), "reason": "市政消防栓不归学校"}
    send(world.client("principal"), hazard, "hand-over", **asked)
    assert h.fresh(hazard).owner_unit_id == world.fire.pk
    assert "市政消防栓不归学校" in see(world.client("fire_officer"), f"{hazard.url}answer-hand-over/")
    send(world.client("fire_officer"), hazard, "answer-hand-over", taken="no", answer="属学校内部")
    assert h.fresh(hazard).owner_unit_id == world.school.pk


def test_void_needs_a_second_person(world: World) -> None:
    hazard = h.registered(world)
    html = see(world.client("safety_officer"), f"{hazard.url}dismiss/", 403)
    assert "第二人" in html
    assert f"{hazard.url}dismiss/" in html
    send(world.client("safety_officer"), hazard, "dismiss", 403, kind="mistake", reason="误登")
    send(world.client("principal"), hazard, "dismiss", kind="mistake", reason="误登")
    assert h.fresh(hazard).state == State.DISMISSED


def test_a_duplicate_is_merged_by_number(world: World) -> None:
    stays, goes = h.registered(world), h.registered(world)
    principal = world.client("principal")
    assert stays.number in see(principal, f"{goes.url}dismiss/")
    send(principal, goes, "dismiss", 422, kind="duplicate", reason="重复", into="AY-2026-999999")
    send(principal, goes, "dismiss", kind="duplicate", reason="重复", into=stays.number)
    assert h.fresh(goes).merged_into_id == stays.pk


def test_the_recheck_is_delegated_in_writing(world: World) -> None:
    hazard = h.major_submitted(world)
    county = world.client("county_officer")
    send(county, hazard, "delegate", to_unit=str(world.fire.pk), document="东教安委〔2026〕7号")
    assert h.fresh(hazard).delegate_unit_id == world.fire.pk
    send(world.client("fire_officer"), hazard, "accept", text="现场合格", on_site="on")
    assert h.fresh(hazard).state == State.ACCEPTED


def test_pause_late_entry_and_another_person(world: World) -> None:
    hazard = h.rectifying(world)
    county = world.client("county_officer")
    send(county, hazard, "pause", first="2026-03-23", last="2026-03-27", reason="停工")
    assert h.fresh(hazard).due_at > hazard.due_at
    send(county, hazard, "allow-late-entry", until="2026-03-25", reason="停网")
    assert h.fresh(hazard).late_entry_until is not None
    electrician = str(world.people["electrician"].pk)
    send(world.client("principal"), hazard, "reassign", responsible=electrician, reason="调岗")
    assert h.fresh(hazard).responsible_id == world.people["electrician"].pk
    send(world.client("electrician"), hazard, "submit", result="已修", evidence_reason="见单")
    assert h.fresh(hazard).state == State.SUBMITTED


def test_entered_for_somebody_from_paper(world: World) -> None:
    hazard = h.rectifying(world)
    signer = str(world.people["electrician"].pk)
    values = {"result": "已换", "evidence_reason": "见单", "signer": signer}
    send(world.client("logistics"), hazard, "submit", 422, **values)
    hz.reassign(
        world.actor("principal"), hazard, hz.Reassign("换人", responsible=world.people["electrician"])
    )
    send(world.client("logistics"), hazard, "submit", paper_camera=picture(), **values)
    step = h.fresh(hazard).steps.order_by("order").last()
    assert step is not None
    assert "何勇" in step.name
    assert "王磊" in step.entered_by


def test_done_earlier_keeps_its_time(world: World) -> None:
    with clock.at(NOW - timedelta(days=2)):
        hazard = h.rectifying(world)
    values = {"result": "已清理", "evidence_reason": "见单", "occurred_at": "2026-03-17T16:00"}
    send(world.client("logistics"), hazard, "submit", **values)
    assert h.fresh(hazard).submitted_at == NOW - timedelta(hours=17, minutes=30)
    assert "补录" in see(world.client("principal"), hazard.url)


def test_two_at_once_one_gets_a_clear_message(world: World) -> None:
    hazard = h.submitted(world)
    seen = hazard.version
    send(world.client("principal"), hazard, "send-back", reason="照片不清")
    before = h.snapshot(hazard)
    sent = {"once": str(uuid4()), "version": seen, "text": "我这边已看过"}
    response = world.client("safety_officer").post(f"{hazard.url}accept/", sent)
    html = response.content.decode()
    assert response.status_code == 409
    assert "周敏" in html
    assert "我这边已看过" in html
    assert h.snapshot(hazard) == before


def test_a_form_sent_twice_counts_once(world: World) -> None:
    hazard = h.rectifying(world)
    sent = {"once": str(uuid4()), "version": hazard.version, "in_force": "yes", "text": "完好"}
    client = world.client("teacher")
    for _twice in range(2):
        assert client.post(f"{hazard.url}watch/", sent).status_code == 303
    assert hazard.watch_notes.count() == 1


@pytest.mark.parametrize(
    ("move", "name"),
    [
        ("accept", "logistics"),
        ("judge", "principal"),
        ("dismiss", "county_leader"),
        ("watch", "county_leader"),
    ],
)
def test_a_wrong_role_changes_nothing(world: World, move: str, name: str) -> None:
    hazard = h.submitted(world)
    before = h.snapshot(hazard)
    see(world.client(name), f"{hazard.url}{move}/", 403)
    sent = {"once": str(uuid4()), "version": hazard.version, "reason": "x", "text": "x", "in_force": "yes"}
    sent |= {"grade": "general", "basis": "x", "kind": "mistake"}
    assert world.client(name).post(f"{hazard.url}{move}/", sent).status_code == 403
    assert h.snapshot(hazard) == before


def test_a_move_out_of_turn_is_explained(world: World) -> None:
    hazard = h.registered(world)
    assert "已登记" in see(world.client("principal"), f"{hazard.url}accept/", 409)
    see(world.client("principal"), f"{hazard.url}fly/", 404)


def test_every_move_has_a_form(world: World) -> None:
    from anyuan.response.hazard.web.moves import WAYS

    assert set(WAYS) == set(Move) - {Move.REGISTER}
