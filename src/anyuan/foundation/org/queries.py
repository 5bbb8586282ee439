"""Reads for pages and the API. Every one takes the actor first and gives only what he may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound, Page, bigrams, clock, paginate, subtree

from .catalogue import POSTS, SCHOOL_POSTS, Post, UnitKind
from .models import CalendarDay, Campus, Holding, Person, Place, Term, Unit, UnitName

if TYPE_CHECKING:
    from anyuan.foundation.kernel.public import ScopedQuerySet


def unit(actor: Actor, key: UUID | str) -> Unit:
    """The unit with this id; raises :class:`NotFound` when there is none in the actor's scope."""
    found = _one(Unit.objects.visible_to(actor).select_related("parent", "successor"), pk=key)
    assert isinstance(found, Unit)
    return found


def unit_by_code(actor: Actor, code: str) -> Unit:
    """The unit with this official code; raises :class:`NotFound`."""
    found = _one(Unit.objects.visible_to(actor), code=code) if code else None
    if not isinstance(found, Unit):
        raise missing()
    return found


def place(actor: Actor, key: UUID | str) -> Place:
    """The place with this id; raises :class:`NotFound`."""
    found = _one(Place.objects.visible_to(actor).select_related("unit", "campus"), pk=key)
    assert isinstance(found, Place)
    return found


def place_by_token(actor: Actor, token: str) -> Place:
    """The place whose QR code was scanned; raises :class:`NotFound`."""
    found = _one(Place.objects.visible_to(actor).select_related("unit"), token=token)
    assert isinstance(found, Place)
    return found


def person(actor: Actor, key: UUID | str) -> Person:
    """The person with this id; raises :class:`NotFound`."""
    found = _one(Person.objects.visible_to(actor).select_related("unit"), pk=key)
    assert isinstance(found, Person)
    return found


def tops(actor: Actor) -> list[Unit]:
    """The highest units the actor may see: where his tree begins."""
    if actor.everywhere:
        return list(Unit.objects.visible_to(actor).filter(parent=None).order_by("path"))
    paths = {g.path for g in actor.grants_for(Unit.view_verb)}
    highest = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
    return list(Unit.objects.visible_to(actor).filter(path__in=highest).order_by("path"))


def children(actor: Actor, node: Unit, *, closed: bool = False) -> list[Unit]:
    """The units directly below ``node``: offices first, then by code and name."""
    rows = Unit.objects.visible_to(actor).filter(parent=node)
    if not closed:
        rows = rows.filter(closed_on=None)
    return _offices_first(rows)


def _offices_first(rows: Iterable[Unit]) -> list[Unit]:
    order = {kind: i for i, kind in enumerate(UnitKind.values)}
    return sorted(rows, key=lambda u: (order[u.kind], u.code, u.name))


def family(actor: Actor, node: Unit) -> tuple[list[Unit], list[Unit]]:
    """:func:`trail_above` and every one of the :func:`children`, closed ones too, in one query."""
    near = Q(path__in=_paths_above(node)) | Q(parent=node)
    rows = list(Unit.objects.visible_to(actor).filter(near).order_by("path"))
    below = [unit for unit in rows if unit.parent_id == node.pk]
    return [unit for unit in rows if unit.parent_id != node.pk], _offices_first(below)


def schools_below(actor: Actor, node: Unit, *, closed: bool = False) -> ScopedQuerySet:
    """Every school or site at or below ``node``, as an open query for lists."""
    rows = Unit.objects.visible_to(actor).filter(subtree(node.path, "path"), kind=UnitKind.SCHOOL)
    return rows if closed else rows.filter(closed_on=None)


def schools_page(actor: Actor, node: Unit, cursor: str = "", size: int = 50) -> Page:
    """One page of the schools below ``node``, by name."""
    return paginate(schools_below(actor, node), ["name", "id"], cursor, size)


def units_around(actor: Actor, node: Unit, kinds: Sequence[str], limit: int) -> list[Unit]:
    """Open units of these kinds at or below ``node``, by name."""
    rows = Unit.objects.visible_to(actor).filter(subtree(node.path, "path"), kind__in=kinds, closed_on=None)
    return list(rows.select_related("parent").order_by("name", "id")[:limit])


def colleagues(actor: Actor, node: Unit, limit: int) -> list[Person]:
    """Everybody who belongs to ``node`` or holds a post there today, by name."""
    on_post = Holding.objects.visible_to(actor).filter(Holding.running(), unit=node).values("person")
    rows = Person.objects.visible_to(actor).filter(Q(unit=node) | Q(pk__in=on_post), left_on=None)
    return list(rows.order_by("name", "id")[:limit])


def search_units(actor: Actor, text: str, *, limit: int = 30, closed: bool = False) -> list[Unit]:
    """Units whose names (now or before) or code hold every word of ``text``."""
    words = bigrams(text).split()
    if not words:
        return []
    query = " & ".join(f"'{w}':*" for w in words)
    rows = Unit.objects.visible_to(actor).annotate(document=SearchVector("search", config="simple"))
    rows = rows.filter(document=SearchQuery(query, search_type="raw", config="simple"))
    if not closed:
        rows = rows.filter(closed_on=None)
    return list(rows.select_related("parent").order_by("name", "id")[:limit])


def search_people(actor: Actor, text: str, *, node: Unit | None = None, limit: int = 30) -> list[Person]:
    """People whose name holds ``text`` or whose phone number begins with it."""
    text = text.strip()
    if not text:
        return []
    rows = Person.objects.visible_to(actor).filter(left_on=None).select_related("unit")
    rows = rows.filter(phone__startswith=text) if text.isdigit() else rows.filter(name__contains=text)
    if node is not None:
        rows = rows.filter(subtree(node.path, "unit__path"))
    return list(rows.order_by("name", "id")[:limit])


def places_of(actor: Actor, node: Unit, *, closed: bool = False) -> list[Place]:
    """The places of ``node`` in round order."""
    rows = Place.objects.visible_to(actor).filter(unit=node).select_related("campus")
    if not closed:
        rows = rows.filter(closed_on=None)
    return list(rows.order_by("order", "name"))


def people_of(actor: Actor, node: Unit, cursor: str = "", size: int = 50) -> Page:
    """One page of the people whose accounts ``node`` keeps."""
    rows = Person.objects.visible_to(actor).filter(unit=node, left_on=None)
    return paginate(rows, ["name", "id"], cursor, size)


def campuses_of(actor: Actor, node: Unit) -> list[Campus]:
    """The grounds of a unit the actor may see."""
    if not actor.may(Unit.view_verb, node.path):
        raise missing()
    return list(Campus.objects.filter(unit=node).order_by("name"))


def names_of(actor: Actor, node: Unit) -> list[UnitName]:
    """The names of a unit the actor may see, the present one first."""
    if not actor.may(Unit.view_verb, node.path):
        raise missing()
    return list(UnitName.objects.filter(unit=node).order_by("-starts"))


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post at a unit with its holders and deputies; no holder: vacant."""

    post: Post
    holders: list[Holding]
    deputies: list[Holding]

    @property
    def vacant(self) -> bool:
        return not self.holders


def post_lines(actor: Actor, node: Unit, day: date | None = None) -> list[PostLine]:
    """The posts of ``node`` on ``day``: for a school all 39 in the guide's order, elsewhere those held."""
    rows = Holding.objects.visible_to(actor).filter(Holding.running(day), unit=node)
    rows = rows.filter(person__left_on=None).order_by("deputy", "starts", "id").select_related("person")
    held: dict[str, list[Holding]] = {}
    for row in rows:
        held.setdefault(row.post, []).append(row)
    codes = [p.code for p in SCHOOL_POSTS] if node.kind == UnitKind.SCHOOL else []
    codes += [code for code in held if code not in codes]
    return [
        PostLine(
            POSTS.get(code) or Post(code, code, ""),
            [h for h in held.get(code, []) if not h.deputy],
            [h for h in held.get(code, []) if h.deputy],
        )
        for code in codes
    ]


def posts_of_people(actor: Actor, people: list[Person], day: date | None = None) -> dict[UUID, list[Holding]]:
    """The running posts of each of ``people`` that the actor may see; one query."""
    rows = Holding.objects.visible_to(actor).filter(Holding.running(day), person__in=people)
    found: dict[UUID, list[Holding]] = {p.pk: [] for p in people}
    for row in rows.select_related("unit").order_by("starts", "id"):
        found[row.person_id].append(row)
    return found


def counts_below(actor: Actor, nodes: list[Unit]) -> dict[UUID, int]:
    """How many open schools lie at or below each of ``nodes``; one query for all."""
    if not nodes:
        return {}
    where = subtree(nodes[0].path, "path")
    for node in nodes[1:]:
        where |= subtree(node.path, "path")
    rows = Unit.objects.visible_to(actor).filter(where, kind=UnitKind.SCHOOL, closed_on=None)
    prefixes: Counter[str] = Counter()
    for path in rows.values_list("path", flat=True):
        labels = path.strip("/").split("/")
        prefixes.update("/" + "/".join(labels[: i + 1]) + "/" for i in range(len(labels)))
    return {node.pk: prefixes[node.path] for node in nodes}


def trail_above(actor: Actor, node: Unit) -> list[Unit]:
    """The nodes above ``node`` that the actor may see, the root first: the breadcrumb."""
    return list(Unit.objects.visible_to(actor).filter(path__in=_paths_above(node)).order_by("path"))


def _paths_above(node: Unit) -> list[str]:
    labels = node.path.strip("/").split("/")[:-1]
    return ["/" + "/".join(labels[: i + 1]) + "/" for i in range(len(labels))]


def _one(rows: ScopedQuerySet, **where: Any) -> Unit | Place | Person:
    try:
        found = rows.filter(**where).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise missing()
    assert isinstance(found, Unit | Place | Person)
    return found


def missing() -> NotFound:
    """What a stranger gets."""
    return NotFound(_("There is nothing here, or it lies outside what you may see."))


def holding(actor: Actor, key: UUID | str) -> Holding:
    """The holding with this id; raises :class:`NotFound`."""
    rows = Holding.objects.visible_to(actor).select_related("unit", "person")
    found = rows.filter(pk=key).first()
    if not isinstance(found, Holding):
        raise missing()
    return found


def past_posts(actor: Actor, who: Person) -> list[Holding]:
    """The posts a person held before, the latest first."""
    rows = Holding.objects.visible_to(actor).filter(person=who, ends__lte=clock.today())
    return list(rows.select_related("unit").order_by("-ends", "id")[:50])


def terms_over(actor: Actor, node: Unit) -> list[Term]:
    """The terms that ``node`` and the units above it entered, the latest first; above may be out of sight,
    their terms still count here."""
    if not actor.may(Unit.view_verb, node.path):
        raise missing()
    rows = Term.objects.filter(unit__path__in=paths_to(node)).select_related("unit")
    return list(rows.order_by("-starts", "id")[:20])


def term(actor: Actor, node: Unit, key: UUID) -> Term:
    """A term that ``node`` itself entered; raises :class:`NotFound`."""
    if not actor.may(Unit.view_verb, node.path):
        raise missing()
    found = Term.objects.filter(unit=node, pk=key).first()
    if found is None:
        raise missing()
    return found


def days_over(actor: Actor, node: Unit, year: int) -> list[CalendarDay]:
    """The days of ``year`` that ``node``, the units above it or the nation set, in order."""
    if not actor.may(Unit.view_verb, node.path):
        raise missing()
    here = Q(unit__path__in=paths_to(node)) | Q(unit=None)
    return list(CalendarDay.objects.filter(here, day__year=year).select_related("unit").order_by("day"))


def paths_to(node: Unit) -> list[str]:
    """The paths from the root to ``node``."""
    labels = node.path.strip("/").split("/")
    return ["/" + "/".join(labels[: i + 1]) + "/" for i in range(len(labels))]
