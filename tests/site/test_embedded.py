"""The embedded server against everything an earlier run can leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from anyuan.site import processes
from anyuan.site.embedded import AS_NOBODY, Server, binaries
from anyuan.site.trouble import Trouble


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "home", durable=False)
    yield made
    made.stop()


def _rows(server: Server, statement: str) -> list[tuple[object, ...]]:
    with server.connect("anyuan", "anyuan") as connection:
        return connection.execute(statement.encode()).fetchall()


def test_starts_listens_on_its_socket_only_and_stops(server: Server) -> None:
    server.start()
    assert _rows(server, "show listen_addresses") == [("",)]
    assert _rows(
        server, "select pg_encoding_to_char(encoding) from pg_database where datname = 'anyuan'"
    ) == [("UTF8",)]
    assert server.socket.stat().st_mode & 0o777 == 0o700
    assert server.data.stat().st_mode & 0o077 == 0
    pid = server.postmaster()
    assert pid
    server.stop()
    assert not server.answers()
    assert server.postmaster() is None


@pytest.mark.parametrize("role", ["anyuan_owner", "anyuan_app"])
def test_the_login_may_become_either_role_but_is_no_superuser(server: Server, role: str) -> None:
    server.start()
    with server.connect("anyuan", "anyuan") as connection:
        connection.execute(f"set role {role}".encode())
        assert connection.execute("select current_user").fetchone() == (role,)
        assert connection.execute("show is_superuser").fetchone() == ("off",)


def test_what_was_committed_survives_kill_9(tmp_path: Path) -> None:
    server = Server(tmp_path / "home")  # durable, as in use
    server.start()
    try:
        connection = server.connect("anyuan")
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
        connection.execute("begin; insert into kept values (8)")
        pid = server.postmaster()
        assert pid
        os.kill(pid, signal.SIGKILL)
        assert processes.wait_gone(server.crashed, 5)
        connection.close()
        server.start()
        with server.connect("anyuan") as connection:
            assert connection.execute("select n from kept").fetchall() == [(7,)]
    finally:
        server.stop()


@pytest.mark.parametrize("lock", ["pgdata/postmaster.pid", "run/.s.PGSQL.5432.lock"])
def test_a_stale_lock_naming_an_innocent_process_neither_blocks_nor_harms_it(
    server: Server, lock: str
) -> None:
    server.start()
    server.stop()
    with subprocess.Popen(["sleep", "60"]) as innocent:
        try:
            (server.home / lock).write_text(f"{innocent.pid}\n{server.data}\n0\n5432\n")
            server.start()
            assert server.answers()
            server.stop()
            assert innocent.poll() is None
        finally:
            innocent.kill()


def test_a_broken_pid_file_does_not_block(server: Server) -> None:
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text("")
    server.start()
    assert server.answers()


_STARTER = (
    "import sys, time; from pathlib import Path; from anyuan.site.embedded import Server;"
    "s = Server(Path(sys.argv[1]), durable=False, tied=sys.argv[2] == 'tied'); s.start();"
    "print(s.postmaster(), flush=True); time.sleep(60)"
)


def _start_elsewhere(home: Path, how: str) -> tuple[subprocess.Popen[str], int]:
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(home), how], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout
    return starter, int(starter.stdout.readline())


def test_an_orphan_of_a_killed_starter_is_recognised_and_replaced(server: Server) -> None:
    starter, orphan = _start_elsewhere(server.home, "free")
    starter.kill()
    starter.communicate()
    assert server.postmaster() == orphan
    server.start()
    assert server.postmaster() not in (None, orphan)
    assert server.answers()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux only")
def test_a_tied_server_ends_when_its_starter_is_killed(server: Server) -> None:
    starter, _ = _start_elsewhere(server.home, "tied")
    starter.kill()
    starter.communicate()
    assert processes.wait_gone(lambda: server.postmaster() is None, 10)


def test_a_home_with_a_name_too_long_for_a_socket(tmp_path: Path) -> None:
    server = Server(tmp_path / ("long-" * 20), durable=False)
    try:
        server.start()
        assert server.answers()
        assert server.socket.parent == Path("/tmp")
        assert server.socket.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
        server.socket.rmdir()


def test_a_cluster_of_another_version_is_refused_with_the_way_out(server: Server) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Trouble, match=r"PostgreSQL 17.*backup"):
        server.start()


def test_an_interrupted_first_start_is_begun_anew(server: Server) -> None:
    half = server.home / "pgdata.new"
    half.mkdir(parents=True)
    (half / "half").write_text("made")
    server.start()
    assert server.answers()
    assert not half.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_root_without_user_namespaces_is_told_the_ways_out(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Trouble, match=r"(?s)ordinary user.*ANYUAN_HOME.*DATABASE_URL") as caught:
        Server(closed / "home", runner=AS_NOBODY).start()
    assert "nobody" in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_root_without_user_namespaces_runs_it_as_nobody_and_either_way_finds_the_data() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        if AS_NOBODY.run(["test", "-x", str(binaries())]).returncode:
            pytest.skip("nobody cannot reach the programs where they are installed")
        for runner in (AS_NOBODY, None, AS_NOBODY):
            server = Server(home, durable=False, runner=runner)
            server.start()
            with server.connect("anyuan") as connection:
                connection.execute("create table if not exists kept (n int)")
            server.stop()
