"""Lines of notices: everybody reads his own."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import Route

from anyuan.foundation.journal.public import Tell, action, pump_once
from anyuan.foundation.notify.public import Notice


def _notice(w: Any) -> Notice:
    with action(w.actor("teacher"), "test.say") as act:
        tells = [Tell(text="请处理", url="/", people=[w.people["principal"].pk])]
        act.entry("did it", path=w.school.path, tell=tells)
    pump_once()
    return Notice.objects.get()


def notice(w: Any) -> dict[str, Any]:
    return {"pk": w.notice.pk}


ROUTES = [
    Route("notify:list", right="teacher"),
    Route("notify:read-all", "POST", right="teacher"),
    Route("notify:follow", args=notice, right="principal", wrong="safety_officer"),
    Route("notify:read", "POST", args=notice, right="principal", wrong="safety_officer"),
]
SCENES = {"notice": _notice}
