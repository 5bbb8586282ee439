"""Until when an entry counts at once: three days, or what the regions say; a lower one only fewer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Invalid, NotPermitted, clock, job_actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger.models import LateAllowance
from anyuan.rules.ledger.public import (
    BACKFILL_DAYS,
    NewRecord,
    Record,
    State,
    allow_late,
    record,
    record_many,
    replace_record,
)
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
JOB = job_actor("test")
CHECK = {"level": "school", "full": True, "points": 18, "found": 0}
VALID, PENDING = State.VALID, State.PENDING


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()


def entered(unit: Unit, days: int) -> State:
    """The state of an entry of something done so many days ago; a file of it is judged alike."""
    then = NOW - timedelta(days=days)
    one = record(JOB, register="self-check", unit=unit, data=CHECK, occurred_at=then)
    before = set(Record.everything.values_list("pk", flat=True))
    record_many(JOB, [NewRecord("self-check", unit, then, CHECK)])
    assert Record.everything.exclude(pk__in=before).get().state == one.state
    return State(one.state)


def test_three_days_unless_somebody_says_otherwise(world: World) -> None:
    assert BACKFILL_DAYS == 3
    assert [entered(world.school, days) for days in (3, 4)] == [VALID, PENDING]


@pytest.mark.parametrize("allowed", [0, 7])
def test_a_county_says_how_late_an_entry_may_come(world: World, allowed: int) -> None:
    allow_late(world.actor("county_officer"), world.county, allowed, "教体局通知")
    assert [entered(world.school, days) for days in (allowed, allowed + 1)] == [VALID, PENDING]
    assert [entered(world.stranger_school, days) for days in (3, 4)] == [VALID, PENDING]
    entry = Entry.everything.latest("id")
    assert entry.unit_path != world.county.path or entry.verb != "ledger.allow-late"
    assert Entry.everything.get(verb="ledger.allow-late").unit_path == world.county.path


def test_the_nearest_region_decides_and_may_step_back(world: World) -> None:
    allow_late(JOB, world.city, 10, "市局通知")
    allow_late(JOB, world.county, 1, "县局通知")
    assert [entered(world.school, days) for days in (1, 2)] == [VALID, PENDING]
    assert [entered(world.stranger_school, days) for days in (10, 11)] == [VALID, PENDING]
    waiting = Record.everything.filter(unit=world.school, state=PENDING).count()
    allow_late(JOB, world.county, None)
    assert Record.everything.filter(unit=world.school, state=PENDING).count() == waiting
    assert [entered(world.school, days) for days in (10, 11)] == [VALID, PENDING]


@pytest.mark.parametrize(("days", "fits"), [(4, True), (5, True), (6, False), (60, False)])
def test_a_county_never_allows_more_than_its_city(world: World, days: int, fits: bool) -> None:
    allow_late(JOB, world.city, 5, "市局通知")
    officer = world.actor("county_officer")
    if fits:
        assert allow_late(officer, world.county, days, "县局通知").days == days
        assert [entered(world.school, d) for d in (days, days + 1)] == [VALID, PENDING]
        return
    with pytest.raises(Invalid) as caught:
        allow_late(officer, world.county, days, "县局通知")
    assert caught.value.fields == {"days": [f"{world.city.name}规定为 5 天，不得超过。"]}
    assert LateAllowance.everything.get().unit == world.city


def test_a_city_that_tightens_later_holds_at_once(world: World) -> None:
    allow_late(JOB, world.county, 10, "县局通知")
    allow_late(JOB, world.city, 2, "市局通知")
    assert [entered(world.school, days) for days in (2, 3)] == [VALID, PENDING]
    page = world.client("county_officer").get(reverse("ledger:late", args=[world.county.pk]))
    assert "由上级规定。" in page.content.decode()
    assert "原定的 10 天" in page.content.decode()
    allow_late(JOB, world.city, None)
    assert [entered(world.school, days) for days in (10, 11)] == [VALID, PENDING]


def test_a_correction_waits_by_the_same_rule(world: World) -> None:
    allow_late(JOB, world.county, 1, "县局通知")
    for days, state in ((1, VALID), (2, PENDING)):
        with clock.at(NOW - timedelta(days=days)):
            made = record(JOB, register="self-check", unit=world.school, data=CHECK)
        assert replace_record(JOB, made, {**CHECK, "points": 1}, "错").state == state


@pytest.mark.parametrize(("days", "basis"), [(-1, "通知"), (61, "通知"), (5, " ")])
def test_what_makes_no_sense_is_refused(world: World, days: int, basis: str) -> None:
    with pytest.raises(Invalid):
        allow_late(world.actor("county_officer"), world.county, days, basis)
    assert not LateAllowance.everything.exists()


def test_who_may_say_so(world: World) -> None:
    for who in ("principal", "county_leader", "stranger_officer"):
        with pytest.raises(NotPermitted):
            allow_late(world.actor(who), world.county, 5, "通知")
    with pytest.raises(Invalid):
        allow_late(JOB, world.school, 5, "通知")
    assert not LateAllowance.everything.exists()


def test_the_page_says_what_holds_and_from_where(world: World) -> None:
    client = world.client("county_officer")
    url = reverse("ledger:late", args=[world.county.pk])
    assert url in client.get(reverse("ledger:books", args=[world.county.pk])).content.decode()
    assert "3 天内" in client.get(url).content.decode()
    assert client.post(url, {"once": str(uuid4()), "days": "7", "basis": ""}).status_code == 422
    assert client.post(url, {"once": str(uuid4()), "days": "7", "basis": "教体局通知"}).status_code == 303
    page = client.get(url).content.decode()
    assert "7 天内" in page
    assert "本地区自行规定" in page
    assert client.post(url, {"once": str(uuid4()), "days": "", "basis": ""}).status_code == 303
    assert "3 天内" in client.get(url).content.decode()
