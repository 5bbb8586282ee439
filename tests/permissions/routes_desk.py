"""Lines of the desks, rounds, checks, quick snaps and the page of one school."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.permissions.table import Route

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.foundation.org.public import Term
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy.public import Pack, activate, load_packs


def _school(w: Any) -> dict[str, Any]:
    return {"unit": w.school.pk}


def _term(w: Any) -> Any:
    from tests.cast import as_action

    with as_action():
        made = Term(unit=w.city, name="一年", starts=date(2026, 1, 1), ends=date(2027, 12, 31))
        made.save()
    return made


def _round(w: Any) -> dict[str, Any]:
    return {"unit": w.school.pk, "day": clock.today().isoformat(), "route": "day"}


def _filed(w: Any) -> Any:
    return ledger.file_round(w.actor("safety_officer"), w.school, no_photo="无").record


def _active(w: Any) -> Any:
    load_packs()
    for pack in Pack.objects.all():
        activate(job_actor("test"), pack, w.city, date(2026, 1, 1))
    return ledger.checklists_for(w.actor("safety_officer"), w.school)[0]


def _check(w: Any) -> dict[str, Any]:
    return {"pk": w.desk_checklist.checklist.pk, "unit": w.school.pk}


def _answers(w: Any) -> dict[str, Any]:
    items = w.desk_checklist.items
    return {f"result_{i.pk.hex}": "na" for i in items}


def _checked(w: Any) -> Any:
    items = w.desk_checklist.items
    answers = {i.pk: ledger.Answer("na") for i in items}
    checklist = w.desk_checklist.checklist
    return ledger.run_check(w.actor("safety_officer"), checklist, w.school, answers).record


def _snapped(w: Any) -> Any:
    return hz.report_lead(w.actor("teacher"), w.school, text="门坏了")


def _token(w: Any) -> dict[str, Any]:
    return {"token": w.places["gate"].token}


def _loaded(_w: Any) -> Pack:
    load_packs()
    found = Pack.objects.get(code="city-2023-hazard-sweep")
    assert isinstance(found, Pack)
    return found


def _county(w: Any) -> dict[str, Any]:
    assert w.desk_pack
    return {"unit": w.county.pk}


ROUTES = [
    Route("desk:home", right="teacher"),
    Route("desk:duties", args=_school, right="safety_officer", wrong="teacher"),
    Route("desk:kept", right="teacher", wrong="county_leader"),
    Route("desk:do", args=_school, right="safety_officer", wrong="county_leader"),
    Route("desk:filed", args=lambda w: {"pk": w.desk_round.pk}, right="safety_officer", wrong="teacher"),
    Route("desk:county", args=_county, right="county_officer", wrong="teacher"),
    Route("desk:late-duties", args=_county, right="county_officer", wrong="teacher"),
    Route("desk:start", args=_county, right="county_officer", wrong="safety_officer"),
    Route("desk:start-forecast", args=_county, right="county_officer", wrong="county_leader"),
    Route("desk:start-facts", args=_county, right="county_officer", wrong="county_leader"),
    Route(
        "desk:start-switch-on",
        "POST",
        args=_county,
        data=lambda w: {"pack": w.desk_pack.pk, "day": clock.today(), "basis": "市里决定继续执行"},
        right="city_officer",
        wrong="county_officer",
        outside=frozenset({403}),
    ),
    Route("desk:day", args=_school, right="teacher"),
    Route("desk:numbers", args=_school, right="safety_officer", wrong="teacher"),
    Route("desk:gaps", args=_school, right="teacher"),
    Route("desk:sign", "POST", right="principal", wrong="logistics"),
    Route("desk:snap", right="teacher", wrong="auditor"),
    Route("desk:snap", "POST", data=lambda w: {"text": "门坏了"}, right="teacher", wrong="auditor"),
    Route("desk:snap-at", args=_token, right="teacher", wrong="auditor"),
    Route(
        "desk:snap-at", "POST", args=_token, data=lambda w: {"text": "坏"}, right="teacher", wrong="auditor"
    ),
    Route("desk:snapped", args=lambda w: {"pk": w.desk_lead.pk}, right="teacher", wrong="second_teacher"),
    Route("desk:round-done", args=lambda w: {"pk": w.desk_round.pk}, right="safety_officer", wrong="teacher"),
    Route("desk:watch", args=_school, right="safety_officer", wrong="teacher"),
    Route("desk:round", args=_round, right="safety_officer", wrong="teacher"),
    Route(
        "desk:round",
        "POST",
        args=_round,
        data=lambda w: {"no_photo": "无", "term": w.desk_term.pk},
        right="safety_officer",
        wrong="teacher",
    ),
    Route(
        "desk:unreported",
        args=lambda w: {"unit": w.county.pk},
        right="county_officer",
        wrong="safety_officer",
    ),
    Route("desk:checks", right="safety_officer", wrong="teacher"),
    Route("desk:check-done", args=lambda w: {"pk": w.desk_check.pk}, right="safety_officer", wrong="teacher"),
    Route("desk:check", args=_check, right="safety_officer", wrong="teacher"),
    Route("desk:check", "POST", args=_check, data=_answers, right="safety_officer", wrong="teacher"),
    Route("desk:schools", right="county_officer"),
    Route("desk:school", args=lambda w: {"pk": w.school.pk}, right="county_officer"),
]
SCENES = {
    "desk_pack": _loaded,
    "desk_term": _term,
    "desk_round": _filed,
    "desk_checklist": _active,
    "desk_check": _checked,
    "desk_lead": _snapped,
}
