"""Correcting an entry: a new record takes the place of the old one, which stays readable."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.files.public import attach, attachments_of, share
from anyuan.foundation.journal.public import Act, Tell, action
from anyuan.foundation.kernel.public import Actor, Conflict, NotPermitted, Refused, clock

from . import registers
from .actions import check_evidence, check_times, doubt_row, said_why, stood_for
from .allowance import Allowances
from .entering import check_belongs
from .fields import fitted
from .models import Record, Subject
from .permits import LEDGER_APPROVE, LEDGER_KEEP, LEDGER_RECORD
from .states import MOVES, State
from .subjects import fitting_subject


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the record should have been besides its fields."""

    occurred_at: datetime
    subject: Subject | None
    stands_for: date | None
    kept: Collection[UUID] | None = None
    """The files of the old record that go along; None: all of them."""
    attachment_ids: Sequence[UUID] = ()
    """Drafts that are added."""


def locked(row: Record) -> Record:
    """The record as it stands now, kept from others until the transaction ends."""
    rows = Record.everything.select_for_update(of=("self",))
    found: Record = rows.select_related("unit", "register", "place", "subject", "supersedes").get(pk=row.pk)
    return found


def correction_of(row: Record) -> Record | None:
    """The record that stands in its place, or waits to; refused ones are left out."""
    found: Record | None = Record.everything.filter(supersedes=row).exclude(state=State.REFUSED).first()
    return found


def correction_that_waits(row: Record) -> Record | None:
    """The correction of it on which a second person has still to decide."""
    found: Record | None = Record.everything.filter(supersedes=row, state=State.PENDING).first()
    return found


def comes_late(row: Record) -> bool:
    """Whether it was done longer ago than entries may come late: a correction of it waits for approval."""
    allowed = timedelta(days=Allowances().at(row.unit.path).days)
    return clock.day_of(row.occurred_at) < clock.today() - allowed


def need_open(row: Record) -> None:
    """Raises :class:`Conflict` for what was replaced, refused or voided, or waits itself or is waited for."""
    if row.waits_to_correct:
        raise Conflict(_("This correction itself waits for approval. Only then can it be corrected."))
    if not _moves(row):
        raise Conflict(_("This record is “%(state)s” now. Look again.") % {"state": row.get_state_display()})
    waits = correction_that_waits(row)
    if waits is not None:
        words = {"name": waits.entered_name}
        raise Conflict(
            _("A correction by %(name)s waits for approval. Only then can there be another.") % words
        )


def _moves(row: Record) -> bool:
    return "supersede" in MOVES.get(row.state, {}) and not row.waits_to_correct


def correcting_verb(actor: Actor, row: Record) -> str:
    """The permission by which ``actor`` may correct ``row``: that of entering it; "" when he may not."""
    if row.register.code in registers.BUILT_IN or not _moves(row):
        return ""
    keeps = row.subject is not None and row.subject.keeper_id in (actor.person_id or "",)
    for verb, fits in ((LEDGER_RECORD, True), (LEDGER_KEEP, keeps)):
        if fits and actor.may(verb, row.unit.path, row.domain):
            try:
                check_belongs(actor, row.register, row.unit, verb)
            except NotPermitted:
                continue
            return verb
    return ""


def replace_record(
    actor: Actor,
    row: Record,
    data: Mapping[str, Any],
    reason: str,
    *,
    corrected: Corrected | None = None,
    verb: str = LEDGER_RECORD,
) -> Record:
    """Put a corrected record in the place of ``row``; the old one stays, marked as replaced.

    Its files go along unless ``corrected`` names fewer. Corrected later than late entries are allowed, the
    new record waits for approval, and until then the old one counts as before. Raises :class:`Refused` for
    rounds and checks, whose results are never rewritten; :class:`Invalid`, :class:`NotPermitted`;
    :class:`Conflict` when it was replaced, refused or voided meanwhile, or another correction waits.
    """
    reason = said_why(reason)
    if row.register.code in (registers.ROUND, registers.CHECK):
        raise Refused(_("A round or check is not rewritten. Have it voided and file it again."))
    with action(actor, "ledger.replace") as act:
        old = locked(row)
        actor.require(verb, old.unit.path, old.domain)
        check_belongs(actor, old.register, old.unit, verb)
        need_open(old)
        new = corrected or Corrected(old.occurred_at, old.subject, old.stands_for)
        files = attachments_of(old)
        kept = [f.pk for f in files if new.kept is None or f.pk in new.kept]
        check_evidence(old.register, [*kept, *new.attachment_ids])
        made = _copy_with(actor, old, fitted(registers.validator(old.register), data), new)
        if made.state == State.PENDING:
            _hand_in(act, old, made, reason)
        else:
            put_in_place(act, old, made, reason)
        made.save(force_insert=True)
        if kept:
            share(actor, old, made, only=kept)
        attach(actor, new.attachment_ids, made, "evidence")
        doubt_row(made)
        _say(act, old, made, reason)
    return made


def put_in_place(act: Act, old: Record, made: Record, reason: str) -> None:
    """From now on ``made`` (saved by the caller) holds the place of ``old``, which counts no more."""
    before = old.state
    old.state, old.reason = State.SUPERSEDED, reason
    old.save(update_fields=["state", "reason"])
    made.slot = old.slot
    doubt_row(old)
    act.entry(
        _("put a corrected record in the place of this one: %(reason)s") % {"reason": reason},
        path=old.unit.path,
        on=old,
        domain=old.domain,
        before={"state": before},
        after={"state": old.state, "record": made.pk},
    )


def _hand_in(act: Act, old: Record, made: Record, reason: str) -> None:
    """``made`` waits; nothing changes about ``old``."""
    made.reason = reason
    act.entry(
        _("handed in a correction of this one, which counts as before until it is approved: %(reason)s")
        % {"reason": reason},
        path=old.unit.path,
        on=old,
        domain=old.domain,
        after={"state": old.state, "record": made.pk},
    )


def people_of(actor: Actor, row: Record, old: Record | None) -> list[UUID]:
    """Who is told of a turn: who entered it, and who did and entered the one it corrects; not the actor."""
    people = [row.entered_by_id, *((old.entered_by_id, old.person_id) if old is not None else ())]
    return [p for p in dict.fromkeys(people) if p is not None and p != actor.person_id]


def _say(act: Act, old: Record, made: Record, reason: str) -> None:
    """An entry on the new record; who had done and entered the old one are told."""
    said = {"register": old.register.title, "reason": reason}
    words = _("corrected “%(register)s”: %(reason)s") % said
    tell = []
    if made.state == State.PENDING:
        words = _("handed in a correction of “%(register)s”: %(reason)s") % said
        tell.append(_waiting(made))
    before, after = (
        {"data": r.data, "occurred_at": r.occurred_at, "subject": r.subject_id, "stands_for": r.stands_for}
        for r in (old, made)
    )
    people = people_of(act.actor, made, old)
    if people:
        url = reverse("ledger:record", args=[made.pk])
        tell.append(Tell(f"{act.actor.label} {words}", url, people=people))
    act.entry(
        words,
        path=old.unit.path,
        on=made,
        domain=old.domain,
        before={"record": old.pk, **before},
        after={"state": made.state, **after},
        tell=tell,
    )


def _waiting(made: Record) -> Tell:
    text = _(
        "%(unit)s: a correction by %(name)s waits for your approval; the earlier entry counts until then."
    )
    words = text % {"unit": made.unit.title, "name": made.entered_name}
    holders = [(LEDGER_APPROVE, made.unit.path, made.domain)]
    return Tell(words, reverse("ledger:record", args=[made.pk]), level="todo", holders=holders)


def _copy_with(actor: Actor, old: Record, data: dict[str, Any], new: Corrected) -> Record:
    now = clock.now()
    late = check_times(old.unit, new.occurred_at, now, Allowances().at(old.unit.path).days)
    place = old.place if new.subject == old.subject else None
    day = clock.day_of(new.occurred_at)
    about = old.subject
    if old.register.code not in registers.BUILT_IN:
        about = fitting_subject(old.register, old.unit, place, new.subject, day)
    return Record(
        register=old.register,
        unit=old.unit,
        place=place,
        subject=about,
        stands_for=stood_for(old.unit, new.stands_for, new.occurred_at),
        checklist_id=old.checklist_id,
        domain=old.domain,
        state=State.PENDING if late.pending or comes_late(old) else State.VALID,
        occurred_at=new.occurred_at,
        recorded_at=now,
        person_id=old.person_id,
        person_name=old.person_name,
        entered_by_id=actor.person_id,
        entered_name=actor.label,
        data=data,
        supersedes=old,
    )
