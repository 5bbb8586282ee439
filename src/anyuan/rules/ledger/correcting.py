"""Correcting an entry: a new record takes the place of the old one, which stays readable."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.files.public import attach, attachments_of, share
from anyuan.foundation.journal.public import Act, Tell, action
from anyuan.foundation.kernel.public import Actor, Conflict, NotPermitted, Refused, clock

from . import registers
from .actions import check_evidence, check_times, doubt_row, said_why, stood_for, waiting
from .allowance import Allowances
from .entering import check_belongs
from .fields import fitted
from .models import Record, Subject
from .permits import LEDGER_KEEP, LEDGER_RECORD
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


def correcting_verb(actor: Actor, row: Record) -> str:
    """The permission by which ``actor`` may correct ``row``: that of entering it; "" when he may not."""
    if row.register.code in registers.BUILT_IN or "supersede" not in MOVES.get(row.state, {}):
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

    Its files go along unless ``corrected`` names fewer. An entry corrected later than late entries are
    allowed waits for approval like one entered then. Raises :class:`Refused` for rounds and checks, whose
    results are never rewritten; :class:`Invalid`, :class:`NotPermitted`; :class:`Conflict` when it was
    replaced, refused or voided meanwhile.
    """
    reason = said_why(reason)
    if row.register.code in (registers.ROUND, registers.CHECK):
        raise Refused(_("A round or check is not rewritten. Have it voided and file it again."))
    with action(actor, "ledger.replace") as act:
        old: Record = (
            Record.everything.select_for_update(of=("self",))
            .select_related("unit", "register", "place", "subject")
            .get(pk=row.pk)
        )
        actor.require(verb, old.unit.path, old.domain)
        check_belongs(actor, old.register, old.unit, verb)
        if "supersede" not in MOVES.get(old.state, {}):
            raise Conflict(
                _("This record is “%(state)s” now. Look again.") % {"state": old.get_state_display()}
            )
        new = corrected or Corrected(old.occurred_at, old.subject, old.stands_for)
        files = attachments_of(old)
        kept = [f.pk for f in files if new.kept is None or f.pk in new.kept]
        check_evidence(old.register, [*kept, *new.attachment_ids])
        made = _copy_with(actor, old, fitted(registers.validator(old.register), data), new)
        old.state, old.reason = State.SUPERSEDED, reason
        old.save(update_fields=["state", "reason"])
        made.save(force_insert=True)
        if kept:
            share(actor, old, made, only=kept)
        attach(actor, new.attachment_ids, made, "evidence")
        doubt_row(old)
        doubt_row(made)
        _say(act, old, made, reason)
    return made


def _say(act: Act, old: Record, made: Record, reason: str) -> None:
    """An entry on each of the two; who had entered the old one is told."""
    words = _("corrected “%(register)s”: %(reason)s") % {"register": old.register.title, "reason": reason}
    before, after = (
        {"data": r.data, "occurred_at": r.occurred_at, "subject": r.subject_id, "stands_for": r.stands_for}
        for r in (old, made)
    )
    tell = [waiting(made)] if made.state == State.PENDING else []
    if old.entered_by_id is not None and old.entered_by_id != act.actor.person_id:
        url = reverse("ledger:record", args=[made.pk])
        tell.append(Tell(f"{act.actor.label} {words}", url, people=[old.entered_by_id]))
    act.entry(
        words,
        path=old.unit.path,
        on=made,
        domain=old.domain,
        before={"record": old.pk, **before},
        after={"state": made.state, **after},
        tell=tell,
    )
    act.entry(
        _("put a corrected record in the place of this one: %(reason)s") % {"reason": reason},
        path=old.unit.path,
        on=old,
        domain=old.domain,
        after={"state": old.state, "record": made.pk},
    )


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
        state=late.state,
        occurred_at=new.occurred_at,
        recorded_at=now,
        person_id=old.person_id,
        person_name=old.person_name,
        entered_by_id=actor.person_id,
        entered_name=actor.label,
        data=data,
        slot=old.slot,
        supersedes=old,
    )
