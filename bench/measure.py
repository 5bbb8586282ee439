"""Timing one case over HTTP, and the machine it was timed on."""

from __future__ import annotations

import json
import os
import platform
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from .cases import KEY, Case
from .serving import Visitor

WARM = 8
REQUESTS = 120
CONNECTIONS = 4
SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of single requests one after another, and requests a second by :data:`CONNECTIONS`.

    ``busy``: milliseconds of processor the web process spent on one; other programs do not lengthen it.
    """

    status: int
    p50: float
    p95: float
    rate: float
    bytes: int
    busy: float

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def timing(
    visitor: Visitor, case: Case, path: str, body: str, requests: int, busy: Callable[[], float]
) -> Timing:
    """Measure one case; a case that is not answered with success has no times."""
    status, answer = ask(visitor, case, path, body)
    if status not in (200, 201):
        return Timing(status, 0, 0, 0, len(answer), 0)
    for _ in range(WARM):
        ask(visitor, case, path, body)
    spent = []
    before = busy()
    for _ in range(requests):
        start = time.perf_counter()
        ask(visitor, case, path, body)
        spent.append((time.perf_counter() - start) * 1000)
    worked = (busy() - before) / requests * 1000
    p95 = statistics.quantiles(spent, n=20)[-1]
    many = rate(visitor, case, path, body)
    return Timing(status, statistics.median(spent), p95, many, len(answer), worked)


def ask(visitor: Visitor, case: Case, path: str, body: str) -> tuple[int, bytes]:
    """One request of the case."""
    if case.method == "GET":
        return visitor.send("GET", path)
    key = {"Idempotency-Key": uuid4().hex, "Content-Type": "application/json"}
    return visitor.send(case.method, path, body.encode(), **key)


def rate(visitor: Visitor, case: Case, path: str, body: str) -> float:
    """Requests a second over :data:`CONNECTIONS` connections at once."""
    done = [0] * CONNECTIONS
    until = time.perf_counter() + SECONDS

    def run(place: int) -> None:
        twin = visitor.twin()
        while time.perf_counter() < until:
            ask(twin, case, path, body)
            done[place] += 1

    start = time.perf_counter()
    threads = [threading.Thread(target=run, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - start)


def visitors(port: int, cases: list[Case], key: str, password: str) -> dict[str, Visitor]:
    """Everybody the cases need, logged in."""
    found: dict[str, Visitor] = {}
    for who in dict.fromkeys(case.who for case in cases):
        visitor = Visitor(port)
        if who == KEY:
            visitor.headers["Authorization"] = f"Bearer {key}"
        else:
            visitor.log_in(f"{who}.0", password)
        found[who] = visitor
    return found


def machine(server: psycopg.Connection) -> str:
    """Processor, cores, memory and versions, in one line."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [row.split(":")[1].strip() for row in cpuinfo.read_text().splitlines() if "model name" in row]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    row = server.execute("select current_setting('server_version')").fetchone()
    return (
        f"{os.cpu_count()} cores of {model}, {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, PostgreSQL {row[0] if row else '?'} (embedded, fsync on)"
    )


def loaded() -> str:
    """How busy the machine was with other things just now."""
    return f"load average {os.getloadavg()[0]:.1f}"


def parse(text: str) -> Any:
    """The last line of a child's output that is JSON."""
    return json.loads(next(line for line in reversed(text.splitlines()) if line.startswith("{")))
