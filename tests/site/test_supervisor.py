"""``anyuan serve`` as a person meets it: a real process on a real port."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from anyuan.site import processes
from anyuan.site.embedded import Server

START = 60  # seconds a start may take on a busy machine


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """One data folder and the commands run on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _port()
        self.running: list[subprocess.Popen[str]] = []

    def environment(self, **extra: str) -> dict[str, str]:
        gone = {"DATABASE_URL", "ANYUAN_DB_ROLE", "PORT"}
        kept = {name: value for name, value in os.environ.items() if name not in gone}
        return {**kept, "ANYUAN_HOME": str(self.home), "PORT": str(self.port), **extra}

    def command(self, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "anyuan.site.cli", *words],
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            check=False,
            timeout=START,
        )

    def serve(self) -> subprocess.Popen[str]:
        """Start it and wait for its address."""
        process = subprocess.Popen(
            [sys.executable, "-m", "anyuan.site.cli", "serve"],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(process)
        assert process.stdout
        heard = []
        for line in process.stdout:
            heard.append(line)
            if f"http://127.0.0.1:{self.port}" in line:
                return process
        raise AssertionError("".join(heard))

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, path: str, body: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", path, body, kind)
            return connection.getresponse().status
        finally:
            connection.close()

    def silent(self) -> bool:
        """Nothing answers on the port."""
        try:
            self.get("/healthz")
        except OSError:
            return True
        return False

    def children(self, pid: int) -> dict[str, int]:
        """The supervised processes by module."""
        listed = subprocess.run(
            ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return {row[2].split("anyuan.site.")[-1]: int(row[0]) for row in rows if int(row[1]) == pid}

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(20)
            if process.stdout:
                process.stdout.close()
        Server(self.home).stop()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "home")
    yield made
    made.end()


def _eventually(holds: object, seconds: float = START) -> bool:
    assert callable(holds)
    return processes.wait_gone(holds, seconds)


def test_serves_and_ctrl_c_stops_everything(site: Site) -> None:
    process = site.serve()
    assert site.get("/healthz") == (200, "ok\n")
    status, body = site.get("/readyz")
    assert (status, json.loads(body)["ready"]) == (200, True)
    assert site.get("/live/notices")[0] == 401
    assert site.post("/login/", "login=nobody&password=nothing") == 403, "a body must reach the pages"
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert site.silent()
    assert Server(site.home).postmaster() is None
    begun = time.monotonic()
    site.serve()
    assert time.monotonic() - begun < 10


def test_after_kill_9_of_the_supervisor_nothing_lives_on_and_a_new_start_works(site: Site) -> None:
    process = site.serve()
    process.kill()
    process.wait()
    assert _eventually(site.silent, 15)
    site.serve()
    assert site.get("/readyz")[0] == 200


def test_killed_children_are_started_again(site: Site) -> None:
    process = site.serve()
    children = site.children(process.pid)
    os.kill(children["web"], signal.SIGKILL)
    os.kill(children["worker"], signal.SIGKILL)
    assert _eventually(lambda: {"web", "worker"} <= set(site.children(process.pid)))
    fresh = site.children(process.pid)
    assert {fresh["web"], fresh["worker"]}.isdisjoint(children.values())
    assert _eventually(lambda: not site.silent() and site.get("/readyz")[0] == 200)


def test_a_killed_database_is_started_again_under_the_running_web(site: Site) -> None:
    site.serve()
    postmaster = Server(site.home).postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    assert _eventually(lambda: Server(site.home).postmaster() not in (None, postmaster))
    assert _eventually(lambda: site.get("/readyz")[0] == 200)


def test_a_second_serve_says_who_holds_the_folder_and_harms_nobody(site: Site) -> None:
    process = site.serve()
    second = site.command("serve", PORT=str(_port()))
    assert second.returncode == 1
    assert f"in use by anyuan serve (process {process.pid})" in second.stderr
    assert "Traceback" not in second.stderr
    assert site.get("/readyz")[0] == 200


def test_a_port_in_use_is_told_with_the_way_out(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        answer = site.command("serve")
    assert answer.returncode == 1
    assert f"Port {site.port}" in answer.stderr
    assert f"PORT={site.port + 1}" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("port", ["zero", "0", "70000"])
def test_a_port_that_is_no_port(site: Site, port: str) -> None:
    answer = site.command("serve", PORT=port)
    assert (answer.returncode, "PORT is" in answer.stderr) == (1, True)


def test_a_wrong_database_address_is_told_in_words(site: Site) -> None:
    answer = site.command("serve", DATABASE_URL=f"postgresql://anyuan@127.0.0.1:{_port()}/anyuan")
    assert answer.returncode == 1
    assert "nothing listens" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_commands_work_with_and_without_a_running_site(site: Site) -> None:
    assert "There is no Anyuan data" in site.command("psql", "-c", "select 1").stderr
    assert site.command("migrate").returncode == 0
    question = ("psql", "-Atc", "select count(*) >= 0, current_user from journal_entry")
    assert site.command(*question).stdout.strip() == "t|anyuan_owner"
    site.serve()
    assert site.command(*question).stdout.strip() == "t|anyuan_owner"
    verified = site.command("journal", "verify")
    assert (verified.returncode, "whole" in verified.stdout) == (0, True), verified.stderr
    assert site.get("/readyz")[0] == 200


def test_doctor_finds_nothing_wrong_here(site: Site) -> None:
    answer = site.command("doctor")
    assert answer.returncode == 0, answer.stdout
    assert "WRONG" not in answer.stdout


def test_the_demo_never_opens_real_data_nor_is_its_city_served_as_real(site: Site) -> None:
    site.home.mkdir()
    (site.home / "invented").touch()
    refused = site.command("serve")
    assert (refused.returncode, "anyuan demo" in refused.stderr) == (1, True)
    (site.home / "invented").unlink()
    (site.home / "pgdata").mkdir()
    refused = site.command("demo")
    assert (refused.returncode, "did not make" in refused.stderr) == (1, True)
    assert {path.name for path in site.home.iterdir()} == {"pgdata"}
