"""A full disk under a running site: told in words, nothing half-written, and all well once there is room."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.site.test_kill import Scene
from tests.site.test_supervisor import Site, _eventually

SIZE = "420m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own for the data folder; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(path: Path) -> None:
    """Take every byte that is left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def test_a_full_disk_is_told_and_leaves_nothing_half_written(small_disk: Path) -> None:
    site = Site(small_disk / "home")
    try:
        scene = Scene(site)
        heard: list[str] = []
        threading.Thread(target=lambda: heard.extend(scene.process.stdout or ()), daemon=True).start()
        filler = small_disk / "filler"
        forms = [scene.officer.form(scene.path, f"教室{number}") for number in range(8)]
        _fill(filler)
        answers = [scene.officer.send("POST", scene.path, form) for form in forms]
        refused = [page for status, page in answers if status == 507]
        assert refused
        assert all("磁盘已满" in page for page in refused)
        assert not [status for status, _page in answers if status not in {303, 507}]
        filler.unlink()
        assert _eventually(scene.ready)
        for form, (status, _page) in zip(forms, answers, strict=True):
            saved = status in {302, 303}
            assert scene.written(form["name"]) == ((1, 1) if saved else (0, 0))
        for form in forms:
            assert scene.officer.send("POST", scene.path, form)[0] == 303
            assert scene.written(form["name"]) == (1, 1)
        assert "whole" in site.command("journal", "verify").stdout
    finally:
        site.end()
