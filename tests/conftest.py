"""The test database: made and migrated by the owner, used by the tests as the app role.

Without ``DATABASE_URL`` the embedded server runs in ``.cache/testdb``, shared by parallel workers and by
runs at the same time; the last run to end stops it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import setup_databases, teardown_databases
from tests.cast import world
from tools.messages import compile_all

from anyuan.site import database
from anyuan.site.cluster import PORT
from anyuan.site.embedded import Server, binaries

__all__ = ["world"]

_CACHE = Path(__file__).resolve().parent.parent / ".cache"
_STARTER = """
import sys, pathlib
from anyuan.site.cluster import PORT
from anyuan.site.embedded import Server, binaries
server = Server(pathlib.Path(sys.argv[1]), durable=False, tied=False)
server.start()
server.connect().execute("alter role anyuan_owner createdb")
"""
_USERS = pytest.StashKey[IO[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Run on a server and in a data folder of the tests' own unless the environment names others."""
    os.environ["PATH"] += f"{os.pathsep}{binaries()}"  # psql, where the system has none
    compile_all()
    if "ANYUAN_HOME" not in os.environ:
        os.environ["ANYUAN_HOME"] = str(_CACHE / "home")
        settings.HOME = _CACHE / "home"
    if "DATABASE_URL" not in os.environ:
        config.stash[_USERS] = _join_server()


_SLOW_PARTS = {"db", "transactional_db", "live_server", "playwright", "browser"}
_SLOW_FOLDERS = {"journeys", "site", "demo"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as ``unit`` what needs no database, no browser and no process of its own."""
    for item in items:
        parts = set(getattr(item, "fixturenames", ()))
        folder = item.path.relative_to(_CACHE.parent / "tests").parts[0]
        slow = parts & _SLOW_PARTS or item.get_closest_marker("django_db") or folder in _SLOW_FOLDERS
        if not slow:
            item.add_marker(pytest.mark.unit)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last user of the shared server stops it."""
    users = config.stash.get(_USERS, None)
    if users is None:
        return
    with _one_at_a_time():
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        Server(_CACHE / "testdb", durable=False, tied=False).stop()


def _join_server() -> IO[str]:
    """Start the shared server unless it runs, point Django to it, and stay listed as its user."""
    server = Server(_CACHE / "testdb", durable=False, tied=False)
    _CACHE.mkdir(exist_ok=True)
    with _one_at_a_time():
        if not (server.postmaster() and server.answers()):
            # Started by a process that ends: the server belongs to every run, not to this one.
            subprocess.run([sys.executable, "-c", _STARTER, str(server.home)], check=True)
        users = (_CACHE / "testdb.users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
    place = {"HOST": str(server.socket), "PORT": PORT, "USER": "anyuan", "NAME": "anyuan"}
    connection.settings_dict.update(place)
    os.environ["DATABASE_URL"] = f"postgresql://anyuan@/anyuan?host={server.socket}&port={PORT}"
    return users


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (_CACHE / "testdb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _work_as(role: str) -> None:
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = f"-c role={role}"


def _flush_as_owner(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Transactional tests empty the tables; the app role rightly may not."""
    with self.connection.cursor() as cursor:
        cursor.execute("set role anyuan_owner")
        cursor.execute("set anyuan.action = 'tests.flush'")
        for sql in sql_list:
            cursor.execute(sql)
        cursor.execute("reset anyuan.action")
        cursor.execute("set role anyuan_app")
    settings.JOURNAL_HEADS.unlink(missing_ok=True)


def _end_other_sessions() -> None:
    """Streams and browsers may still hold one; the database could not be dropped."""
    with connection.cursor() as cursor:
        cursor.execute("set role none")
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend'"
        )
        cursor.execute("set role anyuan_owner")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    django_db_modify_db_settings: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    settings.JOURNAL_HEADS = tmp_path_factory.mktemp("heads") / "heads.log"  # of this database alone
    with django_db_blocker.unblock():
        _work_as("anyuan_owner")
        made = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb, serialized_aliases=())
        with connection.cursor() as cursor:
            database.grant(cursor)
        _work_as("anyuan_app")
        # On the class: a browser test opens connections of its own.
        DatabaseOperations.execute_sql_flush = _flush_as_owner
    yield
    with django_db_blocker.unblock():
        _work_as("anyuan_owner")
        if not django_db_keepdb:
            _end_other_sessions()
            teardown_databases(made, verbosity=0)
