"""What goes wrong outside a request, said to the person at the terminal."""

from __future__ import annotations

import sys


class Trouble(Exception):
    """Something the operator has to put right. The message says what and how; no traceback is shown."""


def say(text: str) -> None:
    """Print one line for the operator, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print one line about something that went wrong."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
