"""Roles given by hand: never wider, stronger or longer than the giver's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Tell, action
from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, NotPermitted, Refused, clock
from anyuan.foundation.org.public import Domain, Person, Unit

from ..models import RoleGrant
from ..permits import MANAGE, PLACES, backing, giveable, require_human
from ..powers import reach_of
from ..roles import ROLES, Role

LONGEST = timedelta(days=366)
"""No role is given by hand for longer than this; then somebody must think again."""


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role to give: on ``unit`` and below, from ``starts`` to before ``ends``."""

    role: str
    unit: Unit
    starts: date
    ends: date
    domains: Sequence[str] | None = None
    reason: str = ""


def give_role(actor: Actor, person: Person, new: NewGrant) -> RoleGrant:
    """Give ``person`` a role for a time.

    Raises :class:`Invalid` for dates, a role that does not fit the unit or an unknown domain;
    :class:`NotPermitted` beyond the giver's own scope, verbs, domains or days.
    """
    role = _check(actor, person, new)
    domains = sorted(new.domains) if new.domains is not None else None
    with action(actor, "access.give-role") as act:
        _require_backing(actor, role, new, domains)
        grant = RoleGrant(
            person=person,
            unit=new.unit,
            role=role.code,
            domains=domains,
            starts=new.starts,
            ends=new.ends,
            granted_by=actor.label,
            reason=new.reason.strip(),
        )
        grant.save(force_insert=True)
        sentence = _("gave %(person)s the role %(role)s on %(unit)s from %(starts)s to %(ends)s") % {
            "person": person.name,
            "role": role.name,
            "unit": new.unit.name,
            "starts": new.starts,
            "ends": new.ends - timedelta(days=1),
        }
        act.entry(
            sentence,
            on=grant,
            path=new.unit.path,
            after={"role": role.code, "domains": domains, "starts": new.starts, "ends": new.ends},
            tell=[Tell(f"{actor.label} {sentence}", "/", people=[person.pk])],
        )
    return grant


def _check(actor: Actor, person: Person, new: NewGrant) -> Role:
    require_human(actor)
    role = ROLES.get(new.role)
    if role is None or new.unit.kind not in PLACES[role.level]:
        raise _invalid("role", _("This role does not exist at such a unit. Choose one of the list."))
    if person.pk == actor.person_id:
        raise NotPermitted(_("Nobody gives a role to himself. Ask the level above you."))
    if new.domains is not None and (not new.domains or set(new.domains) - set(Domain.values)):
        raise _invalid("domains", _("Choose at least one domain of the list, or leave it open for all."))
    if new.starts < clock.today():
        raise _invalid("starts", _("A role begins today or later."))
    if not new.starts < new.ends <= new.starts + LONGEST:
        raise _invalid("ends", _("The role must end after it begins, within a year."))
    if person.left_on is not None:
        raise Refused(_("%(person)s left on %(day)s.") % {"person": person.name, "day": person.left_on})
    return role


def _require_backing(actor: Actor, role: Role, new: NewGrant, domains: list[str] | None) -> None:
    if actor.everywhere:
        return
    powers = backing(actor, role, new.unit, domains, own=False)
    if not powers:
        raise NotPermitted(_("You cannot give this role here: it may more than you, or elsewhere."))
    if not any(power.ends is None or new.ends <= power.ends for power in powers):
        last = max(power.ends for power in powers if power.ends is not None)
        raise _invalid(
            "ends", _("Your own role ends on %(day)s; nobody gives a role for longer.") % {"day": last}
        )


def take_role(actor: Actor, key: UUID | str, reason: str = "") -> RoleGrant:
    """End a role given by hand, today. Raises :class:`NotFound`, :class:`NotPermitted`, :class:`Refused`."""
    require_human(actor)
    with action(actor, "access.take-role") as act:
        rows = RoleGrant.objects.visible_to(actor, MANAGE).select_related("person", "unit")
        grant = rows.select_for_update(of=("self",)).filter(pk=key).first()
        if not isinstance(grant, RoleGrant):
            raise NotFound(_("There is no such role, or it lies outside what you may manage."))
        role = ROLES.get(grant.role)
        if role and not role.verbs <= giveable(actor, reach_of(grant.unit), grant.domains):
            raise NotPermitted(_("You could not give this role, so you cannot take it."))
        before = grant.ends
        end_grant(grant)
        act.entry(
            _("took the role %(role)s on %(unit)s from %(person)s")
            % {
                "person": grant.person.name,
                "role": role.name if role else grant.role,
                "unit": grant.unit.name,
            },
            on=grant,
            path=grant.unit.path,
            before={"ends": before},
            after={"ends": grant.ends, "reason": reason.strip()},
        )
    return grant


def end_grant(grant: RoleGrant) -> None:
    """Let ``grant`` end before today, or before it began. Raises :class:`Refused` when it has ended."""
    today = clock.today()
    if grant.ends is not None and grant.ends <= today:
        raise Refused(_("This role has ended already."))
    grant.ends = max(today, grant.starts)
    grant.save(update_fields=["ends"])


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
