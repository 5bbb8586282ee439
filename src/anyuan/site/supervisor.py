"""``anyuan serve``: database, web and worker as one thing that starts, stays up and stops together."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from . import locks, preflight, processes
from .embedded import Server
from .trouble import Trouble, complain, say

INVENTED = "invented"  # a file of this name in a data folder: what lies there is the demo's
FILLED = "filled"  # what that file says once the city is complete
_TICK = 0.1  # seconds
_PATIENCE = 60  # seconds until the first answer
_GRACE = 10  # seconds between asking a child to stop and making it
_STEADY = 60  # seconds of life after which a crash counts as the first again


class Stopped(BaseException):
    """Ctrl-C, a closed terminal, or a polite kill."""


@dataclass(slots=True)
class Child:
    """One supervised process: restarted when it ends, with a growing pause."""

    name: str
    module: str
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    crashes: int = 0
    due: float = field(default=0.0)

    def start(self, lifeline: int) -> None:
        """Start it in a session of its own; it ends when ``lifeline``'s other end closes."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[lifeline],
            env={**os.environ, processes.LIFELINE: str(lifeline)},
        )
        self.born = time.monotonic()

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def tend(self, lifeline: int) -> None:
        """Restart it when it has crashed and its pause is over."""
        now = time.monotonic()
        if self.ended() and self.process:
            complain(f"The {self.name} ended (code {self.process.returncode}) and is started again.")
            self.sweep()
            self.crashes = 1 if now - self.born > _STEADY else self.crashes + 1
            self.due = now + min(30.0, 0.25 * 2**self.crashes)
            self.process = None
        elif self.process is None and now >= self.due:
            self.start(lifeline)

    def sweep(self) -> None:
        """Kill what is left of its session: a killed web server leaves its own children."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()


class Supervisor:
    """Holds the data folder's lock from start to end."""

    def __init__(self, home: Path, *, title: str = "anyuan serve", first: Sequence[str] = ()) -> None:
        """``first`` are modules run once, in order, after the database is prepared."""
        self.home = home
        self.title = title
        self.modules = ["anyuan.site.prepare", *first]
        self.address = os.environ.get("ANYUAN_BIND", "127.0.0.1")
        self.port = port_number()
        self.server = None if os.environ.get("DATABASE_URL") else Server(home)
        self.children = [Child("web", "anyuan.site.web"), Child("worker", "anyuan.site.worker")]
        self.database_due = 0.0
        self.stopping = False

    def run(self) -> None:
        """Serve until told to stop. Raises :class:`Trouble` when it cannot start."""
        make_home(self.home)
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._told_to_stop)
        with locks.held(self.home / "serve.lock", self.title), _lifeline() as lifeline:
            try:
                self._start(lifeline)
                while True:
                    self._tend(lifeline)
                    time.sleep(_TICK)
            except Stopped:
                say("Stopping ...")
            finally:
                self._stop()

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        if not self.stopping:
            self.stopping = True
            raise Stopped

    # -- start

    def _start(self, lifeline: int) -> None:
        self._port_free()
        start_database(self.server)
        for module in self.modules:
            run_module(module)
        for child in self.children:
            child.start(lifeline)
        self._wait_for_web()
        say(f"Anyuan is at http://{_shown(self.address)}:{self.port}  (Ctrl-C stops it)")

    def _port_free(self) -> None:
        with socket.socket(socket.AF_INET6 if ":" in self.address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.address, self.port))
            except OSError as error:
                raise Trouble(
                    f"Port {self.port} on {self.address} cannot be used: {error.strerror}.\n"
                    f"Stop what uses it, or choose another: PORT={self.port + 1} {self.title}"
                ) from error

    def _wait_for_web(self) -> None:
        web = self.children[0]
        deadline = time.monotonic() + _PATIENCE
        while not _answers(self.address, self.port):
            if web.ended() or time.monotonic() > deadline:
                raise Trouble("The web process did not start; the lines above say why.")
            time.sleep(0.05)

    # -- life

    def _tend(self, lifeline: int) -> None:
        if self.server and self.server.crashed() and time.monotonic() >= self.database_due:
            complain("The database ended and is started again.")
            try:
                self.server.start()
            except Trouble as trouble:
                complain(str(trouble))
                self.database_due = time.monotonic() + 10
        for child in self.children:
            child.tend(lifeline)

    # -- end

    def _stop(self) -> None:
        self.stopping = True
        for child in self.children:
            child.ask_to_stop()
        running = [child.process for child in self.children if child.process]
        processes.wait_gone(lambda: all(p.poll() is not None for p in running), _GRACE)
        for child in self.children:
            child.sweep()
            if child.process:
                child.process.wait()
        if self.server:
            self.server.stop()


def make_home(home: Path) -> None:
    """Make the data folder; raises :class:`Trouble` when that is not possible."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / ".writable").touch()
        (home / ".writable").unlink()
    except OSError as error:
        raise Trouble(
            f"The data folder {home} cannot be written: {error.strerror}. Choose another with ANYUAN_HOME."
        ) from error


def port_number() -> int:
    """``PORT``, or 8000."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Trouble(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def start_database(server: Server | None) -> None:
    """The embedded database is started; one elsewhere is checked. Raises :class:`Trouble`."""
    if server:
        server.start()
    else:
        preflight.check(os.environ["DATABASE_URL"])


@contextmanager
def using_database(home: Path, title: str) -> Iterator[None]:
    """For one command: the running server when there is one, else one started and stopped for it."""
    server = None if os.environ.get("DATABASE_URL") else Server(home)
    if server is None:
        start_database(None)
        yield
        return
    if _served(server):
        yield
        return
    make_home(home)
    with locks.held(home / "serve.lock", title):
        try:
            start_database(server)
            yield
        finally:
            server.stop()


def _served(server: Server) -> bool:
    """Whether somebody holds the data folder and its database answers."""
    if not server.home.is_dir():
        return False
    try:
        with locks.held(server.home / "serve.lock", "looking"):
            return False
    except locks.Busy:
        if processes.wait_gone(server.answers, 20):
            return True
        raise


@contextmanager
def _lifeline() -> Iterator[int]:
    """A pipe whose reading end the children hold; the kernel closes the writing end when we are gone."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)


def run_module(module: str, *words: str, may_fail: bool = False) -> int:
    """Run one of our modules to its end in a process of its own, and give its exit code.

    Raises :class:`Trouble` when it fails, unless it ``may_fail``.
    """
    done = subprocess.run([sys.executable, "-m", module, *words], check=False, start_new_session=True)
    if done.returncode and not may_fail:
        raise Trouble(f"{module} failed; the lines above say why.")
    return done.returncode


def _answers(address: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_shown(address), port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _shown(address: str) -> str:
    return "127.0.0.1" if address in ("0.0.0.0", "::") else address  # noqa: S104 - compared, not bound
