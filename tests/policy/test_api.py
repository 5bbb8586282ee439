"""Requirements over the API: what is in force at a unit, in words and as stated, with the values there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.rules.policy.public import Pack, Requirement, activate, load_packs, override_param

pytestmark = pytest.mark.django_db
RISK, URL = "guyuan-2018-risk-control", "/api/v1/requirements"


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        load_packs()
        yield


@pytest.fixture
def risk(world: World) -> Pack:
    found = Pack.objects.get(code=RISK)
    activate(job_actor("test"), found, world.city)
    return found


def get(world: World, name: str, url: str, **query: str) -> Any:
    response = world.client(name).get(url, query)
    assert response.status_code == 200, response.content
    return response.json()


def test_requirements_in_force_at_a_unit(world: World, risk: Pack) -> None:
    found = get(world, "principal", URL, unit=str(world.school.pk))["items"]
    assert {r["pack_code"] for r in found} == {RISK}
    assert len(found) == Requirement.objects.filter(pack=risk).count()
    assert [r["key"] for r in found] == sorted(r["key"] for r in found)
    first = found[0]
    assert first["pack_version"] == risk.version
    assert set(first) >= {"key", "clause", "kind", "area", "rows", "per"}


def test_without_a_unit_the_newest_of_every_document(world: World) -> None:
    found = get(world, "teacher", URL, size="200")["items"]
    assert len({r["pack_code"] for r in found}) == 4


@pytest.mark.parametrize(
    ("query", "value"), [("kind", "duty"), ("area", "fire"), ("pack", RISK), ("domain", "bullying")]
)
def test_filters(world: World, query: str, value: str) -> None:
    found = get(world, "teacher", URL, **{query: value})["items"]
    assert found
    assert {r["pack_code" if query == "pack" else query] for r in found} == {value}


def test_pages_follow_each_other_without_gap(world: World, risk: Pack) -> None:
    keys: list[str] = []
    cursor = ""
    while True:
        page = get(world, "teacher", URL, pack=RISK, size="4", cursor=cursor)
        keys += [r["key"] for r in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert keys == sorted(Requirement.objects.filter(pack=risk).values_list("key", flat=True))


def test_one_requirement_with_the_values_that_apply(world: World, risk: Pack) -> None:
    override_param(
        world.actor("county_officer"), RISK, "hours_primary", world.county, 16, basis="县教〔2026〕8号"
    )
    row = Requirement.objects.get(pack=risk, code="class-hours-primary")
    found = get(world, "principal", f"{URL}/{row.pk}")
    assert found["spec"]["duty"]["register"] == "class-hours"
    assert found["in_force"] is True
    assert found["cadence"] == "每学年"
    assert found["amount"] == "≥ 16 课时"
    values = {v["key"]: v for v in found["values"]}
    assert (values["hours_primary"]["value"], values["hours_primary"]["set_by"]) == (16, str(world.county.pk))
    assert values["hours_junior"]["set_by"] is None
    elsewhere = get(world, "stranger_officer", f"{URL}/{row.pk}")
    assert elsewhere["amount"] == "≥ 14 课时"
    county = get(world, "city_officer", f"{URL}/{row.pk}", unit=str(world.county.pk))
    assert county["amount"] == "≥ 16 课时"


def test_what_is_not_there_or_out_of_scope_is_not_found(world: World, risk: Pack) -> None:
    client = world.client("principal")
    row = Requirement.objects.get(pack=risk, code="class-hours-primary")
    for url in (f"{URL}/{uuid4()}", f"{URL}/{row.pk}?unit={world.stranger_school.pk}"):
        assert client.get(url).status_code == 404
    assert client.get(f"{URL}?unit={world.stranger_school.pk}").status_code == 404
    assert client.get(f"{URL}?area=nothing").status_code == 422
    assert client.get(f"{URL}?cursor=x").status_code == 422
