"""The live stream, on an event loop and a thread of its own."""

from __future__ import annotations

import asyncio
import json
import resource
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, connections
from tests.cast import World, make_world

from anyuan.foundation.journal.public import Tell, action, pump_once
from anyuan.foundation.notify import live
from anyuan.foundation.notify.actions import mark_all_read
from anyuan.foundation.notify.hub import Hub, hub

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 10.0
"""Seconds."""


class Tab:
    """A browser tab with the stream open."""

    def __init__(self, cookie: str, *, after: int | None = None, last_id: int | None = None) -> None:
        headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())] if cookie else []
        if last_id is not None:
            headers.append((b"last-event-id", str(last_id).encode()))
        query = f"after={after}".encode() if after is not None else b""
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/notices",
            "headers": headers,
            "query_string": query,
        }
        self.status = 0
        self.text = ""
        self.ended = False
        self._changed = asyncio.Event()
        self._closed = asyncio.Event()
        self.task = asyncio.create_task(live.live_app(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.text += message["body"].decode()
            self.ended = not message.get("more_body", False)
        self._changed.set()

    async def until(self, true: Callable[[Tab], bool]) -> Tab:
        async with asyncio.timeout(PATIENCE):
            while not true(self):
                self._changed.clear()
                await self._changed.wait()
        return self

    def events(self, kind: str = "notice") -> list[Any]:
        found = []
        for block in self.text.split("\n\n"):
            lines = dict(
                line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != ":"
            )
            if lines.get("event") == kind:
                found.append((int(lines.get("id", 0)), json.loads(lines["data"])))
        return found

    def texts(self) -> list[str]:
        return [data["text"] for _seq, data in self.events()]

    async def leave(self) -> None:
        self._closed.set()
        await self.task


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run ``story`` on a fresh loop in another thread, as the web process would; raise what it raises."""
    failures: list[BaseException] = []

    async def whole() -> None:
        try:
            await story()
        finally:
            await hub().close()
            await sync_to_async(connections.close_all)()

    def target() -> None:
        try:
            asyncio.run(whole())
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=target)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    if failures:
        raise failures[0]


def cookie(world: World, who: str) -> str:
    return world.client(who).cookies[settings.SESSION_COOKIE_NAME].value


def say(world: World, text: str, *who: str) -> None:
    with action(world.actor("county_officer"), "test.say") as act:
        tells = [Tell(text=text, url="/", level="todo", people=[world.people[name].pk for name in who])]
        act.entry("做了一件事", path=world.school.path, tell=tells)
    pump_once()


async def tell(world: World, text: str, *who: str) -> None:
    def work() -> None:
        try:
            say(world, text, *who)
        finally:
            connection.close()

    await asyncio.to_thread(work)


def test_a_stream_brings_only_ones_own_notices_as_they_happen() -> None:
    world = make_world()
    say(world, "以前的", "principal")
    mine, other = cookie(world, "principal"), cookie(world, "stranger_principal")

    async def story() -> None:
        tab, stranger = Tab(mine), Tab(other)
        await tab.until(lambda t: bool(t.events("unread")))
        await stranger.until(lambda t: bool(t.events("unread")))
        await tell(world, "新的", "principal")
        await tab.until(lambda t: bool(t.texts()))
        assert tab.texts() == ["新的"]
        assert [data["unread"] for _seq, data in tab.events("unread")] == [1, 2]
        assert stranger.texts() == []
        await tell(world, "邻县的", "stranger_principal")
        await stranger.until(lambda t: bool(t.texts()))
        assert tab.texts() == ["新的"]
        await tab.leave()
        await stranger.leave()

    run(story)


@pytest.mark.parametrize("by", ["after", "last_id"])
def test_a_stream_resumes_after_the_last_event_seen(by: str) -> None:
    world = make_world()
    mine = cookie(world, "principal")

    async def story() -> None:
        tab = Tab(mine)
        await tab.until(lambda t: bool(t.events("unread")))
        await tell(world, "一", "principal")
        await tab.until(lambda t: bool(t.texts()))
        seen = tab.events()[-1][0]
        await tab.leave()
        for text in ("二", "三"):
            await tell(world, text, "principal")
        await tell(world, "别人的", "stranger_principal")
        again = Tab(mine, **{by: seen})
        await again.until(lambda t: len(t.texts()) >= 2)
        await tell(world, "四", "principal")
        await again.until(lambda t: len(t.texts()) >= 3)
        assert again.texts() == ["二", "三", "四"]
        await again.leave()

    run(story)


def test_more_than_a_batch_was_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    from anyuan.foundation.notify import hub as hub_module

    monkeypatch.setattr(hub_module, "BATCH", 3)
    monkeypatch.setattr(live, "BATCH", 3)
    world = make_world()
    for number in range(8):
        say(world, str(number), "principal")
    mine = cookie(world, "principal")

    async def story() -> None:
        tab = Tab(mine, after=0)
        await tab.until(lambda t: len(t.texts()) >= 8)
        assert tab.texts() == [str(n) for n in range(8)]
        await tab.leave()

    run(story)


def test_reading_elsewhere_lowers_the_bell() -> None:
    world = make_world()
    say(world, "一", "principal")
    mine = cookie(world, "principal")
    actor = world.actor("principal")

    def read() -> None:
        try:
            mark_all_read(actor)
        finally:
            connection.close()

    async def story() -> None:
        tab = Tab(mine)
        await tab.until(lambda t: bool(t.events("unread")))
        await asyncio.to_thread(read)
        await tab.until(lambda t: len(t.events("unread")) == 2)
        assert [data["unread"] for _seq, data in tab.events("unread")] == [1, 0]
        await tab.leave()

    run(story)


def test_strangers_get_nothing() -> None:
    make_world()

    async def story() -> None:
        for key in ("", "nonsense"):
            tab = Tab(key)
            await tab.task
            assert (tab.status, tab.text) == (401, "")

    run(story)


def test_the_stream_ends_with_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SESSION_CHECK", 0.05)
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    world = make_world()
    mine = cookie(world, "principal")

    def logout() -> None:
        try:
            Session.objects.all().delete()
        finally:
            connection.close()

    async def story() -> None:
        tab = Tab(mine)
        await tab.until(lambda t: t.text.count("still here") >= 2)
        assert not tab.ended
        await asyncio.to_thread(logout)
        async with asyncio.timeout(PATIENCE):
            await tab.task
        assert tab.ended
        back = Tab(mine)
        await back.task
        assert back.status == 401

    run(story)


def test_one_person_cannot_open_streams_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hub, "PER_PERSON", 2)
    world = make_world()
    mine = cookie(world, "principal")

    async def story() -> None:
        tabs = [Tab(mine), Tab(mine)]
        for tab in tabs:
            await tab.until(lambda t: bool(t.events("unread")))
        third = Tab(mine)
        await third.task
        assert third.status == 429
        for tab in tabs:
            await tab.leave()
        fourth = Tab(mine)
        await fourth.until(lambda t: t.status == 200)
        await fourth.leave()

    run(story)


def test_the_ear_comes_back_after_the_database_cut_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from anyuan.foundation.notify import hub as hub_module

    monkeypatch.setattr(hub_module, "RETRY_SECONDS", 0.1)
    world = make_world()
    mine = cookie(world, "principal")

    def cut() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("set role none")
                cursor.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where application_name = 'anyuan-live' and datname = current_database()"
                )
        finally:
            connection.close()

    async def story() -> None:
        tab = Tab(mine)
        await tab.until(lambda t: bool(t.events("unread")))
        async with asyncio.timeout(PATIENCE):
            await hub().listening.wait()
        await asyncio.to_thread(cut)
        await tell(world, "断线时的", "principal")
        await tab.until(lambda t: t.texts() == ["断线时的"])
        await tab.leave()

    run(story)


def test_fifty_streams_cost_three_connections_and_little_memory() -> None:
    world = make_world()
    people = list(world.people)
    cookies = [cookie(world, people[n % len(people)]) for n in range(50)]
    counted: list[int] = []

    def count() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select count(*) from pg_stat_activity"
                    " where application_name = 'anyuan-live' and datname = current_database()"
                )
                counted.append(cursor.fetchone()[0])
        finally:
            connection.close()

    async def story() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tabs = [Tab(key) for key in cookies]
        for tab in tabs:
            await tab.until(lambda t: bool(t.events("unread")))
        await tell(world, "全体", *people)
        for tab in tabs:
            await tab.until(lambda t: t.texts() == ["全体"])
        await asyncio.to_thread(count)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert counted[0] <= 3
        assert grown < 20_000, "kilobytes"
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*(tab.leave() for tab in tabs))

    run(story)
