"""The signed heads once more, outside the database: one line each in ``ANYUAN_HOME/heads.log``.

Who owns the database can cut off the end of the trail and of everything there that knew of it. The log
lies beside the database and is only ever appended to; kept elsewhere too, it outlives the folder.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from . import chain
from .models import Head

_LOG = logging.getLogger(__name__)
_TAIL = 4096
"""Bytes at the end that surely hold the last line."""


@dataclass(frozen=True, slots=True)
class Published:
    """A line of the log."""

    seq: int
    hash: str
    hmac: str
    made_at: datetime

    @property
    def genuine(self) -> bool:
        """Whether we signed it, with the key of today."""
        return hmac.compare_digest(self.hmac, chain.sign(self.seq, self.hash, self.made_at))


def path() -> Path:
    """Where the log lies."""
    return Path(settings.JOURNAL_HEADS)


def publish(head: Head) -> None:
    """Append ``head`` unless the log has it or a later one, and wait until the disk has it.

    Safe when several processes sign. A log that cannot be written (full disk) stops nobody: it is
    warned of, and the next head is published again.
    """
    try:
        file = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            _append(file, head)
        finally:
            os.close(file)
    except OSError as error:
        _LOG.warning("head %s was not published in %s: %s", head.seq, path(), error.strerror)


def _append(file: int, head: Head) -> None:
    size = os.fstat(file).st_size
    tail = os.pread(file, _TAIL, max(0, size - _TAIL))
    known = [line for line in map(_read, tail.splitlines()) if line is not None]
    if known and known[-1].seq >= head.seq and known[-1].genuine:
        return
    made_at = head.made_at.astimezone(UTC).isoformat(timespec="microseconds")
    line = f"{head.seq} {head.hash} {head.hmac} {made_at}\n".encode()
    if tail and not tail.endswith(b"\n"):
        line = b"\n" + line  # the disk was full in the middle of a line
    if os.write(file, line) == len(line):
        os.fsync(file)
    else:
        os.ftruncate(file, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def published(after: int = 0) -> list[Published] | None:
    """The heads of the log from seal ``after`` on, in the order of the trail; None when no log can be read.

    Read it before the trail: what it names is sealed by then.
    """
    try:
        content = path().read_bytes()
    except OSError:
        return None
    lines = [line for line in map(_read, content.splitlines()) if line is not None]
    return sorted((line for line in lines if line.seq >= after), key=lambda line: line.seq)


def _read(line: bytes) -> Published | None:
    """A line of the log; None for one cut short."""
    try:
        seq, head_hash, signature, made_at = line.decode("ascii").split(" ")
        return Published(int(seq), head_hash, signature, datetime.fromisoformat(made_at))
    except ValueError:
        return None
