"""The list of notices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Tell, action, pump_once
from anyuan.foundation.kernel.public import clock, new_id
from anyuan.foundation.notify.models import Notice
from anyuan.foundation.notify.public import unread_count
from anyuan.foundation.notify.queries import notices_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def tell(world: World, who: str, text: str, url: str = "/", level: str = "info") -> Notice:
    with action(world.actor("teacher"), "test.say") as act:
        tells = [Tell(text=text, url=url, level=level, people=[world.people[who].pk])]
        act.entry("做了一件事", path=world.school.path, tell=tells)
    pump_once()
    return Notice.objects.latest("seq")


def test_the_list_shows_ones_own_and_nobody_elses(world: World) -> None:
    tell(world, "principal", "<b>三楼</b>消防通道堵塞", level="alarm")
    tell(world, "stranger_principal", "别县的事")
    page = world.client("principal").get("/notices/").content.decode()
    assert "&lt;b&gt;三楼&lt;/b&gt;消防通道堵塞" in page
    assert "别县的事" not in page


def test_an_empty_list_says_so(world: World) -> None:
    for address in ("/notices/", "/notices/?unread=1"):
        assert world.client("principal").get(address).status_code == 200


def test_visitors_go_to_the_login(world: World) -> None:
    notice = tell(world, "principal", "一")
    for address in ("/notices/", f"/notices/{notice.pk}/"):
        assert world.client().get(address).status_code == 303
    for address in ("/notices/read/", f"/notices/{notice.pk}/read/"):
        assert world.client().post(address).status_code == 303
    assert Notice.objects.filter(read_at=None).count() == 1


def test_opening_marks_read_and_leads_there(world: World) -> None:
    notice = tell(world, "principal", "一", url="/hazards/7/")
    response = world.client("principal").get(f"/notices/{notice.pk}/")
    assert (response.status_code, response.headers["Location"]) == (303, "/hazards/7/")
    notice.refresh_from_db()
    assert notice.read_at == NOW


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_notice_never_leads_out_of_the_site(world: World, url: str) -> None:
    notice = tell(world, "principal", "一", url=url)
    assert world.client("principal").get(f"/notices/{notice.pk}/").headers["Location"] == "/notices/"


def test_somebody_elses_notice_is_not_found_and_stays_unread(world: World) -> None:
    notice = tell(world, "principal", "一")
    client = world.client("safety_officer")
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    assert client.post(f"/notices/{notice.pk}/read/").status_code == 404
    assert client.get(f"/notices/{new_id()}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_marking_one_read(world: World) -> None:
    first, _second = tell(world, "principal", "一"), tell(world, "principal", "二")
    assert world.client("principal").post(f"/notices/{first.pk}/read/").status_code == 303
    assert unread_count(world.actor("principal")) == 1


def test_marking_all_read_leaves_what_arrived_since_and_other_people(world: World) -> None:
    shown = tell(world, "principal", "一")
    tell(world, "principal", "刚到")
    tell(world, "safety_officer", "别人的")
    world.client("principal").post("/notices/read/", {"newest": str(shown.seq)})
    unread = Notice.objects.filter(read_at=None)
    assert {n.text for n in unread} == {"刚到", "别人的"}
    world.client("principal").post("/notices/read/")
    assert {n.text for n in unread.all()} == {"别人的"}


def test_unread_first_then_newest_page_by_page(world: World) -> None:
    for number in range(7):
        tell(world, "principal", str(number))
    actor = world.actor("principal")
    Notice.objects.filter(text__in=["6", "2"]).update(read_at=NOW + timedelta(hours=1))
    seen: list[str] = []
    cursor = ""
    while True:
        page = notices_page(actor, cursor, size=2)
        seen += [n.text for n in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert seen == ["5", "4", "3", "1", "0", "6", "2"]
    assert [n.text for n in notices_page(actor, unread_only=True).rows] == ["5", "4", "3", "1", "0"]


def test_the_list_costs_few_queries(
    world: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    for number in range(20):
        tell(world, "principal", str(number))
    client = world.client("principal")
    client.get("/notices/")
    with django_assert_max_num_queries(8):
        client.get("/notices/")
