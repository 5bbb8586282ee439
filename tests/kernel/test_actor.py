"""Grants cover a subtree, perhaps some domains of work, and nothing else."""

from __future__ import annotations

import pytest

from anyuan.foundation.kernel.public import NOBODY, Actor, ActorKind, Grant, NotPermitted, job_actor


def holding(*grants: Grant) -> Actor:
    return Actor(kind=ActorKind.PERSON, name="A", grants=grants)


COUNTY = Grant("officer", "/1/1/", frozenset({"hazard.view"}))
FIRE = Grant("department", "/1/", frozenset({"hazard.view"}), frozenset({"fire"}))


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("/1/1/", True),
        ("/1/1/7/", True),
        ("/1/10/", False),
        ("/1/", False),
        ("/1/11/7/", False),
        ("/11/1/", False),
    ],
)
def test_a_grant_covers_its_subtree(path: str, covered: bool) -> None:
    assert holding(COUNTY).may("hazard.view", path) is covered


def test_another_verb_is_not_covered() -> None:
    assert not holding(COUNTY).may("hazard.judge", "/1/1/")
    assert not holding(COUNTY).may_somewhere("hazard.judge")
    assert holding(COUNTY).may_somewhere("hazard.view")


@pytest.mark.parametrize(("domain", "covered"), [("fire", True), ("food", False), ("", False)])
def test_a_department_sees_its_domain_only(domain: str, covered: bool) -> None:
    assert holding(FIRE).may("hazard.view", "/1/7/", domain) is covered


def test_grants_add_up() -> None:
    actor = holding(COUNTY, FIRE)
    assert actor.may("hazard.view", "/1/1/7/", "food")
    assert actor.may("hazard.view", "/1/2/7/", "fire")
    assert not actor.may("hazard.view", "/1/2/7/", "food")


def test_require_says_no() -> None:
    holding(COUNTY).require("hazard.view", "/1/1/")
    with pytest.raises(NotPermitted) as caught:
        holding(COUNTY).require("hazard.view", "/1/10/")
    assert (caught.value.status, caught.value.code) == (403, "not-permitted")


def test_nobody_may_nothing_and_the_system_everything() -> None:
    assert not NOBODY.may_somewhere("hazard.view")
    assert not NOBODY.may("hazard.view", "/")
    assert job_actor("clock").may("anything.at-all", "/1/", "fire")


@pytest.mark.parametrize("path", ["", "1/", "/1", "x"])
def test_a_grant_without_a_proper_path_cannot_be_made(path: str) -> None:
    """An empty path would cover everything."""
    with pytest.raises(ValueError, match="tree path"):
        Grant("officer", path, frozenset())
