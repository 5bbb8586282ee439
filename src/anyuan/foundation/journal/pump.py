"""The journal's own loop: seal what waits, let the followers follow. One runs in the worker process."""

from __future__ import annotations

import logging
from threading import Event

from django.db import Error, close_old_connections

from .followers import step_followers
from .sealer import seal

log = logging.getLogger(__name__)

PAUSE = 0.2
PAUSE_AFTER_ERROR = 2.0


def pump_once() -> int:
    """Seal and follow until nothing is left; give how much was done. For commands, the demo and tests."""
    total = 0
    while done := seal() + step_followers():
        total += done
    return total


def pump(stop: Event) -> None:
    """Run until ``stop`` is set. Bears a database that goes away and comes back."""
    while not stop.is_set():
        try:
            if not seal() + step_followers():
                stop.wait(PAUSE)
        except Error as error:
            log.warning("the journal's loop waits for the database: %s", error)
            stop.wait(PAUSE_AFTER_ERROR)
            close_old_connections()
