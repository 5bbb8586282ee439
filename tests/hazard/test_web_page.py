"""The hazard's page: who sees it, the one button, what it says; paper and notice."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.cast import World

from anyuan.foundation.files.public import Attachment, Role
from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import State

from . import helpers as h
from .web_page_helpers import picture, see, send


def main_link(html: str) -> str:
    """Where the one primary button of the page leads; "" when there is none."""
    links = [
        part.split('href="')[1].split('"')[0]
        for part in html.split("<a ")
        if part.startswith('class="btn btn-primary btn-big"')
    ]
    assert len(links) <= 1
    return links[0] if links else ""


@pytest.mark.parametrize(
    "name", ["principal", "safety_officer", "county_officer", "city_officer", "fire_officer"]
)
def test_those_in_scope_see_it(world: World, name: str) -> None:
    hazard = h.submitted(world)
    html = see(world.client(name), hazard.url)
    assert hazard.title in html
    assert "已清理完毕" in html


@pytest.mark.parametrize(
    "name", ["stranger_officer", "stranger_principal", "sister_principal", "second_teacher"]
)
def test_strangers_find_nothing(world: World, name: str) -> None:
    hazard = h.submitted(world)
    for url in (hazard.url, f"/hazards/{hazard.number}/", f"{hazard.url}notice/", f"{hazard.url}accept/"):
        see(world.client(name), url, 404)


def test_the_watching_teacher_sees_it_by_assignment(world: World) -> None:
    hazard = h.rectifying(world)
    html = see(world.client("teacher"), hazard.url)
    assert main_link(html) == f"{hazard.url}watch/"


def test_the_number_leads_to_the_page(world: World) -> None:
    hazard = h.registered(world)
    response = world.client("principal").get(f"/hazards/{hazard.number}/")
    assert response["Location"] == hazard.url


def test_the_one_button_is_the_next_move_of_this_person(world: World) -> None:
    hazard = h.registered(world)
    assert main_link(see(world.client("safety_officer"), hazard.url)) == f"{hazard.url}assess/"
    hazard = h.assessed(world)
    assert main_link(see(world.client("principal"), hazard.url)) == f"{hazard.url}commit/"
    hazard = h.rectifying(world)
    assert main_link(see(world.client("logistics"), hazard.url)) == f"{hazard.url}submit/"
    hazard = h.submitted(world)
    assert main_link(see(world.client("logistics"), hazard.url)) == ""
    assert f'action="{hazard.url}accept/"' in see(world.client("principal"), hazard.url)
    hazard = h.suspected(world)
    assert main_link(see(world.client("county_officer"), hazard.url)) == f"{hazard.url}judge/"
    assert main_link(see(world.client("safety_officer"), hazard.url)) == ""


def test_an_expired_protection_is_the_next_move(world: World) -> None:
    hazard = h.rectifying(world)
    with h.day("2026-04-08"):
        html = see(world.client("logistics"), hazard.url)
        assert "临时防控已到期" in html
        html = see(world.client("safety_officer"), hazard.url)
        assert main_link(html) == f"{hazard.url}interim/"


def test_it_costs_few_queries(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    hazard = h.submitted(world)
    hz.send_back(world.actor("principal"), hazard, hz.SendBack("照片不清"))
    client = world.client("principal")
    see(client, hazard.url)
    with django_assert_max_num_queries(12):
        see(client, hazard.url)


def test_a_long_story_costs_no_more(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    hazard = h.rectifying(world, place=world.places["gate"], place_text="")
    hz.watch(world.actor("teacher"), hazard, hz.Watch("完好"))
    later = clock.day_of(hazard.due_at) + timedelta(days=9)
    hz.ask_extension(world.actor("logistics"), hazard, hz.AskExtension(later, "等配件"))
    hz.hand_over(world.actor("principal"), h.fresh(hazard), hz.HandOverTo(world.fire, "市政管网"))
    hz.answer_hand_over(world.actor("fire_officer"), h.fresh(hazard), hz.AnswerHandOver(False, "属校内"))
    for name in ("principal", "county_officer", "fire_officer", "teacher"):
        client = world.client(name)
        see(client, hazard.url)
        with django_assert_max_num_queries(12):
            see(client, hazard.url)


def test_everything_it_went_through_is_told(world: World) -> None:
    hazard = h.rectifying(world)
    hz.watch(world.actor("teacher"), hazard, hz.Watch("警戒线完好"))
    later = clock.day_of(hazard.due_at) + timedelta(days=9)
    hz.ask_extension(world.actor("logistics"), hazard, hz.AskExtension(later, "等配件"))
    html = see(world.client("principal"), hazard.url)
    for words in ("警戒线完好", "设警戒线并派人值守", "清理杂物并划线", "不需资金", "陈静", "王磊", "等配件"):
        assert words in html


def test_photos_that_were_sent_back_stand_apart(world: World) -> None:
    hazard = h.rectifying(world)
    send(world.client("logistics"), hazard, "submit", result="第一次", after_camera=picture(1))
    with h.day("2026-03-19"):
        send(world.client("principal"), hazard, "send-back", reason="看不清")
    with h.day("2026-03-20"):
        send(world.client("logistics"), hazard, "submit", result="第二次", after_camera=picture(200))
    html = see(world.client("principal"), hazard.url)
    assert "退回" in html
    assert html.count("整改后照片") == 1


def test_the_notice_prints_with_a_qr_and_no_seal(world: World) -> None:
    hazard = h.major(world)
    html = see(world.client("principal"), f"{hazard.url}notice/")
    assert "<svg" in html
    assert hazard.listing_number in html
    assert "（盖章）" in html


def test_the_signed_page_returns_to_the_record(world: World) -> None:
    hazard = h.rectifying(world)
    client = world.client("principal")
    response = client.post(f"{hazard.url}papers/", {"once": str(uuid4()), "paper_camera": picture()})
    assert response.status_code == 303
    paper = Attachment.everything.get(subject_id=hazard.pk)
    assert paper.role == Role.PAPER
    assert paper.thumb_url in see(client, hazard.url)


def test_who_only_looks_keeps_no_paper(world: World) -> None:
    hazard = h.rectifying(world)
    sent = {"once": str(uuid4()), "paper_camera": picture()}
    world.client("county_leader").post(f"{hazard.url}papers/", sent)
    assert world.client("stranger_officer").post(f"{hazard.url}papers/", sent).status_code == 404
    assert not Attachment.everything.filter(subject_id=hazard.pk).exists()


def test_a_closed_one_can_come_back(world: World) -> None:
    hazard = hz.accept(world.actor("principal"), h.submitted(world), hz.Accept())
    client = world.client("safety_officer")
    assert f"/hazards/new/?recurrence_of={hazard.pk}" in see(client, hazard.url)
    assert hazard.title in see(client, f"/hazards/new/?recurrence_of={hazard.pk}")
    assert h.fresh(hazard).state == State.CLOSED


def test_the_recheck_of_a_major_is_the_one_button_of_its_authority(world: World) -> None:
    hazard = h.major_submitted(world)
    page = see(world.client("county_officer"), hazard.url)
    assert f'class="btn btn-primary btn-big" href="{hazard.url}accept/"' in page
    assert f'class="menu-item" href="{hazard.url}judge/"' in page
