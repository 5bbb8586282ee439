"""How fast records are entered in bulk: ``python bench/ledger_record_many.py [records]``.

Makes a database of its own beside the configured one, fills it, measures, drops it. The rows are rounds
of 160 schools over 18 places each, the heaviest record of a demo term. The server copying
the same rows gives the yardstick.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
os.environ["ANYUAN_DB_ROLE"] = "anyuan_owner"
os.environ["ANYUAN_TEST_SUFFIX"] = "_bench_ledger"

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from anyuan.foundation.kernel.public import clock, job_actor  # noqa: E402
from anyuan.foundation.org.public import Unit, UnitKind  # noqa: E402
from anyuan.rules.ledger.public import ROUND, NewRecord, Record, record_many, records  # noqa: E402

SCHOOLS = 160
BATCH = 50_000
JOB = job_actor("bench")


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def schools() -> list[Unit]:
    units = [
        Unit(kind=UnitKind.SCHOOL, label=n, path=f"/1/2/{n}/", name=f"第{n}小学")
        for n in range(10, 10 + SCHOOLS)
    ]
    Unit.everything.bulk_create(units)
    return units


def rounds(units: list[Unit], first: int, count: int) -> Iterator[NewRecord]:
    places = [[str(uuid4()) for _ in range(18)] for _ in units]
    start = date(2000, 1, 3)
    for n in range(first, first + count):
        at = n % len(units)
        day = start + timedelta(days=n // len(units))
        done = datetime(day.year, day.month, day.day, 8, tzinfo=clock.SHANGHAI)
        data = {
            "route": "day",
            "title": "今日巡查",
            "day": day.isoformat(),
            "made_up": False,
            "places": places[at],
            "photo_places": places[at][:2],
            "exceptions": [],
        }
        yield NewRecord(ROUND, units[at], done, data, slot=f"round:day:{day.isoformat()}", recorded_at=done)


def copy_again(count: int) -> float:
    """The same rows by COPY from a file made by the server: the yardstick."""
    with connection.cursor() as cursor:
        cursor.execute("create table yardstick (like ledger_record including all)")
        return timed(
            lambda: cursor.execute("insert into yardstick select * from ledger_record limit %s", [count])
        )


def main(count: int) -> None:
    made = setup_databases(verbosity=0, interactive=False)
    try:
        units = schools()
        spent = sum(
            timed(lambda s=start: record_many(JOB, rounds(units, s, min(BATCH, count - s))))
            for start in range(0, count, BATCH)
        )
        total = Record.everything.count()
        print(f"{platform.machine()}, {os.cpu_count()} cores")
        print(f"record_many: {total:,} rounds in {spent:.1f} s = {total / spent:,.0f}/s")
        print(f"insert ... select of the same rows (no validation): {copy_again(count):.1f} s")
        page = timed(lambda: list(records(JOB).order_by("-occurred_at", "-id")[:51]))
        print(f"first page of the list over all of them: {page * 1000:.0f} ms")
    finally:
        connection.close()
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
