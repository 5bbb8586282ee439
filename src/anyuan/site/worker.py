"""The worker process: background jobs, and the loop that seals the trail and steps its followers.

Started by the supervisor: ``python -m anyuan.site.worker``. Several may run: jobs are claimed by row
locks, the sealer takes a lock of its own.
"""

from __future__ import annotations

import os
import signal
import threading

import django

from . import processes


def main() -> None:
    """Work until told to stop."""
    processes.die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    stop = threading.Event()
    trail = threading.Thread(target=_tend_trail, args=(stop,), name="trail")
    trail.start()
    try:
        _run_jobs()
    finally:
        stop.set()
        trail.join(timeout=10)


def _tend_trail(stop: threading.Event) -> None:
    """Seal and follow. A bug that ends the loop ends the process too: the supervisor starts it again."""
    from anyuan.foundation.journal.public import pump

    try:
        pump(stop)
    finally:
        if not stop.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


def _run_jobs() -> None:
    from procrastinate.contrib.django import app

    from . import upkeep

    upkeep.register(app)
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as working:
        working.run_worker(concurrency=1, delete_jobs="successful", shutdown_graceful_timeout=5)


if __name__ == "__main__":
    main()
