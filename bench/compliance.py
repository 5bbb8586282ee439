"""What verdicts cost for a city: ``python -m bench.compliance`` over the full folder of the pages.

2,000 schools, 300 requirements of real documents and a generated one, 2 million records. Measured inside one
process with the product's own calls: deriving all from nothing, deriving all again, the proof, and one school
after one record.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from anyuan.site import supervisor
from anyuan.site.embedded import Server

from . import measure, report
from .load import FULL, HOME, Size, prepared

RECORDS = 300
"""Records entered one after another. Four of them are the first of their register on this connection and are
planned, which takes 10 ms: with 100 records these alone would be the 95th percentile (10.1 ms)."""
AGAIN = 3
AIMS = {"derive": 5.0, "refresh": 10.0}
"""Seconds to derive the city, milliseconds after one record (p95)."""


def run(home: Path, entered: int) -> dict[str, Any]:
    """The figures of one folder; it holds the same verdicts afterwards and ``entered`` records more."""
    os.environ["ANYUAN_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    with supervisor.using_database(home, "bench"):
        import django

        django.setup()
        with Server(home).connect("anyuan") as connection:
            found = {**_sizes(), **_derived(connection), **_one_by_one(entered)}
            found["machine"] = measure.machine(connection)
    return found | {"day": datetime.now(UTC).date().isoformat(), "loaded": measure.loaded()}


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """How long it took, and what it gave."""
    start = time.perf_counter()
    given = work()
    return time.perf_counter() - start, given


def _ms(work: Callable[[], object]) -> float:
    return seconds(work)[0] * 1000


def _sizes() -> dict[str, Any]:
    from django.db import connection

    from anyuan.foundation.kernel.public import clock
    from anyuan.rules.policy.public import regions

    rules = (rule for region in regions(clock.today()) for rule in region.rules)
    found = {"requirements": len({rule.key for rule in rules if rule.kind in ("standard", "duty")})}
    counts = {
        "schools": "select count(*) from org_unit where kind = 'school'",
        "records": "select count(*) from ledger_record",
        "verdicts": "select count(*) from compliance_verdict",
        "subjects": "select count(*) from ledger_subject where kind in ('class', 'dormitory')",
    }
    with connection.cursor() as cursor:
        for name, query in counts.items():
            cursor.execute(query)
            found[name] = int(cursor.fetchone()[0])
    return found


def _derived(owner: psycopg.Connection) -> dict[str, Any]:
    """All verdicts: from nothing, again, and compared."""
    from anyuan.rules.compliance.public import rebuild
    from anyuan.rules.ledger.public import refresh_facts

    from .city import JOB

    owner.execute("truncate compliance_verdict, compliance_tally, compliance_ended")
    found: dict[str, Any] = {}
    found["empty"], _made = seconds(lambda: rebuild(JOB))
    owner.execute("vacuum analyze compliance_verdict")
    found["facts"] = statistics.median(seconds(lambda: refresh_facts(None))[0] for _n in range(AGAIN))
    found["again"] = statistics.median(seconds(lambda: rebuild(JOB))[0] for _n in range(AGAIN))
    spent = [seconds(lambda: rebuild(JOB, check=True)) for _n in range(AGAIN)]
    found["check"] = statistics.median(one for one, _given in spent)
    found["differences"] = max(len(given.differences) for _one, given in spent)  # type: ignore[attr-defined]
    return found


def _one_by_one(entered: int) -> dict[str, Any]:
    """Milliseconds to enter a record, and to bring the verdicts of its school up to date."""
    from anyuan.foundation.org.public import Unit, UnitKind
    from anyuan.rules.compliance.public import refresh
    from anyuan.rules.ledger.public import record

    from . import made
    from .city import JOB

    rng = random.Random(7)
    schools = list(Unit.everything.filter(kind=UnitKind.SCHOOL).order_by("label"))
    data = {
        "bullying-survey": {"method": "both", "asked": 200, "clues": 0, "result": "未发现"},
        "self-check": {"level": "school", "full": True, "points": 40, "found": 0},
        made.register_key(0): {"kind": "a", "amount": 3, "whole": True},
        made.register_key(7): {"kind": "b", "amount": 2, "whole": True},
    }
    entering, refreshing = [], []
    for _number in range(entered):
        school, code = rng.choice(schools), rng.choice(list(data))
        entry: dict[str, Any] = {"register": code, "unit": school, "data": data[code]}
        entering.append(_ms(partial(record, JOB, **entry)))
        refreshing.append(_ms(partial(refresh, [school.pk], registers={code})))
    found = {"entering": entering, "refreshing": refreshing}
    return {
        name: [statistics.median(rows), statistics.quantiles(rows, n=20)[-1]] for name, rows in found.items()
    }


def page(found: dict[str, Any]) -> str:
    """The figures for ``docs/performance.md``."""
    sizes = f"""\
{found["schools"]:,} schools with {found["subjects"]:,} classes and dormitories, {found["requirements"]:,} \
requirements, {found["records"]:,} records, {found["verdicts"]:,} verdicts."""
    head = f"""\
Measured {found["day"]} on {found["machine"]}; {found["loaded"]} at the end. {sizes} Aims: all derived in \
{AIMS["derive"]:.0f} s, one school after one record in {AIMS["refresh"]:.0f} ms; **!** marks a miss."""
    rows = [
        ("Everything derived and stored from nothing (facts, verdicts, sums)", found["empty"]),
        ("Everything derived again: nothing differs", found["again"]),
        ("of this, the facts", found["facts"]),
        ("Proof that what is stored is what is derived", found["check"]),
    ]
    lines = ["| All schools | Seconds |", "|---|--:|"]
    lines += [f"| {name} | {spent:.1f}{_miss(spent, AIMS['derive'])} |" for name, spent in rows]
    one = ["| One school | Median | p95 |", "|---|--:|--:|"]
    for name, key in (("A record entered", "entering"), ("Its verdicts brought up to date", "refreshing")):
        middle, most = found[key]
        mark = _miss(most, AIMS["refresh"]) if key == "refreshing" else ""
        one.append(f"| {name} | {middle:.1f} ms | {most:.1f} ms{mark} |")
    proof = f"The proof found {found['differences']:,} differences."
    return "\n\n".join([head, "\n".join(lines), "\n".join(one), proof])


def _miss(value: float, aim: float) -> str:
    return "" if value < aim else " **!**"


def main() -> None:
    """Measure, print; write the page's part when the folder is the full one."""
    parser = argparse.ArgumentParser(prog="python -m bench.compliance", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--schools", type=int, default=FULL.schools, help="in a folder of its own, 1,000 records each"
    )
    parser.add_argument("--records", type=int, default=RECORDS, help="how many are entered one by one")
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    number = options.schools
    whole = number == FULL.schools
    home = HOME / ("full" if whole else f"try{number}")
    prepared(home, FULL if whole else Size(number, number * 10, number * 1000, number * 10))
    text = page(run(home, options.records))
    print(text)
    if whole:
        report.put("compliance", text)


if __name__ == "__main__":
    main()
