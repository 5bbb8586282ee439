"""The web process: granian on one port. Started by the supervisor: ``python -m anyuan.site.web``."""

from __future__ import annotations

import os

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from . import processes


def main() -> None:
    """Serve until told to stop."""
    processes.die_with_parent()
    Server(
        "anyuan.site.asgi:app",
        address=os.environ.get("ANYUAN_BIND", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,
        workers=int(os.environ.get("ANYUAN_WEB_WORKERS", "1")),
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=2,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    main()
