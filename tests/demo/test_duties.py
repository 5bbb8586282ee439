"""The term of duties of the invented city, through the real rules: a believable mixture, nothing made up."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from anyuan.foundation.access.public import DemoCard, actor_of
from anyuan.foundation.kernel.public import job_actor
from anyuan.response.hazard import public as hz
from anyuan.rules.compliance import public as compliance
from anyuan.rules.ledger.public import Record
from anyuan.rules.policy.public import Activation
from anyuan.site.demo.city import City

pytestmark = pytest.mark.usefixtures("filled")
STATE = compliance.State


def _states(city: City) -> Counter[str]:
    rows = compliance.Verdict.everything.filter(unit__path__startswith=city.main.unit.path, standing=True)
    return Counter(rows.values_list("state", flat=True))


def test_most_is_met_and_some_of_everything_else(filled: City) -> None:
    states = _states(filled)
    counted = sum(states[s] for s in compliance.RATED)
    assert 0.7 < states[STATE.MET] / counted < 0.97
    assert not [state for state in STATE.values if not states[state]]


@pytest.mark.parametrize(
    "key", ["city-2023-hazard-sweep/night-drill", "guyuan-2018-risk-control/drill-scenarios"]
)
def test_yearly_duties_stand_where_documents_were_in_force_all_year(filled: City, key: str) -> None:
    rows = compliance.Verdict.everything.filter(unit__path__startswith=filled.main.unit.path, key=key)
    running = rows.filter(ends__gt=filled.today)
    assert running.exists()
    assert not running.filter(state=STATE.EXCUSED).exists()


def test_what_is_stored_is_what_would_be_derived(filled: City) -> None:
    assert compliance.rebuild(job_actor("test"), check=True).differences == ()


def test_the_newest_county_has_begun_nothing(filled: City) -> None:
    path = filled.newest.unit.path
    assert not Activation.everything.filter(unit__path__startswith=path).exists()
    assert not compliance.Verdict.everything.filter(unit__path__startswith=path).exists()
    known = [s.unit.pupils for s in filled.newest.schools]
    assert None in known
    assert any(known)


def test_proposals_wait_for_the_county(filled: City) -> None:
    officer = filled.main.actor("officer")
    assert hz.waiting_proposals(officer, filled.main.unit) >= 5
    assert hz.proposals(officer, hz.ProposalState.DISMISSED, filled.main.unit).count() == 3


def test_the_shown_school_is_late_with_two_duties_of_the_fire_day(filled: City) -> None:
    officer = actor_of(DemoCard.objects.get(title="安全办主任").person)
    todos = compliance.todos(officer, filled.shown.unit)
    late = {t.register for t in todos if t.state == STATE.LATE}
    assert late == {"drill", "fire-training"}
    assert any(t.subject for t in todos)


def test_drills_show_their_photo_and_count_by_it(filled: City) -> None:
    drills = Record.everything.filter(register__code="drill")
    assert drills.exists()
    counted = compliance.Verdict.everything.filter(key="city-2023-hazard-sweep/evacuation-drill-monthly")
    assert counted.filter(state=STATE.MET, records__len__gt=0).exists()


def test_the_guide_and_the_inbox_open(filled: City) -> None:
    client = Client()
    client.post("/login/demo/", {"card": str(DemoCard.objects.get(title="市安全处").pk)})
    page = client.get(f"/desk/start/{filled.newest.unit.pk}/forecast/").content.decode()
    assert "在校学生数" in page or "持证专职保安员" in page
    client.post("/login/demo/", {"card": str(DemoCard.objects.get(title="安全办主任").pk)})
    page = client.get(f"/desk/duties/{filled.shown.unit.pk}/").content.decode()
    assert "duties-late" in page
