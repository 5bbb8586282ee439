"""Background work of the loop; procrastinate finds it by name. What is due is a column, found by a scan."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from anyuan.foundation.kernel.public import job_actor

from .public import (
    alarm_expired,
    expire_exports,
    propose_everywhere,
    recount_provisional,
    write_export,
)


@app.periodic(cron="* * * * *")
@app.task(name="hazard.alarm-expired", queueing_lock="hazard.alarm-expired")
def alarm_expired_interims(timestamp: int) -> int:
    """Every minute: interim protection that has run out."""
    return alarm_expired(job_actor(_("System (check of interim protection)")))


@app.periodic(cron="20 2 * * *")
@app.task(name="hazard.recount", queueing_lock="hazard.recount")
def recount_deadlines(timestamp: int) -> int:
    """Every night: deadlines counted without a holiday list that is there now."""
    return recount_provisional(job_actor(_("System (recount of time limits)")))


@app.periodic(cron="40 17 * * *")
@app.task(name="hazard.propose", queueing_lock="hazard.propose")
def propose_hazards(timestamp: int) -> int:
    """Each night at twenty to two in Shanghai (the cron line is UTC), after the verdicts of the day."""
    return propose_everywhere()


@app.task(name="hazard.write-export")
def write_export_file(export_id: str) -> None:
    """An export too long to wait for."""
    write_export(UUID(export_id))


@app.periodic(cron="50 18 * * *")
@app.task(name="hazard.expire-exports", queueing_lock="hazard.expire-exports")
def expire_export_files(timestamp: int) -> int:
    """Each night at ten to three in Shanghai (the cron line is UTC): remove old files."""
    return expire_exports()
