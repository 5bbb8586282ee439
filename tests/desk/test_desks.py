"""What each desk shows: the right one for each person, late first, every number with its rows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import NOW, SINCE, World, as_action
from tests.hazard import helpers as h

from anyuan.edge.desk.queries import numbers
from anyuan.edge.desk.queries.desks import Kind, desks_of
from anyuan.edge.desk.queries.inbox import inbox
from anyuan.edge.desk.queries.rounds import unreported
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Holding, Term
from anyuan.response.hazard import public as hz
from anyuan.rules.ledger import public as ledger

pytestmark = pytest.mark.django_db
BUDGET = 12


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("principal", Kind.PRINCIPAL),
        ("safety_officer", Kind.SAFETY),
        ("logistics", Kind.STAFF),
        ("teacher", Kind.TEACHER),
        ("county_officer", Kind.COUNTY),
        ("county_leader", Kind.COUNTY),
        ("city_officer", Kind.CITY),
        ("fire_officer", Kind.DEPARTMENT),
        ("admin", Kind.ADMIN),
        ("auditor", Kind.CITY),
    ],
)
def test_everybody_lands_on_his_desk(world: World, who: str, kind: Kind) -> None:
    assert [d.kind for d in desks_of(world.actor(who))] == [kind]
    assert world.client(who).get("/").status_code == 200


def test_a_visitor_goes_to_the_login(world: World) -> None:
    assert world.client().get("/")["Location"].startswith("/login/")


def test_who_has_two_posts_switches_and_is_remembered(world: World) -> None:
    with as_action():
        person = world.people["safety_officer"]
        Holding.everything.create(person=person, unit=world.sister, post="principal", starts=SINCE)
    client = world.client("safety_officer")
    first = client.get("/").content.decode()
    assert "东屏县第一中学" in first
    assert "待我签批" in first
    other = f"safety:{world.school.pk}"
    assert "待我签批" not in client.get("/", {"desk": other}).content.decode()
    assert "待我签批" not in client.get("/").content.decode()
    assert "待我签批" not in client.get("/", {"desk": f"county:{world.county.pk}"}).content.decode()


def test_late_and_due_today_come_first_and_each_line_stands_once(world: World) -> None:
    hazard = h.rectifying(world)
    actor = world.actor("logistics")
    due = hz.Hazard.everything.get().due_at
    for moment, group in (
        (NOW, "to_rectify"),
        (due - timedelta(seconds=1), "today"),
        (due, "late"),
    ):
        with clock.at(moment):
            found = inbox(actor, world.school.pk, by_day=True).groups
            holding = [code for code, g in found.items() if hazard.pk in [line.key for line in g.lines]]
            assert holding == [group]


def test_a_neighbour_sees_nothing_of_it(world: World) -> None:
    h.rectifying(world)
    for who in ("stranger_safety_officer", "stranger_officer", "stranger_principal"):
        groups = inbox(world.actor(who), None, by_day=True).groups.values()
        assert [line for g in groups for line in g.lines] == []


def test_the_principal_signs_a_batch_and_a_refused_line_does_not_stop_the_others(world: World) -> None:
    good, stale = h.submitted(world), h.submitted(world, title="灯不亮")
    client = world.client("principal")
    page = client.get("/").content.decode()
    assert good.title in page
    data = {
        "once": str(uuid4()),
        "ids": [str(good.pk), str(stale.pk)],
        f"version_{good.pk}": good.version,
        f"version_{stale.pk}": stale.version - 1,
    }
    assert client.post(reverse("desk:sign"), data)["Location"] == "/"
    said = client.get("/").content.decode()
    assert h.fresh(good).state == "closed"
    assert h.fresh(stale).state == "submitted"
    assert "已验收并销号 1 条隐患" in said
    assert stale.number in said


def test_signing_nothing_is_said(world: World) -> None:
    client = world.client("principal")
    client.post(reverse("desk:sign"), {"once": str(uuid4())})
    assert "请至少勾选一条" in client.get("/").content.decode()


def test_what_is_handed_in_by_oneself_is_not_offered_for_signing(world: World) -> None:
    hazard = h.rectifying(world)
    hz.submit(world.actor("principal"), hazard, h.submission())
    assert 'name="ids" value' not in world.client("principal").get("/").content.decode()


def test_the_rows_add_up_to_the_number_and_the_list_has_as_many(world: World) -> None:
    h.registered(world)
    h.submitted(world, domain="food")
    h.suspected(world)
    h.registered(world, by="stranger_safety_officer", unit=world.stranger_school)
    with clock.at(NOW + timedelta(days=120)):
        for who, area in (("county_officer", world.county), ("city_officer", world.city)):
            actor = world.actor(who)
            rows = numbers.by_unit(actor, area)
            total = numbers.total(rows, area)
            below = numbers.total(numbers.by_child(actor, area, rows), area)
            assert (total.open, total.late, total.major) == (below.open, below.late, below.major)
            for tab in ("open", "late", "major"):
                listed = hz.hazards(actor, hz.Filters(tab=tab, unit=area)).count()
                assert getattr(total, tab) == listed, (who, tab)
        assert numbers.total(numbers.by_unit(world.actor("city_officer"), world.city), world.city).open == 4


def test_a_fire_officer_counts_fire_only(world: World) -> None:
    h.registered(world)
    h.registered(world, domain="food")
    actor = world.actor("fire_officer")
    assert numbers.total(numbers.by_unit(actor, world.city), world.city).open == 1
    page = world.client("fire_officer").get(reverse("desk:numbers", args=[world.city.pk]))
    assert re.search(r'stat-number">1<', page.content.decode())


def test_unreported_names_schools_until_they_report(world: World, term: Term) -> None:
    actor = world.actor("county_officer")
    before, today = unreported(actor, world.county)[1], unreported(actor, world.county)[0]
    assert {u.pk for u in today.schools} == {world.school.pk, world.sister.pk, world.point.pk}
    assert before.day == clock.today() - timedelta(days=1)
    ledger.file_round(world.actor("safety_officer"), world.school, no_photo="无")
    today, before = unreported(actor, world.county)
    assert world.school not in today.schools
    assert world.school in before.schools


def test_without_a_calendar_nobody_is_blamed(world: World) -> None:
    found = unreported(world.actor("county_officer"), world.county)
    assert [d.schools for d in found] == [[]]
    assert world.school in found[0].unknown


def test_on_a_day_off_nobody_is_late(world: World, term: Term) -> None:
    sunday = NOW + timedelta(days=4)
    with clock.at(sunday):
        today, before = unreported(world.actor("county_officer"), world.county)
    assert today.schools == []
    assert before.day == clock.day_of(sunday) - timedelta(days=2)


def test_the_reminder_names_the_schools(world: World, term: Term) -> None:
    url = reverse("desk:unreported", args=[world.county.pk])
    assert "【巡查提醒】东屏县" in world.client("county_officer").get(url).content.decode()
    assert world.client("stranger_officer").get(url).status_code == 404
    assert world.client("teacher").get(url).status_code == 403


def test_the_day_says_whether_it_is_a_school_day(world: World) -> None:
    url = reverse("desk:day", args=[world.school.pk])
    assert "是否上课日未知" in world.client("safety_officer").get(url).content.decode()


def test_the_day_shows_the_round_as_one_line(world: World, term: Term) -> None:
    url = reverse("desk:day", args=[world.school.pk])
    shown = world.client("safety_officer").get(url).content.decode()
    assert "上课日" in shown
    assert "4 处 · 约 2 分钟" in shown
    assert shown.count("今日巡查") == 2, "title and button label"
    ledger.file_round(world.actor("safety_officer"), world.school, no_photo="无")
    assert "已查 4 处" in world.client("safety_officer").get(url).content.decode()


def test_one_school_on_one_page(world: World) -> None:
    hazard = h.registered(world)
    url = reverse("desk:school", args=[world.school.pk])
    page = world.client("county_officer").get(url).content.decode()
    assert hazard.title in page
    assert "李强" in page
    assert "空缺" in page
    assert reverse("access:person", args=[world.people["principal"].pk]) in page
    assert hazard.title not in world.client("teacher").get(url).content.decode()
    assert world.client("stranger_officer").get(url).status_code == 404


def _full(world: World) -> None:
    """Something of every kind, so that no query hides behind an empty list."""
    h.submitted(world, before=(h.photo(world.actor("safety_officer"), world),), evidence_reason="")
    h.rectifying(world, title="灯不亮")
    h.registered(world, title="护栏松动")
    h.suspected(world)
    asked = h.rectifying(world, title="线路老化")
    day = clock.today() + timedelta(days=30)
    hz.ask_extension(world.actor("logistics"), asked, hz.AskExtension(due_on=day, reason="等配件"))
    teacher = world.actor("teacher")
    hz.report_lead(teacher, world.school, photos=[h.photo(teacher, world)], place=world.places["lab"])


PAGES: list[tuple[str, Any]] = [
    *[
        (who, lambda w: "/")
        for who in (
            "safety_officer",
            "teacher",
            "logistics",
            "principal",
            "county_officer",
            "city_officer",
            "fire_officer",
            "admin",
        )
    ],
    ("safety_officer", lambda w: reverse("desk:day", args=[w.school.pk])),
    ("principal", lambda w: reverse("desk:numbers", args=[w.school.pk])),
    ("city_officer", lambda w: reverse("desk:numbers", args=[w.city.pk])),
    ("principal", lambda w: reverse("desk:watch", args=[w.school.pk])),
    ("principal", lambda w: reverse("desk:gaps", args=[w.school.pk])),
    ("county_officer", lambda w: reverse("desk:unreported", args=[w.county.pk])),
    ("county_officer", lambda w: reverse("desk:school", args=[w.school.pk])),
    ("county_officer", lambda w: reverse("desk:schools") + "?q=实验"),
    ("teacher", lambda w: reverse("desk:snap")),
    ("safety_officer", lambda w: reverse("desk:checks")),
    ("safety_officer", lambda w: reverse("desk:round", args=[w.school.pk, clock.today(), "day"])),
    (
        "safety_officer",
        lambda w: reverse(
            "desk:check",
            args=[
                ledger.checklists_for(w.actor("safety_officer"), w.school)[0].checklist.pk,
                w.school.pk,
            ],
        ),
    ),
]


@pytest.mark.parametrize(("who", "url"), PAGES)
def test_no_page_asks_too_much(
    world: World, term: Term, packs: None, who: str, url: Any, django_assert_max_num_queries: Any
) -> None:
    _full(world)
    address, client = url(world), world.client(who)
    client.get(reverse("notify:list"))  # a session's first request writes it
    with django_assert_max_num_queries(BUDGET):
        assert client.get(address).status_code == 200
