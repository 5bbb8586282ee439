"""Filing a check: one record, and what the room above needs to make hazards of the failed items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import Place, Unit
from anyuan.rules.policy.public import ActiveChecklist, checklist_for

from . import registers
from .actions import record
from .models import Record
from .permits import LEDGER_RECORD

if TYPE_CHECKING:
    from anyuan.rules.policy.public import CheckItem, Checklist


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
    hazards = {i.pk for i in wrong if i.on_fail == "hazard"}
    kept = [answer for key, answer in answers.items() if key not in hazards]
    with transaction.atomic():
        made = record(
            actor,
            register=registers.CHECK,
            unit=unit,
            occurred_at=occurred_at,
            checklist=active.checklist,
            domain=active.checklist.domain,
            data=_check_data(active, answers, places, companions),
            attachment_ids=[a for answer in kept for a in answer.attachment_ids],
            sentence=lambda: _check_sentence(active, len(wrong)),
        )
    found = [_failed(active, item, answers[item.pk], places) for item in wrong]
    failed = tuple(f for f in found if f.item.pk in hazards)
    return CheckFiled(made, failed, tuple(f for f in found if f.item.pk not in hazards))


def _check_sentence(active: ActiveChecklist, wrong: int) -> str:
    return _("checked “%(title)s”: %(count)s items, failed: %(failed)s") % {
        "title": active.checklist.title,
        "count": len(active.items),
        "failed": wrong,
    }


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
