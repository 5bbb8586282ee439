"""Lines of the trail."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import Route

from anyuan.foundation.journal.public import Entry, action
from anyuan.foundation.kernel.public import job_actor


def _entry(w: Any) -> Entry:
    with action(job_actor("tests"), "test.write") as act:
        return act.entry("did it", path=w.school.path)


ROUTES = [
    Route("journal:trail", right="county_officer", wrong="teacher"),
    Route("journal:check", right="county_officer", wrong="teacher"),
    Route("journal:entry", args=lambda w: {"pk": w.entry.pk}, right="county_officer", wrong="teacher"),
]
SCENES = {"entry": _entry}
