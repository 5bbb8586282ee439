"""In whose hands the open tasks of somebody who goes come to lie."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor

from ..models import Person
from .common import invalid, missing


@dataclass(frozen=True, slots=True)
class Heir:
    """Who takes over the open tasks: a person, or nobody because the post is vacant – said, not forgotten."""

    person: Person | None = None
    vacant: bool = False


@dataclass(frozen=True, slots=True)
class Departure:
    """What a leave or a transfer did."""

    person: Person
    posts_ended: int
    tasks: int


def check_heir(actor: Actor, person: Person, heir: Heir) -> None:
    """Raise :class:`Invalid` unless an heir is named or the post is said to be vacant."""
    if heir.person is None:
        if not heir.vacant:
            message = _("Name who takes over the open tasks, or say that the post is vacant.")
            raise invalid("successor", message)
        return
    if heir.person.pk == person.pk or heir.person.left_on is not None:
        raise invalid("successor", _("Name somebody else who still works here."))
    if not Person.objects.visible_to(actor).filter(pk=heir.person.pk).exists():
        raise missing()
