"""What production serves when nobody says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def _hosts(home: Path, **environment: str) -> list[str]:
    """The host names a fresh process serves."""
    kept = {name: value for name, value in os.environ.items() if name != "ANYUAN_HOSTS"}
    code = "from anyuan.site import settings; print(*settings.ALLOWED_HOSTS)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "ANYUAN_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_only_this_machine_is_served_unless_hosts_are_named(tmp_path: Path) -> None:
    assert _hosts(tmp_path) == ["127.0.0.1", "localhost", "[::1]"]


def test_named_hosts_are_served_and_no_other(tmp_path: Path) -> None:
    assert _hosts(tmp_path, ANYUAN_HOSTS="anyuan.example.cn") == ["anyuan.example.cn"]
