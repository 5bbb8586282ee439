"""The guide of a county's first day: what is missing, what would unlock most, documents in waves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import World, as_action

from anyuan.edge.desk.queries.firstday import FirstDay, calendar_step, first_day, units_step
from anyuan.foundation.kernel.public import clock, job_actor, new_id
from anyuan.foundation.org.public import NewUnit, Term, Unit, UnitKind, UnitType, create_units
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy.public import Activation, Pack, activate, load_packs

CITY = "city-2023-hazard-sweep"
JOB = job_actor("test")


@pytest.fixture(autouse=True)
def _loaded(world: World) -> None:
    load_packs()


def _numbers(world: World) -> None:
    with as_action():
        Unit.everything.filter(kind=UnitKind.SCHOOL).update(pupils=300, staff=20, boarding="none")


def _guide(world: World) -> FirstDay:
    return first_day(world.actor("county_officer"), world.county)


def _waiting(found: FirstDay) -> dict[str, tuple[int, int]]:
    return {line.key: (line.schools, line.answers) for line in found.unlocks}


def test_a_fact_counts_every_answer_that_waits_for_it(world: World) -> None:
    _numbers(world)
    waiting = _waiting(_guide(world))
    # Four schools; guards stand in three documents, points to check in one.
    assert waiting["guards_certified"] == (4, 12)
    assert waiting["check_points"] == (4, 4)
    officer = world.actor("county_officer")
    ledger.set_facts(officer, world.school, {"guards_certified": 2, "check_points": 5})
    waiting = _waiting(_guide(world))
    assert waiting["guards_certified"] == (3, 9)
    assert waiting["check_points"] == (3, 3)
    assert waiting["check_points_assigned"] == (4, 4)


def test_what_the_organisation_lacks_leads_to_its_import(world: World) -> None:
    lines = {line.key: line for line in _guide(world).unlocks}
    assert lines["pupils"].org
    assert not lines["pupils"].sheet
    assert f"/units/{world.county.pk}/import/units/" in lines["pupils"].url
    assert lines["guards_certified"].sheet


def test_the_forecast_is_what_comes_of_it(world: World) -> None:
    """Before and after a document is put into force the same answers stand: formula for formula."""
    _numbers(world)
    officer = world.actor("county_officer")
    ledger.set_facts(
        officer, world.school, {"guards_certified": 2, "check_points": 5, "check_points_assigned": 4}
    )
    ledger.set_facts(
        officer, world.sister, {"guards_certified": 1, "school_buses": 0, "commuter_vehicles": 0}
    )
    told = next(w for w in _guide(world).waves if w.pack.code == CITY)
    assert told.starts is None
    assert not compliance.Verdict.everything.exists()
    activate(JOB, Pack.objects.get(code=CITY), world.county)
    with as_action():
        Term(unit=world.city, name="2026 春", starts=date(2026, 2, 16), ends=date(2026, 7, 4)).save()
    compliance.refresh(None)
    rows = compliance.Verdict.everything.filter(standing=True, key__startswith=CITY)
    standards = rows.filter(period="", requirement__kind="standard")
    count = {s: standards.filter(state=s).count() for s in ("met", "unmet")}
    assert (told.forecast.met, told.forecast.unmet) == (count["met"], count["unmet"])
    unknown = rows.filter(state="unknown").values("unit", "key").distinct().count()
    assert told.forecast.unknown == unknown
    now = next(w for w in _guide(world).waves if w.pack.code == CITY)
    assert now.starts == clock.today()
    assert (now.forecast.met, now.forecast.unknown) == (told.forecast.met, told.forecast.unknown)


def test_a_coming_day_is_said(world: World) -> None:
    coming = clock.today() + timedelta(days=7)
    activate(JOB, Pack.objects.get(code=CITY), world.county, coming)
    assert {w.pack.code: w.starts for w in _guide(world).waves}[CITY] == coming


def test_the_city_switches_on_and_nobody_else(world: World) -> None:
    address = f"/desk/start/{world.county.pk}/switch-on/"
    pack = Pack.objects.get(code=CITY)
    today = clock.today()

    def post(who: str, day: object, basis: str = "市政府会议纪要") -> int:
        data = {"pack": pack.pk, "day": day, "basis": basis, "once": str(new_id())}
        return world.client(who).post(address, data).status_code

    assert post("county_officer", today) == 403
    post("city_officer", today - timedelta(days=1))
    post("city_officer", "soon")
    post("city_officer", today, "")  # the document's own end has passed: it needs a basis
    assert not Activation.everything.exists()
    assert post("city_officer", today + timedelta(days=1)) in (302, 303)
    row = Activation.everything.get()
    assert (row.unit_id, row.starts) == (world.county.pk, today + timedelta(days=1))


def test_steps_say_what_is_missing(world: World) -> None:
    officer = world.actor("county_officer")
    assert calendar_step(world.county).open
    with as_action():
        Term(unit=world.city, name="2026 春", starts=date(2026, 2, 16), ends=date(2026, 7, 4)).save()
    assert calendar_step(world.county).finished
    assert not units_step(officer, world.county).finished
    _numbers(world)
    assert units_step(officer, world.county).finished


def test_a_school_has_no_guide(world: World) -> None:
    assert world.client("county_officer").get(f"/desk/start/{world.school.pk}/").status_code == 404


def test_sixty_schools_ask_no_more_than_four(world: World) -> None:
    officer = world.actor("county_officer")
    first_day(officer, world.county)
    with CaptureQueriesContext(connection) as few:
        first_day(officer, world.county)
    facts = {"unit_type": UnitType.PRIMARY, "opened_on": date(2020, 9, 1)}
    create_units(
        JOB, [(world.county, NewUnit(UnitKind.SCHOOL, f"第{n}小学", "", facts)) for n in range(1, 61)]
    )
    with CaptureQueriesContext(connection) as many:
        assert first_day(officer, world.county).schools == 64
    assert len(many) <= len(few) <= 20
