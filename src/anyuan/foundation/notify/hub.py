"""One ear per process: a single LISTEN connection, fanned out to every open stream.

Reading goes through a pool of at most two more connections, however many streams are open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

from .delivery import CHANNEL

log = logging.getLogger(__name__)

READERS = 2
RETRY_SECONDS = 2.0
LISTEN_SECONDS = 20.0
"""After so long without a word the connection is asked whether it still stands."""
BATCH = 100

_NEWER = """select id, seq, text, url, level, made_at from notify_notice
    where person_id = %s and seq > %s order by seq limit %s"""
_UNREAD = "select count(*) from notify_notice where person_id = %s and read_at is null"
_LAST = "select coalesce(max(seq), 0) from notify_notice where person_id = %s"


@dataclass(frozen=True, slots=True)
class News:
    """A notice as the stream sends it."""

    id: UUID
    seq: int
    text: str
    url: str
    level: str
    made_at: datetime


class TooManyStreams(Exception):
    """One person holds more streams open than tabs make sense."""


class Hub:
    """The streams of one event loop. Listens from the first stream on."""

    PER_PERSON = 20

    def __init__(self) -> None:
        self._streams: dict[UUID, set[asyncio.Event]] = {}
        self._ear: asyncio.Task[None] | None = None
        self._pool: AsyncConnectionPool | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self.listening = asyncio.Event()

    @contextmanager
    def joined(self, person: UUID) -> Iterator[asyncio.Event]:
        """An event that is set whenever something may have changed for ``person``.

        Raises :class:`TooManyStreams`.
        """
        mine = self._streams.setdefault(person, set())
        if len(mine) >= self.PER_PERSON:
            raise TooManyStreams
        if self._ear is None or self._ear.done():
            self._ear = asyncio.create_task(self._listen())
        event = asyncio.Event()
        mine.add(event)
        try:
            yield event
        finally:
            mine.discard(event)
            if not mine:
                self._streams.pop(person, None)

    async def newer(self, person: UUID, seq: int) -> list[News]:
        """Up to :data:`BATCH` notices of ``person`` after ``seq``, in order."""
        async with (await self._readers()).connection() as conn:
            rows = await conn.execute(_NEWER, [person, seq, BATCH])
            return [News(*row) for row in await rows.fetchall()]

    async def unread(self, person: UUID) -> int:
        return await self._number(_UNREAD, person)

    async def last(self, person: UUID) -> int:
        """The ``seq`` of the newest notice of ``person``; 0 when there is none."""
        return await self._number(_LAST, person)

    async def close(self) -> None:
        """Let go of every connection."""
        self._closed = True
        if self._ear is not None:
            self._ear.cancel()
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _number(self, query: str, person: UUID) -> int:
        async with (await self._readers()).connection() as conn:
            row = await (await conn.execute(query.encode(), [person])).fetchone()
            return int(row[0]) if row else 0

    async def _readers(self) -> AsyncConnectionPool:
        async with self._opening:
            if self._pool is None:
                pool = AsyncConnectionPool(
                    _conninfo(),
                    min_size=0,
                    max_size=READERS,
                    open=False,
                    kwargs={"autocommit": True},
                    check=AsyncConnectionPool.check_connection,
                )
                await pool.open()
                self._pool = pool
            return self._pool

    async def _listen(self) -> None:
        """Hear until closed; after a lost connection everybody looks for what came meanwhile."""
        while not self._closed:
            try:
                async with await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True) as conn:
                    await conn.execute(f"listen {CHANNEL}".encode())
                    self.listening.set()
                    self._wake(self._streams)
                    while not self._closed:
                        async for heard in conn.notifies(timeout=LISTEN_SECONDS):
                            self._wake(UUID(name) for name in heard.payload.split(","))
                        await conn.execute("select 1")
            except (psycopg.Error, OSError) as error:
                log.warning("live notices wait for the database: %s", error)
            finally:
                self.listening.clear()
            if not self._closed:
                await asyncio.sleep(RETRY_SECONDS)

    def _wake(self, people: Iterable[UUID]) -> None:
        for person in list(people):
            for event in self._streams.get(person, ()):
                event.set()


def _conninfo() -> str:
    """The same server, database and role as Django's own connection."""
    known = connections["default"].settings_dict
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: known[key] for name, key in parts.items() if known.get(key)}
    return make_conninfo(application_name="anyuan-live", **{**options, **known.get("OPTIONS", {})})


_hubs: dict[int, tuple[asyncio.AbstractEventLoop, Hub]] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    kept = _hubs.get(id(loop))
    if kept is None or kept[0] is not loop:
        _hubs.clear()
        kept = _hubs[id(loop)] = (loop, Hub())
    return kept[1]
