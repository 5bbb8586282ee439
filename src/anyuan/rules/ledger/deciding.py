"""What a second person decides: approving or refusing what came late, voiding a mistake."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Act, Tell, action
from anyuan.foundation.kernel.public import Actor, Conflict, NotPermitted

from .actions import doubt_row, said_why
from .correcting import correction_that_waits, locked, people_of, put_in_place
from .models import Record
from .permits import LEDGER_APPROVE
from .states import MOVES, State


def moves_of(row: Record) -> set[str]:
    """What a second person may decide of a record now; nothing while a correction of it waits."""
    if row.waits_to_correct:
        return {"approve", "refuse"}
    if correction_that_waits(row) is not None:
        return set()
    return set(MOVES.get(row.state, ())) & {"approve", "refuse", "void"}


def need_second_person(actor: Actor, row: Record) -> None:
    """Raises :class:`NotPermitted` unless ``actor`` may approve there and neither did nor entered it."""
    actor.require(LEDGER_APPROVE, row.unit.path, row.domain)
    if actor.person_id is not None and actor.person_id in (row.entered_by_id, row.person_id):
        raise NotPermitted(_("A second person must do this: not who did or entered it."))


def _move(actor: Actor, row: Record, move: str) -> Record:
    """Lock a record, check the permission, the second person and the table of moves."""
    row = locked(row)
    need_second_person(actor, row)
    if move in moves_of(row):
        return row
    if correction_that_waits(row) is not None:
        raise Conflict(_("A correction of this record waits for approval. Decide on the correction first."))
    raise Conflict(_("This record is “%(state)s” now. Look again.") % {"state": row.get_state_display()})


def approve_record(actor: Actor, row: Record) -> Record:
    """A second person lets an entry that came late count; a correction takes its place with that.

    Raises :class:`Conflict` when it moved on or a correction of it waits.
    """
    with action(actor, "ledger.approve") as act:
        row = _move(actor, row, "approve")
        sentence = _("approved the late entry “%(register)s”")
        if row.supersedes is not None:
            sentence = _("approved the correction of “%(register)s”")
            put_in_place(act, locked(row.supersedes), row, row.reason)
            row.reason = ""
        _turn(act, row, State.VALID, sentence)
    return row


def refuse_record(actor: Actor, row: Record, reason: str) -> Record:
    """A second person refuses an entry that came late; it stays readable.

    What a refused correction was to correct stays as it is and may be corrected again.
    """
    reason = said_why(reason)
    with action(actor, "ledger.refuse") as act:
        row = _move(actor, row, "refuse")
        row.reason = reason
        sentence = _("refused the late entry “%(register)s”: %(reason)s")
        if row.supersedes is not None:
            sentence = _("refused the correction of “%(register)s”: %(reason)s")
            old = locked(row.supersedes)
            act.entry(
                _("refused a correction of this one, which stays as it is: %(reason)s") % {"reason": reason},
                path=old.unit.path,
                on=old,
                domain=old.domain,
                after={"state": old.state, "record": row.pk},
            )
        _turn(act, row, State.REFUSED, sentence)
    return row


def void_record(actor: Actor, row: Record, reason: str) -> Record:
    """A second person voids a mistake; it stays readable and no longer counts."""
    reason = said_why(reason)
    with action(actor, "ledger.void") as act:
        row = _move(actor, row, "void")
        row.reason = reason
        _turn(act, row, State.VOID, _("voided “%(register)s”: %(reason)s"))
    return row


def _turn(act: Act, row: Record, state: str, sentence: str) -> None:
    before, row.state = row.state, state
    row.save(update_fields=["state", "reason", "slot"])
    doubt_row(row)
    url = reverse("ledger:record", args=[row.pk])
    words = sentence % {"register": row.register.title, "reason": row.reason}
    act.entry(
        words,
        path=row.unit.path,
        on=row,
        domain=row.domain,
        before={"state": before},
        after={"state": state, "reason": row.reason},
        tell=[Tell(f"{act.actor.label} {words}", url, people=people_of(act.actor, row, row.supersedes))],
    )
