"""Locks on a data folder. The kernel drops them when the holder dies, so none is ever stale."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .trouble import Trouble


class Busy(Trouble):
    """Another process holds the lock; the message names it."""


@contextmanager
def held(path: Path, what: str, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file ``path`` as ``what`` for the length of the block.

    Waits at most ``wait`` seconds. Raises :class:`Busy` naming the holder. The file itself stays: only
    the lock on it counts, so a file left by a killed process blocks nobody.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _acquire(handle, wait):
            holder = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another process"
            raise Busy(
                f"The data folder {path.parent} is in use by {holder}.\n"
                "Stop it first, or choose another folder with ANYUAN_HOME."
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{what} (process {os.getpid()})\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, wait: float) -> bool:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True
