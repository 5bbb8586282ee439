"""A verdict explains itself: numbers, inputs with their source, clause; what is missing and who gives it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import World
from tests.compliance import engine as e

from anyuan.rules.compliance.public import refresh

GUARDS = f"{e.GUYUAN}guards-minimum"
NOW = "2026-03-18"


@pytest.fixture
def school(world: World) -> World:
    with e.on(NOW):
        e.prepare(world)
        e.shape(world.school, pupils=1200, staff=80, boarding="none")
        refresh([world.school.pk])
    return world


def page(world: World, who: str, key: str) -> Any:
    with e.on(NOW):
        found = e.Verdict.everything.filter(unit=world.school, key=key).order_by("-starts").first()
        assert found is not None
        return world.client(who).get(f"/compliance/verdicts/{found.pk}/")


def test_a_grey_one_names_the_fact_and_who_can_give_it(school: World) -> None:
    response = page(school, "county_leader", GUARDS)
    assert response.context["mark"].state == "unknown"
    (lack, *_more) = response.context["missing"]
    assert (lack.people, lack.href) == ("李强", ""), "a leader looks, and does not declare"
    assert "李强" in response.context["reminder"]
    assert lack.label in response.context["reminder"]
    html = response.content.decode()
    assert lack.question in html
    own = page(school, "safety_officer", GUARDS).context["missing"][0]
    assert own.href == f"/ledger/units/{school.school.pk}/facts/"


def test_a_red_one_shows_need_have_and_gap(school: World) -> None:
    with e.on(NOW):
        lacking = e.Verdict.everything.get(unit=school.school, key=GUARDS)
        e.know(school.school, **_answers(lacking))
        refresh([school.school.pk])
    response = page(school, "county_officer", GUARDS)
    assert response.context["mark"].state == "unmet", response.context["why"].sentence
    numbers = response.context["numbers"]
    assert numbers["need"].startswith("≥ ")
    assert not response.context["missing"]
    assert response.context["proposal"]
    html = response.content.decode()
    for piece in (*numbers.values(), response.context["why"].document, response.context["formulas"][0][1]):
        assert piece.replace(">", "&gt;").replace("<", "&lt;").replace("'", "&#x27;") in html
    shown = {row["label"]: row for row in response.context["inputs"]}
    assert any(row["source"] for row in shown.values())


def _answers(found: Any) -> dict[str, object]:
    """An answer to every fact that is asked for: none there, no boarding."""
    from anyuan.rules.policy.public import fact_defs

    defs = fact_defs()
    return {key: False if defs[key].type == "boolean" else 0 for key in found.missing if defs[key].asked}


def test_a_duty_leads_to_the_form_that_would_count(school: World) -> None:
    with e.on(NOW):
        due = e.Verdict.everything.filter(unit=school.school, state="due").exclude(
            requirement__spec__duty=None
        )
        found = due.order_by("key").first()
        assert found is not None
        client = school.client("safety_officer")
        response = client.get(f"/compliance/verdicts/{found.pk}/")
        address = response.context["to_do"]
        assert found.requirement.spec["duty"]["register"] in address
        assert client.get(address).status_code in {200, 302, 303}
        assert school.client("county_leader").get(f"/compliance/verdicts/{found.pk}/").context["to_do"] == ""


def test_what_the_unit_itself_lacks_is_given_on_its_own_page(school: World) -> None:
    with e.on(NOW):
        e.shape(school.school, pupils=None)
        refresh([school.school.pk])
    found = {who: _lacks(school, who) for who in ("principal", "safety_officer")}
    assert found["principal"]["在校学生数"] == ("周敏", f"/units/{school.school.pk}/facts/")
    assert found["safety_officer"]["在校学生数"] == ("周敏", "")


def _lacks(school: World, who: str) -> dict[str, tuple[str, str]]:
    missing = page(school, who, GUARDS).context["missing"]
    return {lack.label: (lack.people, lack.href) for lack in missing}
