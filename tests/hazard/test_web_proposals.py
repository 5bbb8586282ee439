"""The pages of proposed hazards: filters, bulk, what is refused is named."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.cast import World

from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Proposal
from anyuan.rules.compliance.public import State

from . import requirements as r

LIST = "/hazards/proposals/"


def post(world: World, who: str, act: str, rows: list[Proposal], **data: Any) -> Any:
    sent = {"once": str(uuid4()), "ids": [str(row.pk) for row in rows], **data}
    return world.client(who).post(f"{LIST}decide/{act}/", sent)


def test_an_officer_reads_what_his_schools_lack(world: World) -> None:
    row = r.proposed(world)
    r.verdict(r.requirement("other"), world.stranger_school, State.UNMET)
    hz.propose([world.stranger_school.pk])
    client = world.client("county_officer")
    assert [p.pk for p in client.get(LIST).context["page"].rows] == [row.pk]
    assert client.get(LIST, {"key": "invented/none"}).context["page"].rows == []
    assert client.get(LIST, {"unit": world.sister.pk}).context["page"].rows == []
    assert client.get(LIST, {"unit": world.stranger_school.pk}).status_code == 404
    assert client.get(LIST, {"state": "dismissed"}).context["page"].rows == []
    assert row.why in client.get(LIST).content.decode()


def test_several_are_accepted_at_once_and_one_refused_is_named(world: World) -> None:
    rows = [r.proposed(world, code) for code in ("one", "two", "three")]
    r.verdict(r.Requirement.objects.get(code="two"), world.school, State.MET)
    response = post(world, "county_officer", "accept", rows, interim="专人值守", interim_until="2026-03-25")
    assert response.status_code == 303
    assert {x.requirement_key for x in hz.Hazard.everything.all()} == {"invented/one", "invented/three"}
    assert {x.grade for x in hz.Hazard.everything.all()} == {"general"}
    assert Proposal.everything.get(key="invented/two").state == "proposed"


def test_dismissing_needs_a_reason(world: World) -> None:
    row = r.proposed(world)
    assert post(world, "county_officer", "dismiss", [row]).status_code == 422
    assert post(world, "county_officer", "dismiss", [row], reason="已撤点").status_code == 303
    assert Proposal.everything.get().reason == "已撤点"


def test_the_preview_leaves_out_what_is_decided(world: World) -> None:
    one, two = r.proposed(world, "one"), r.proposed(world, "two")
    hz.dismiss_proposal(world.actor("safety_officer"), one, "误判")
    page = world.client("county_officer").get(
        f"{LIST}decide/", {"act": "accept", "ids": [str(one.pk), str(two.pk)]}
    )
    assert [row.pk for row in page.context["rows"]] == [two.pk]
    assert page.context["left_out"] == 1


def test_damaged_addresses_are_refused(world: World) -> None:
    row = r.proposed(world)
    client = world.client("county_officer")
    assert client.get(f"{LIST}decide/", {"act": "accept"}).status_code == 422
    assert client.get(f"{LIST}decide/", {"act": "accept", "ids": "x"}).status_code == 404
    assert client.get(f"{LIST}decide/", {"act": "eat", "ids": str(row.pk)}).status_code == 404
    assert client.get(LIST, {"after": "???"}).status_code == 422
    assert post(world, "stranger_officer", "accept", [row]).status_code == 404
    assert not hz.Hazard.everything.exists()
