"""The room's verbs, and how far they reach: nobody gives, resets or makes more than he has himself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import ActorKind, NotFound, NotPermitted
from anyuan.foundation.org.public import Person, UnitKind

from .powers import Power, powers_of, reach_of
from .roles import ROLES, VERBS, Level, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from anyuan.foundation.kernel.public import Actor
    from anyuan.foundation.org.public import Unit

VIEW: Final = "access.view"
MANAGE: Final = "access.manage"

PLACES: Final[dict[str, frozenset[str]]] = {
    Level.SCHOOL: frozenset({UnitKind.SCHOOL, UnitKind.DISTRICT}),
    Level.COUNTY: frozenset({UnitKind.COUNTY, UnitKind.DEPARTMENT}),
    Level.CITY: frozenset({UnitKind.CITY, UnitKind.DEPARTMENT}),
    Level.PROVINCE: frozenset({UnitKind.PROVINCE, UnitKind.DEPARTMENT}),
    Level.DEPARTMENT: frozenset({UnitKind.DEPARTMENT}),
    Level.PLATFORM: frozenset({UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY}),
}
"""The kinds of node a role of each level is held on."""


def find_person(actor: Actor, key: UUID | str, verb: str = MANAGE) -> Person:
    """The person with this id where ``actor`` may ``verb``; raises :class:`NotFound` beyond."""
    found = Person.objects.visible_to(actor, verb).select_related("unit", "account").filter(pk=key).first()
    if not isinstance(found, Person):
        raise NotFound(_("There is no such person, or the person lies outside what you may manage."))
    return found


def require_manage(actor: Actor, person: Person) -> None:
    """Whether ``actor`` may manage the account of ``person``. Raises :class:`NotPermitted`.

    Whoever resets a password could log in as that person; so nobody manages the account of somebody
    who may more, or elsewhere, than he could give.
    """
    require_human(actor)
    actor.require(MANAGE, person.unit.path)
    if actor.everywhere:
        return
    if any(not _within(actor, power) for power in powers_of(person.pk)):
        raise NotPermitted(
            _("%(person)s also has a role beyond your own. The level above you manages this account.")
            % {"person": person.name}
        )


def require_human(actor: Actor) -> None:
    """A program's key never manages accounts, roles or keys. Raises :class:`NotPermitted`."""
    if actor.kind in (ActorKind.API, ActorKind.DEVICE):
        raise NotPermitted(_("A program cannot manage accounts. Log in as a person."))


def _within(actor: Actor, power: Power) -> bool:
    given = power.grant
    return given.verbs <= giveable(actor, given.path, given.domains)


def giveable(actor: Actor, path: str, domains: Iterable[str] | None) -> frozenset[str]:
    """The verbs ``actor`` may give to others at ``path`` in ``domains`` of work (None: all)."""
    if actor.everywhere:
        return VERBS
    verbs: set[str] = set()
    for grant in actor.grants_for(MANAGE):
        if path.startswith(grant.path) and _domains_within(domains, grant.domains):
            verbs |= grant.verbs | ROLES[grant.role].hands_on
    return frozenset(verbs)


def _domains_within(wanted: Iterable[str] | None, held: frozenset[str] | None) -> bool:
    return held is None or (wanted is not None and held.issuperset(wanted))


def backing(actor: Actor, role: Role, unit: Unit, domains: list[str] | None, *, own: bool) -> list[Power]:
    """The powers of ``actor`` that each alone allow giving ``role`` on ``unit``; with their last days.

    ``own`` asks for verbs he may use himself (an API key acts in his place); else verbs he may hand on
    count too.
    """
    path = reach_of(unit)
    found = []
    for power in powers_of(actor.person_id) if actor.person_id else []:
        grant = power.grant
        verbs = grant.verbs if own else grant.verbs | ROLES[grant.role].hands_on
        if (
            grant.covers(MANAGE, path, None)
            and role.verbs <= verbs
            and _domains_within(domains, grant.domains)
        ):
            found.append(power)
    return found


def roles_for(actor: Actor, unit: Unit) -> list[Role]:
    """The roles ``actor`` may give on ``unit``, in catalogue order: what the form offers."""
    verbs = giveable(actor, reach_of(unit), None)
    return [role for role in ROLES.values() if unit.kind in PLACES[role.level] and role.verbs <= verbs]
