"""Closed by default; a scope opens exactly a subtree."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.cast import World, as_action

from anyuan.foundation.kernel.public import NOBODY, Actor, ActorKind, Grant, job_actor, subtree
from anyuan.foundation.org.models import Holding, Place, Unit

pytestmark = pytest.mark.django_db


def viewer(*paths: str, verbs: frozenset[str] = frozenset({"org.view"})) -> Actor:
    grants = tuple(Grant("viewer", path, verbs) for path in paths)
    return Actor(kind=ActorKind.PERSON, name="V", person_id=uuid4(), grants=grants)


@pytest.fixture
def tree(db: None) -> list[str]:
    paths = ["/1/", "/1/1/", "/1/1/5/", "/1/10/", "/1/10/6/", "/1/2/", "/2/", "/10/"]
    with as_action():
        for path in paths:
            label = int(path.strip("/").replace("/", "00"))
            Unit.everything.create(kind="county", label=label, path=path, name=path)
    return paths


def test_without_a_scope_there_is_nothing(world: World) -> None:
    assert Unit.everything.count() == len(world.units)
    assert list(Unit.objects.all()) == []
    assert list(Unit.objects.filter(pk=world.school.pk)) == []
    assert not Unit.objects.exists()
    assert Unit.objects.count() == 0
    with pytest.raises(Unit.DoesNotExist):
        Unit.objects.get(pk=world.school.pk)


def test_an_actor_without_grants_sees_nothing(world: World) -> None:
    assert list(Unit.objects.visible_to(NOBODY)) == []
    assert list(Unit.objects.visible_to(viewer())) == []


@pytest.mark.parametrize(
    ("granted", "seen"),
    [
        (["/1/1/"], {"/1/1/", "/1/1/5/"}),
        (["/1/10/"], {"/1/10/", "/1/10/6/"}),
        (["/1/"], {"/1/", "/1/1/", "/1/1/5/", "/1/10/", "/1/10/6/", "/1/2/"}),
        (["/1/1/", "/2/"], {"/1/1/", "/1/1/5/", "/2/"}),
        (["/1/1/5/"], {"/1/1/5/"}),
        (["/9/"], set()),
        (["/"], {"/1/", "/1/1/", "/1/1/5/", "/1/10/", "/1/10/6/", "/1/2/", "/2/", "/10/"}),
    ],
)
def test_a_grant_opens_its_subtree_and_no_neighbour(
    tree: list[str], granted: list[str], seen: set[str]
) -> None:
    assert {u.path for u in Unit.objects.visible_to(viewer(*granted))} == seen
    actor = viewer(*granted)
    assert {p for p in tree if actor.may("org.view", p)} == seen


def test_the_verb_decides_what_is_open(tree: list[str]) -> None:
    actor = viewer("/1/", verbs=frozenset({"org.manage"}))
    assert list(Unit.objects.visible_to(actor)) == []
    assert Unit.objects.visible_to(actor, "org.manage").count() == 6


def test_the_system_sees_all(tree: list[str]) -> None:
    assert Unit.objects.visible_to(job_actor("clock")).count() == len(tree)


def test_scope_goes_through_the_unit_of_a_row(world: World) -> None:
    seen = Place.objects.visible_to(viewer(world.county.path))
    assert {p.unit_id for p in seen} <= {world.school.pk, world.sister.pk, world.managing.pk, world.point.pk}
    assert world.places["gate"] in seen
    assert world.places["stranger_gate"] not in seen


def test_filters_before_and_after_the_scope(world: World) -> None:
    actor = viewer(world.county.path)
    after = Unit.objects.visible_to(actor).filter(name=world.school.name)
    before = Unit.everything.filter(name=world.school.name).visible_to(actor)
    assert list(after) == list(before) == [world.school]
    with pytest.raises(TypeError, match="scope first"):
        Unit.objects.filter(name=world.school.name).visible_to(actor)


def test_a_path_without_its_last_slash_is_refused() -> None:
    for path in ("", "/1"):
        with pytest.raises(ValueError, match="tree path"):
            subtree(path, "path")


def test_the_parts_of_a_scope_share_no_row_and_are_all_of_it(world: World) -> None:
    person = world.people["teacher"]
    actor = Actor(ActorKind.PERSON, "V", person.pk, grants=viewer(world.next_county.path).grants)
    reach, assigned = Holding.objects.parts_visible_to(actor)
    assert {h.person_id for h in assigned} == {person.pk}
    assert {h.unit_id for h in reach} == {world.next_county.pk, world.stranger_school.pk}
    assert {*reach, *assigned} == set(Holding.objects.visible_to(actor))
    at_home = Actor(ActorKind.PERSON, "V", person.pk, grants=viewer(world.county.path).grants)
    assert not Holding.objects.parts_visible_to(at_home)[1]
    assert [len(part) for part in Holding.objects.parts_visible_to(NOBODY)] == [0, 0]
    (everything,) = Holding.objects.parts_visible_to(job_actor("clock"))
    assert everything.count() == Holding.everything.count()
