"""The pages of documents: who sees them, what stands on them, who may put a version into force."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.rules.policy.public import Activation, Pack, activate, load_packs

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


def test_the_empty_list_says_so(world: World) -> None:
    assert "还没有载入政策文件" in _page(world.client("teacher"), "/documents/")


def test_a_city_officer_puts_a_version_into_force_and_ends_it(world: World, pack: Pack) -> None:
    client = world.client("city_officer")
    assert "/activate/" in _page(client, f"/documents/{pack.pk}/")
    once = str(uuid4())
    form = {"once": once, "unit": str(world.city.pk), "starts": "2026-03-18"}
    for _again in range(2):
        response = client.post(f"/documents/{pack.pk}/activate/", form)
        assert response.status_code in (302, 303)
    (made,) = Activation.everything.all()
    assert made.unit == world.city
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
    client.get("/documents/")
    with django_assert_max_num_queries(12):
        _page(client, url.format(pk=pack.pk))
