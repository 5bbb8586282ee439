"""The worker finds the rooms' jobs and their times."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate.contrib.django import app
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.notify.public import Rung, set_ladder


def test_the_worker_knows_the_jobs_and_when_they_run() -> None:
    times = {line.task.name: line.cron for line in app.periodic_registry.periodic_tasks.values()}
    assert times["notify.climb"] == "* * * * *"
    assert times["files.expire_drafts"] == "30 18 * * *"


@pytest.mark.django_db
def test_the_tick_climbs(world: World) -> None:
    set_ladder("org.Place", world.places["gate"].pk, world.school.path, [Rung(NOW, [], "到期")])
    for instant, count in ((NOW - timedelta(minutes=1), 0), (NOW, 1), (NOW + timedelta(minutes=1), 1)):
        with clock.at(instant):
            app.tasks["notify.climb"](timestamp=int(instant.timestamp()))
        assert Entry.everything.filter(verb="notify.rung").count() == count
