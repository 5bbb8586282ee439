"""``python -m bench``: measure pages, nation, compliance; write ``docs/performance.md``.

``pages``: fill two data folders, measure every case in both. The other parts are modules of their own.

``--only TEXT`` measures the cases whose name holds TEXT and writes nothing; ``--statements`` prints their
slowest statements, ``--full`` leaves the small folder out. The folders stay (``.cache/bench``, or
``ANYUAN_BENCH``), so that a second run needs a few minutes only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from anyuan.site import supervisor
from anyuan.site.embedded import Server

from . import measure, report, serving
from .cases import CASES, PASSWORD, Case
from .load import FULL, HOME, ROOT, SMALL, prepared

SIZES = {"small": SMALL, "full": FULL}
PARTS = ("pages", "nation", "compliance")
OTHERS = (("ledger_record_many.py", "100000"), ("journal_verify.py", "1000000"))


def inside() -> dict[str, Any]:
    """Facts and statements, told by a process with Django."""
    words = [sys.executable, "-m", "bench.inside"]
    done = subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = measure.parse(done.stdout)
    return found


def run(home: Path, cases: list[Case], requests: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measure the cases in one folder: (their results, what the process needed)."""
    os.environ["ANYUAN_HOME"] = str(home)
    results: dict[str, Any] = {}
    with serving.product(home) as running:
        told = inside()
        known = told["facts"]
        people = measure.visitors(running.port, cases, known["key"], PASSWORD)
        for case in cases:
            key = f"{case.name}/{case.who}"
            path = case.path.format(**known)
            timed = measure.timing(people[case.who], case, path, told["body"], requests, running.busy)
            results[key] = {**told["cases"].get(key, {}), **timed.as_row()}
            print(_line(key, results[key]), flush=True)
        process = {"memory": running.memory(), "seconds": running.seconds}
    return results, process


def _line(key: str, row: dict[str, Any]) -> str:
    return (
        f"  {key:48} {row['status']} {row['p50']:7.1f} {row['p95']:7.1f} ms {row['rate']:6.0f}/s "
        f"{row.get('queries', 0):3} queries {row['busy']:6.1f} ms of processor"
    )


def bare(home: Path, requests: int) -> dict[str, Any]:
    """The limit: the same server and database without the product."""
    names = {"50 rows as JSON": "/rows", "select 1": "/one", "nothing": "/nothing"}
    with supervisor.using_database(home, "bench"), serving.bare(home) as running:
        visitor = serving.Visitor(running.port)
        return {
            name: measure.timing(visitor, Case(name, "", path), path, "", requests, running.busy).as_row()
            for name, path in names.items()
        }


def starts() -> dict[str, float]:
    """Seconds to the first answer, for an empty folder and for the same folder again."""
    home = HOME / "start"
    shutil.rmtree(home, ignore_errors=True)
    found = {}
    for name in ("first", "second"):
        with serving.product(home) as running:
            found[name] = running.seconds
    shutil.rmtree(home)
    return found


def others(home: Path) -> list[str]:
    """Bulk entry and verification, in databases of their own on the same server."""
    said = []
    with supervisor.using_database(home, "bench"):
        with Server(home).connect() as connection:
            connection.execute("alter role anyuan_owner createdb")  # as the tests' own server allows
        url = f"postgresql://postgres@/anyuan?host={Server(home).socket}"
        # A data folder of their own: heads published of another trail would contradict theirs.
        apart = HOME / "apart"
        for script, number in OTHERS:
            shutil.rmtree(apart, ignore_errors=True)
            apart.mkdir()
            words = [sys.executable, str(ROOT / "bench" / script), number]
            done = subprocess.run(
                words,
                check=True,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "DATABASE_URL": url, "ANYUAN_HOME": str(apart)},
            )
            print(done.stdout, flush=True)
            said.append(done.stdout)
    return said


def statements(results: dict[str, Any]) -> None:
    """Print the slowest statements of each case."""
    for key, row in results.items():
        print(f"\n{key}: {row.get('queries')} queries")
        for ms, sql in row.get("slowest", []):
            print(f"  {ms:.1f} ms  {sql[:4000]}")


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help="pages, nation, compliance; default: all")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--statements", action="store_true")
    parser.add_argument("--full", action="store_true", help="leave the small folder out; writes nothing")
    parser.add_argument("--requests", type=int, default=measure.REQUESTS)
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    chosen = options.parts or (["pages"] if options.only or options.full else PARTS)
    if set(chosen) - set(PARTS):
        parser.error(f"parts are {', '.join(PARTS)}")
    for part in chosen:
        if part == "pages":
            pages(options)
        else:
            subprocess.run([sys.executable, "-m", f"bench.{part}"], check=True, cwd=ROOT)


def pages(options: argparse.Namespace) -> None:
    """Pages and API, in both folders."""
    cases = [case for case in CASES if options.only in case.name]
    found: dict[str, Any] = {}
    for name in ("full",) if options.full else SIZES:
        home = HOME / name
        print(f"{name}: {SIZES[name]}", flush=True)
        prepared(home, SIZES[name])
        found[name], process = run(home, cases, options.requests)
        found["memory"], found["start"] = process["memory"], {"full": process["seconds"]}
    print(f"  memory {found['memory']}, started in {found['start']['full']:.1f} s")
    if options.statements:
        statements(found["full"])
    if options.only or options.full:
        return
    home = HOME / "full"
    (HOME / "last.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))
    found["start"] |= starts()
    found["bare"] = bare(home, options.requests)
    found["others"] = others(HOME / "small")
    with supervisor.using_database(home, "bench"), Server(home).connect() as connection:
        found["machine"] = measure.machine(connection)
    found["loaded"] = measure.loaded()
    found["day"] = datetime.now(UTC).date().isoformat()
    (HOME / "last.json").write_text(json.dumps(found, ensure_ascii=False, indent=1))
    report.write(found)


if __name__ == "__main__":
    main()
