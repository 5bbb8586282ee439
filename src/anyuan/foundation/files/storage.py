"""Where bytes lie: by their SHA-256, written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Problem

CHUNK = 1 << 20


class StoreFull(Problem):
    """The disk (or the quota) is full; nothing was kept."""

    status = 507
    code = "store-full"


class Store(Protocol):
    """What the room needs of a store; an object store fits behind the same four calls."""

    def put(self, sha256: str, source: IO[bytes]) -> None:
        """Keep ``source`` under its hash, durably; keeping it twice does nothing."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, from the start. Raises ``FileNotFoundError``."""

    def has(self, sha256: str) -> bool: ...

    def remove(self, sha256: str) -> None:
        """Forget the bytes; no error when they are not there."""


class DiskStore:
    """Files at ``root/ab/cd/<sha256>``. A temporary file is synced to the disk, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)

    def put(self, sha256: str, source: IO[bytes]) -> None:
        """Raises :class:`StoreFull` when there is no room, ``ValueError`` when the hash is another."""
        target = self.path(sha256)
        if target.is_file():
            return
        with _room():
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.parent / f".{secrets.token_hex(8)}.part"
            try:
                _write(temporary, sha256, source)
                temporary.replace(target)
                _sync_folder(target.parent)
            finally:
                temporary.unlink(missing_ok=True)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                _("The server has no room left for files. Nothing was saved; tell your administrator.")
            ) from error
        raise


def _write(path: Path, sha256: str, source: IO[bytes]) -> None:
    digest = hashlib.sha256()
    source.seek(0)
    with path.open("xb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != sha256:
        raise ValueError("the bytes changed while they were being stored")


def _sync_folder(path: Path) -> None:
    """Make the rename durable as well."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store() -> Store:
    """The deployment's store."""
    return DiskStore(settings.HOME / "files")
