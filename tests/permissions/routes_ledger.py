"""Lines of registers, facts and subjects, on pages and over the API."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import NOW
from tests.permissions.table import Operation, Route
from xlsxwriter import Workbook

from anyuan.rules.ledger.public import NewSubject, add_subject, record
from anyuan.rules.ledger.web.sheets import _keep
from anyuan.rules.policy.public import load_packs

CHECK = {"level": "school", "full": True, "points": 18, "found": 0}


def _loaded(w: Any) -> bool:
    load_packs()
    return True


def _dormitory(w: Any) -> Any:
    assert w.catalogue
    return add_subject(w.actor("safety_officer"), w.school, NewSubject("dormitory", "1", "一号楼"))


def _book(w: Any) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as made:
        page = made.add_worksheet("数据")
        page.write_row(0, 0, ["检查点位（处）"])
        page.write_row(1, 0, [18])
    return out.getvalue()


def _checked(w: Any) -> Any:
    assert w.catalogue
    return record(
        w.actor("logistics"),
        register="self-check",
        unit=w.school,
        data=CHECK,
        occurred_at=NOW - timedelta(days=1),
    )


SCENES = {"catalogue": _loaded, "self_check": _checked, "dormitory": _dormitory, "fact_book": _book}


def unit(w: Any) -> dict[str, Any]:
    assert w.catalogue
    return {"unit_id": w.school.pk}


def register(w: Any) -> dict[str, Any]:
    return unit(w) | {"code": "self-check"}


def sheet(w: Any) -> dict[str, Any]:
    return unit(w) | {"kind": "facts", "name": "all"}


def dormitory(w: Any) -> dict[str, Any]:
    return {"pk": w.dormitory.pk}


def county(w: Any) -> dict[str, Any]:
    assert w.catalogue
    return {"unit_id": w.county.pk}


def _allowed(w: Any) -> dict[str, Any]:
    return {"days": 7, "basis": "教体局通知"}


def checked(w: Any) -> dict[str, Any]:
    return {"pk": w.self_check.pk}


def _corrected(w: Any) -> dict[str, Any]:
    return _entry(w) | {"f_points": 17, "reason": "点错了"}


def _entry(w: Any) -> dict[str, Any]:
    return {
        "f_level": "school", "f_full": "yes", "f_points": 18, "f_found": 0, "occurred_at": "2026-03-17T10:00",
    }  # fmt: skip


def _declared(key: str) -> Any:
    return lambda w: {"seen": "2026-03-18T09:30:00+08:00", key: 2}


def _token(w: Any) -> dict[str, Any]:
    return {"token": _keep(w.actor("safety_officer"), w.fact_book)}


def _file(w: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("facts.xlsx", w.fact_book)}


ROUTES = [
    Route("ledger:home", right="safety_officer", wrong="teacher"),
    Route("ledger:books", args=unit, right="logistics", wrong="teacher"),
    Route("ledger:late", args=county, right="county_officer", wrong="logistics"),
    Route("ledger:late", "POST", args=county, data=_allowed, right="county_officer", wrong="county_leader"),
    Route("ledger:register", args=register, right="logistics", wrong="teacher"),
    Route("ledger:new-record", args=register, right="logistics", wrong="teacher"),
    Route("ledger:new-record", "POST", args=register, data=_entry, right="logistics", wrong="county_leader"),
    Route("ledger:correct", args=checked, right="safety_officer", wrong="teacher"),
    Route("ledger:correct", "POST", args=checked, data=_corrected, right="safety_officer", wrong="teacher"),
    Route("ledger:export-register", args=register, right="principal", wrong="teacher"),
    Route("ledger:facts", args=unit, right="logistics", wrong="teacher"),
    Route(
        "ledger:declare",
        "POST",
        args=unit,
        data=_declared("check_points"),
        right="principal",
        wrong="logistics",
    ),
    Route("ledger:export-facts", args=unit, right="county_leader", wrong="teacher"),
    Route(
        "ledger:fact", args=lambda w: unit(w) | {"key": "check_points"}, right="logistics", wrong="teacher"
    ),
    Route("ledger:subjects", args=unit, right="logistics", wrong="teacher"),
    Route(
        "ledger:add-subject",
        "POST",
        args=unit,
        data=lambda w: {"kind": "class", "code": "101", "name": "一（1）班"},
        right="safety_officer",
        wrong="logistics",
    ),
    Route("ledger:subject", args=dormitory, right="logistics", wrong="teacher"),
    Route(
        "ledger:declare-subject",
        "POST",
        args=dormitory,
        data=_declared("managers"),
        right="principal",
        wrong="logistics",
    ),
    Route("ledger:change-subject", args=dormitory, right="principal", wrong="logistics"),
    Route(
        "ledger:change-subject",
        "POST",
        args=dormitory,
        data=lambda w: {"what": "change", "name": "兰园"},
        right="principal",
        wrong="logistics",
    ),
    Route("ledger:sheet", args=sheet, right="safety_officer", wrong="logistics"),
    Route("ledger:sheet", "POST", args=sheet, data=_file, right="safety_officer", wrong="logistics"),
    Route("ledger:sheet-template", args=sheet, right="safety_officer", wrong="logistics"),
    Route("ledger:sheet-faults", args=sheet, query=_token, right="safety_officer", wrong="logistics"),
    Route("ledger:sheet-take", "POST", args=sheet, data=_token, right="safety_officer", wrong="logistics"),
]


def _record(w: Any) -> dict[str, Any]:
    assert w.catalogue
    return {"unit": w.school.pk, "register_code": "self-check", "data": CHECK}


def _facts(w: Any) -> dict[str, Any]:
    assert w.catalogue
    return {"unit": w.school.pk, "values": {"check_points": 18}}


def _of_school(w: Any) -> dict[str, Any]:
    return {"unit": w.school.pk}


OPERATIONS = [
    Operation("create_record", "POST", data=_record, right="logistics", wrong="county_leader"),
    Operation("list_facts", query=_of_school, right="logistics", wrong="teacher"),
    Operation("put_facts", "PUT", data=_facts, right="safety_officer", wrong="logistics"),
    Operation("list_subjects", query=_of_school, right="logistics", wrong="teacher"),
]
