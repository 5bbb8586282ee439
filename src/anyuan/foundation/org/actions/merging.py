"""Mergers: one unit goes up into another, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Tell, action
from anyuan.foundation.kernel.public import Actor

from ..catalogue import POSTS, UnitKind
from ..models import Campus, Holding, Person, Place, Unit
from ..permits import MANAGE
from .common import clean_name, invalid, lock_to_reshape, not_in_future, require_open
from .units import relocate

_CARRIED_ROLES = frozenset({"teacher", "staff", "department-officer", ""})
"""Posts with these roles go on at the successor; leaders and safety officers are appointed anew."""


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merger did: for the caller, and for rooms that must hand things over."""

    gone: Unit
    into: Unit
    old_path: str
    people: int
    posts_carried: int
    posts_ended: int
    places: int


def merge_units(actor: Actor, gone: Unit, into: Unit, day: date, *, keep_grounds: bool = True) -> Merger:
    """Close ``gone`` on ``day`` and put it, with all its history, under ``into``.

    Its code and its names stay with it and are never used again. Its people go to ``into``; ordinary posts
    go on there, leading posts end. With ``keep_grounds`` its places become a campus of ``into``; otherwise
    they are closed. Units below ``gone`` come under ``into``. Whoever asks for people of ``gone`` gets
    those of ``into``, so open tasks reach them.

    Raises :class:`Invalid` for units of different kinds or for a ring, :class:`Refused` for closed ones.
    """
    with action(actor, "org.merge-units") as act:
        gone = lock_to_reshape(actor, gone)
        into = lock_to_reshape(actor, into)
        _check(gone, into)
        not_in_future(day)
        old_path = gone.path
        carried, ended = _carry_posts(gone, into, day)
        people = Person.everything.filter(unit=gone).update(unit=into)
        places = _carry_places(gone, into, day, keep=keep_grounds)
        for child in Unit.everything.filter(parent=gone, closed_on=None).order_by("label"):
            relocate(actor, child, into)
        gone.closed_on, gone.successor = day, into
        gone.save(update_fields=["closed_on", "successor"])
        relocate(actor, gone, into)
        merger = Merger(gone, into, old_path, people, carried, ended, places)
        words = {"gone": gone.name, "into": into.name, "day": day}
        act.entry(
            _("merged %(gone)s into %(into)s on %(day)s") % words,
            on=gone,
            path=into.path,
            before={"path": old_path, "closed_on": None},
            after={
                "path": gone.path, "closed_on": day, "successor": into.name, "people": people,
                "posts_carried": carried, "posts_ended": ended, "places": places,
            },
            tell=[_who_must_know(gone, into, _("%(gone)s was merged into %(into)s.") % words)],
        )  # fmt: skip
    return merger


def _check(gone: Unit, into: Unit) -> None:
    require_open(gone)
    require_open(into)
    if gone.kind != into.kind:
        raise invalid(
            "into",
            _("A %(gone)s cannot be merged into a %(into)s.")
            % {"gone": UnitKind(gone.kind).label, "into": UnitKind(into.kind).label},
        )
    if gone.pk == into.pk or into.path.startswith(gone.path):
        raise invalid("into", _("A unit cannot be merged into itself or into a unit below it."))


def _carry_posts(gone: Unit, into: Unit, day: date) -> tuple[int, int]:
    """End every post at ``gone`` on ``day``; begin the ordinary ones at ``into``. One that was to begin later
    never begins at ``gone``; a leading one not at ``into`` either."""
    running = list(Holding.everything.filter(Q(ends=None) | Q(ends__gt=day), unit=gone))
    present = Holding.everything.filter(unit=into, ends=None, person__in=[h.person_id for h in running])
    held = set(present.values_list("person_id", "post"))
    carried = [
        Holding(
            person_id=h.person_id, unit=into, post=h.post, deputy=h.deputy, domains=h.domains,
            starts=max(day, h.starts), ends=h.ends,
        )
        for h in running
        if _goes_on(h) and (h.person_id, h.post) not in held
    ]  # fmt: skip
    ended = Holding.everything.filter(pk__in=[h.pk for h in running])
    ended.update(ends=Greatest(F("starts"), day))
    Holding.everything.bulk_create(carried)
    return len(carried), len(running) - len(carried)


def _goes_on(holding: Holding) -> bool:
    post = POSTS.get(holding.post)
    return post is not None and post.role in _CARRIED_ROLES


def _carry_places(gone: Unit, into: Unit, day: date, *, keep: bool) -> int:
    """Places become a campus of the successor; a name it uses already gets the campus name in front."""
    places = list(Place.everything.filter(unit=gone, closed_on=None))
    if not keep:
        return Place.everything.filter(pk__in=[p.pk for p in places]).update(closed_on=day)
    if not places:
        return 0
    campus = _campus_for(gone, into)
    used = set(Place.everything.filter(unit=into, closed_on=None).values_list("name", flat=True))
    for place in places:
        if place.name in used:
            place.name = clean_name(f"{gone.title[:30]} {place.name}"[:80], 80)
            if place.name in used:
                place.name = f"{place.name[:70]} {place.token[:8]}"
        used.add(place.name)
        place.unit, place.campus = into, campus
    Place.everything.bulk_update(places, ["name", "unit", "campus"], batch_size=500)
    return len(places)


def _campus_for(gone: Unit, into: Unit) -> Campus:
    campus, _made = Campus.objects.get_or_create(
        unit=into,
        name=gone.title[:60],
        defaults={"address": gone.address, "longitude": gone.longitude, "latitude": gone.latitude},
    )
    return campus


def _who_must_know(gone: Unit, into: Unit, text: str) -> Tell:
    return Tell(text, f"/units/{into.pk}/", level="todo", holders=[(MANAGE, into.path, "")])
