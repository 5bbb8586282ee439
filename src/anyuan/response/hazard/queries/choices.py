"""What a form of the loop offers to choose from: people on posts, supervisors, bodies, decision items."""

from __future__ import annotations

from dataclasses import dataclass

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import (
    OFFICE_POSTS,
    POSTS,
    Holding,
    Person,
    Unit,
    UnitKind,
    bodies_near,
    holders_of,
    post_lines,
)
from anyuan.rules.policy.public import CheckItem

from ..loop.who import LEVEL_KINDS
from ..models import Hazard
from .lists import Filters, hazards

_LEADING = frozenset(post.code for post in OFFICE_POSTS if post.code.endswith(("-leader", "-officer")))


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a list shows him: with the posts he holds there. ``posts`` are their codes."""

    person: Person
    posts: tuple[str, ...]

    @property
    def label(self) -> str:
        names = "、".join(str(POSTS[code].name) for code in self.posts if code in POSTS)
        return f"{self.person.name}（{names}）" if names else self.person.name


def people_at(actor: Actor, unit: Unit) -> list[Named]:
    """Who holds a post at ``unit`` today, in the order of the posts; each person once."""
    lines = post_lines(actor, unit)
    return _named([holding for line in lines for holding in (*line.holders, *line.deputies)])


def supervisors(actor: Actor, hazard: Hazard) -> list[tuple[Unit, list[Named]]]:
    """The leaders and officers of each body that can list ``hazard``, the nearest body first.

    Bodies above the actor are named too: a listing by the city is supervised by the city.
    """
    kinds = set(LEVEL_KINDS.values())
    bodies = [u for u in bodies_near(hazard.unit) if u.kind in kinds]
    found = [(body, _named([h for h in holders_of(body) if h.post in _LEADING])) for body in bodies]
    return [(body, people) for body, people in found if people]


def bodies(hazard: Hazard) -> list[Unit]:
    """Whom a hazard can be handed over to: the departments and bureaus around its unit, not its owner."""
    near = bodies_near(hazard.unit)
    offices = [u for u in near if u.kind == UnitKind.DEPARTMENT]
    above = [u for u in near if u.kind not in {UnitKind.DEPARTMENT, UnitKind.PROVINCE}]
    own = [hazard.unit] if hazard.owner_unit_id != hazard.unit_id else []
    return [u for u in [*own, *above, *offices] if u.pk != hazard.owner_unit_id]


def grave_items(domain: str) -> list[CheckItem]:
    """Check items that hold a matter to be suspected major, those of ``domain`` first."""
    items = CheckItem.objects.filter(grade="suspected-major").select_related("clause").order_by("code")
    return sorted(items, key=lambda item: item.domain != domain)


def others_of(actor: Actor, hazard: Hazard, limit: int = 30) -> list[Hazard]:
    """The newest other hazards of the same unit that are not dismissed: one of them stays in a merger."""
    rows = hazards(actor, Filters(tab="all", unit=hazard.unit)).filter(unit=hazard.unit)
    return list(rows.exclude(pk=hazard.pk).exclude(state="dismissed").order_by("-id")[:limit])


def _named(holdings: list[Holding]) -> list[Named]:
    people: dict[object, tuple[Person, list[str]]] = {}
    for holding in holdings:
        posts = people.setdefault(holding.person_id, (holding.person, []))[1]
        if holding.post not in posts:
            posts.append(holding.post)
    return [Named(person, tuple(posts)) for person, posts in people.values()]
