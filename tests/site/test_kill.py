"""kill -9 in the middle of an action: committed or not at all, and everything works again by itself."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from tests.site.test_supervisor import Site, _eventually

from anyuan.site.cluster import PORT
from anyuan.site.embedded import Server

PASSWORD = "Autumn-rain-2026"
SEED = f"""
import django
django.setup()
from anyuan.foundation.access.actions.accounts import activate
from anyuan.foundation.access.public import make_slips, open_accounts
from anyuan.foundation.kernel.public import job_actor
from anyuan.foundation.org.public import NewPost, NewUnit, add_person, create_unit, hold_post
actor = job_actor("seed")
county = create_unit(actor, None, NewUnit("county", "东屏县"))
school = create_unit(actor, county, NewUnit("school", "实验小学", facts={{"unit_type": "primary"}}))
person = add_person(actor, county, "赵立", "13900000001")
hold_post(actor, person, county, NewPost("county-officer"))
open_accounts(actor, [person])
activate(make_slips(actor, [person])[0].code, {PASSWORD!r}, "127.0.0.1")
print(school.pk)
"""


class Officer:
    """A county officer in a browser, as far as one form goes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _is, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def log_in(self) -> None:
        _status, page = self.send("GET", "/login/")
        fields = {"login": "13900000001", "password": PASSWORD, "csrfmiddlewaretoken": _token(page)}
        assert self.send("POST", "/login/", fields)[0] in {302, 303}

    def form(self, path: str, name: str) -> dict[str, str]:
        """The form for a new place, filled in and not yet sent."""
        status, page = self.send("GET", path)
        assert status == 200, page
        once = re.search(r'name="once" value="([^"]+)"', page)
        assert once
        return {"csrfmiddlewaretoken": _token(page), "once": once[1], "name": name, "kind": "gate"}


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]


class Scene:
    """A served site with one school, and its officer before an open form."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.process = site.serve()
        self.address = f"host={Server(site.home).socket} port={PORT} user=anyuan dbname=anyuan"
        seeded = subprocess.run(
            [sys.executable, "-c", SEED],
            env=site.environment(DJANGO_SETTINGS_MODULE="anyuan.site.settings"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert seeded.returncode == 0, seeded.stderr
        self.path = f"/units/{seeded.stdout.strip()}/places/add/"
        self.officer = Officer(site)
        self.officer.log_in()

    def ask(self, sql: str, *params: object) -> int:
        with psycopg.connect(self.address) as db:
            db.execute("set role anyuan_owner")
            row = db.execute(sql, params).fetchone()  # type: ignore[call-overload]
            assert row
            return int(row[0])

    def written(self, name: str) -> tuple[int, int]:
        """How many places of this name there are, and how many entries that tell of one."""
        places = self.ask("select count(*) from org_place where name = %s", name)
        told = "select count(*) from journal_entry where sentence like %s"
        return places, self.ask(told, f"%{name}%")

    @contextmanager
    def held_before_the_last_write(self, table: str) -> Iterator[None]:
        """Whoever comes to write into ``table`` waits there, in the middle of his transaction."""
        db = psycopg.connect(self.address)
        db.execute("set role anyuan_owner")
        db.execute(f"lock table {table} in share mode")  # type: ignore[call-overload]
        try:
            yield
        finally:
            db.close()

    def somebody_waits(self, table: str) -> bool:
        with psycopg.connect(self.address) as db:  # as the login itself: others do not see what is asked
            found = db.execute(
                "select from pg_stat_activity where wait_event_type = 'Lock' and query ilike %s",
                [f"%insert into%{table}%"],
            )
            return found.rowcount > 0

    def ready(self) -> bool:
        return not self.site.silent() and self.site.get("/readyz")[0] == 200

    def kill(self, victim: str) -> None:
        pid = Server(self.site.home).postmaster() if victim == "database" else None
        pid = pid or self.site.children(self.process.pid)[victim]
        os.kill(pid, signal.SIGKILL)
        assert _eventually(lambda: not _alive(pid), 20)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    site = Site(tmp_path_factory.mktemp("kill") / "home")
    try:
        yield Scene(site)
    finally:
        site.end()


@pytest.mark.parametrize("victim", ["web", "database"])
def test_killed_in_the_middle_of_an_action_nothing_of_it_is_there(scene: Scene, victim: str) -> None:
    """The business row was written, its journal entry not yet; then the same form is sent again."""
    name = f"校门{victim}"
    form = scene.officer.form(scene.path, name)
    answers: list[int] = []

    def send() -> None:
        try:
            answers.append(scene.officer.send("POST", scene.path, form)[0])
        except (OSError, http.client.HTTPException):
            answers.append(0)

    with scene.held_before_the_last_write("journal_entry"):
        sending = threading.Thread(target=send)
        sending.start()
        assert _eventually(lambda: scene.somebody_waits("journal_entry"), 20)
        scene.kill(victim)
    sending.join(60)
    assert not sending.is_alive()
    assert answers[0] not in {200, 302, 303}, "nobody was told that it is saved"
    assert _eventually(scene.ready)
    assert scene.written(name) == (0, 0)
    assert scene.officer.send("POST", scene.path, form)[0] == 303
    assert scene.written(name) == (1, 1)
    assert scene.officer.send("POST", scene.path, form)[0] == 303
    assert scene.written(name) == (1, 1), "the form sent twice is done once"


def test_a_worker_killed_while_it_seals_leaves_a_whole_trail(scene: Scene) -> None:
    name = "校门worker"
    unsealed = "select count(*) from journal_pending"
    with scene.held_before_the_last_write("journal_seal"):
        form = scene.officer.form(scene.path, name)
        assert scene.officer.send("POST", scene.path, form)[0] == 303
        assert _eventually(lambda: scene.somebody_waits("journal_seal"), 20)
        scene.kill("worker")
    assert _eventually(lambda: scene.ask(unsealed) == 0)
    assert scene.written(name) == (1, 1)
    verified = scene.site.command("journal", "verify")
    assert (verified.returncode, "whole" in verified.stdout) == (0, True), verified.stdout + verified.stderr
