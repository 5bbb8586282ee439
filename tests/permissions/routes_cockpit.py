"""Lines of the figures: of one's own reach, and of every unit in it."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import Operation, Route


def _school(w: Any) -> dict[str, Any]:
    return {"pk": w.school.pk}


ROUTES = [
    Route("cockpit:home", right="county_officer", wrong="teacher"),
    Route("cockpit:unit", args=_school, right="principal", wrong="teacher"),
]
OPERATIONS = [
    Operation("get_cockpit", query=lambda w: {"unit": w.school.pk}, right="county_officer", wrong="teacher"),
]
