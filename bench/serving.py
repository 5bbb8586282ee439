"""Processes to be measured: the product's own, and a bare Django beside it as the limit of the machine."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

PATIENCE = 180
"""Seconds until a started server must answer."""
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass(slots=True)
class Running:
    """A server that answers. ``seconds`` passed from its start to its first answer."""

    process: subprocess.Popen[bytes]
    port: int
    seconds: float

    def memory(self) -> dict[str, float]:
        """Resident memory in MB by what the process is: the web server, its worker, the job worker."""
        found: dict[str, float] = {}
        for pid, words in _below(self.process.pid):
            if "postgres" not in words[:40]:
                name = "jobs" if "site.worker" in words else "web" if "site.web" in words else "command"
                found[name] = max(found.get(name, 0.0), _resident(pid))
        return found

    def busy(self) -> float:
        """Seconds of processor its web processes have spent so far."""
        web = [pid for pid, words in _below(self.process.pid) if "site.web" in words or "bench.bare" in words]
        return sum(_worked(pid) for pid in web)


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(home: Path) -> Iterator[Running]:
    """``anyuan serve`` over ``home``, as in real use: database, web and worker."""
    with _started([sys.executable, "-m", "anyuan.site.cli", "serve"], home, "/healthz") as running:
        yield running


@contextmanager
def bare(home: Path) -> Iterator[Running]:
    """A Django without middleware, session or template, on the same server and database."""
    with _started([sys.executable, "-m", "bench.bare"], home, "/nothing") as running:
        yield running


@contextmanager
def _started(words: list[str], home: Path, first: str) -> Iterator[Running]:
    port = free_port()
    environment = {**os.environ, "ANYUAN_HOME": str(home), "PORT": str(port)}
    start = time.perf_counter()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port, first):
            if process.poll() is not None or time.perf_counter() - start > PATIENCE:
                raise SystemExit(f"{' '.join(words)} did not start; the lines above say why.")
            time.sleep(0.02)
        yield Running(process, port, time.perf_counter() - start)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _below(root: int) -> list[tuple[int, str]]:
    """The process and everything it started, with the words of each (Linux)."""
    parents: dict[int, int] = {}
    words: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            words[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return [(pid, words.get(pid, "")) for pid in found]


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    line = next((row for row in status.splitlines() if row.startswith("VmRSS")), "VmRSS: 0")
    return int(line.split()[1]) / 1024


def _worked(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Visitor:
    """A browser reduced to one kept connection, its cookies and its headers."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def twin(self) -> Visitor:
        """The same person over another connection."""
        return Visitor(self.port, self.headers, self.cookies)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """One request and its whole answer."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**self.headers, **headers, **({"Cookie": cookie} if cookie else {})}
        try:
            answer = self._ask(method, path, body, sent)
        except http.client.RemoteDisconnected:  # the server closes what has been idle for long
            self._connection = None
            answer = self._ask(method, path, body, sent)
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._connection.request(method, path, body or None, headers)
        return self._connection.getresponse()

    def log_in(self, login: str, password: str) -> None:
        """By the form, as a person does."""
        _status, page = self.send("GET", "/login/")
        form = dict(_HIDDEN.findall(page.decode())) | {"login": login, "password": password}
        status, _page = self.send(
            "POST",
            "/login/",
            urlencode(form).encode(),
            **{"Content-Type": "application/x-www-form-urlencoded"},
        )
        if status != 302:
            raise SystemExit(f"{login} could not log in (status {status}).")
