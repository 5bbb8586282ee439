"""Filing a round as one record, and what the room above needs to make hazards of its exceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import MANAGE_PLACES, POSTS, Domain, PlaceKind, Unit

from . import registers
from .actions import record
from .models import Record, Route
from .permits import LEDGER_RECORD
from .rounds import USUAL_ROUTE, Round, RoundPlace, the_round


@dataclass(frozen=True, slots=True)
class RoundException:
    """Something wrong at a place of the round. The drafts become evidence of the hazard made of it."""

    place_id: UUID
    note: str
    domain: str = Domain.GENERAL
    attachment_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundException:
    """An exception as filed: its place resolved, its drafts still to be attached by the caller."""

    place: RoundPlace
    note: str
    domain: str
    attachment_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RoundFiled:
    record: Record
    round: Round
    exceptions: tuple[FoundException, ...]


def file_round(
    actor: Actor,
    unit: Unit,
    *,
    exceptions: Sequence[RoundException] = (),
    photos: Mapping[UUID, Sequence[UUID]] | None = None,
    no_photo: str = "",
    day: date | None = None,
    route: str = "",
    occurred_at: datetime | None = None,
) -> RoundFiled:
    """File the round of ``day`` (default today) as one record; every place not excepted was in order.

    ``photos``: place id → drafts, for the places the system picked; ``no_photo`` says why there is none.
    Walked on a later day, the round is made up and stays late. The drafts of exceptions are returned, not
    attached: they belong to the hazards the caller registers, in the same transaction.
    Raises :class:`Conflict` when somebody filed it already, :class:`Invalid` for wrong places, a future day
    or missing photos.
    """
    now = clock.now()
    day = day or clock.today()
    occurred_at = occurred_at or now
    actor.require(LEDGER_RECORD, unit.path)
    due = _due_by(unit, day, route, occurred_at)
    photos = {place: ids for place, ids in (photos or {}).items() if ids}
    found = _exceptions(due, exceptions)
    _check_photos(due, photos, {e.place.id for e in found if e.attachment_ids}, no_photo)
    with transaction.atomic():
        made = record(
            actor,
            register=registers.ROUND,
            unit=unit,
            occurred_at=occurred_at,
            slot=due.slot,
            stands_for=due.day,
            data=_round_data(due, occurred_at, found, photos, no_photo),
            attachment_ids=[i for ids in photos.values() for i in ids],
            sentence=lambda: _round_sentence(due, len(found)),
        )
    return RoundFiled(made, due, found)


def _due_by(unit: Unit, day: date, route: str, occurred_at: datetime) -> Round:
    if clock.day_of(occurred_at) < day:
        message = _("This round is due on %(day)s. File it on that day.") % {"day": day}
        raise Invalid(message, {"day": [message]})
    return the_round(unit, day, route)


def _round_data(
    due: Round,
    occurred_at: datetime,
    found: Sequence[FoundException],
    photos: Mapping[UUID, Sequence[UUID]],
    no_photo: str,
) -> dict[str, Any]:
    return {
        "route": due.route,
        "title": due.title if due.route != USUAL_ROUTE else None,
        "day": due.day,
        "made_up": clock.day_of(occurred_at) > due.day,
        "places": [p.id for p in due.places],
        "photo_places": list(photos),
        "no_photo": no_photo.strip() or None,
        "exceptions": [
            {"place": e.place.id, "name": e.place.name, "note": e.note, "domain": e.domain} for e in found
        ],
    }


def _round_sentence(due: Round, wrong: int) -> str:
    places = ngettext("%(count)s place", "%(count)s places", len(due.places)) % {"count": len(due.places)}
    if not wrong:
        return _("walked the round of %(day)s: %(places)s, all in order") % {"day": due.day, "places": places}
    return _("walked the round of %(day)s: %(places)s, exceptions: %(wrong)s") % {
        "day": due.day,
        "places": places,
        "wrong": wrong,
    }


def _exceptions(due: Round, exceptions: Sequence[RoundException]) -> tuple[FoundException, ...]:
    places = {p.id: p for p in due.places}
    problems: dict[str, list[str]] = {}
    found = []
    for wrong in exceptions:
        key = f"exceptions.{wrong.place_id}"
        if wrong.place_id not in places:
            problems[key] = [_("This place is not on this round.")]
        elif not wrong.note.strip():
            problems[key] = [_("Say in a few words what is wrong.")]
        elif wrong.domain not in Domain.values:
            problems[key] = [_("Choose one of the answers that are offered.")]
        else:
            note = wrong.note.strip()
            found.append(FoundException(places[wrong.place_id], note, wrong.domain, wrong.attachment_ids))
    if problems:
        raise Invalid(_("Some exceptions need another look."), problems)
    if not due.places:
        raise Invalid(_("No place of this unit is on rounds. Put places on rounds first."))
    return tuple(found)


def _check_photos(
    due: Round, photos: Mapping[UUID, Sequence[UUID]], with_exception: set[UUID], no_photo: str
) -> None:
    strangers = set(photos) - {p.id for p in due.places}
    if strangers:
        raise Invalid(_("A photo belongs to a place that is not on this round."))
    missing = [p for p in due.places if p.wants_photo and p.id not in photos and p.id not in with_exception]
    if missing and not no_photo.strip():
        message = _("Take a photo at %(places)s, or say why you cannot.") % {
            "places": "、".join(p.name for p in missing)
        }
        raise Invalid(message, {f"photos.{p.id}": [_("A photo is wanted here today.")] for p in missing})


def set_route(
    actor: Actor,
    unit: Unit,
    code: str,
    *,
    title: str,
    post: str = "security-director",
    until: str = "",
    place_kinds: Sequence[str] = (),
    active: bool = True,
) -> Route:
    """Give ``unit`` a round of its own (morning, evening ...), or change or stop one.

    ``until`` is a clock time such as 08:20. Raises :class:`Invalid`.
    """
    actor.require(MANAGE_PLACES, unit.path)
    unknown = [k for k in place_kinds if k not in PlaceKind.values]
    if post not in POSTS or unknown or not title.strip() or not code.strip():
        raise Invalid(_("Give the round a name, a post of the list and kinds of place of the list."))
    with action(actor, "ledger.set-route") as act:
        values = {
            "title": title.strip()[:40],
            "post": post,
            "until": _hour(until),
            "place_kinds": list(place_kinds),
            "active": active,
        }
        made: Route = Route.everything.update_or_create(unit=unit, code=code.strip()[:20], defaults=values)[0]
        act.entry(
            _("set the round “%(title)s” of %(unit)s") % {"title": made.title, "unit": unit.name},
            path=unit.path,
            on=made,
            after=values,
        )
    return made


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as error:
        message = _("Write a time such as 08:20.")
        raise Invalid(message, {"until": [message]}) from error
