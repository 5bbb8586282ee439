"""Small facts about processes: who is it, does it live, and children that die with their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

LIFELINE = "ANYUAN_LIFELINE"
_PR_SET_PDEATHSIG = 1


def alive(pid: int) -> bool:
    """Whether a process with this number exists (also one that is not ours)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_line(pid: int) -> list[str]:
    """The words the process was started with; empty for one that is gone or a zombie."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return [word.decode(errors="replace") for word in proc.read_bytes().split(b"\0") if word]
        except OSError:
            return []
    found = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.split()


def wait_gone(gone: Callable[[], bool], seconds: float) -> bool:
    """Poll ``gone`` for at most ``seconds``; whether it came true."""
    deadline = time.monotonic() + seconds
    while not gone():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def dying_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn`` that has the kernel signal the child when its parent dies (Linux only).

    The child must be started from the parent's main thread: the kernel watches the starting thread.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(with_signal))

    return ask


def die_with_parent() -> None:
    """Called inside a supervised child: have the kernel end this process with its parent, and watch
    the supervisor's pipe (named by ``ANYUAN_LIFELINE``), which closes when the supervisor is gone.
    """
    ask = dying_with_parent(signal.SIGKILL)
    if ask:
        ask()
    descriptor = os.environ.pop(LIFELINE, "")
    if descriptor:
        threading.Thread(target=_watch, args=(int(descriptor),), daemon=True, name="lifeline").start()


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(5)
    os.killpg(os.getpgrp(), signal.SIGKILL)
