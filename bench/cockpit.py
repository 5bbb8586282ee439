"""How fast the hazard figures are: ``python bench/cockpit.py [hazards]`` (default 200,000 of two years).

Makes a database of its own beside the configured one: one city, 13 counties, 2,002 schools; asks for the
page as city, county and fire officer, for every period and for a full year back; drops it.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
os.environ["ANYUAN_DB_ROLE"] = "anyuan_owner"
os.environ["ANYUAN_TEST_SUFFIX"] = "_bench_cockpit"

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first
from django.test.utils import (  # noqa: E402
    CaptureQueriesContext,
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from tests.cast import NOW, World, make_world  # noqa: E402
from tests.cockpit import fill  # noqa: E402

from anyuan.foundation.kernel.public import clock  # noqa: E402
from anyuan.foundation.org.public import Unit, UnitKind  # noqa: E402
from anyuan.response.hazard.public import Hazard  # noqa: E402

TRIES = 25
DECEMBER = datetime(2026, 12, 30, 1, 30, tzinfo=clock.SHANGHAI)
"""The worst day for "this year"."""


def fill_city(count: int) -> World:
    world = make_world()
    rng = random.Random(7)
    counties = [world.county, world.next_county]
    counties += [
        Unit(
            kind=UnitKind.COUNTY,
            parent=world.city,
            label=10_000 + n,
            path=f"{world.city.path}{10_000 + n}/",
            name=f"第{n}县",
        )
        for n in range(11)
    ]
    fill.copy(counties[2:], Unit)
    schools: list[Unit] = []
    for number, county in enumerate(counties):
        schools += fill.schools(county, 154, rng, 20_000 + number * 1000)
    fill.copy(fill.hazards(schools, count, rng, DECEMBER), Hazard)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze hazard_hazard")
        cursor.execute("vacuum analyze org_unit")
    return world


def measure(world: World, who: str, span: str, day: datetime) -> None:
    client = world.client(who)
    times = []
    with clock.at(day):
        client.get("/cockpit/", {"period": span})
        for _try in range(TRIES):
            start = time.perf_counter()
            answer = client.get("/cockpit/", {"period": span})
            times.append((time.perf_counter() - start) * 1000)
        with CaptureQueriesContext(connection) as queries:
            client.get("/cockpit/", {"period": span})
    assert answer.status_code == 200
    median, late = statistics.median(times), sorted(times)[int(TRIES * 0.95)]
    size = len(answer.content) // 1024
    print(
        f"{who:15} {span:6} {day:%m-%d}  median {median:5.0f} ms  p95 {late:5.0f} ms  "
        f"{len(queries)} statements  {size} kB"
    )


def main(count: int) -> None:
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version'), current_setting('work_mem')")
            print(cursor.fetchone(), f"{count:,} hazards")
        world = fill_city(count)
        for who in ("city_officer", "county_officer", "fire_officer", "principal"):
            for span in ("week", "month", "year"):
                measure(world, who, span, DECEMBER)
        measure(world, "city_officer", "year", NOW.replace(month=3))
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
