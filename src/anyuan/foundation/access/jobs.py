"""Nightly tidying: sessions that are over and counters of failed logins that no longer count."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from procrastinate.contrib.django import app

from anyuan.foundation.kernel.public import clock

from .models import Throttle


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="access.tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    """``timestamp`` is the tick's own time; the work depends on now alone."""
    call_command("clearsessions")
    Throttle.objects.filter(since__lt=clock.now() - timedelta(days=1)).delete()
