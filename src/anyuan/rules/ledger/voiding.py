"""Asking that a mistaken entry is voided: kept on its trail and shown to whoever may void it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Entry, Tell, action
from anyuan.foundation.kernel.public import Actor, Conflict, NotPermitted

from .actions import said_why
from .models import Record
from .permits import LEDGER_APPROVE, LEDGER_RECORD
from .states import MOVES

ASK_VOID = "ledger.ask-void"


def may_ask_void(actor: Actor, row: Record) -> bool:
    """Who did or entered it, or enters there, while it may still be voided."""
    if "void" not in MOVES.get(row.state, {}):
        return False
    own = actor.person_id is not None and actor.person_id in (row.entered_by_id, row.person_id)
    return own or actor.may(LEDGER_RECORD, row.unit.path, row.domain)


def asked_to_void(row: Record, entries: Sequence[Entry]) -> Entry | None:
    """The request that waits, among the entries of its trail; None once it was voided or replaced."""
    if "void" not in MOVES.get(row.state, {}):
        return None
    return next((entry for entry in reversed(entries) if entry.verb == ASK_VOID), None)


def ask_void(actor: Actor, row: Record, reason: str) -> None:
    """Tell those who may void it why it should be.

    Raises :class:`Invalid` without a reason, :class:`Conflict` when it was asked for already or the record
    moved on, :class:`NotPermitted`.
    """
    reason = said_why(reason)
    with action(actor, ASK_VOID) as act:
        rows = Record.everything.select_for_update(of=("self",)).select_related("unit", "register")
        row = rows.get(pk=row.pk)
        if "void" not in MOVES.get(row.state, {}):
            words = {"state": row.get_state_display()}
            raise Conflict(_("This record is “%(state)s” now. Look again.") % words)
        if not may_ask_void(actor, row):
            raise NotPermitted(_("Whoever may enter this record asks for it to be voided."))
        if Entry.everything.filter(subject_kind="ledger.record", subject_id=row.pk, verb=ASK_VOID).exists():
            raise Conflict(_("It was asked already that this record is voided; a second person decides."))
        said = {"register": row.register.title, "reason": reason}
        sentence = _("asked to void “%(register)s”: %(reason)s") % said
        act.entry(
            sentence,
            path=row.unit.path,
            on=row,
            domain=row.domain,
            after={"reason": reason},
            tell=[
                Tell(
                    f"{act.actor.label} {sentence}",
                    reverse("ledger:record", args=[row.pk]),
                    level="todo",
                    holders=[(LEDGER_APPROVE, row.unit.path, row.domain)],
                )
            ],
        )
