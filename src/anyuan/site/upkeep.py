"""Jobs about jobs and other housekeeping that belongs to no room."""

from __future__ import annotations

from procrastinate import App, JobContext
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from anyuan.foundation.kernel.public import forget_old

KEPT_HOURS = 30 * 24
"""How long a failed job stays to be looked at."""


async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Hand on jobs whose worker no longer gives a heartbeat. Jobs bear being run twice.

    A tick whose successor waits already is let go: only one of each may wait.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, Status.FAILED, delete_job=True)


async def delete_old_jobs(context: JobContext, timestamp: int) -> None:
    """Every night: failed and cancelled jobs nobody has looked at for a month."""
    await context.app.job_manager.delete_old_jobs(
        KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


def forget_writes(timestamp: int) -> int:
    """Every night: keys of forms and requests too old to be sent again."""
    return forget_old()


def register(app: App) -> None:
    """Make the worker run these by the clock (the lines of cron are in UTC)."""
    again = app.task(name="site.retry-stalled", queueing_lock="site.retry-stalled", pass_context=True)
    app.periodic(cron="* * * * *")(again(retry_stalled))
    old = app.task(name="site.delete-old-jobs", queueing_lock="site.delete-old-jobs", pass_context=True)
    app.periodic(cron="10 19 * * *")(old(delete_old_jobs))
    writes = app.task(name="site.forget-writes", queueing_lock="site.forget-writes")
    app.periodic(cron="20 19 * * *")(writes(forget_writes))
