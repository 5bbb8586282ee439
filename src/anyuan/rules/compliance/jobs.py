"""Background work; procrastinate finds it by name. What is due is a row of the day, found by a scan."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .public import begin_day, pass_hours


@app.periodic(cron="* * * * *")
@app.task(name="compliance.begin-day", queueing_lock="compliance.begin-day")
def begin_the_day(timestamp: int) -> int:
    """Every minute: the first one after midnight in Shanghai derives the new day."""
    return begin_day() or 0


@app.periodic(cron="*/10 * * * *")
@app.task(name="compliance.pass-hours", queueing_lock="compliance.pass-hours")
def pass_the_hours(timestamp: int) -> int:
    """Every ten minutes: duties that are due every few hours."""
    return pass_hours()
