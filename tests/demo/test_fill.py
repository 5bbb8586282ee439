"""The invented city: what is in it, who has what to do, and that it keeps the rules."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import transaction
from django.test import Client

from anyuan.foundation.access.public import DemoCard, actor_of
from anyuan.foundation.files.public import Attachment
from anyuan.foundation.journal.public import seal, verify
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Holding, Unit, UnitKind, UnitType
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger.public import Record, RoundState, checklists_for, round_today
from anyuan.site.demo import fill, land
from anyuan.site.demo.city import City
from anyuan.site.trouble import Trouble

pytestmark = pytest.mark.usefixtures("filled")


def _card(title: str) -> hz.ToDo:
    return hz.to_do(actor_of(DemoCard.objects.get(title=title).person))


def test_the_city_has_the_number_of_schools_asked_for_and_every_type(filled: City) -> None:
    open_units = Unit.everything.filter(kind=UnitKind.SCHOOL, closed_on=None)
    schools = [u for u in open_units if u.stages and u.unit_type != UnitType.UNIVERSITY]
    assert len(schools) == 60
    assert {u.unit_type for u in open_units} == set(UnitType.values)
    assert {u.kind for u in Unit.everything.all()} == set(UnitKind.values)
    assert Unit.everything.filter(successor__isnull=False).count() == 1


def test_no_code_is_one_of_a_real_place(filled: City) -> None:
    for unit in Unit.everything.exclude(code=""):
        digits = unit.code[2:4] if unit.kind == UnitKind.SCHOOL else unit.code[:2]
        assert digits == "99"


def test_every_school_of_the_map_lies_inside_its_county(filled: City) -> None:
    for county in filled.counties:
        assert county.unit.outline is not None
        ring = [(x, y) for x, y in county.unit.outline["coordinates"][0]]
        for school in county.schools:
            if school.unit.longitude is not None:
                assert land.contains(ring, (school.unit.longitude, school.unit.latitude or 0))


def test_every_school_in_full_life_has_its_posts_with_stand_ins(filled: City) -> None:
    held = set(Holding.everything.values_list("unit_id", "post", "deputy"))
    for school in filled.main.schools:
        if school.alone:
            continue
        for post in ("principal", "security-director", "logistics-director"):
            assert (school.unit.pk, post, False) in held, f"{school.unit.name} {post}"
            assert (school.unit.pk, post, True) in held, f"{school.unit.name} deputy {post}"


def test_hazards_stand_in_every_step(filled: City) -> None:
    states = Counter(hz.Hazard.everything.values_list("state", flat=True))
    assert set(states) == {str(s) for s in hz.State} - {"accepted"}
    assert states["closed"] > sum(states.values()) / 2
    assert hz.Hazard.everything.filter(hz.Hazard.late()).count() >= 3
    assert hz.Hazard.everything.filter(recurrence_of__isnull=False).exists()
    assert hz.Hazard.everything.filter(returns__gt=0).exists()
    assert hz.Extension.objects.filter(granted=None).count() == 3
    assert hz.HandOver.objects.filter(taken=None).count() == 2


def test_two_majors_one_to_judge_and_one_listed_and_overdue(filled: City) -> None:
    listed = hz.Hazard.everything.get(grade=hz.Grade.MAJOR)
    assert listed.is_late
    assert listed.listing_number
    assert listed.supervisor_id
    assert listed.interim_until is not None
    assert listed.interim_until > clock.now()
    waiting = hz.Hazard.everything.filter(judge_due_at__isnull=False)
    assert [h.is_late for h in waiting] == [False]


def test_every_hazard_shows_its_photos(filled: City) -> None:
    shown = Counter(
        Attachment.everything.filter(subject_kind="hazard.hazard").values_list("subject_id", "role")
    )
    for hazard in hz.Hazard.everything.all():
        assert shown[hazard.pk, "before"] == hazard.photos_before
    assert not Attachment.everything.filter(subject_id=None).exists(), "no draft is left over"


def test_the_safety_officer_has_a_round_of_eighteen_places_leads_and_a_list(filled: City) -> None:
    officer = actor_of(DemoCard.objects.get(title="安全办主任").person)
    todays = round_today(officer, filled.shown.unit)
    assert (len(todays.places), todays.state) == (18, RoundState.DUE)
    todo = hz.to_do(officer)
    assert len(todo.leads) == 2
    assert len(todo.to_assess) >= 2
    packs = {a.checklist.pack.code for a in checklists_for(officer, filled.shown.unit)}
    assert "nantong-2020-campus-and-bus" in packs


def test_each_card_has_its_work(filled: City) -> None:
    principal, logistics = _card("校长"), _card("总务主任")
    assert len(principal.to_accept) >= 7
    assert len(principal.to_commit) >= 3
    assert len(logistics.to_rectify) >= 4
    county = _card("县安全科")
    assert len(county.to_judge) == 1
    assert len(county.to_accept) >= 2
    assert len(county.extensions) == 2
    assert county.late
    assert len(_card("消防救援机构").hand_overs) == 2
    neighbour = _card("邻县安全科")
    assert len(neighbour.extensions) == 1
    assert len(neighbour.to_accept) >= 2


def test_a_card_opens_its_home_page_with_the_banner(filled: City) -> None:
    for card in DemoCard.objects.all():
        client = Client()
        answer = client.post("/login/demo/", {"card": str(card.pk)})
        assert answer.status_code == 302, card.title
        home = client.get("/")
        assert home.status_code == 200, card.title
        assert "demo" in home.content.decode()


def test_a_round_is_recorded_for_most_school_days(filled: City) -> None:
    rounds = Record.everything.filter(unit=filled.shown.unit, register__code="round")
    assert rounds.count() == len(
        filled.school_days(filled.today.replace(month=9, day=1), filled.today)
    ) - 1 + (
        len(filled.school_days(filled.today.replace(month=8, day=3), filled.today.replace(month=8, day=31)))
    )


def test_a_failed_item_is_linked_to_its_record(filled: City) -> None:
    found = hz.Hazard.everything.filter(source=hz.Source.CHECK).first()
    assert found is not None
    record = Record.everything.get(pk=found.source_record)
    failed = {a["item"] for a in record.data["answers"] if a["result"] == "fail"}
    assert str(found.check_item_id) in failed


def test_the_trail_is_whole(filled: City) -> None:
    while seal():
        pass
    assert verify().fault is None


def test_it_is_not_filled_twice(filled: City) -> None:
    assert fill.is_filled()


def test_real_data_is_never_taken_for_the_demo(filled: City) -> None:
    with transaction.atomic():
        DemoCard.objects.all().delete()
        with pytest.raises(Trouble, match="did not make"):
            fill.is_filled()
        transaction.set_rollback(True)


@pytest.mark.parametrize("text", ["59", "3001", "many", "-5"])
def test_a_senseless_number_of_schools_is_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYUAN_DEMO_SCHOOLS", text)
    with pytest.raises(Trouble, match="ANYUAN_DEMO_SCHOOLS"):
        fill.wanted_schools()
