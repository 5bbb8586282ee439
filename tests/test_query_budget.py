"""Every main page stays within its budget of statements, for every role that uses it.

The budgets lie in ``query_budget.json``: page → role → statements, those of session and account included.
After a change that earns it: ``ANYUAN_WRITE_BUDGET=1 pytest tests/test_query_budget.py`` writes them anew.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import NOW, World, as_action
from tests.compliance import standing
from tests.hazard import helpers as h
from tests.hazard import requirements as r

from anyuan.foundation.kernel.public import clock, job_actor, new_id
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger.public import ROUND, NewRecord, record_many
from anyuan.rules.policy.public import activate, latest_packs, load_packs

BUDGET = Path(__file__).with_name("query_budget.json")
MOST = 12
"""Statements of any page, whoever looks at it."""
MANY = 60
"""Hazards and records of the school: more than a page shows, so that a statement per row is seen."""
ROLES = (
    "teacher",
    "safety_officer",
    "logistics",
    "principal",
    "county_officer",
    "city_officer",
    "fire_officer",
    "admin",
)
PAGES = {
    "home": "/",
    "desk: the day": "/desk/day/{school}/",
    "desk: numbers": "/desk/numbers/{school}/",
    "desk: numbers of the county": "/desk/numbers/{county}/",
    "desk: gaps": "/desk/gaps/{school}/",
    "desk: rounds of the week": "/rounds/{school}/",
    "desk: rounds not reported": "/rounds/missing/{county}/",
    "desk: duties": "/desk/duties/{school}/",
    "desk: duties of my class": "/desk/kept/",
    "desk: duties of the schools": "/desk/county/{county}/",
    "desk: late duties": "/desk/late/{county}/",
    "desk: first day": "/desk/start/{county}/",
    "desk: first day, facts and documents": "/desk/start/{county}/forecast/",
    "desk: checklists": "/checks/",
    "desk: schools": "/schools/",
    "desk: one school": "/schools/{school}/",
    "desk: quick snap": "/snap/",
    "hazards": "/hazards/",
    "hazards: all": "/hazards/?tab=all",
    "hazards: a word": "/hazards/?tab=all&q=杂物",
    "hazard: to accept": "/hazards/{submitted}/",
    "hazard: major": "/hazards/{major}/",
    "hazard: closed": "/hazards/{closed}/",
    "leads": "/leads/",
    "proposed hazards": "/hazards/proposals/",
    "compliance": "/compliance/",
    "compliance: the county": "/compliance/{county}/",
    "compliance: one area": "/compliance/{county}/security/",
    "compliance: one school": "/compliance/{school}/",
    "compliance: rows": "/compliance/rows/?unit={county}&state=rated",
    "compliance: a verdict": "/compliance/verdicts/{verdict}/",
    "cockpit": "/cockpit/",
    "cockpit: the county": "/cockpit/{county}/",
    "trail": "/trail/",
    "notices": "/notices/",
    "ledger": "/ledger/",
    "units": "/units/",
    "units: one school": "/units/{school}/",
    "units: people": "/units/{school}/people/",
    "accounts": "/accounts/",
    "documents": "/documents/",
    "documents: one document": "/documents/{document}/",
}


@pytest.fixture
def places(world: World) -> dict[str, UUID]:
    """Content of every kind; the keys that the pages name."""
    load_packs()
    with clock.at(NOW):
        for pack in latest_packs(job_actor("test")):
            activate(job_actor("test"), pack, world.city)
        major = h.major(world)
        closed = hz.accept(world.actor("principal"), h.submitted(world, title="已处理"))
        submitted = h.submitted(world)
        _copies(submitted)
        _copies(h.rectifying(world, place=world.places["lab"], place_text=""))
        _copies(closed)
        for n in range(3):
            hz.report_lead(world.actor("teacher"), unit=world.school, text=f"线索{n}", place_text="操场")
        record_many(job_actor("test"), (_round(world, n) for n in range(MANY)))
        rules = standing.a_county(world)
        for number in range(MANY):
            r.verdict(r.requirement(f"many{number}"), world.school, "unmet")
        standing.keep_counts(world.school)
        hz.propose([world.school.pk])
        verdict = r.verdict(rules["guards"], world.school, "unmet")
    document = next(p for p in latest_packs(job_actor("test")) if p.code == "guyuan-2018-risk-control")
    return {"school": world.school.pk, "county": world.county.pk, "submitted": submitted.pk,
            "major": major.pk, "closed": closed.pk, "verdict": verdict.pk,
            "document": document.pk}  # fmt: skip


def _copies(hazard: hz.Hazard) -> None:
    stored = [f.attname for f in hz.Hazard._meta.concrete_fields if not f.generated]
    values = {name: getattr(hazard, name) for name in stored}
    rows = [hz.Hazard(**values | {"id": new_id(), "number": f"{hazard.number}-{n}"}) for n in range(MANY)]
    with as_action():
        hz.Hazard.everything.bulk_create(rows)


def _round(world: World, n: int) -> NewRecord:
    at = clock.start_of(clock.today()) - timedelta(days=n + 1)
    day = clock.day_of(at).isoformat()
    seen = [str(p.pk) for p in world.places.values() if p.unit_id == world.school.pk]
    data = {
        "route": "day",
        "day": day,
        "made_up": False,
        "places": seen,
        "photo_places": [],
        "exceptions": [],
    }
    slot = f"round:day:{day}"
    return NewRecord(ROUND, world.school, at, data, slot=slot, recorded_at=at)


def _count(world: World, role: str, path: str) -> int | None:
    """The statements of the second look at a page; None where the role has no such page."""
    client = world.client(role)
    if client.get(path).status_code != 200:
        return None
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in asked)


def test_every_main_page_stays_within_its_budget(world: World, places: dict[str, UUID]) -> None:
    found: dict[str, dict[str, int]] = {}
    with clock.at(NOW):
        for name, path in PAGES.items():
            counts = {role: _count(world, role, path.format(**places)) for role in ROLES}
            found[name] = {role: n for role, n in counts.items() if n is not None}
    if os.environ.get("ANYUAN_WRITE_BUDGET"):
        BUDGET.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    budget = json.loads(BUDGET.read_text())
    assert {n: set(roles) for n, roles in found.items()} == {n: set(roles) for n, roles in budget.items()}
    over = {
        f"{name} ({role})": f"{number} statements, budget {budget[name][role]}"
        for name, roles in found.items()
        for role, number in roles.items()
        if number > budget[name][role]
    }
    assert not over


def test_no_budget_exceeds_the_aim() -> None:
    budget = json.loads(BUDGET.read_text())
    assert set(budget) == set(PAGES)
    assert {n: r for n, r in budget.items() if max(r.values(), default=0) > MOST} == {}
