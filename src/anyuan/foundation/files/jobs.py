"""Background work of the room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .actions import expire_drafts


@app.periodic(cron="30 18 * * *")
@app.task(name="files.expire_drafts", queueing_lock="files.expire_drafts")
def expire(timestamp: int) -> None:
    """Each night at half past two in Shanghai (the cron line is UTC): erase forgotten drafts."""
    while expire_drafts():
        pass
