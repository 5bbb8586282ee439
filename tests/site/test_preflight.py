"""What the operator reads when the database is not one we can use."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from anyuan.site import preflight
from anyuan.site.embedded import Server
from anyuan.site.trouble import Trouble


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("pre") / "home", durable=False)
    made.start()
    yield made
    made.stop()


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://root@db/anyuan", "PostgreSQL only"),
        ("anyuan", "PostgreSQL only"),
        ("postgresql://u@host:port/anyuan", "not an address"),
        ("postgresql://u@no-such-host.invalid/anyuan", "host name is unknown"),
    ],
)
def test_a_wrong_address_is_told_with_the_right_shape(url: str, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        preflight.check(url)


def test_a_silent_server_is_named_without_the_password() -> None:
    port = _unused_port()
    with pytest.raises(Trouble, match="nothing listens") as caught:
        preflight.check(f"postgresql://anyuan:geheim@127.0.0.1:{port}/anyuan")
    assert f"anyuan@127.0.0.1:{port}/anyuan" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_missing_database_is_named(server: Server) -> None:
    with pytest.raises(Trouble, match="no such database"):
        preflight.check(f"postgresql://anyuan@/nowhere?host={server.socket}")


def test_a_user_without_the_two_roles_gets_the_statements_to_run(server: Server) -> None:
    with server.connect() as admin:
        admin.execute("create role visitor login")
    with pytest.raises(Trouble, match=r'grant anyuan_owner, anyuan_app to "visitor"'):
        preflight.check(f"postgresql://visitor@/anyuan?host={server.socket}")


def test_a_good_database_passes(server: Server) -> None:
    preflight.check(f"postgresql://anyuan@/anyuan?host={server.socket}")


def test_an_old_server_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "OLDEST", 99)
    with pytest.raises(Trouble, match=r"is PostgreSQL 18; Anyuan needs 99"):
        preflight.check(f"postgresql://anyuan@/anyuan?host={server.socket}")


def test_a_full_disk_is_told_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anyuan.site.embedded.ENOUGH_DISK", 2**62)
    with pytest.raises(Trouble, match=r"disk of .* is full"):
        Server(tmp_path / "home").start()
    assert not (tmp_path / "home" / "pgdata").exists()
