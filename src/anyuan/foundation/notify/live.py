"""``/live/notices``: what happens, as it happens, for the person logged in (server-sent events).

Every event of kind ``notice`` carries the journal's ``seq`` as its id; a browser that comes back sends the
last one it saw and misses nothing. ``unread`` carries the number for the bell. When the session ends the
stream ends, and a browser that comes back gets 401. A native ASGI application, without a thread per stream.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import close_old_connections
from django.http import parse_cookie
from psycopg import Error
from psycopg_pool import PoolTimeout

from anyuan.foundation.access.public import actor_of_session

from .hub import BATCH, Hub, News, TooManyStreams, hub

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEARTBEAT = 20.0
"""Seconds without an event after which a comment keeps the line open."""
SESSION_CHECK = 60.0
"""Seconds after which a stream asks again whether its session still stands."""
RETRY_MS = 3000

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
]


async def live_app(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI entry for everything below ``/live/``."""
    if scope["type"] != "http":
        return
    if not scope["path"].endswith("/live/notices") or scope["method"] != "GET":
        await _answer(send, 404)
        return
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
    key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    person = await _person_of(key) if key else None
    if person is None:
        await _answer(send, 401)
        return
    stream = _Stream(hub(), person, key, send)
    try:
        with stream.hub.joined(person) as news:
            await stream.begin(_asked(headers, scope.get("query_string", b"")))
            await stream.run(receive, news)
    except TooManyStreams:
        await _answer(send, 429)
    except (Error, PoolTimeout):
        if not stream.begun:
            await _answer(send, 503)


def _asked(headers: MutableMapping[str, str], query: bytes) -> int | None:
    """The ``seq`` to go on after: the header a browser sends when it comes back, else ``?after=``."""
    asked = headers.get("last-event-id") or parse_qs(query.decode("latin-1")).get("after", [""])[0]
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


@sync_to_async
def _person_of(key: str) -> UUID | None:
    """Whose session this is; None when it is over. Runs in the one thread that asgiref keeps."""
    close_old_connections()
    try:
        return actor_of_session(key).person_id
    finally:
        close_old_connections()


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


class _Stream:
    """One open browser tab."""

    def __init__(self, hub_: Hub, person: UUID, key: str, send: Send) -> None:
        self.hub = hub_
        self.begun = False
        self._person = person
        self._key = key
        self._send = send
        self._seq = 0
        self._unread = -1
        self._gone = False

    async def begin(self, after: int | None) -> None:
        self._seq = await self.hub.last(self._person) if after is None else after
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        self.begun = True
        await self._say(f"retry: {RETRY_MS}\n\n")

    async def run(self, receive: Receive, news: asyncio.Event) -> None:
        """Send what is new, then wait for more, until the browser has gone or the session ends.

        The loop is told to end, never cancelled: before Python 3.12 a cancellation may be swallowed by
        ``wait_for``, which the database driver uses, and the stream would stay for ever.
        """
        leaving = asyncio.create_task(self._notice_leaving(receive, news))
        try:
            await self._go_on(news)
        finally:
            leaving.cancel()

    async def _notice_leaving(self, receive: Receive, news: asyncio.Event) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        news.set()

    async def _go_on(self, news: asyncio.Event) -> None:
        clock = asyncio.get_running_loop().time
        checked = clock()
        news.set()
        while not self._gone:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await news.wait()
                news.clear()
                await self._catch_up()
            except TimeoutError:
                await self._say(": still here\n\n")
            if clock() - checked >= SESSION_CHECK:
                checked = clock()
                if await _person_of(self._key) != self._person:
                    await self._send({"type": "http.response.body", "body": b""})
                    return

    async def _catch_up(self) -> None:
        while True:
            found = await self.hub.newer(self._person, self._seq)
            if found:
                await self._say("".join(_event(one) for one in found))
                self._seq = found[-1].seq
            if len(found) < BATCH:
                break
        unread = await self.hub.unread(self._person)
        if unread != self._unread:
            self._unread = unread
            await self._say(f'event: unread\ndata: {{"unread": {unread}}}\n\n')

    async def _say(self, text: str) -> None:
        await self._send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _event(one: News) -> str:
    data = {"id": one.id, "text": one.text, "url": one.url, "level": one.level, "made_at": one.made_at}
    return f"id: {one.seq}\nevent: notice\ndata: {json.dumps(data, cls=DjangoJSONEncoder)}\n\n"
