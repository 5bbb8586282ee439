"""Data folders with a generated city, each used again by later runs.

A folder is made anew when it holds another number of things, or when tables or generator have changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from anyuan.site import supervisor
from anyuan.site.embedded import Server

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("ANYUAN_BENCH") or ROOT / ".cache" / "bench").resolve()


@dataclass(frozen=True, slots=True)
class Size:
    """How much a folder holds. ``entries`` are those of the trail."""

    schools: int
    hazards: int
    records: int
    entries: int


SMALL = Size(2_000, 2_000, 10_000, 5_000)
FULL = Size(2_000, 200_000, 2_000_000, 500_000)


def prepared(home: Path, size: Size) -> None:
    """Make sure that ``home`` holds ``size`` and the newest tables; loads it when it holds anything else."""
    mark = home / "generated.json"
    wanted = {**asdict(size), "generator": _digest(_generator())}
    found = json.loads(mark.read_text()) if mark.exists() else {}
    os.environ["ANYUAN_HOME"] = str(home)
    if found.get("wanted") == wanted and found["tables"].items() <= _tables().items():
        with supervisor.using_database(home, "bench"):
            supervisor.run_module("anyuan.site.prepare")
        return
    if home.exists():
        if not mark.exists() and any(home.iterdir()):
            raise SystemExit(f"{home} holds something else. Remove it, or name another folder.")
        shutil.rmtree(home)
    home.mkdir(parents=True)
    mark.write_text("{}")
    tables = _tables()
    start = time.monotonic()
    with supervisor.using_database(home, "bench"):
        supervisor.run_module("anyuan.site.prepare")
        words = [str(n) for n in asdict(size).values()]
        subprocess.run([sys.executable, "-m", "bench.fill", *words], check=True, cwd=ROOT)
        with Server(home).connect("anyuan") as connection:
            connection.execute("vacuum analyze")
    seconds = round(time.monotonic() - start)
    mark.write_text(json.dumps({"wanted": wanted, "tables": tables, "seconds": seconds}))


def _tables() -> dict[str, str]:
    """The migrations by name, each with the digest of its text."""
    files = sorted((ROOT / "src").glob("anyuan/*/*/migrations/0*.py"))
    return {f"{file.parent.parent.name}.{file.stem}": _digest([file]) for file in files}


def _generator() -> list[Path]:
    return [ROOT / "bench" / name for name in ("city.py", "histories.py", "fill.py", "keeping.py", "made.py")]


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
