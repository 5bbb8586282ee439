"""Lines of compliance and of the hazards it proposes."""

from __future__ import annotations

from typing import Any

from tests.compliance.engine import prepare
from tests.hazard import requirements as r
from tests.permissions.table import Operation, Route

from anyuan.rules.compliance.public import Verdict, refresh


def _derived(w: Any) -> Verdict:
    prepare(w.world)
    refresh([w.school.pk])
    found: Verdict = Verdict.everything.filter(unit=w.school, state="unknown").order_by("key").first()
    return found


SCENES = {
    "derived": _derived,
    "verdict": lambda w: r.verdict(r.requirement("shown"), w.school, "unmet"),
    "proposal": lambda w: r.proposed(w.world, "proposed"),
}


def school(w: Any) -> dict[str, Any]:
    return {"pk": w.school.pk}


ROUTES = [
    Route("compliance:home", right="county_officer", wrong="teacher"),
    Route("compliance:unit", args=school, right="principal", wrong="teacher"),
    Route(
        "compliance:area",
        args=lambda w: {"pk": w.county.pk, "code": "fire"},
        right="county_officer",
        wrong="teacher",
    ),
    Route(
        "compliance:rows",
        query=lambda w: {"unit": w.school.pk},
        right="safety_officer",
        wrong="teacher",
    ),
    Route("compliance:verdict", args=lambda w: {"pk": w.verdict.pk}, right="principal", wrong="teacher"),
    Route("hazard:proposals", right="safety_officer", wrong="teacher"),
    Route(
        "hazard:decide",
        data=lambda w: {"ids": str(w.proposal.pk)},
        query=lambda w: {"act": "accept", "ids": str(w.proposal.pk)},
        right="county_officer",
        wrong="county_leader",
    ),
    Route(
        "hazard:decide-act",
        "POST",
        args=lambda w: {"act": "dismiss"},
        data=lambda w: {"ids": str(w.proposal.pk), "reason": "已撤并"},
        right="county_officer",
        wrong="county_leader",
    ),
]

OPERATIONS = [
    Operation("list_verdicts", query=lambda w: {"unit": w.school.pk}, right="principal", wrong="teacher"),
    Operation("explain_verdict", args=lambda w: {"key": w.derived.pk}, right="principal", wrong="teacher"),
    Operation("list_todos", query=lambda w: {"unit": w.school.pk}, right="safety_officer", wrong="teacher"),
]
