"""The other way round: who may do something somewhere."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, Value

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import POSTS, Holding, Unit, UnitKind

from .models import RoleGrant
from .powers import _power
from .roles import ROLES


def people_who_may(verb: str, path: str, domain: str = "", day: date | None = None) -> set[UUID]:
    """The people (org.Person ids) whose role allows ``verb`` at tree ``path`` in ``domain`` ("": any).

    Looks only at the units on the way from the root to ``path`` and their departments, so it costs
    the same in a county and in a province. Deputies count; people who have left do not.
    """
    day = day or clock.today()
    roles = {code for code, role in ROLES.items() if verb in role.verbs}
    units = _units_above(path)
    here = Q(person__left_on__isnull=True) | Q(person__left_on__gt=day)
    columns = ("person_id", "ends", "domains", "unit_id", "unit__path", "unit__kind", "unit__function")
    posts = Holding.everything.filter(
        Holding.running(day),
        here,
        unit_id__in=units,
        post__in=[p.code for p in POSTS.values() if p.role in roles],
    ).values_list(Value("post"), "post", "deputy", *columns)
    given = (
        RoleGrant.everything.filter(RoleGrant.running(day), here, unit_id__in=units, role__in=roles)
        .annotate(deputy=Value(value=False))
        .values_list(Value("role"), "role", "deputy", *columns)
    )
    found = set()
    for source, name, deputy, person_id, *rest in posts.union(given, all=True):
        powers = _power((source, name, deputy, *rest))
        if any(power.grant.covers(verb, path, domain or None) for power in powers):
            found.add(person_id)
    return found


def _units_above(path: str) -> list[UUID]:
    """The units at and above ``path``, and the departments that belong to them."""
    labels = path.strip("/").split("/")
    line = ["/" + "/".join(labels[: i + 1]) + "/" for i in range(len(labels))]
    nodes = list(Unit.everything.filter(path__in=line).values_list("pk", flat=True))
    offices = Unit.everything.filter(parent_id__in=nodes, kind=UnitKind.DEPARTMENT)
    return nodes + list(offices.values_list("pk", flat=True))
