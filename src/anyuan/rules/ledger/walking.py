"""Filing a round and a check: one record each, and what the room above needs to make hazards of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import POSTS, Domain, Place, PlaceKind, Unit
from anyuan.rules.policy.public import ActiveChecklist, checklist_for

from . import registers
from .actions import record
from .models import Record, Route
from .permits import LEDGER_RECORD
from .rounds import Round, RoundPlace, the_round

if TYPE_CHECKING:
    from anyuan.rules.policy.public import CheckItem, Checklist

ORG_PLACES = "org.manage-places"


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
    if clock.day_of(occurred_at) < day:
        message = _("This round is due on %(day)s. File it on that day.") % {"day": day}
        raise Invalid(message, {"day": [message]})
    due = the_round(unit, day, route)
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
            data=_round_data(due, occurred_at, found, photos, no_photo),
            attachment_ids=[i for ids in photos.values() for i in ids],
            sentence=_round_sentence(due, len(found)),
        )
    return RoundFiled(made, due, found)


def _round_data(
    due: Round,
    occurred_at: datetime,
    found: Sequence[FoundException],
    photos: Mapping[UUID, Sequence[UUID]],
    no_photo: str,
) -> dict[str, Any]:
    return {
        "route": due.route,
        "title": due.title,
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for one item. ``result``: pass, fail or na."""

    result: str
    note: str = ""
    place_id: UUID | None = None
    attachment_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class FailedItem:
    """A failed item with its basis and defaults; its drafts are still to be attached by the caller."""

    item: CheckItem
    note: str
    place: Place | None
    attachment_ids: tuple[UUID, ...]

    @property
    def domain(self) -> str:
        return self.item.domain

    @property
    def grade(self) -> str:
        """``general`` or ``suspected-major``; the county judges."""
        return self.item.grade

    @property
    def remedy(self) -> str:
        return self.item.remedy

    @property
    def basis(self) -> str:
        """Document, clause and heading, as a notice cites them."""
        clause = self.item.clause
        return f"《{self.item.checklist.pack.title}》{clause.label} {clause.heading}"


@dataclass(frozen=True, slots=True)
class CheckFiled:
    """``failed`` become hazards; ``noted`` are soft points that stay in the record."""

    record: Record
    failed: tuple[FailedItem, ...]
    noted: tuple[FailedItem, ...] = field(default=())


def run_check(
    actor: Actor,
    checklist: Checklist,
    unit: Unit,
    answers: Mapping[UUID, Answer],
    *,
    occurred_at: datetime | None = None,
    companions: str = "",
) -> CheckFiled:
    """File the answers to ``checklist`` (its version is pinned) as one record of ``unit``.

    Every item that applies needs an answer; a failed one needs a photo or a note. Drafts of failed items
    are returned, not attached: they belong to the hazards the caller registers, in the same transaction.
    Raises :class:`NotFound` when the checklist does not apply, :class:`Invalid` with a message per item.
    """
    actor.require(LEDGER_RECORD, unit.path, checklist.domain)
    active = checklist_for(unit, checklist.pk, clock.day_of(occurred_at or clock.now()))
    places = {p.pk: p for p in Place.everything.filter(unit=unit)}
    _check_answers(active, answers, places)
    wrong = [i for i in active.items if answers[i.pk].result == registers.FAIL]
    made_of = {i.pk for i in wrong if i.on_fail == "hazard"}
    with transaction.atomic():
        made = record(
            actor,
            register=registers.CHECK,
            unit=unit,
            occurred_at=occurred_at,
            checklist=active.checklist,
            domain=active.checklist.domain,
            data=_check_data(active, answers, places, companions),
            attachment_ids=[
                a for i in active.items if i.pk not in made_of for a in answers[i.pk].attachment_ids
            ],
            sentence=_("checked “%(title)s”: %(count)s items, failed: %(failed)s")
            % {"title": active.checklist.title, "count": len(active.items), "failed": len(wrong)},
        )
    found = [_failed(active, item, answers[item.pk], places) for item in wrong]
    return CheckFiled(
        made,
        tuple(f for f in found if f.item.pk in made_of),
        tuple(f for f in found if f.item.pk not in made_of),
    )


def _failed(
    active: ActiveChecklist, item: CheckItem, answer: Answer, places: Mapping[UUID, Place]
) -> FailedItem:
    item.checklist = active.checklist
    place = places[answer.place_id] if answer.place_id else None
    return FailedItem(item, answer.note.strip(), place, answer.attachment_ids)


def _check_answers(
    active: ActiveChecklist, answers: Mapping[UUID, Answer], places: Mapping[UUID, Place]
) -> None:
    problems: dict[str, list[str]] = {}
    for item in active.items:
        message = _answer_problem(item, answers.get(item.pk), places)
        if message:
            problems[str(item.pk)] = [message]
    for stranger in set(answers) - {i.pk for i in active.items}:
        problems[str(stranger)] = [_("This item is not on the checklist.")]
    if problems:
        raise Invalid(_("Some items need another look."), problems)


def _answer_problem(item: CheckItem, answer: Answer | None, places: Mapping[UUID, Place]) -> str:
    if answer is None or answer.result not in registers.RESULTS:
        return _("Answer this item: pass, fail or not applicable.")
    if answer.place_id is not None and answer.place_id not in places:
        return _("This place belongs to another unit.")
    shown = bool(answer.attachment_ids) or bool(answer.note.strip())
    if answer.result == registers.FAIL and not shown:
        return _("Add a photo, or say what is wrong.")
    if answer.result == registers.PASS and item.photo == "always" and not shown:
        return _("Add a photo, or say why there is none.")
    return ""


def _check_data(
    active: ActiveChecklist, answers: Mapping[UUID, Answer], places: Mapping[UUID, Place], companions: str
) -> dict[str, Any]:
    rows = []
    for item in active.items:
        answer = answers[item.pk]
        place = places[answer.place_id] if answer.place_id else None
        rows.append(
            {
                "item": item.pk,
                "result": answer.result,
                "note": answer.note.strip() or None,
                "place": place.pk if place else None,
                "name": place.name if place else None,
            }
        )
    results = [r["result"] for r in rows]
    return {
        "answers": rows,
        "passed": results.count(registers.PASS),
        "failed": results.count(registers.FAIL),
        "with": companions.strip() or None,
    }


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
    actor.require(ORG_PLACES, unit.path)
    unknown = [k for k in place_kinds if k not in PlaceKind.values]
    if post not in POSTS or unknown or not title.strip() or not code.strip():
        raise Invalid(_("Give the round a name, a post of the list and kinds of place of the list."))
    try:
        hour = datetime.strptime(until, "%H:%M").time() if until else None  # noqa: DTZ007 - a wall-clock time
    except ValueError as error:
        raise Invalid(
            _("Write a time such as 08:20."), {"until": [_("Write a time such as 08:20.")]}
        ) from error
    with action(actor, "ledger.set-route") as act:
        values = {
            "title": title.strip()[:40],
            "post": post,
            "until": hour,
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
