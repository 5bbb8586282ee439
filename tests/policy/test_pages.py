"""The pages of documents: who sees them, what stands on them, who may put a version into force."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.rules.policy.public import (
    Activation,
    CheckItem,
    Pack,
    ParamOverride,
    activate,
    load_packs,
    override_param,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def pack(world: World) -> Pack:
    load_packs()
    return Pack.objects.get(code="nantong-2020-campus-and-bus")


def _page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_a_teacher_reads_documents_and_clauses(world: World, pack: Pack) -> None:
    client = world.client("teacher")
    listed = _page(client, "/documents/")
    assert "南通市校园和校车安全专项整治实施方案" in listed
    assert "初稿" in listed
    shown = _page(client, f"/documents/{pack.pk}/")
    assert "三(二)2 消防" in shown
    assert "004-322-8" in shown
    assert "电动自行车是否都停放" in shown
    assert "施行" in shown
    assert "/activate/" not in shown


def test_a_visitor_logs_in_first(pack: Pack) -> None:
    response = Client().get(f"/documents/{pack.pk}/")
    assert response.status_code == 303
    assert response["Location"].startswith("/login/")


def test_an_unknown_document_is_not_found(world: World, pack: Pack) -> None:
    assert world.client("teacher").get(f"/documents/{uuid4()}/").status_code == 404


def test_the_list_counts_requirements_and_check_items(world: World, pack: Pack) -> None:
    load_packs()
    text = _page(world.client("principal"), "/documents/")
    found = Pack.objects.get(code="guyuan-2018-risk-control")
    rules, items = found.requirements.count(), CheckItem.objects.filter(checklist__pack=found).count()
    assert rules > 0
    assert f"{rules} 项要求" in text
    assert f"{items} 个检查项" in text
    assert ">0 " not in text
    shown = _page(world.client("principal"), f"/documents/{found.pk}/")
    assert f"{rules} 项要求 · {items} 个检查项" in shown


def test_the_empty_list_says_so(world: World) -> None:
    assert "还没有载入政策文件" in _page(world.client("teacher"), "/documents/")


def test_a_city_officer_puts_a_version_into_force_and_ends_it(world: World, pack: Pack) -> None:
    client = world.client("city_officer")
    assert "/activate/" in _page(client, f"/documents/{pack.pk}/")
    once = str(uuid4())
    form = {"once": once, "unit": str(world.city.pk), "starts": "2026-03-18"}
    assert client.post(f"/documents/{pack.pk}/activate/", form).status_code == 422  # its own end has passed
    assert not Activation.everything.exists()
    form["basis"] = "市政府会议纪要"
    for _again in range(2):
        response = client.post(f"/documents/{pack.pk}/activate/", form)
        assert response.status_code in (302, 303)
    (made,) = Activation.everything.all()
    assert made.unit == world.city
    text = _page(client, f"/documents/{pack.pk}/")
    assert "市政府会议纪要" in text
    assert "其自身期限届满后继续执行" in text
    client.post(f"/documents/{pack.pk}/end/{made.pk}/", {"once": str(uuid4())})
    made.refresh_from_db()
    assert made.ends == clock.today()


@pytest.mark.parametrize("name", ["principal", "county_officer", "fire_officer", "stranger_officer"])
def test_others_may_not_and_nothing_changes(world: World, pack: Pack, name: str) -> None:
    form = {"once": str(uuid4()), "unit": str(world.county.pk), "starts": "2026-03-18"}
    assert world.client(name).post(f"/documents/{pack.pk}/activate/", form).status_code == 403
    assert not Activation.everything.exists()


def test_a_region_outside_is_refused_on_the_form(world: World, pack: Pack) -> None:
    form = {"once": str(uuid4()), "unit": str(world.province.pk), "starts": "2026-03-18"}
    assert world.client("city_officer").post(f"/documents/{pack.pk}/activate/", form).status_code == 422
    assert not Activation.everything.exists()


def test_a_school_sees_the_activations_above_it_only(world: World, pack: Pack) -> None:
    activate(job_actor("test"), pack, world.city)
    activate(job_actor("test"), pack, world.next_county)
    shown = _page(world.client("principal"), f"/documents/{pack.pk}/")
    assert "临江市" in shown
    assert "西岭县" not in shown


@pytest.mark.parametrize("url", ["/documents/", "/documents/{pk}/"])
def test_pages_cost_few_queries(world: World, pack: Pack, url: str, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = world.client("city_officer")
    client.get(url.format(pk=pack.pk))
    with django_assert_max_num_queries(12):
        _page(client, url.format(pk=pack.pk))


RISK = "guyuan-2018-risk-control"


@pytest.fixture
def risk(world: World) -> Pack:
    load_packs()
    found = Pack.objects.get(code=RISK)
    activate(job_actor("test"), found, world.city)
    return found


def test_requirements_stand_at_their_clause_in_words(world: World, risk: Pack) -> None:
    shown = _page(world.client("teacher"), f"/documents/{risk.pk}/")
    assert "专职保安员配备达标" in shown
    assert "师生员工总数" in shown  # the formula names facts by their titles
    assert "headcount" not in shown
    assert "每个有课的月" in shown  # the cadence in words
    assert "应达到" in shown
    assert "学段 = “小学” 且 全学段" in shown
    assert "≥ 14 课时" in shown
    assert "标准" in shown
    assert "应急演练" in shown
    assert "002-07-3" in shown
    assert "/values/" not in shown


def test_values_name_who_set_them(world: World, risk: Pack) -> None:
    override_param(
        world.actor("county_officer"), RISK, "hours_primary", world.county, 16, basis="县教〔2026〕8号"
    )
    shown = _page(world.client("principal"), f"/documents/{risk.pk}/")
    assert "县教〔2026〕8号" in shown
    assert f"由{world.county.name}设定" in shown
    assert "≥ 16 课时" in shown
    elsewhere = _page(world.client("stranger_officer"), f"/documents/{risk.pk}/")
    assert "县教〔2026〕8号" not in elsewhere
    assert "≥ 14 课时" in elsewhere


def _value_form(world: World, **change: str) -> dict[str, str]:
    form = {
        "once": str(uuid4()),
        "unit": str(world.county.pk),
        "value": "300",
        "starts": "2026-03-18",
        "basis": "县教〔2026〕8号",
    }
    return form | change


def test_a_county_officer_sets_a_value_and_ends_it(world: World, risk: Pack) -> None:
    client = world.client("county_officer")
    url = f"/documents/{risk.pk}/values/guard_step/"
    assert f'href="{url}"' in _page(client, f"/documents/{risk.pk}/")
    assert "每增加多少名学生增配 1 名保安员" in _page(client, url)
    form = _value_form(world)
    for _again in range(2):
        assert client.post(url, form).status_code in (302, 303)
    (made,) = ParamOverride.everything.all()
    assert (made.unit, made.value, made.basis) == (world.county, 300, "县教〔2026〕8号")
    assert "县教〔2026〕8号" in _page(client, url)
    client.post(f"{url}end/{made.pk}/", {"once": str(uuid4())})
    made.refresh_from_db()
    assert made.ends == clock.today()


@pytest.mark.parametrize(
    "change", [{"value": "501"}, {"value": "99"}, {"value": "many"}, {"basis": ""}, {"starts": "soon"}]
)
def test_a_wrong_value_keeps_what_was_typed(world: World, risk: Pack, change: dict[str, str]) -> None:
    url = f"/documents/{risk.pk}/values/guard_step/"
    response = world.client("county_officer").post(url, _value_form(world, **change))
    assert response.status_code == 422
    shown = response.content.decode()
    assert all(value in shown for value in change.values())
    assert not ParamOverride.everything.exists()


def test_a_looser_value_is_refused_with_what_is_asked_above(world: World, risk: Pack) -> None:
    override_param(world.actor("city_officer"), RISK, "guard_step", world.city, 400, basis="市决定")
    url = f"/documents/{risk.pk}/values/guard_step/"
    response = world.client("county_officer").post(url, _value_form(world, value="450"))
    assert response.status_code == 422
    assert "上级要求 400" in response.content.decode()
    assert ParamOverride.everything.count() == 1


@pytest.mark.parametrize("name", ["principal", "teacher", "fire_officer"])
def test_others_set_no_values(world: World, risk: Pack, name: str) -> None:
    url = f"/documents/{risk.pk}/values/guard_step/"
    assert world.client(name).get(url).status_code == 403
    assert world.client(name).post(url, _value_form(world)).status_code == 403
    assert not ParamOverride.everything.exists()


def test_an_unknown_value_is_not_found(world: World, risk: Pack) -> None:
    assert world.client("county_officer").get(f"/documents/{risk.pk}/values/nothing/").status_code == 404


@pytest.mark.parametrize("name", ["guard_rounding", "hours_primary"])
def test_each_kind_of_value_has_its_field(world: World, risk: Pack, name: str) -> None:
    client = world.client("city_officer")
    url = f"/documents/{risk.pk}/values/{name}/"
    value = {"guard_rounding": "ceil", "hours_primary": "20"}[name]
    form = _value_form(world, unit=str(world.city.pk), value=value)
    assert client.post(url, form).status_code in (302, 303)
    (made,) = ParamOverride.everything.all()
    assert str(made.value).removesuffix(".0") == value


def test_a_yes_or_no_is_stored_as_such(world: World) -> None:
    load_packs()
    sweep = Pack.objects.get(code="city-2023-hazard-sweep")
    activate(job_actor("test"), sweep, world.city)
    url = f"/documents/{sweep.pk}/values/fire_day_kindergartens/"
    form = _value_form(world, unit=str(world.city.pk), value="no")
    assert world.client("city_officer").post(url, form).status_code in (302, 303)
    assert ParamOverride.everything.get().value is False
