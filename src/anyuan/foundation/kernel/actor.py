"""Who acts, and over what. Pure data: rooms below ``access`` can check permissions without a login.

``access`` builds an :class:`Actor` for a session or an API key; jobs, devices and imports make
their own. A *grant* is a role on a node of the organisation tree and covers the whole subtree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from .errors import NotPermitted


class ActorKind(StrEnum):
    PERSON = "person"
    JOB = "job"
    DEVICE = "device"
    IMPORT = "import"
    API = "api"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held on a tree node. ``domains`` None means every domain of work.

    ``ends`` is the first day without it, for a role given by hand for a time; None for one of a post.
    """

    role: str
    path: str
    verbs: frozenset[str]
    domains: frozenset[str] | None = None
    unit_id: UUID | None = None
    ends: date | None = None

    def __post_init__(self) -> None:
        if not (self.path.startswith("/") and self.path.endswith("/")):
            raise ValueError(f"not a tree path: {self.path!r}")

    def covers(self, verb: str, path: str, domain: str | None) -> bool:
        if verb not in self.verbs or not path.startswith(self.path):
            return False
        return self.domains is None or domain is None or domain in self.domains


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts. ``person_id`` is set for people (org.Person)."""

    kind: ActorKind
    name: str
    person_id: UUID | None = None
    post: str = ""
    grants: tuple[Grant, ...] = ()
    everywhere: bool = False
    """True for jobs of the system itself; never for a person, a key or a device."""

    @property
    def label(self) -> str:
        return f"{self.name}（{self.post}）" if self.post else self.name

    def may(self, verb: str, path: str, domain: str | None = None) -> bool:
        """Whether this actor may ``verb`` a thing at tree ``path`` in ``domain`` of work."""
        return self.everywhere or any(g.covers(verb, path, domain) for g in self.grants)

    def may_somewhere(self, verb: str) -> bool:
        """Whether any grant carries ``verb`` (enough to show a menu entry, never to act)."""
        return self.everywhere or any(verb in g.verbs for g in self.grants)

    def require(self, verb: str, path: str, domain: str | None = None) -> None:
        """Raise :class:`NotPermitted` unless :meth:`may`."""
        if not self.may(verb, path, domain):
            raise NotPermitted(
                _("Your role does not allow this here. Ask the person who gave you your account.")
            )

    def grants_for(self, verb: str) -> Iterable[Grant]:
        return (g for g in self.grants if verb in g.verbs)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(g.role for g in self.grants)


NOBODY = Actor(kind=ActorKind.PERSON, name="")
"""The anonymous visitor: no grants, so every scoped query gives nothing."""


def job_actor(name: str) -> Actor:
    """The system itself, acting by a clock or a command; named in the journal."""
    return Actor(kind=ActorKind.JOB, name=name, everywhere=True)
