"""Where records of a register belong, and who above a school must enter them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, NotPermitted
from anyuan.foundation.org.public import OFFICE_POSTS, Unit, UnitKind

from . import registers
from .models import Register

_OFFICES = frozenset(post.code for post in OFFICE_POSTS)


def check_belongs(actor: Actor, register: Register, unit: Unit, verb: str) -> None:
    """A document's registers are kept at schools and sites; what an office above does, it enters itself.

    Raises :class:`Invalid` for a node of the tree that is no school, :class:`NotPermitted` when somebody of
    the unit itself enters what its authority must have done (a visit of the inspector).
    """
    if register.code in registers.BUILT_IN:
        return
    if unit.kind != UnitKind.SCHOOL:
        raise Invalid(_("Records of this register belong to a school. Choose the school first."))
    if register.post in _OFFICES and not _stands_above(actor, unit, verb):
        raise NotPermitted(_("The authority above the school enters this, not the school itself."))


def _stands_above(actor: Actor, unit: Unit, verb: str) -> bool:
    """Whether a role on a node above ``unit`` lets ``actor`` ``verb``."""
    if actor.everywhere:
        return True
    return any(unit.path.startswith(g.path) and g.path != unit.path for g in actor.grants_for(verb))
