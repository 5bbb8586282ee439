"""Logging in: by phone or name, locks, sessions, the demo's cards."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.cast import NOW, PASSWORD, World, as_action

from anyuan.foundation.access.models import DemoCard, Throttle, User
from anyuan.foundation.access.sessions import ActorMiddleware
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Person


def post(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    address = more.pop("address", "10.0.0.1")
    return client.post("/login/", {"login": login, "password": password, **more}, REMOTE_ADDR=address)


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "typed", ["13900000000", " 139 0000-0000", "+8613900000000", "１３９００００００００", "周敏"]
)
def test_phone_or_name_opens(world: World, client: Client, typed: str) -> None:
    response = post(client, typed)
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(world.users["principal"].pk)


def test_a_name_two_people_bear_needs_the_phone(world: World, client: Client) -> None:
    with as_action():
        Person.everything.filter(pk=world.people["teacher"].pk).update(name="周敏")
    assert post(client, "周敏").status_code == 422
    assert not logged_in(client)
    assert post(client, "13900000000").status_code == 302


def test_refusals_look_the_same_whether_the_account_exists(world: World, client: Client) -> None:
    with as_action():
        User.objects.filter(pk=world.users["teacher"].pk).update(is_active=False)
    pages = [post(client, name, "wrong-password") for name in ("周敏", "没有此人", "陈静")]
    texts = {p.content.decode().split("<form", 2)[2].split("<ul", 1)[-1].split("</ul", 1)[0] for p in pages}
    assert [p.status_code for p in pages] == [422, 422, 422]
    assert len(texts) == 1
    assert "没有此人" in pages[1].content.decode(), "what was typed stays"
    assert "wrong-password" not in pages[1].content.decode()


def test_time_does_not_tell_who_exists(world: World, client: Client) -> None:
    def spent(name: str) -> float:
        took = []
        for _i in range(3):
            began = time.perf_counter()
            post(client, name, "wrong-password")
            took.append(time.perf_counter() - began)
        return min(took)

    spent("周敏")
    known, unknown = spent("李强"), spent("没有此人")
    assert unknown > known / 2
    assert known > unknown / 2


def test_the_account_locks_after_the_limit_and_opens_again(world: World, client: Client) -> None:
    limit, minutes = settings.LOGIN_FAILURES, settings.LOGIN_LOCK_MINUTES
    with clock.at(NOW):
        for n in range(limit):
            # name and phone count together
            assert post(client, "周敏" if n % 2 else "13900000000", "wrong-password").status_code == 422
        page = post(client, "周敏", address="10.9.9.9")
        assert page.status_code == 429
        assert "09:45" in page.content.decode(), "it says when the lock ends"
        assert not logged_in(client)
        assert post(client, "李强").status_code == 302, "others are not touched"
        entry = Entry.everything.get(verb="access.lock")
        assert entry.unit_path == world.school.path
        assert entry.subject_id == world.users["principal"].pk
    with clock.at(NOW + timedelta(minutes=minutes, seconds=-1)):
        assert post(client, "周敏").status_code == 429
    with clock.at(NOW + timedelta(minutes=minutes)):
        assert post(client, "周敏").status_code == 302


def test_an_unknown_name_locks_the_same_way(world: World, client: Client) -> None:
    codes = [post(client, "没有此人", "x").status_code for _n in range(settings.LOGIN_FAILURES + 1)]
    assert codes == [422] * settings.LOGIN_FAILURES + [429]


def test_the_last_allowed_attempt_may_succeed_and_clears(world: World, client: Client) -> None:
    for _n in range(settings.LOGIN_FAILURES - 1):
        post(client, "周敏", "wrong-password")
    assert post(client, "周敏").status_code == 302
    assert not Throttle.objects.filter(locked_until__isnull=False).exists()
    assert not Throttle.objects.filter(key__startswith="account:").exists()


def test_an_address_locks_whatever_the_names(world: World, client: Client, settings: Any) -> None:
    settings.LOGIN_FAILURES_ADDRESS = 4
    for n in range(4):
        post(client, f"甲{n}", "x")
    assert post(client, "周敏").status_code == 429
    assert post(client, "周敏", address="10.0.0.2").status_code == 302
    assert Entry.everything.get(verb="access.lock").unit_path == "/"


def test_a_success_does_not_wash_an_address_clean(world: World, client: Client, settings: Any) -> None:
    settings.LOGIN_FAILURES_ADDRESS = 3
    post(client, "甲", "x")
    post(client, "乙", "x")
    post(client, "周敏")
    post(Client(), "丙", "x")
    assert post(Client(), "周敏").status_code == 429


def test_a_lock_survives_a_restart(world: World, client: Client) -> None:
    """It lies in the database, not in the memory of a process."""
    for _n in range(settings.LOGIN_FAILURES):
        post(client, "周敏", "wrong-password")
    assert Throttle.objects.filter(locked_until__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("/hazards/?late=1", "/hazards/?late=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("\\\\evil.example", "/"),
    ],
)
def test_next_stays_on_this_site(world: World, client: Client, wanted: str, got: str) -> None:
    assert post(client, "周敏", next=wanted)["Location"] == got


def test_logging_in_costs_no_trace_entry(world: World, client: Client) -> None:
    post(client, "周敏")
    assert world.users["principal"].last_login != User.objects.get(pk=world.users["principal"].pk).last_login
    assert not Entry.everything.filter(verb="database.change").exists()


def test_the_session_key_changes_at_login(world: World, client: Client) -> None:
    client.get("/login/")
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    post(client, "周敏")
    assert client.cookies["sessionid"].value != session.session_key


def ask(client: Client) -> int:
    """200 while the session lives; 303 to the login when it is over."""
    return client.get("/password/").status_code


def test_a_session_ends_when_it_lies_idle(world: World, client: Client) -> None:
    with clock.at(NOW):
        post(client, "周敏")
    with clock.at(NOW + timedelta(seconds=settings.SESSION_IDLE - 1)):
        assert ask(client) == 200
    later = NOW + timedelta(seconds=2 * settings.SESSION_IDLE - 1)
    with clock.at(later - timedelta(seconds=1)):
        assert ask(client) == 200, "the last touch counts"
    with clock.at(later + timedelta(seconds=settings.SESSION_IDLE)):
        assert ask(client) == 303
        assert not logged_in(client)


def test_a_session_ends_after_twelve_hours_however_busy(world: World, client: Client) -> None:
    hours = settings.SESSION_COOKIE_AGE // 3600
    with clock.at(NOW):
        post(client, "周敏")
    for n in range(1, hours):
        with clock.at(NOW + timedelta(hours=n)):
            assert ask(client) == 200
    with clock.at(NOW + timedelta(hours=hours, seconds=-1)):
        assert ask(client) == 200
    with clock.at(NOW + timedelta(hours=hours)):
        assert ask(client) == 303


def test_a_closed_account_loses_its_running_session(world: World) -> None:
    client = world.client("teacher")
    assert ask(client) == 200
    with as_action():
        User.objects.filter(pk=world.users["teacher"].pk).update(is_active=False)
    assert ask(client) == 303


def test_logout_ends_the_session_and_needs_a_post(world: World) -> None:
    client = world.client("teacher")
    assert client.get("/logout/").status_code == 405
    assert ask(client) == 200
    assert client.post("/logout/").status_code == 303
    assert ask(client) == 303


def card_of(world: World) -> DemoCard:
    return DemoCard.objects.create(person=world.people["principal"], title="校长", sees="签批、验收")


def test_a_demo_card_logs_in_with_one_tap(world: World, client: Client, settings: Any) -> None:
    settings.DEMO = True
    card = card_of(world)
    assert f'value="{card.pk}"' in client.get("/login/").content.decode()
    assert client.get("/login/demo/").status_code == 405
    assert client.post("/login/demo/", {"card": str(card.pk)}).status_code == 302
    assert logged_in(client)


def test_no_demo_no_cards(world: World, client: Client, settings: Any) -> None:
    settings.DEMO = False
    card = card_of(world)
    assert str(card.pk) not in client.get("/login/").content.decode()
    assert client.post("/login/demo/", {"card": str(card.pk)}).status_code == 404
    assert not logged_in(client)


@pytest.mark.parametrize("card", ["", "x", "00000000-0000-7000-8000-000000000000"])
def test_a_card_that_is_not_there(world: World, client: Client, settings: Any, card: str) -> None:
    settings.DEMO = True
    assert client.post("/login/demo/", {"card": card}).status_code == 404


def test_an_actor_costs_three_queries_a_request(world: World, django_assert_num_queries: Any) -> None:
    """Session, account with person and unit, posts with roles: what every page pays before its own work."""
    client = world.client("county_officer")
    request = RequestFactory().get("/")
    request.session = SessionStore(client.session.session_key)
    seen: list[Any] = []

    def page(asked: Any) -> HttpResponse:
        seen.append(asked.actor)
        return HttpResponse()

    with django_assert_num_queries(3):
        AuthenticationMiddleware(ActorMiddleware(page))(request)  # type: ignore[arg-type]
    assert seen[0] == world.actor("county_officer")
