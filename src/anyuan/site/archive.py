"""Backup and restore: database, files and keys in one archive, proved equal by hashes.

The archive is a plain tar: ``files/`` (evidence by its hash), ``keys/``, ``heads.log`` (the published heads
of the trail), ``database.dump`` (PostgreSQL's custom format) and at its end ``manifest.json``. The published
heads are copied first, so that the dump has all of them. Then the database is read, in one snapshot; files
are never removed while it is read, so every file the snapshot names is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import psycopg

from . import locks, preflight
from .cluster import PORT
from .embedded import Server, binaries, clean_environment
from .supervisor import INVENTED, make_home
from .trouble import Trouble

FORMAT = 1
_KEYS = ("secret.key", "journal.key")
_DUMP = "database.dump"
_MANIFEST = "manifest.json"
_HEADS = "heads.log"


@dataclass(slots=True)
class Manifest:
    """What an archive holds: the trail's head and the hash of every member."""

    made_at: str
    head_seq: int
    head_hash: str
    format: int = FORMAT
    members: dict[str, str] = field(default_factory=dict)

    def describe(self) -> str:
        """One line for the operator."""
        files = sum(name.startswith("files/") for name in self.members)
        return f"trail up to entry {self.head_seq} (head {self.head_hash[:16] or 'empty'}), {files} files."


def backup(home: Path, target: Path) -> Manifest:
    """Write the archive ``target``; the database must answer. It appears only when it is complete."""
    if target.exists():
        raise Trouble(f"{target} exists already; a backup never overwrites one.")
    partial = target.with_name(target.name + ".partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.resolve().parent) as scratch:
            dump, heads = Path(scratch) / _DUMP, Path(scratch) / _HEADS
            if (home / _HEADS).exists():
                shutil.copyfile(home / _HEADS, heads)
            seq, head = _dump(home, dump)
            manifest = Manifest(datetime.now(UTC).isoformat(timespec="seconds"), seq, head)
            with tarfile.open(partial, "w") as tar:
                for name, path in _sources(home, dump, heads):
                    tar.add(path, arcname=name, recursive=False)
                    manifest.members[name] = sha256(path)
                listing = Path(scratch) / _MANIFEST
                listing.write_text(json.dumps(asdict(manifest), indent=1))
                tar.add(listing, arcname=_MANIFEST)
        partial.rename(target)
    except OSError as error:
        raise Trouble(f"The backup could not be written to {target}: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _sources(home: Path, dump: Path, heads: Path) -> Iterator[tuple[str, Path]]:
    yield _DUMP, dump
    if heads.exists():
        yield _HEADS, heads
    if (home / INVENTED).exists():
        yield INVENTED, home / INVENTED
    for name in _KEYS:
        if (home / name).exists():
            yield f"keys/{name}", home / name
    folder = home / "files"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield f"files/{path.relative_to(folder).as_posix()}", path


def _dump(home: Path, target: Path) -> tuple[int, str]:
    """Dump one snapshot; the trail's head in that same snapshot."""
    with psycopg.connect(dsn(home)) as connection:
        connection.execute("set transaction isolation level repeatable read")
        row = connection.execute("select pg_export_snapshot()").fetchone()
        head = _head(connection)
        assert row
        words = ["pg_dump", "--format=custom", "--role=anyuan_owner", f"--snapshot={row[0]}"]
        _program([*words, f"--file={target}", f"--dbname={dsn(home)}"])
    return head


def _head(connection: psycopg.Connection) -> tuple[int, str]:
    connection.execute("set local role anyuan_owner")
    row = connection.execute("select seq, hash from journal_seal order by seq desc limit 1").fetchone()
    return (row[0], row[1]) if row else (0, "")


def dsn(home: Path) -> str:
    """The address libpq programs use for the database of ``home``."""
    url = os.environ.get("DATABASE_URL")
    return url or f"host={Server(home).socket} port={PORT} user=anyuan dbname=anyuan"


def _program(words: list[str]) -> None:
    done = subprocess.run(
        [str(binaries() / words[0]), *words[1:]],
        check=False,
        capture_output=True,
        text=True,
        env=clean_environment(),
    )
    if done.returncode:
        raise Trouble(f"{words[0]} failed:\n{done.stderr.strip()[-2000:]}")


def sha256(path: Path) -> str:
    """The file's hash, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- restore


def restore(home: Path, source: Path) -> Manifest:
    """Unpack ``source`` into the empty ``home`` and compare. Raises :class:`Trouble`, leaving it empty."""
    if not source.is_file():
        raise Trouble(f"There is no archive {source}.")
    if home.exists() and any(home.iterdir()):
        raise Trouble(f"{home} is not empty; a backup is restored into an empty folder only (ANYUAN_HOME).")
    make_home(home)
    try:
        manifest = _unpack(source, home)
        with _empty_database(home):
            _load(home, manifest)
    except BaseException:
        _clear(home)
        raise
    (home / _DUMP).unlink()
    return manifest


def _unpack(source: Path, home: Path) -> Manifest:
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise Trouble(f"{source} holds {member.name}, which no backup of ours has.")
                if member.name == _MANIFEST:
                    manifest = Manifest(**json.load(content))
                    continue
                path = _place(home, member.name)
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with path.open("xb") as file:
                    shutil.copyfileobj(content, file)
                path.chmod(0o600)
                found[member.name] = sha256(path)
    except (tarfile.TarError, TypeError, ValueError) as error:
        raise Trouble(f"{source} is not a backup of Anyuan, or it is damaged: {error}") from error
    if manifest is None or manifest.format != FORMAT:
        raise Trouble(f"{source} is not a complete backup of this version's kind.")
    wrong = {name for name, _ in manifest.members.items() ^ found.items()}
    if wrong:
        raise Trouble(f"{source} is damaged: {', '.join(sorted(wrong)[:5])} differ from its list.")
    return manifest


def _place(home: Path, name: str) -> Path:
    """Where a member goes; raises :class:`Trouble` for a name that would leave the folder."""
    parts = PurePosixPath(name).parts
    if name in (_DUMP, INVENTED, _HEADS):
        return home / name
    if ".." in parts or PurePosixPath(name).is_absolute() or len(parts) < 2:
        raise Trouble(f"The archive names {name}, which lies outside the data folder.")
    if parts[0] == "keys" and parts[1:] in {(key,) for key in _KEYS}:
        return home / parts[1]
    if parts[0] == "files":
        return home.joinpath(*parts)
    raise Trouble(f"The archive names {name}, which no backup of ours has.")


@contextmanager
def _empty_database(home: Path) -> Iterator[None]:
    """A database without tables: a new embedded one, or the one of DATABASE_URL when it is empty."""
    url = os.environ.get("DATABASE_URL")
    if url:
        preflight.check(url)
        with psycopg.connect(url) as connection:
            if connection.execute("select from pg_tables where schemaname = 'public'").rowcount:
                raise Trouble("The database of DATABASE_URL is not empty; restore into a new one.")
        yield
        return
    server = Server(home)
    with locks.held(home / "serve.lock", "anyuan restore"):
        try:
            server.start()
            yield
        finally:
            server.stop()


def _load(home: Path, manifest: Manifest) -> None:
    words = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--role=anyuan_owner"]
    _program([*words, f"--dbname={dsn(home)}", str(home / _DUMP)])
    with psycopg.connect(dsn(home)) as connection:
        head = _head(connection)
    if head != (manifest.head_seq, manifest.head_hash):
        raise Trouble(f"The restored trail ends at {head[0]}, the archive says {manifest.head_seq}.")


def _clear(home: Path) -> None:
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
