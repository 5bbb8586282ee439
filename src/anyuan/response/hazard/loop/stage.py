"""Builds the scene of one move: locks, look-ups and settings, all that the pure core must not do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.access.public import actor_of
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, NotFound, Refused, clock
from anyuan.foundation.org.public import Unit, calendar_for

from .. import permits as p
from ..deadlines import Calendar, Terms
from ..models import Extension, HandOver, Hazard
from ..states import Move
from .inputs import HandOverTo, Input, Registration, Stamp
from .scene import Scene


class LaterCalendar:
    """The unit's calendar, read when it is first asked: most moves count no day."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._known: Calendar | None = None

    @property
    def _calendar(self) -> Calendar:
        if self._known is None:
            self._known = calendar_for(self._unit)
        return self._known

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` counts."""
        return self._calendar.is_working_day(day)

    def add_working_days(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start``."""
        return self._calendar.add_working_days(start, count)


def lock(actor: Actor, hazard: Hazard, stamp: Stamp) -> Hazard:
    """The hazard as it is, locked. Raises ``NotFound`` outside the scope, ``Conflict`` for an old version."""
    row: Hazard | None = (
        Hazard.everything.select_for_update(of=("self",))
        .select_related("unit", "owner_unit", "place")
        .filter(pk=hazard.pk)
        .first()
    )
    if row is None or not visible(actor, row):
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    if stamp.version is not None and stamp.version != row.version:
        last = row.steps.order_by("-order").first()
        raise Conflict(
            _("Somebody else was first: %(name)s %(what)s. Nothing was changed; look at it again.")
            % {"name": last.name if last else "", "what": last.sentence if last else ""}
        )
    return row


def visible(actor: Actor, row: Hazard) -> bool:
    """Whether a loaded row lies in the actor's reach; who may report at its unit may mark it too."""
    return row.shows_to(actor) or actor.may(p.REPORT, row.unit.path, row.domain)


def prefixes(path: str) -> list[str]:
    """The path and those of all nodes above it, the root first."""
    labels = path.strip("/").split("/")
    return ["/" + "/".join(labels[: n + 1]) + "/" for n in range(len(labels))]


def units_at(paths: Iterable[str]) -> QuerySet[Unit]:
    """The units at these paths, their loop settings included; one statement."""
    return Unit.everything.filter(path__in=list(paths)).select_related("loop_settings")


def terms_of(line: Iterable[Unit]) -> Terms:
    """The settings in force at the last node of ``line``: every node tightens, none loosens.

    Load the units with :func:`units_at`, which brings their settings along.
    """
    terms = Terms()
    for unit in line:
        own = getattr(unit, "loop_settings", None)
        if own is not None:
            terms = terms.tightened(**{f.name: getattr(own, f.name) for f in fields(Terms)})
    return terms


def look(actor: Actor, hazard: Hazard, extension: Extension | None, hand_over: HandOver | None) -> Scene:
    """The scene of somebody who looks at a hazard and asks what he may do."""
    scene = build(actor, hazard, Move.REGISTER, None, Stamp())
    return replace(scene, extension=extension, hand_over=hand_over)


def build(
    actor: Actor,
    hazard: Hazard,
    move: Move | None,
    data: Input | None,
    stamp: Stamp,
    sent: tuple[int, int] = (0, 0),
) -> Scene:
    """The scene of ``move`` on a hazard whose ``unit`` and ``owner_unit`` are loaded.

    ``sent`` counts the photos that come with the move: before, after. ``move`` and ``data`` None only look.
    """
    now = clock.now()
    wanted = {
        hazard.finder_unit_id,
        hazard.accept_unit_id,
        hazard.delegate_unit_id,
        hazard.listing_unit_id,
        data.to_unit.pk if isinstance(data, HandOverTo) else None,
        data.finder_unit.pk if isinstance(data, Registration) and data.finder_unit else None,
        *(g.unit_id for g in actor.grants if isinstance(data, Registration)),
    }
    units = _units(hazard, {w for w in wanted if w})
    by_path = {u.path: u for u in units.values()}
    line = tuple(by_path[x] for x in prefixes(hazard.unit.path))
    who, typist = _hands(actor, stamp, line[-1])
    return Scene(
        actor=who,
        typist=typist,
        at=stamp.occurred_at or now,
        now=now,
        line=line,
        owner_line=tuple(by_path[x] for x in prefixes(hazard.owner_unit.path)),
        terms=terms_of(line),
        calendar=LaterCalendar(line[-1]),
        before=hazard.photos_before + sent[0],
        after=hazard.photos_after + sent[1],
        extension=_extension(hazard, move),
        hand_over=_hand_over(hazard, move),
        units=units,
    )


def _units(hazard: Hazard, wanted: set[UUID]) -> dict[UUID, Unit]:
    paths = {*prefixes(hazard.unit.path), *prefixes(hazard.owner_unit.path)}
    found: dict[UUID, Unit] = {u.pk: u for u in units_at(paths)}
    missing = wanted - found.keys()
    if missing:
        found |= {u.pk: u for u in Unit.everything.filter(pk__in=missing)}
    return found


def _hands(actor: Actor, stamp: Stamp, unit: Unit) -> tuple[Actor, Actor | None]:
    """(who acts, who typed it). A proxy entry needs the photo of the signed paper."""
    if stamp.proxy is None:
        return actor, None
    if not stamp.proxy.paper:
        message = _("Add a photo of the page %(name)s signed.") % {"name": stamp.proxy.signer.name}
        raise Invalid(message, {"paper": [message]})
    if not actor.may(p.REGISTER, unit.path):
        raise Refused(_("Only staff of the unit, or of a body above it, enter for somebody who signed."))
    return actor_of(stamp.proxy.signer), actor


def _extension(hazard: Hazard, move: Move | None) -> Extension | None:
    if move not in {None, Move.ASK_EXTENSION, Move.DECIDE_EXTENSION, Move.JUDGE}:
        return None
    return Extension.objects.filter(hazard=hazard, granted__isnull=True).first()


def _hand_over(hazard: Hazard, move: Move | None) -> HandOver | None:
    if move not in {None, Move.HAND_OVER, Move.ANSWER_HAND_OVER}:
        return None
    return HandOver.objects.filter(hazard=hazard, taken__isnull=True).first()
