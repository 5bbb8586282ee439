"""Which desks a person has: one per unit and kind of work, the most responsible first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Unit, UnitKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Kind(StrEnum):
    """What a desk is made for, in the order of responsibility."""

    COUNTY = "county"
    CITY = "city"
    DEPARTMENT = "department"
    ADMIN = "admin"
    PRINCIPAL = "principal"
    SAFETY = "safety"
    STAFF = "staff"
    TEACHER = "teacher"


KIND_OF_ROLE: dict[str, Kind] = {
    "county-officer": Kind.COUNTY,
    "county-leader": Kind.COUNTY,
    "city-officer": Kind.CITY,
    "city-leader": Kind.CITY,
    "province-officer": Kind.CITY,
    "auditor": Kind.CITY,
    "department-officer": Kind.DEPARTMENT,
    "admin": Kind.ADMIN,
    "principal": Kind.PRINCIPAL,
    "managing-school": Kind.PRINCIPAL,
    "safety-officer": Kind.SAFETY,
    "staff": Kind.STAFF,
    "teacher": Kind.TEACHER,
}
TITLES: dict[Kind, StrOrPromise] = {
    Kind.COUNTY: _("County desk"),
    Kind.CITY: _("Region desk"),
    Kind.DEPARTMENT: _("Department desk"),
    Kind.ADMIN: _("Administration"),
    Kind.PRINCIPAL: pgettext_lazy("desk", "Principal"),
    Kind.SAFETY: pgettext_lazy("desk", "Safety officer"),
    Kind.STAFF: pgettext_lazy("desk", "Staff"),
    Kind.TEACHER: pgettext_lazy("desk", "Teacher"),
}
_RANK = {kind: place for place, kind in enumerate(Kind)}
_FIELD = {Kind.SAFETY, Kind.STAFF, Kind.TEACHER}
_SCHOOL = {*_FIELD, Kind.PRINCIPAL}


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk at a unit. ``unit`` is loaded where a name is shown, see :func:`named`."""

    kind: Kind
    unit_id: UUID
    unit: Unit | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.unit_id}"

    @property
    def title(self) -> str:
        name = str(TITLES[self.kind])
        return f"{name} · {self.unit.title}" if self.unit else name

    @property
    def area(self) -> Unit:
        """The node whose subtree the desk covers: a department covers the region it belongs to."""
        assert self.unit is not None, "named() first"
        if self.unit.kind == UnitKind.DEPARTMENT and self.unit.parent:
            return self.unit.parent
        return self.unit


def desks_of(actor: Actor) -> list[Desk]:
    """The actor's desks, the most responsible first; no query.

    Of the desks in the field only the most responsible at a unit counts.
    """
    kinds: dict[UUID, set[Kind]] = {}
    for grant in actor.grants:
        if grant.unit_id and grant.role in KIND_OF_ROLE:
            kinds.setdefault(grant.unit_id, set()).add(KIND_OF_ROLE[grant.role])
    found = []
    for unit_id, here in kinds.items():
        field = sorted(here & _FIELD, key=_RANK.__getitem__)[:1]
        found += [Desk(kind, unit_id) for kind in here - _FIELD | set(field)]
    return sorted(found, key=lambda d: (_RANK[d.kind], str(d.unit_id)))


def named(actor: Actor, desks: list[Desk]) -> list[Desk]:
    """The desks with their units, where the name matters: of several, or of an office. One query at most."""
    if len(desks) == 1 and desks[0].kind in _SCHOOL:
        return desks
    ids = [d.unit_id for d in desks]
    units = Unit.objects.visible_to(actor).filter(pk__in=ids).select_related("parent")
    known = {unit.pk: unit for unit in units}
    return [replace(d, unit=known[d.unit_id]) for d in desks if d.unit_id in known]


def schools_for(actor: Actor, verb: str) -> list[Unit]:
    """The schools the actor belongs to by a role that carries ``verb``: where his forms go by default."""
    ids = {g.unit_id for g in actor.grants_for(verb) if g.unit_id}
    rows = Unit.objects.visible_to(actor).filter(pk__in=ids, kind=UnitKind.SCHOOL, closed_on=None)
    return list(rows.order_by("path"))
