"""Posts: taken up and given up, with dates, holders (A角) and deputies (B角)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Grant, NotPermitted, Refused, clock

from ..catalogue import POSTS, SCHOOL_POSTS, Domain, Function, UnitKind
from ..handover import hand_over
from ..models import Holding, Person, Unit
from ..permits import MANAGE
from .common import invalid, lock, lock_to_manage, not_in_future, require_open
from .heirs import Departure, Heir, check_heir


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post taken up on arrival."""

    post: str
    deputy: bool = False
    domains: Sequence[str] | None = None


_OFFICES: dict[str, list[str]] = {
    UnitKind.PROVINCE: ["province-officer", "platform-admin"],
    UnitKind.CITY: ["city-leader", "city-officer", "platform-admin"],
    UnitKind.COUNTY: ["county-leader", "county-officer", "platform-admin"],
    UnitKind.DISTRICT: [],
}


def posts_for(unit: Unit) -> list[str]:
    """The codes of the posts a unit can have: a school the 39 of the guide, an office those of its level,
    a department its own officers, the education department those of its county or city too."""
    if unit.kind == UnitKind.SCHOOL:
        return [p.code for p in SCHOOL_POSTS]
    if unit.kind != UnitKind.DEPARTMENT:
        return _OFFICES[unit.kind]
    above = _OFFICES[unit.parent.kind] if unit.parent and unit.function == Function.EDUCATION else []
    return ["department-officer", *above]


def hold_post(
    actor: Actor, person: Person, unit: Unit, new: NewPost, starts: date | None = None,
    ends: date | None = None,
) -> Holding:  # fmt: skip
    """``person`` holds a post at ``unit`` from ``starts`` (default today) to ``ends`` (half-open).

    The person may belong to another unit in the actor's scope: one person, several posts, several schools.
    Raises :class:`Invalid` for a post this kind of unit does not have or one the person holds already.
    """
    starts = starts or clock.today()
    with action(actor, "org.hold-post") as act:
        unit = lock_to_manage(actor, unit)
        require_open(unit)
        person = lock(actor, person)
        holding = begin_post(actor, person, unit, new, starts, ends)
        act.entry(
            _("appointed %(person)s as %(post)s of %(unit)s from %(day)s")
            % {"person": person.name, "post": title_of(holding), "unit": unit.name, "day": starts},
            on=person,
            path=unit.path,
            after={"post": new.post, "deputy": new.deputy, "starts": starts, "ends": ends},
        )
    return holding


def begin_post(
    actor: Actor, person: Person, unit: Unit, new: NewPost, starts: date, ends: date | None = None
) -> Holding:
    """A checked, saved holding. Raises :class:`Invalid`, :class:`Refused`."""
    if person.left_on is not None:
        raise Refused(_("%(person)s left on %(day)s.") % {"person": person.name, "day": person.left_on})
    check_post(actor, unit, new, ends)
    refuse_own(actor, person, new)
    if ends is not None and ends <= starts:
        raise invalid("ends", _("The end must lie after the beginning."))
    running = Holding.everything.filter(Q(ends=None) | Q(ends__gt=starts), person=person, unit=unit)
    if ends is not None:
        running = running.filter(starts__lt=ends)
    if running.filter(post=new.post).exists():
        raise invalid(
            "post",
            _("%(person)s holds the post %(post)s already.")
            % {"person": person.name, "post": POSTS[new.post].name},
        )
    holding = Holding(
        person=person, unit=unit, post=new.post, deputy=new.deputy, starts=starts, ends=ends,
        domains=sorted(new.domains) if new.domains is not None else None,
    )  # fmt: skip
    holding.save(force_insert=True)
    return holding


_ORDINARY = frozenset({"", "teacher", "staff", "safety-officer"})
"""Roles that decide about nobody's rights."""


def refuse_own(actor: Actor, person: Person, new: NewPost) -> None:
    """Raise :class:`NotPermitted` when somebody appoints himself to a post that leads."""
    if person.pk == actor.person_id and POSTS[new.post].role not in _ORDINARY:
        raise NotPermitted(_("Nobody appoints himself to such a post. Ask the level above you."))


def check_post(actor: Actor, unit: Unit, new: NewPost, ends: date | None = None) -> None:
    """Raise :class:`Invalid` for a post or a domain that does not fit the unit, :class:`NotPermitted` for
    one that leads when the actor's own right is narrower or shorter (``ends`` is half-open)."""
    if new.post not in posts_for(unit):
        raise invalid("post", _("%(unit)s has no such post. Choose one of the list.") % {"unit": unit.name})
    held = [g for g in actor.grants_for(MANAGE) if unit.path.startswith(g.path)]
    if new.post == "platform-admin" and not (actor.everywhere or any(g.role == "admin" for g in held)):
        raise NotPermitted(_("Only a platform administrator names another one."))
    if not actor.everywhere and POSTS[new.post].role not in _ORDINARY:
        _require_backing([g for g in held if g.domains is None], ends)
    if new.domains is not None:
        if new.post != "department-officer":
            raise invalid("domains", _("Only department officers are limited to domains of work."))
        if not new.domains or set(new.domains) - set(Domain.values):
            raise invalid("domains", _("Choose at least one domain of the list, or leave it open for all."))


def _require_backing(held: list[Grant], ends: date | None) -> None:
    """A right given for a time, or for some domains of work, does not become a lasting one by a post."""
    if not held:
        raise NotPermitted(
            _("Your own role is limited to some domains of work; the level above you appoints to this post.")
        )
    days = [g.ends for g in held if g.ends is not None]
    if len(days) == len(held) and (ends is None or ends > max(days)):
        raise invalid(
            "ends", _("Your own role ends on %(day)s; nobody appoints for longer.") % {"day": max(days)}
        )


def end_post(actor: Actor, holding: Holding, day: date, heir: Heir) -> Departure:
    """End one post on ``day``. When it was the last the person held at the unit, he leaves the unit:
    the open tasks he has there go to ``heir``."""
    with action(actor, "org.end-post") as act:
        holding = lock(actor, holding)
        actor.require(MANAGE, holding.unit.path)
        if holding.ends is not None and holding.ends <= clock.today():
            raise Refused(_("This post has ended already."))
        if not_in_future(day) < holding.starts:
            raise invalid("day", _("The post began on %(day)s.") % {"day": holding.starts})
        unit, person = holding.unit, holding.person
        holding.ends = day
        holding.save(update_fields=["ends"])
        tasks = 0
        if not Holding.everything.filter(Holding.running(), person=person, unit=unit).exists():
            check_heir(actor, person, heir)
            tasks = hand_over(actor, person, unit, heir.person)
        act.entry(
            _("ended the post %(post)s of %(person)s at %(unit)s on %(day)s")
            % {"post": title_of(holding), "person": person.name, "unit": unit.name, "day": day},
            on=person,
            path=unit.path,
            before={"ends": None},
            after={
                "ends": day, "tasks": tasks,
                "successor": heir.person.name if heir.person else "", "vacant": heir.vacant,
            },
        )  # fmt: skip
    return Departure(person, 1, tasks)


def title_of(holding: Holding) -> str:
    """The name of the post, marked when it is the deputy's."""
    post = POSTS.get(holding.post)
    name = str(post.name) if post else holding.post
    return _("%(post)s (deputy)") % {"post": name} if holding.deputy else name


def end_posts(person: Person, units: Sequence[Unit], day: date) -> int:
    """End the running posts of ``person`` at ``units`` on ``day``; future ones never begin."""
    rows = Holding.everything.filter(Q(ends=None) | Q(ends__gt=day), person=person, unit__in=units)
    future = rows.filter(starts__gt=day)
    for holding in future:
        holding.ends = holding.starts
        holding.save(update_fields=["ends"])
    return rows.filter(starts__lte=day).update(ends=day) + len(future)
