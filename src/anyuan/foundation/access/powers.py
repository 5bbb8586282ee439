"""Who somebody is today: the roles of the posts he holds, and the roles given to him by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Value
from django.utils import translation

from anyuan.foundation.kernel.public import Actor, ActorKind, Grant, clock
from anyuan.foundation.org.public import DOMAIN_OWNER, POSTS, Function, Holding, Person, Unit, UnitKind

from .models import RoleGrant
from .roles import ROLES


@dataclass(frozen=True, slots=True)
class Power:
    """A role in force: the grant, its last day plus one (None: open), and the post that brings it."""

    grant: Grant
    ends: date | None
    post: str = ""
    deputy: bool = False


def powers_of(person_id: UUID, day: date | None = None) -> list[Power]:
    """Everything the person may on ``day`` (default today): one query, deputies included.

    A role at a department covers the node the department belongs to (its county or city), limited
    to the domains of work the department's function owns; the education department is not limited.
    """
    day = day or clock.today()
    columns = ("deputy", "ends", "domains", "unit_id", "unit__path", "unit__kind", "unit__function")
    posts = Holding.everything.filter(Holding.running(day), person_id=person_id)
    given = RoleGrant.everything.filter(RoleGrant.running(day), person_id=person_id)
    rows = posts.values_list(Value("post"), "post", *columns).union(
        given.annotate(deputy=Value(value=False)).values_list(Value("role"), "role", *columns), all=True
    )
    return [power for row in rows for power in _power(row)]


def _power(row: tuple[Any, ...]) -> Iterable[Power]:
    source, name, deputy, ends, domains, unit_id, path, kind, function = row
    post = POSTS.get(name) if source == "post" else None
    role = ROLES.get(post.role if post else name)
    if role is None or (source == "post" and post is None):
        return
    limits = frozenset(domains) if domains is not None else None
    if kind == UnitKind.DEPARTMENT:
        path = _above(path)
        if limits is None and function != Function.EDUCATION:
            limits = frozenset(d for d, owner in DOMAIN_OWNER.items() if owner == function)
    grant = Grant(role.code, path, role.verbs, limits, unit_id, ends if source == "role" else None)
    yield Power(grant, ends, post.code if post else "", deputy)


def reach_of(unit: Unit) -> str:
    """The path that a role held on ``unit`` covers: for a department, that of the node it belongs to."""
    return _above(unit.path) if unit.kind == UnitKind.DEPARTMENT else unit.path


def _above(path: str) -> str:
    return path[: path.rstrip("/").rindex("/") + 1]


def actor_of(person: Person, day: date | None = None) -> Actor:
    """The actor a person is on ``day`` (default today). One query; a person who has left gets no grants."""
    day = day or clock.today()
    if person.left_on is not None and person.left_on <= day:
        return Actor(ActorKind.PERSON, person.name, person.pk)
    powers = powers_of(person.pk, day)
    grants = tuple(dict.fromkeys(power.grant for power in powers))
    return Actor(ActorKind.PERSON, person.name, person.pk, _title(person, powers), grants)


_RANK = {code: place for place, code in enumerate(POSTS)}


def _title(person: Person, powers: list[Power]) -> str:
    """The post named beside the person in the journal: held in his own right and at home first."""
    held = [power for power in powers if power.post]
    if not held:
        return ""
    main = min(held, key=lambda p: (p.deputy, p.grant.unit_id != person.unit_id, _RANK[p.post]))
    with translation.override(settings.LANGUAGE_CODE):
        return str(POSTS[main.post].name)
