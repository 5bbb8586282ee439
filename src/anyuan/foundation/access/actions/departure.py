"""Whoever leaves a unit leaves the roles he was given there, and his keys for it, behind."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Person, Unit

from ..models import ApiKey, RoleGrant
from .grants import end_grant


def leave_access(actor: Actor, person: Person, unit: Unit, successor: Person | None) -> int:
    """Registered with ``org.on_leave``: roles by hand and keys on ``unit`` end with the post.

    Gives 0: rights are not handed to a ``successor``, whose own post brings his. An account needs no
    closing here; one of a person who has left opens nothing.
    """
    today = clock.today()
    grants = list(RoleGrant.everything.filter(Q(ends=None) | Q(ends__gt=today), person=person, unit=unit))
    keys = ApiKey.everything.filter(creator=person, unit=unit, revoked_at=None)
    prefixes = list(keys.values_list("prefix", flat=True))
    if not grants and not prefixes:
        return 0
    with action(actor, "access.leave") as act:
        for grant in grants:
            end_grant(grant)
        keys.update(revoked_at=clock.now())
        act.entry(
            _("ended %(roles)d roles and %(keys)d keys of %(person)s, who left %(unit)s")
            % {"roles": len(grants), "keys": len(prefixes), "person": person.name, "unit": unit.name},
            on=person,
            path=unit.path,
            after={"roles": [grant.role for grant in grants], "keys": prefixes},
        )
    return 0
