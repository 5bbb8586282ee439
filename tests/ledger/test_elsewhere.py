"""The same number at two schools at once is entered, and said to those who may know."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import job_actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger.public import NewRecord, Record, record_many, void_record
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
JOB = job_actor("test")


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()


def guard(unit: Unit, number: str, until: str = "2027-01-01") -> Record:
    data = {
        "name": "张三",
        "certificate": number,
        "full_time": True,
        "employer": "school",
        "valid_until": until,
    }
    record_many(JOB, [NewRecord("guard-certificate", unit, NOW, data)])
    return Record.everything.filter(unit=unit, data__certificate=number).latest("id")


def page_of(world: World, who: str, made: Record) -> str:
    return world.client(who).get(reverse("ledger:record", args=[made.pk])).content.decode()


def listed(world: World, who: str, unit: Unit, query: str = "") -> str:
    url = reverse("ledger:register", args=[unit.pk, "guard-certificate"])
    return world.client(who).get(url + query).content.decode()


def test_who_may_see_the_other_school_reads_its_name(world: World) -> None:
    mine, other = guard(world.school, "A1"), guard(world.sister, "A1")
    guard(world.school, "B1")
    assert f"同一编号还登记在：{world.sister.title}" in page_of(world, "county_officer", mine)
    assert f"同一编号还登记在：{world.school.title}" in page_of(world, "county_officer", other)
    own = page_of(world, "safety_officer", mine)
    assert "同一编号还登记在：其他学校" in own
    assert world.sister.title not in own


def test_the_county_finds_all_of_them(world: World) -> None:
    guard(world.school, "A1"), guard(world.sister, "A1"), guard(world.school, "B1")
    guard(world.school, "C1"), guard(world.stranger_school, "C1")
    page = listed(world, "county_officer", world.county)
    assert page.count(f"另见{world.sister.title}") == 1
    assert page.count("另见其他学校") == 1
    assert "B1" in page
    only = listed(world, "county_officer", world.county, "?shared=1")
    assert [only.count(f">{number}<") for number in ("A1", "B1", "C1")] == [2, 0, 1]


@pytest.mark.parametrize(("until", "said"), [("2026-03-18", True), ("2026-03-17", False)])
def test_one_that_ran_out_elsewhere_is_no_matter(world: World, until: str, said: bool) -> None:
    mine = guard(world.school, "A1")
    guard(world.sister, "A1", until)
    assert ("同一编号还登记在" in page_of(world, "county_officer", mine)) is said
    assert ("另见" in listed(world, "county_officer", world.county)) is said


def test_a_voided_one_and_one_of_the_same_school_are_no_matter(world: World) -> None:
    mine, _again, other = (guard(u, "A1") for u in (world.school, world.school, world.sister))
    void_record(JOB, other, "录错")
    assert "同一编号" not in page_of(world, "county_officer", mine)


def test_it_is_said_at_entry_and_not_refused(world: World) -> None:
    guard(world.sister, "A1")
    client = world.client("safety_officer")
    sent = {
        "once": str(uuid4()), "f_name": "张三", "f_certificate": "A1", "f_full_time": "yes",
        "f_employer": "school", "f_valid_until": "2027-01-01", "occurred_at": "2026-03-17T10:00",
    }  # fmt: skip
    answer = client.post(reverse("ledger:new-record", args=[world.school.pk, "guard-certificate"]), sent)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    assert "同一编号还登记在：其他学校" in client.get(answer["Location"]).content.decode()
    assert Record.everything.filter(unit=world.school).count() == 1


def test_a_register_without_numbers_asks_for_nothing(world: World) -> None:
    assert "多校使用同一编号" in listed(world, "county_officer", world.county)
    url = reverse("ledger:register", args=[world.county.pk, "drill"])
    assert "多校使用同一编号" not in world.client("county_officer").get(url).content.decode()
