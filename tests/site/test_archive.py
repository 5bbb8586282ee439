"""Backup and restore: the same trail head and the same files, or nothing."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from anyuan.site import archive, supervisor
from anyuan.site.embedded import Server
from anyuan.site.trouble import Trouble

TRAIL = """
create table journal_seal (seq bigint primary key, hash text not null);
insert into journal_seal select n, md5(n::text) from generate_series(1, 500) n;
create table hazard (id uuid primary key default gen_random_uuid(), title text);
insert into hazard (title) select '隐患 ' || n from generate_series(1, 300) n;
grant select on all tables in schema public to anyuan_app;
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a trail, two files and the keys."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    place = tmp_path / "home"
    with supervisor.using_database(place, "test"), Server(place).connect("anyuan") as connection:
        connection.execute("set role anyuan_owner")
        connection.execute(TRAIL)
    for name in ("ab/abcd.jpg", "cd/cdef.pdf"):
        path = place / "files" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(os.urandom(5000))
    (place / "secret.key").write_text("one")
    (place / "journal.key").write_text("two")
    (place / "heads.log").write_text("500 a b 2026-03-18T01:30:00+00:00\n")
    return place


def _backup(home: Path, target: Path) -> archive.Manifest:
    with supervisor.using_database(home, "test"):
        return archive.backup(home, target)


def _contents(home: Path) -> dict[str, str]:
    kept = [*(home / "files").rglob("*"), home / "secret.key", home / "journal.key", home / "heads.log"]
    return {p.relative_to(home).as_posix(): archive.sha256(p) for p in kept if p.is_file()}


def _rows(home: Path) -> object:
    with supervisor.using_database(home, "test"), Server(home).connect("anyuan", "anyuan") as connection:
        connection.execute("set role anyuan_app")
        return connection.execute("select * from hazard order by id").fetchall()


def test_a_restored_backup_is_the_same(home: Path, tmp_path: Path) -> None:
    made = _backup(home, tmp_path / "b.tar")
    assert (made.head_seq, len(made.head_hash)) == (500, 32)
    back = archive.restore(tmp_path / "new", tmp_path / "b.tar")
    assert (back.head_seq, back.head_hash, back.members) == (made.head_seq, made.head_hash, made.members)
    assert _contents(tmp_path / "new") == _contents(home)
    assert _rows(tmp_path / "new") == _rows(home)
    assert not (tmp_path / "new" / "database.dump").exists()
    assert {p.name for p in tmp_path.iterdir()} == {"home", "new", "b.tar"}


def test_an_invented_city_stays_one(home: Path, tmp_path: Path) -> None:
    (home / "invented").touch()
    _backup(home, tmp_path / "b.tar")
    archive.restore(tmp_path / "new", tmp_path / "b.tar")
    assert (tmp_path / "new" / "invented").exists()


def test_a_backup_is_taken_while_serving(home: Path, tmp_path: Path) -> None:
    with supervisor.using_database(home, "anyuan serve"):
        inner = _backup(home, tmp_path / "b.tar")
        assert Server(home).answers()
    assert inner.head_seq == 500


def test_a_folder_in_use_is_never_restored_into(home: Path, tmp_path: Path) -> None:
    _backup(home, tmp_path / "b.tar")
    before = _contents(home)
    with pytest.raises(Trouble, match="not empty"):
        archive.restore(home, tmp_path / "b.tar")
    assert _contents(home) == before


def test_a_backup_is_never_overwritten(home: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(Trouble, match="exists already"):
        _backup(home, tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_text() == "mine"


def _rewritten(source: Path, target: Path, name: str, content: bytes) -> Path:
    """The archive with one member put in or replaced."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            if member.name != name:
                new.addfile(member, old.extractfile(member))
        added = tarfile.TarInfo(name)
        added.size = len(content)
        new.addfile(added, io.BytesIO(content))
    return target


@pytest.mark.parametrize(
    "name", ["files/ab/abcd.jpg", "files/new.jpg", "files/../../escaped", "/etc/escaped", "keys/other.key"]
)
def test_a_changed_archive_is_refused_and_leaves_nothing(home: Path, tmp_path: Path, name: str) -> None:
    _backup(home, tmp_path / "b.tar")
    changed = _rewritten(tmp_path / "b.tar", tmp_path / "c.tar", name, b"changed")
    with pytest.raises(Trouble):
        archive.restore(tmp_path / "new", changed)
    assert list((tmp_path / "new").iterdir()) == []
    assert not list(tmp_path.rglob("escaped"))


@pytest.mark.parametrize("content", [b"", b"no archive at all" * 100])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.tar").write_bytes(content)
    with pytest.raises(Trouble, match=r"not a (complete )?backup"):
        archive.restore(tmp_path / "new", tmp_path / "b.tar")


def test_an_archive_without_published_heads_is_restored(home: Path, tmp_path: Path) -> None:
    (home / "heads.log").unlink()
    _backup(home, tmp_path / "b.tar")
    archive.restore(tmp_path / "new", tmp_path / "b.tar")
    assert not (tmp_path / "new" / "heads.log").exists()
