"""``anyuan doctor``: what this machine offers and what is wrong with it."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

from . import locks, preflight
from .embedded import ENOUGH_DISK, Server, binaries, default_runner
from .supervisor import make_home, port_number
from .trouble import Trouble, say

Check = Callable[[Path], str]


def examine(home: Path) -> int:
    """Print one line per check; the number of checks that failed."""
    checks: list[tuple[str, Check]] = [
        ("Python", _python),
        ("data folder", _folder),
        ("free disk", _disk),
        ("port", lambda _: str(port_number())),
        ("in use", _in_use),
        *_database_checks(),
    ]
    failed = 0
    for name, check in checks:
        try:
            say(f"  ok      {name}: {check(home)}")
        except Trouble as trouble:
            failed += 1
            say(f"  WRONG   {name}: {trouble}")
    return failed


def _python(home: Path) -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _folder(home: Path) -> str:
    make_home(home)
    return str(home)


def _disk(home: Path) -> str:
    free = shutil.disk_usage(home).free
    if free < ENOUGH_DISK:
        raise Trouble(f"only {free // 2**20} MB are free; {ENOUGH_DISK // 2**20} MB are needed")
    return f"{free / 2**30:.1f} GB"


def _in_use(home: Path) -> str:
    try:
        with locks.held(home / "serve.lock", "anyuan doctor"):
            return "no, it is not running"
    except locks.Busy:
        return f"yes, by {(home / 'serve.lock').read_text().strip()}"


def _database_checks() -> list[tuple[str, Check]]:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return [("database", _embedded)]

    def elsewhere(home: Path) -> str:
        preflight.check(url)
        return "DATABASE_URL works"

    return [("database", elsewhere)]


def _embedded(home: Path) -> str:
    server = Server(home)
    how = {True: "in a user namespace", False: "directly"}[bool(default_runner().prefix)]
    if default_runner().user is not None:
        how = "as the user nobody"
    state = "answers" if server.answers() else "not running"
    return f"embedded, programs in {binaries()}, run {how}, {state}"
