"""Lines of the hazard's page, its moves, registering, quick snaps and the notice."""

from __future__ import annotations

from typing import Any

from tests.hazard import helpers as h
from tests.hazard.web_page_helpers import picture
from tests.permissions.table import Route

from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard import public as hz


def _key(w: Any) -> dict[str, Any]:
    return {"pk": w.open_hazard.pk}


def _move(w: Any) -> dict[str, Any]:
    return {"pk": w.handed_in.pk, "move": "accept"}


def _lead(w: Any) -> dict[str, Any]:
    return {"pk": w.open_lead.pk}


def _accept(w: Any) -> dict[str, Any]:
    return {"version": w.handed_in.version, "text": "合格"}


def _finding(w: Any) -> dict[str, Any]:
    return {
        "title": "扶手松动",
        "place_text": "东侧楼梯",
        "domain": "building",
        "way": "later",
        "source": "self",
        "evidence_reason": "无",
    }


def _snap(w: Any) -> hz.Lead:
    return hz.report_lead(w.world.actor("teacher"), w.school, text="减速带翘起", place_text="校门")


def _closed(w: Any) -> dict[str, Any]:
    return {"pk": w.closed_major.pk}


def _check(w: Any) -> dict[str, Any]:
    return {"pk": w.same_check.pk}


def _question(w: Any) -> dict[str, Any]:
    return {"what": "校门变形", "due_on": clock.today().isoformat()}


def _answer(w: Any) -> dict[str, Any]:
    return {"seen": "clear", "answer": "逐扇查看，完好"}


def _asked(w: Any) -> hz.SameCheck:
    hz.spread(w.world.actor("county_officer"), w.closed_major, clock.today())
    found = hz.SameCheck.everything.get()
    assert isinstance(found, hz.SameCheck)
    return found


OFFICER = {"right": "safety_officer", "wrong": "second_teacher"}
ASSESSOR = {**OFFICER, "stranger": "stranger_safety_officer"}
"""The officer of the next county assesses nothing anywhere: he stands before the door, not outside it."""
SISTER = {
    "right": "sister_safety_officer",
    "wrong": "teacher",
    "stranger": "stranger_safety_officer",
}
ROUTES = [
    Route("hazard:page", args=_key, **OFFICER),
    Route("hazard:number", args=lambda w: {"number": w.open_hazard.number}, **OFFICER),
    Route("hazard:notice", args=_key, **OFFICER),
    Route("hazard:keep-paper", "POST", args=_key, data=lambda w: {"paper_camera": picture()}, **OFFICER),
    Route("hazard:move", args=_move, right="principal", wrong="logistics"),
    Route("hazard:move", "POST", args=_move, data=_accept, right="principal", wrong="logistics"),
    Route("hazard:looked", args=_key, **OFFICER),
    Route("hazard:spread", args=_closed, right="county_officer", wrong="principal"),
    Route("hazard:spread", "POST", args=_closed, data=_question, right="county_officer", wrong="principal"),
    Route("hazard:same-check", args=_check, **SISTER),
    Route("hazard:same-check", "POST", args=_check, data=_answer, **SISTER),
    Route("hazard:new", right="safety_officer", wrong="teacher"),
    Route("hazard:new", "POST", data=_finding, right="safety_officer", wrong="teacher"),
    Route("hazard:leads", right="safety_officer", wrong="teacher"),
    Route("hazard:lead", args=_lead, **OFFICER),
    Route("hazard:complete-lead", "POST", args=_lead, data=_finding, **ASSESSOR),
    Route("hazard:dismiss-lead", "POST", args=_lead, data=lambda w: {"reason": "已修"}, **ASSESSOR),
]
SCENES = {
    "open_hazard": lambda w: h.rectifying(w.world),
    "handed_in": lambda w: h.submitted(w.world),
    "open_lead": _snap,
    "closed_major": lambda w: h.closed_major(w.world),
    "same_check": _asked,
}
