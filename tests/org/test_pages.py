"""The pages: what each person sees, forms that act, refusals in words, few queries."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org import offers
from anyuan.foundation.org.offers import Offer, offer_at_place
from anyuan.foundation.org.public import (
    CalendarDay,
    Holding,
    NewPlace,
    Person,
    Place,
    Term,
    Unit,
    add_place,
    people_on_post,
)


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


def text_of(response: Any) -> str:
    return response.content.decode()  # type: ignore[no-any-return]


def send(client: Client, route: str, key: object, **data: object) -> Any:
    return client.post(reverse(route, args=[key]), {"once": str(uuid4()), **data})


def test_the_tree_begins_where_the_scope_begins(world: World) -> None:
    county = text_of(world.client("county_officer").get(reverse("org:index")))
    assert "东屏县实验小学" in county
    assert "西岭县" not in county
    city = text_of(world.client("city_officer").get(reverse("org:index")))
    assert "西岭县" in city
    assert "临江市消防救援支队" in city
    found = text_of(world.client("city_officer").get(reverse("org:index"), {"q": "秦岚"}))
    assert "西岭县第二小学" in found
    stranger = world.client("county_officer").get(reverse("org:index"), {"q": "秦岚"})
    assert "西岭县第二小学" not in text_of(stranger)


PAGES = ("unit", "people", "places", "sheet", "calendar")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_for_ours_and_is_not_there_for_strangers(world: World, name: str) -> None:
    url = reverse(f"org:{name}", args=[world.school.pk])
    for who in ("county_officer", "principal", "teacher", "city_officer"):
        assert world.client(who).get(url).status_code == 200
    assert world.client("stranger_officer").get(url).status_code == 404
    assert world.client().get(url).status_code == 303


@pytest.mark.parametrize("name", PAGES)
def test_pages_need_few_queries(world: World, name: str, django_assert_max_num_queries: Any) -> None:
    client = world.client("county_officer")
    client.get(reverse("org:index"))
    for unit in (world.county, world.school):
        with django_assert_max_num_queries(12):
            client.get(reverse(f"org:{name}", args=[unit.pk]))


def test_a_school_shows_its_vacant_posts_and_missing_data(world: World) -> None:
    shown = text_of(world.client("principal").get(reverse("org:unit", args=[world.school.pk])))
    assert "33 个岗位空缺" in shown
    assert "缺数据" in shown
    assert "周敏" in shown
    assert "关停单位" not in shown


def test_html_in_a_name_stays_text(world: World) -> None:
    add_place(world.actor("safety_officer"), world.school, NewPlace("<b>x</b>"))
    for name in ("places", "sheet"):
        shown = text_of(world.client("safety_officer").get(reverse(f"org:{name}", args=[world.school.pk])))
        assert "<b>x</b>" not in shown
        assert "&lt;b&gt;x&lt;/b&gt;" in shown


def test_a_school_is_added_by_form_and_a_wrong_code_keeps_what_was_typed(world: World) -> None:
    client = world.client("county_officer")
    url = reverse("org:create", args=[world.county.pk, "school"])
    data = {"name": "新桥小学", "unit_type": "primary", "code": "123"}
    wrong = client.post(url, {"once": str(uuid4()), **data})
    assert wrong.status_code == 422
    assert "新桥小学" in text_of(wrong)
    right = client.post(url, {"once": str(uuid4()), **data, "code": "2132000099"})
    made = Unit.everything.get(code="2132000099")
    assert right["Location"] == reverse("org:unit", args=[made.pk])
    assert client.get(reverse("org:create", args=[world.school.pk, "county"])).status_code == 404


def test_the_same_form_sent_twice_adds_once(world: World) -> None:
    client, once = world.client("county_officer"), str(uuid4())
    for _i in range(2):
        client.post(
            reverse("org:add-person", args=[world.school.pk]),
            {"once": once, "name": "一人", "phone": "13812345678"},
        )
    assert Person.everything.filter(name="一人").count() == 1


def test_a_transfer_by_form_wants_an_heir(world: World) -> None:
    client, who = world.client("county_officer"), world.people["principal"]
    url = reverse("org:transfer", args=[who.pk])
    data = {"target": str(world.sister.pk), "post": "principal", "day": "2026-03-18"}
    refused = client.post(url, {"once": str(uuid4()), **data, "successor": ""})
    assert refused.status_code == 422
    assert Person.everything.get(pk=who.pk).unit == world.school
    done = client.post(
        url, {"once": str(uuid4()), **data, "successor": str(world.people["safety_officer"].pk)}
    )
    assert done.status_code == 303
    assert who in people_on_post(world.sister, "principal")
    assert str(world.stranger_school.pk) not in text_of(client.get(url))


def test_rename_merge_close_and_posts_by_form(world: World) -> None:
    client = world.client("county_officer")
    send(client, "org:rename", world.sister.pk, name="东屏县初级中学", short_name="", day="2026-03-18")
    assert Unit.everything.get(pk=world.sister.pk).name == "东屏县初级中学"
    refused = send(client, "org:close", world.point.pk, day="2026-03-18", reason="撤并")
    assert refused.status_code == 409
    holding = Holding.everything.get(person=world.people["point_head"])
    send(client, "org:end-post", holding.pk, day="2026-03-18", successor="-")
    send(client, "org:close", world.point.pk, day="2026-03-18", reason="撤并")
    assert Unit.everything.get(pk=world.point.pk).closed_on == date(2026, 3, 18)
    send(
        client, "org:merge", world.managing.pk, into=str(world.school.pk), day="2026-03-18", keep_grounds="on"
    )
    assert Unit.everything.get(pk=world.managing.pk).successor == world.school
    send(
        client, "org:add-post", world.people["teacher"].pk, post="lab-keeper", deputy="1", starts="2026-03-18"
    )
    assert Holding.everything.filter(person=world.people["teacher"], post="lab-keeper", deputy=True).exists()


def test_the_label_on_the_wall_opens_the_place_with_its_offers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "_offerers", [])
    offer_at_place(lambda actor, place: [Offer("报隐患", f"/snap/?place={place.pk}", "camera", main=True)])
    url = reverse("org:scanned", args=[world.places["gate"].token])
    shown = text_of(world.client("teacher").get(url))
    assert f"/snap/?place={world.places['gate'].pk}" in shown
    assert world.client("stranger_teacher").get(url).status_code == 404
    assert url in reverse("org:scanned", args=[world.places["gate"].token])
    sheet = text_of(world.client("teacher").get(reverse("org:sheet", args=[world.school.pk])))
    assert sheet.count("<svg") >= 4
    assert world.places["gate"].token in sheet


def test_a_place_is_changed_and_closed_by_form(world: World) -> None:
    client, place = world.client("safety_officer"), world.places["gate"]
    send(client, "org:change-place", place.pk, name="南校门", kind="gate", order="3")
    changed = Place.everything.get(pk=place.pk)
    assert (changed.name, changed.order, changed.on_round) == ("南校门", 3, False)
    assert send(world.client("teacher"), "org:close-place", place.pk).status_code == 403
    send(client, "org:close-place", place.pk)
    assert Place.everything.get(pk=place.pk).closed_on == date(2026, 3, 18)


def test_the_calendar_says_what_is_missing(world: World) -> None:
    client = world.client("county_officer")
    url = reverse("org:calendar", args=[world.county.pk])
    assert "缺少2028年" in text_of(client.get(url, {"year": "2028"})) or "2028 年的节假日" in text_of(
        client.get(url, {"year": "2028"})
    )
    assert "org-unknown" in text_of(client.get(url, {"year": "2028"}))
    assert client.get(url, {"year": "abc"}).status_code == 200
    send(client, "org:add-day", world.county.pk, day="2026-03-21", working="1", name="补课")
    assert CalendarDay.objects.get(unit=world.county).working
    client.post(reverse("org:drop-day", args=[world.county.pk, "2026-03-21"]), {"once": str(uuid4())})
    assert not CalendarDay.objects.exists()
    send(client, "org:add-term", world.county.pk, name="春", starts="2026-02-24", last="2026-06-30")
    term = Term.objects.get()
    assert term.ends == date(2026, 7, 1)
    assert "2026-02-24 – 2026-06-30" in text_of(client.get(url))
    client.post(
        reverse("org:change-term", args=[world.county.pk, term.pk]),
        {"once": str(uuid4()), "name": "春", "starts": "2026-02-24", "last": "2026-07-03"},
    )
    assert Term.objects.get().ends == date(2026, 7, 4)


def test_a_school_s_own_day_shows_on_its_calendar_alone(world: World) -> None:
    client = world.client("county_officer")

    def march(unit: Unit) -> dict[int, str]:
        weeks = client.get(reverse("org:calendar", args=[unit.pk]), {"year": "2026"}).context["months"][2][1]
        return {cell.number: cell.state for week in weeks for cell in week if cell}

    send(client, "org:add-day", world.county.pk, day="2026-03-21", working="1", name="补课")
    send(client, "org:add-day", world.school.pk, day="2026-03-21", working="", name="校庆")
    send(client, "org:add-day", world.school.pk, day="2026-03-23", working="", name="停水")
    own, sister = march(world.school), march(world.sister)
    assert (own[20], own[21], own[22], own[23]) == ("work", "off", "off", "holiday")
    assert (sister[20], sister[21], sister[22], sister[23]) == ("work", "makeup", "off", "work")
    page = text_of(client.get(reverse("org:calendar", args=[world.school.pk]), {"year": "2026"}))
    assert "校庆" in page
    assert "停水" in page
    assert "补课" in page  # what the county set is shown with who set it


def workbook(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("a.xlsx", out.getvalue())


def test_an_import_is_looked_through_before_it_is_taken(world: World) -> None:
    client = world.client("county_officer")
    url = reverse("org:load", args=[world.county.pk, "units"])
    head = ("学校名称", "学校类型")
    wrong = client.post(url, {"file": workbook(head, ("新校", "小学"), ("坏校", "大楼"))})
    assert "确认导入" not in text_of(wrong)
    token = wrong.context["token"]
    faults = reverse("org:faults", args=[world.county.pk, "units"])
    back = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(faults, {"token": token})))).active
    assert back is not None
    assert back.cell(3, 1).value
    assert world.client("city_officer").get(faults, {"token": token}).status_code == 422
    right = client.post(url, {"file": workbook(head, ("新校", "小学"))})
    assert not Unit.everything.filter(name="新校").exists()
    take = reverse("org:take", args=[world.county.pk, "units"])
    data = {"once": str(uuid4()), "token": right.context["token"], "full": ""}
    assert client.post(take, data).status_code == 303
    assert client.post(take, data).status_code == 303
    assert Unit.everything.filter(name="新校").count() == 1


def test_a_program_named_xlsx_is_refused_in_words(world: World) -> None:
    client = world.client("county_officer")
    url = reverse("org:load", args=[world.county.pk, "units"])
    answer = client.post(url, {"file": SimpleUploadedFile("a.xlsx", b"MZ\x90\x00")})
    assert answer.status_code == 422
    assert client.post(url, {}).status_code == 422


def test_the_token_of_a_file_is_no_path(world: World) -> None:
    client = world.client("county_officer")
    faults = reverse("org:faults", args=[world.county.pk, "units"])
    for token in ("", "../../secret.key", "0" * 32, "x" * 32):
        assert client.get(faults, {"token": token}).status_code == 422


def test_a_safety_officer_imports_places_only(world: World) -> None:
    client = world.client("safety_officer")
    assert client.get(reverse("org:load", args=[world.school.pk, "places"])).status_code == 200
    assert client.get(reverse("org:load", args=[world.school.pk, "people"])).status_code == 403
    assert client.get(reverse("org:load", args=[world.school.pk, "units"])).status_code == 404
    assert client.get(reverse("org:load", args=[world.school.pk, "nonsense"])).status_code == 404


def test_who_has_one_school_sees_it_at_once(world: World) -> None:
    response = world.client("principal").get(reverse("org:index"))
    assert response["Location"] == reverse("org:unit", args=[world.school.pk])
    assert world.client("managing_principal").get(reverse("org:index")).status_code == 200


def test_a_weekend_within_a_holiday_shows_as_holiday(world: World) -> None:
    page = world.client("county_officer").get(
        reverse("org:calendar", args=[world.county.pk]), {"year": "2026"}
    )
    october = {c.number: c.state for week in page.context["months"][9][1] for c in week if c}
    assert {october[day] for day in range(1, 8)} == {"holiday"}
    assert (october[10], october[11], october[12]) == ("makeup", "off", "work")
    months = page.content.decode().split("org-month")[1:]
    assert ["org-past" in month[:12] for month in months] == [True, True] + [False] * 10  # it is March
