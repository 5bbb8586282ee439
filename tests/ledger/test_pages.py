"""The ledger's pages: scope, what a record shows, deciding, a month of rounds."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.cast import NOW, World

from anyuan.rules.ledger.public import (
    FAIL,
    PASS,
    SNAP,
    Answer,
    Record,
    RoundException,
    State,
    checklists_for,
    file_round,
    record,
    run_check,
)

pytestmark = pytest.mark.django_db


def _page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


@pytest.fixture
def walked(world: World, term: object) -> Record:
    lab = world.places["lab"].pk
    return file_round(
        world.actor("safety_officer"),
        world.school,
        exceptions=[RoundException(lab, "<b>灭火器</b>过期")],
        no_photo="赶课",
    ).record


@pytest.fixture
def late(world: World) -> Record:
    return record(
        world.actor("safety_officer"),
        register=SNAP,
        unit=world.school,
        data={"text": "旧事"},
        occurred_at=NOW - timedelta(days=8),
    )


def test_the_list_shows_ones_own_units_only(world: World, walked: Record) -> None:
    for name in ("principal", "county_officer", "city_leader"):
        assert str(walked.pk) in _page(world.client(name), "/ledger/")
    for name in ("stranger_officer", "sister_principal", "fire_officer"):
        assert str(walked.pk) not in _page(world.client(name), "/ledger/")


def test_a_stranger_finds_nothing_at_the_address(world: World, walked: Record) -> None:
    for name in ("stranger_officer", "stranger_principal", "fire_officer", "teacher"):
        assert world.client(name).get(f"/ledger/{walked.pk}/").status_code == 404
    assert Client().get(f"/ledger/{walked.pk}/").status_code == 303


def test_filters_narrow_the_list(world: World, walked: Record, late: Record) -> None:
    client = world.client("county_officer")
    only_round = _page(client, "/ledger/?register=round")
    assert str(walked.pk) in only_round
    assert str(late.pk) not in only_round
    pending = _page(client, "/ledger/?state=pending")
    assert str(walked.pk) not in pending
    assert str(late.pk) in pending
    assert str(late.pk) not in _page(client, "/ledger/?since=2026-03-18&until=2026-03-18")
    assert str(walked.pk) not in _page(client, f"/ledger/?unit={world.sister.pk}")
    assert client.get(f"/ledger/?unit={world.stranger_school.pk}").status_code == 404
    assert client.get("/ledger/?since=yesterday").status_code == 422


def test_a_round_shows_places_exceptions_and_reasons(world: World, walked: Record) -> None:
    shown = _page(world.client("principal"), f"/ledger/{walked.pk}/")
    for words in ("教学楼东侧楼梯", "&lt;b&gt;灭火器&lt;/b&gt;过期", "赶课", "日常巡查", "操作留痕"):
        assert words in shown, words
    assert "路线" not in shown  # the usual round is named by the heading


@pytest.mark.usefixtures("packs")
def test_a_check_shows_questions_results_and_the_pinned_version(world: World) -> None:
    officer = world.actor("safety_officer")
    found = next(a for a in checklists_for(officer, world.school) if a.checklist.code == "fire-places")
    answers = {i.pk: Answer(PASS, "好") for i in found.items}
    answers[found.items[0].pk] = Answer(FAIL, "无责任牌", world.places["lab"].pk)
    row = run_check(officer, found.checklist, world.school, answers).record
    shown = _page(world.client("principal"), f"/ledger/{row.pk}/")
    for words in (found.items[0].question, "不符合", "无责任牌", "科学实验室", "第 1 版", "三(八)"):
        assert words in shown, words


def test_a_principal_approves_on_the_page(world: World, late: Record) -> None:
    client = world.client("principal")
    assert "补录待批" in _page(client, f"/ledger/{late.pk}/")
    response = client.post(f"/ledger/{late.pk}/decide/", {"once": str(uuid4()), "move": "approve"})
    assert response.status_code in (302, 303)
    late.refresh_from_db()
    assert late.state == State.VALID


def test_a_request_to_void_stands_on_the_page_of_the_second_person(world: World) -> None:
    made = record(world.actor("safety_officer"), register=SNAP, unit=world.school, data={"text": "灯不亮"})
    page, ask = f"/ledger/{made.pk}/", f"/ledger/{made.pk}/ask-void/"
    first, second = world.client("safety_officer"), world.client("principal")
    assert ask in _page(first, page)
    assert ask not in _page(second, page)  # he voids it himself
    assert first.post(ask, {"once": str(uuid4()), "reason": ""}).status_code == 422
    assert first.post(ask, {"once": str(uuid4()), "reason": "重复登记"}).status_code in (302, 303)
    assert ask not in _page(first, page)
    for client in (first, second):
        assert "李强" in _page(client, page)
        assert "申请作废" in _page(client, page)
    assert all(page in _page(second, f"/ledger/?state={state}") for state in ("undecided", "valid"))
    assert page not in _page(second, "/ledger/?state=pending")
    assert "待您审定" in _page(second, f"/desk/gaps/{world.school.pk}/")
    keep = {"once": str(uuid4()), "move": "keep", "reason": "确有其事"}
    assert first.post(f"{page}decide/", keep).status_code == 403
    assert second.post(f"{page}decide/", {**keep, "once": str(uuid4()), "reason": ""}).status_code == 422
    assert second.post(f"{page}decide/", {**keep, "once": str(uuid4())}).status_code in (302, 303)
    assert page not in _page(second, "/ledger/?state=undecided")
    assert "待您审定" not in _page(second, f"/desk/gaps/{world.school.pk}/")
    assert 'value="keep"' not in _page(second, page)
    assert "未同意作废" in _page(first, page)
    assert first.post(ask, {"once": str(uuid4()), "reason": "重复登记"}).status_code in (302, 303)
    assert 'value="keep"' in _page(second, page)
    second.post(f"{page}decide/", {"once": str(uuid4()), "move": "void", "reason": "重复登记"})
    made.refresh_from_db()
    assert made.state == State.VOID


def test_refusing_without_a_reason_comes_back_with_words(world: World, late: Record) -> None:
    response = world.client("principal").post(
        f"/ledger/{late.pk}/decide/", {"once": str(uuid4()), "move": "refuse"}
    )
    assert response.status_code == 422
    assert "请填写原因" in response.content.decode()
    late.refresh_from_db()
    assert late.state == State.PENDING


@pytest.mark.parametrize(("name", "status"), [("safety_officer", 403), ("stranger_principal", 404)])
def test_others_do_not_decide(world: World, late: Record, name: str, status: int) -> None:
    assert "/decide/" not in _page(world.client("safety_officer"), f"/ledger/{late.pk}/")
    response = world.client(name).post(
        f"/ledger/{late.pk}/decide/", {"once": str(uuid4()), "move": "approve"}
    )
    assert response.status_code == status
    late.refresh_from_db()
    assert late.state == State.PENDING


def test_a_month_of_rounds(world: World, walked: Record) -> None:
    url = f"/ledger/rounds/{world.school.pk}/"
    shown = _page(world.client("county_officer"), url)
    assert str(walked.pk) in shown
    assert "漏巡" in shown
    assert "2026-02" in shown
    assert "已巡" in _page(world.client("county_officer"), url + "?month=2026-03")
    for odd in ("nonsense", "9999-12", "0001-01", "2026-13"):
        assert _page(world.client("county_officer"), url + f"?month={odd}")
    assert _page(world.client("county_officer"), url + "?month=2026-04")
    assert world.client("stranger_officer").get(url).status_code == 404


def test_the_list_costs_few_queries(
    world: World,
    walked: Record,
    late: Record,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    client = world.client("county_officer")
    client.get("/ledger/")
    with django_assert_max_num_queries(12):
        _page(client, "/ledger/")


def test_the_list_pages_by_cursor(world: World) -> None:
    for minutes in range(52):
        record(
            world.actor("safety_officer"),
            register=SNAP,
            unit=world.school,
            data={"text": "x"},
            occurred_at=NOW - timedelta(minutes=minutes),
        )
    client = world.client("principal")
    first = _page(client, "/ledger/")
    after = first.split("after=")[1].split('"')[0]
    second = _page(client, f"/ledger/?after={after}")
    ids = [str(pk) for pk in Record.everything.order_by("-occurred_at", "-pk").values_list("pk", flat=True)]
    assert all(i in first for i in ids[:50])
    assert [i for i in ids if i in second] == ids[50:]
