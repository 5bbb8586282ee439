"""Jobs about jobs: one whose worker was killed is given to the next."""

from __future__ import annotations

from procrastinate import App, JobContext


async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Hand on jobs whose worker no longer gives a heartbeat. Jobs bear being run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def register(app: App) -> None:
    """Run :func:`retry_stalled` every minute."""
    task = app.task(name="site.retry-stalled", queueing_lock="site.retry-stalled", pass_context=True)
    app.periodic(cron="* * * * *")(task(retry_stalled))
