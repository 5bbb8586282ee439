"""Reads for pages. Every one takes the actor first, but what the login page shows to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound, Page, paginate, subtree
from anyuan.foundation.org.public import POSTS, Holding, Person, Unit

from .models import ApiKey, DemoCard, RoleGrant, User
from .permits import MANAGE, VIEW

if TYPE_CHECKING:
    from uuid import UUID

    from anyuan.foundation.kernel.public import ScopedQuerySet


def demo_cards() -> list[DemoCard]:
    """The role cards of the demo's login page; none elsewhere, whatever the table holds."""
    if not settings.DEMO:
        return []
    return list(DemoCard.objects.select_related("person__unit", "person__account").order_by("order"))


def demo_card(key: str) -> DemoCard | None:
    """The role card with this id; None outside the demo, too."""
    return next((card for card in demo_cards() if str(card.pk) == key), None)


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the list of accounts: ``state`` is none, waiting, active or closed."""

    person: Person
    account: User | None
    posts: list[str]
    roles: list[str]

    @property
    def state(self) -> str:
        return self.account.state if self.account else "none"


def people(
    actor: Actor,
    *,
    text: str = "",
    unit: Unit | None = None,
    state: str = "",
    cursor: str = "",
    size: int = 50,
) -> tuple[list[Line], str]:
    """One page of the people whose accounts ``actor`` may see, with the cursor of the next page.

    ``text`` is part of a name, the beginning of a phone number, or part of a unit's name. Four queries.
    """
    rows = Person.objects.visible_to(actor, VIEW).filter(left_on=None).select_related("unit", "account")
    if unit is not None:
        rows = rows.filter(subtree(unit.path, "unit__path"))
    if text := text.strip():
        rows = rows.filter(_matches(text))
    found = paginate(_in_state(rows, state), ["unit__path", "name", "id"], cursor, size)
    return _lines(actor, found), found.next


def _matches(text: str) -> Q:
    if text.isdigit():
        return Q(phone__startswith=text)
    return Q(name__contains=text) | Q(unit__name__contains=text)


def _in_state(rows: ScopedQuerySet, state: str) -> ScopedQuerySet:
    waiting = Q(account__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    wanted = {
        "none": Q(account=None),
        "waiting": Q(account__is_active=True) & waiting,
        "active": Q(account__is_active=True) & ~waiting,
        "closed": Q(account__is_active=False),
    }.get(state)
    return rows.filter(wanted) if wanted is not None else rows


def _lines(actor: Actor, page: Page) -> list[Line]:
    ids = [p.pk for p in page.rows]
    posts: dict[UUID, list[str]] = {}
    held = Holding.objects.visible_to(actor).filter(Holding.running(), person__in=ids)
    for holding in held.order_by("deputy", "starts"):
        posts.setdefault(holding.person_id, []).append(_title(holding.post))
    roles: dict[UUID, list[str]] = {}
    for grant in RoleGrant.objects.visible_to(actor).filter(RoleGrant.running(), person__in=ids):
        roles.setdefault(grant.person_id, []).append(grant.title)
    return [Line(p, getattr(p, "account", None), posts.get(p.pk, []), roles.get(p.pk, [])) for p in page.rows]


def grants_of(actor: Actor, person: Person) -> list[RoleGrant]:
    """The roles given by hand to ``person`` that ``actor`` may see, the latest first."""
    rows = RoleGrant.objects.visible_to(actor).filter(person=person).select_related("unit")
    return list(rows.order_by("-starts", "-id"))


def grant(actor: Actor, key: UUID) -> RoleGrant:
    """The role given by hand with this id where ``actor`` manages roles; raises :class:`NotFound`."""
    found = RoleGrant.objects.visible_to(actor, MANAGE).filter(pk=key).first()
    if not isinstance(found, RoleGrant):
        raise NotFound(_("There is no such role, or it lies outside what you may manage."))
    return found


def key(actor: Actor, key: UUID) -> ApiKey:
    """The API key with this id where ``actor`` manages keys; raises :class:`NotFound`."""
    found = ApiKey.objects.visible_to(actor, MANAGE).filter(pk=key).first()
    if not isinstance(found, ApiKey):
        raise NotFound(_("There is no such key, or it lies outside what you may manage."))
    return found


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody holds, with its name on screen."""

    title: str
    holding: Holding


def posts_of(actor: Actor, person: Person) -> list[Post]:
    """The posts ``person`` holds today that ``actor`` may see, his own before those as deputy."""
    rows = Holding.objects.visible_to(actor).filter(Holding.running(), person=person)
    return [Post(_title(h.post), h) for h in rows.select_related("unit").order_by("deputy", "starts")]


def _title(code: str) -> str:
    post = POSTS.get(code)
    return str(post.name) if post else code


def keys(actor: Actor) -> list[ApiKey]:
    """The API keys ``actor`` may see, working ones first."""
    rows = ApiKey.objects.visible_to(actor).select_related("unit", "use")
    return sorted(rows.order_by("-made_at")[:200], key=lambda k: not k.works())


def units_to_manage(actor: Actor, limit: int = 400) -> list[Unit]:
    """The open units where ``actor`` manages accounts and roles, in tree order."""
    rows = Unit.objects.visible_to(actor, MANAGE).filter(closed_on=None)
    return list(rows.order_by("path")[:limit])
