"""Background work of the room. The scan is the truth; the tick only wakes it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .ladders import climb_due


@app.periodic(cron="* * * * *")
@app.task(name="notify.climb", queueing_lock="notify.climb")
def climb(timestamp: int) -> None:
    """Every minute: fire the rungs that are due, also those of an outage."""
    climb_due()
