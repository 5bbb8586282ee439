"""Asking that a mistaken entry is voided, and keeping it: whoever may void it decides."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Act, Entry, Tell, action
from anyuan.foundation.kernel.public import Actor, Conflict, NotPermitted, clock

from .actions import said_why
from .deciding import need_second_person
from .models import Record
from .permits import LEDGER_APPROVE, LEDGER_RECORD
from .states import MOVES

ASK_VOID = "ledger.ask-void"
KEEP = "ledger.keep-record"


def may_ask_void(actor: Actor, row: Record) -> bool:
    """Who did or entered it, or enters there, while it may still be voided; a correction that waits is
    approved or refused."""
    if not _may_go(row):
        return False
    own = actor.person_id is not None and actor.person_id in (row.entered_by_id, row.person_id)
    return own or actor.may(LEDGER_RECORD, row.unit.path, row.domain)


def _may_go(row: Record) -> bool:
    return "void" in MOVES.get(row.state, {}) and not row.waits_to_correct


def asked_to_void(row: Record, entries: Sequence[Entry]) -> Entry | None:
    """The request that waits, among the entries of its trail; None once somebody decided."""
    if not row.void_asked:
        return None
    return next((entry for entry in reversed(entries) if entry.verb == ASK_VOID), None)


def ask_void(actor: Actor, row: Record, reason: str) -> None:
    """Tell those who may void it why it should be.

    Raises :class:`Invalid` without a reason, :class:`Conflict` when it was asked for already or the record
    moved on, :class:`NotPermitted`.
    """
    reason = said_why(reason)
    with action(actor, ASK_VOID) as act:
        row = _standing(row)
        if not may_ask_void(actor, row):
            raise NotPermitted(_("Whoever may enter this record asks for it to be voided."))
        if row.void_asked:
            raise Conflict(_("It was asked already that this record is voided; a second person decides."))
        row.void_asked_at = clock.now()
        said = {"register": row.register.title, "reason": reason}
        sentence = _("asked to void “%(register)s”: %(reason)s") % said
        told = Tell(
            f"{act.actor.label} {sentence}",
            reverse("ledger:record", args=[row.pk]),
            level="todo",
            holders=[(LEDGER_APPROVE, row.unit.path, row.domain)],
        )
        _said(act, row, sentence, reason, told)


def keep_record(actor: Actor, row: Record, reason: str) -> Record:
    """A second person decides that a record stays although it was asked that it is voided.

    Who asked is told, and may ask again. Raises :class:`Invalid` without a reason, :class:`Conflict` when
    nothing was asked or the record moved on, :class:`NotPermitted`.
    """
    reason = said_why(reason)
    with action(actor, KEEP) as act:
        row = _standing(row)
        need_second_person(actor, row)
        if not row.void_asked:
            raise Conflict(_("Nobody asks any more that this record is voided. Look again."))
        row.void_asked_at = None
        said = {"register": row.register.title, "reason": reason}
        sentence = _("did not void “%(register)s”: %(reason)s") % said
        asked = Entry.everything.filter(subject_kind="ledger.record", subject_id=row.pk, verb=ASK_VOID)
        asker = asked.order_by("-id").values_list("actor_id", flat=True).first()
        url = reverse("ledger:record", args=[row.pk])
        told = Tell(f"{act.actor.label} {sentence}", url, people=[asker] if asker else [])
        _said(act, row, sentence, reason, told)
    return row


def _standing(row: Record) -> Record:
    """The record, locked. Raises :class:`Conflict` when it can no longer be voided."""
    rows = Record.everything.select_for_update(of=("self",)).select_related("unit", "register")
    found: Record = rows.get(pk=row.pk)
    if not _may_go(found):
        words = {"state": found.get_state_display()}
        raise Conflict(_("This record is “%(state)s” now. Look again.") % words)
    return found


def _said(act: Act, row: Record, sentence: str, reason: str, told: Tell) -> None:
    row.save(update_fields=["void_asked_at"])
    act.entry(sentence, path=row.unit.path, on=row, domain=row.domain, after={"reason": reason}, tell=[told])
