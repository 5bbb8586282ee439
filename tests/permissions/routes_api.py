"""Lines of the API: who may call each operation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.files.samples import jpeg, upload
from tests.hazard import helpers as h
from tests.permissions.table import Operation

from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Hazard
from anyuan.rules.ledger.public import SNAP, record


def _asked(w: Any) -> Hazard:
    data = hz.AskExtension(clock.today() + timedelta(days=40), "配件未到")
    return hz.ask_extension(w.actor("logistics"), h.rectifying(w.world), data)


def _accepted_major(w: Any) -> Hazard:
    row = h.major_submitted(w.world)
    return hz.accept(w.actor("county_officer"), row, hz.Accept("已现场复查", on_site=True))


SCENES = {
    "api_registered": lambda w: h.registered(w.world),
    "api_assessed": lambda w: h.assessed(w.world),
    "api_suspected": lambda w: h.suspected(w.world),
    "api_rectifying": lambda w: h.rectifying(w.world),
    "api_submitted": lambda w: h.submitted(w.world),
    "api_asked": _asked,
    "api_accepted": _accepted_major,
    "api_record": lambda w: record(
        w.actor("safety_officer"), register=SNAP, unit=w.school, data={"text": "灯不亮"}
    ),
}


def _key(scene: str) -> Any:
    return lambda w: {"key": getattr(w, scene).pk}


def _new(w: Any) -> dict[str, Any]:
    return {
        "unit": w.school.pk,
        "title": "灭火器过期",
        "domain": "fire",
        "place_text": "二楼",
        "evidence_reason": "无",
    }


def _judged(w: Any) -> dict[str, Any]:
    supervisor = w.people["county_leader"].pk
    return {"major": True, "basis": "通道不足", "item": "三", "level": "county", "supervisor": supervisor}


def _commitments(w: Any) -> dict[str, Any]:
    return {
        "responsible": w.people["logistics"].pk,
        "watcher": w.people["teacher"].pk,
        "measures": "清理",
        "funds_wan": 0,
        "plan": "疏散",
    }


def _later(w: Any) -> dict[str, Any]:
    return {"due_on": clock.today() + timedelta(days=60), "reason": "配件未到"}


def _move(name: str, scene: str, right: str, wrong: str, data: Any) -> Operation:
    return Operation(name, "POST", args=_key(scene), data=data, right=right, wrong=wrong)


OPERATIONS = [
    Operation("list_hazards", right="safety_officer"),
    Operation("get_hazard", args=_key("api_registered"), right="safety_officer", wrong="second_teacher"),
    Operation("register_hazard", "POST", data=_new, right="safety_officer", wrong="teacher"),
    _move("assess_hazard", "api_registered", "safety_officer", "logistics", lambda w: {"reason": "一般"}),
    _move("suspect_hazard", "api_registered", "logistics", "auditor", lambda w: {"reason": "可能群伤"}),
    _move("judge_hazard", "api_suspected", "county_officer", "principal", _judged),
    _move("rectify_hazard", "api_assessed", "safety_officer", "logistics", _commitments),
    _move(
        "submit_hazard",
        "api_rectifying",
        "logistics",
        "second_teacher",
        lambda w: {"result": "已清理", "evidence_reason": "见维修单"},
    ),
    _move("accept_hazard", "api_submitted", "principal", "logistics", lambda w: {"text": "合格"}),
    _move("return_hazard", "api_submitted", "principal", "logistics", lambda w: {"reason": "仍有杂物"}),
    _move("extend_hazard", "api_rectifying", "logistics", "second_teacher", _later),
    _move("decide_extension", "api_asked", "county_officer", "principal", lambda w: {"granted": True}),
    _move("close_hazard", "api_accepted", "county_officer", "principal", lambda w: {"text": "销号"}),
    _move("dismiss_hazard", "api_registered", "principal", "logistics", lambda w: {"reason": "重复录入"}),
    _move(
        "hand_over_hazard",
        "api_assessed",
        "safety_officer",
        "teacher",
        lambda w: {"to_unit": w.fire.pk, "reason": "属消防部门职责"},
    ),
    Operation("list_leads", right="safety_officer"),
    Operation("report_lead", "POST", data=lambda w: {"unit": w.school.pk, "text": "灯坏"}, right="teacher"),
    Operation("list_records", right="safety_officer"),
    Operation("get_record", args=_key("api_record"), right="safety_officer", wrong="second_teacher"),
    Operation(
        "send_file",
        "POST",
        data=lambda w: {"file": upload(jpeg()), "unit": w.school.pk},
        right="teacher",
        form=True,
    ),
    Operation("list_requirements", right="teacher"),
    Operation(
        "get_requirement",
        args=lambda w: {"key": w.requirement.pk},
        right="teacher",
        outside=frozenset({200}),
    ),
    Operation("list_checklists", query=lambda w: {"unit_id": w.school.pk}, right="safety_officer"),
    Operation("list_units", right="teacher"),
    Operation("get_unit", args=lambda w: {"key": w.school.pk}, right="teacher", wrong="sister_principal"),
    Operation("list_places", query=lambda w: {"unit_id": w.school.pk}, right="teacher"),
    Operation(
        "get_place_by_token",
        args=lambda w: {"token": w.world.places["gate"].token},
        right="teacher",
        wrong="sister_principal",
    ),
    Operation("list_notices", right="teacher"),
]
