"""Where hazards come from: quick snaps, checks, rounds, a grid of rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from tests.cast import NOW, World

from anyuan.foundation.files.public import attachments_of
from anyuan.foundation.kernel.public import (
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    Refused,
    clock,
    job_actor,
)
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import LeadState, Source, State
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy.public import Pack, activate, active_checklists, load_packs

from . import helpers as h


@pytest.fixture(autouse=True)
def _store(tmp_path: Path) -> Iterator[None]:
    with override_settings(HOME=tmp_path):
        yield


def _activate(world: World) -> None:
    """Every document of the packs applies in the province."""
    load_packs()
    for pack in Pack.objects.all():
        activate(job_actor("test"), pack, world.province, clock.today())


def _snap(world: World) -> hz.Lead:
    teacher = world.actor("teacher")
    return hz.report_lead(
        teacher, world.school, photos=[h.photo(teacher, world)], place=world.places["corridor"]
    )


def test_a_quick_snap_is_a_lead_not_a_hazard(world: World) -> None:
    lead = _snap(world)
    assert lead.state == LeadState.OPEN
    assert not hz.Hazard.everything.exists()
    assert [x.pk for x in hz.to_do(world.actor("safety_officer")).leads] == [lead.pk]
    assert hz.find_lead(world.actor("teacher"), lead.pk) == lead
    with pytest.raises(NotFound):
        hz.find_lead(world.actor("second_teacher"), lead.pk)


def test_a_snap_wants_a_photo_or_words(world: World) -> None:
    with pytest.raises(Invalid):
        hz.report_lead(world.actor("teacher"), world.school)
    with pytest.raises(NotPermitted):
        hz.report_lead(world.actor("teacher"), world.sister, text="有积水")
    assert hz.report_lead(world.actor("teacher"), world.school, text="有积水").pk


def test_the_safety_officer_completes_it(world: World) -> None:
    lead = _snap(world)
    data = h.registration(world, place_text="", evidence_reason="")
    with pytest.raises(NotPermitted):
        hz.complete_lead(world.actor("logistics"), lead, data)
    with clock.at(NOW + timedelta(days=6)):
        hazard = hz.complete_lead(world.actor("safety_officer"), lead, data)
    assert hazard.source == Source.SNAP
    assert hazard.source_record == lead.pk
    assert hazard.place_id == world.places["corridor"].pk
    assert hazard.found_at == lead.found_at
    assert hazard.finder_id == world.people["teacher"].pk
    assert [a.role for a in attachments_of(hazard)] == ["before"]
    lead.refresh_from_db()
    assert (lead.state, lead.hazard_id) == (LeadState.COMPLETED, hazard.pk)
    assert hz.find(world.actor("teacher"), hazard.pk) == hazard
    with pytest.raises(Conflict):
        hz.dismiss_lead(world.actor("principal"), lead, "重复")


def test_a_lead_is_dismissed_with_a_reason(world: World) -> None:
    lead = _snap(world)
    with pytest.raises(Invalid):
        hz.dismiss_lead(world.actor("safety_officer"), lead, "  ")
    with pytest.raises(NotFound):
        hz.dismiss_lead(world.actor("stranger_safety_officer"), lead, "不是")
    assert hz.dismiss_lead(world.actor("safety_officer"), lead, "正在施工").state == LeadState.DISMISSED


def test_a_failed_check_becomes_a_hazard_with_item_clause_and_record(world: World) -> None:
    _activate(world)
    active = active_checklists(world.school)[0]
    wrong = next(i for i in active.items if i.on_fail == "hazard")
    answers = {i.pk: ledger.Answer("pass", note="已查") for i in active.items}
    answers[wrong.pk] = ledger.Answer("fail", note="不符合", place_id=world.places["canteen"].pk)
    found = hz.file_check(world.actor("safety_officer"), active.checklist, world.school, answers)
    (hazard,) = found.hazards
    assert hazard.check_item_id == wrong.pk
    assert hazard.source_record == found.record.pk
    assert hazard.clause_ref
    assert hazard.place_id == world.places["canteen"].pk
    assert hazard.domain == wrong.domain
    assert hazard.awaits_judgement == (wrong.grade == "suspected-major")


def test_a_check_by_the_county_is_rechecked_by_the_county(world: World) -> None:
    _activate(world)
    active = active_checklists(world.school)[0]
    wrong = next(i for i in active.items if i.on_fail == "hazard")
    answers = {i.pk: ledger.Answer("pass", note="已查") for i in active.items}
    answers[wrong.pk] = ledger.Answer("fail", note="不符合")
    found = hz.file_check(world.actor("county_officer"), active.checklist, world.school, answers)
    assert found.hazards[0].accept_unit_id == world.county.pk
    assert found.hazards[0].source == Source.INSPECTION


def test_a_refused_check_leaves_neither_record_nor_hazard(world: World) -> None:
    _activate(world)
    active = active_checklists(world.school)[0]
    wrong = next(i for i in active.items if i.on_fail == "hazard")
    answers = {i.pk: ledger.Answer("pass", note="已查") for i in active.items}
    stranger = h.photo(world.actor("teacher"), world)
    answers[wrong.pk] = ledger.Answer("fail", note="不符合", attachment_ids=(stranger,))
    with pytest.raises(Invalid):
        hz.file_check(world.actor("safety_officer"), active.checklist, world.school, answers)
    assert not ledger.Record.everything.exists()
    assert not hz.Hazard.everything.exists()


def test_an_exception_of_the_round_becomes_a_hazard(world: World) -> None:
    officer = world.actor("safety_officer")
    wrong = ledger.RoundException(
        world.places["corridor"].pk, "扶手松动", "building", (h.photo(officer, world),)
    )
    found = hz.file_round(officer, world.school, exceptions=[wrong], no_photo="手机没电")
    (hazard,) = found.hazards
    assert (hazard.title, hazard.domain, hazard.source) == ("扶手松动", "building", Source.ROUND)
    assert hazard.source_record == found.record.pk
    assert hazard.photos_before == 1
    with pytest.raises(Conflict):
        hz.file_round(officer, world.school, exceptions=[wrong], no_photo="手机没电")
    assert hz.Hazard.everything.count() == 1


def test_a_grid_enters_all_rows_or_none(world: World) -> None:
    county = world.actor("county_officer")
    rows = [
        (h.registration(world, unit=u, title=f"隐患{n}"), hz.Stamp())
        for n, u in enumerate([world.school, world.sister, world.managing])
    ]
    bad = [*rows, (h.registration(world, unit=world.stranger_school), hz.Stamp())]
    with pytest.raises(Invalid) as caught:
        hz.register_many(county, bad)
    assert list(caught.value.fields) == ["4"]
    assert not hz.Hazard.everything.exists()
    assert [x.state for x in hz.register_many(county, rows)] == [State.REGISTERED] * 3


def test_the_past_is_entered_with_approval_only(world: World) -> None:
    old = hz.Stamp(occurred_at=NOW - timedelta(days=4))
    with pytest.raises(Refused):
        hz.register(world.actor("safety_officer"), h.registration(world), old)
    near = hz.Stamp(occurred_at=NOW - timedelta(days=3))
    hazard = hz.register(world.actor("safety_officer"), h.registration(world), near)
    assert hazard.recorded_later
    assert hz.register(world.actor("county_officer"), h.registration(world), old).recorded_later
