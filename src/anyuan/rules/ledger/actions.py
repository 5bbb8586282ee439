"""Entering records. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.files.public import attach
from anyuan.foundation.journal.public import Act, Tell, action
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, clock
from anyuan.foundation.org.public import Person, Place, Unit

from . import registers
from .allowance import Allowances
from .entering import check_belongs
from .fields import fitted
from .models import Record, Register, Subject
from .past import doubt_counted
from .permits import LEDGER_APPROVE, LEDGER_RECORD
from .states import STANDING, State
from .subjects import fitting_subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anyuan.rules.policy.public import Checklist


@dataclass(frozen=True, slots=True)
class Late:
    """Whether an entry comes too late to count without approval."""

    pending: bool
    days: int

    @property
    def state(self) -> State:
        return State.PENDING if self.pending else State.VALID


def check_times(unit: Unit, occurred_at: datetime, recorded_at: datetime, allowed: int) -> Late:
    """How late an entry is, in Shanghai days; more than ``allowed`` waits for approval.

    Raises :class:`Invalid` when it lies in the future, before the unit opened or after it closed.
    """
    done, written = clock.day_of(occurred_at), clock.day_of(recorded_at)
    if occurred_at > recorded_at:
        raise _wrong_time(_("This lies in the future. Enter it when it has been done."))
    if unit.opened_on is not None and done < unit.opened_on:
        raise _wrong_time(
            _("%(unit)s opened on %(day)s. Check the date.") % {"unit": unit.name, "day": unit.opened_on}
        )
    if unit.closed_on is not None and done >= unit.closed_on:
        raise _wrong_time(
            _("%(unit)s closed on %(day)s. Check the date.") % {"unit": unit.name, "day": unit.closed_on}
        )
    return Late(pending=done < written - timedelta(days=allowed), days=(written - done).days)


def _wrong_time(message: str) -> Invalid:
    return Invalid(message, {"occurred_at": [message]})


def record(  # noqa: PLR0913 - each argument is a part of the entry
    actor: Actor,
    *,
    register: str,
    unit: Unit,
    data: Mapping[str, Any],
    occurred_at: datetime | None = None,
    place: Place | None = None,
    subject: Subject | None = None,
    stands_for: date | None = None,
    attachment_ids: Sequence[UUID] = (),
    signer: Person | None = None,
    paper_ids: Sequence[UUID] = (),
    checklist: Checklist | None = None,
    domain: str = "",
    slot: str = "",
    verb: str = LEDGER_RECORD,
    sentence: Callable[[], str] | None = None,
) -> Record:
    """Enter one record (default: done now). ``verb`` is the permission that lets the actor enter it.

    ``domain`` is the register's unless another one is given.
    ``signer`` did it on paper and the actor enters it for them (代录): then ``paper_ids`` holds the photo of
    the signed page, and the signer is told. ``sentence`` makes the journal's sentence, in its language.
    An entry later than the region allows (``allowance``) waits for approval (补录). ``stands_for`` is the
    earlier day on which it was due when it was done only now (补做); both may be true of one record.
    Raises :class:`NotPermitted`; :class:`Invalid` for data, times or places that do not fit;
    :class:`Conflict` when somebody already filled the slot.
    """
    domain = domain or registers.domain_of(register)
    actor.require(verb, unit.path, domain)
    definition = registers.current(register)
    check_belongs(actor, definition, unit, verb)
    when, late = _when(unit, occurred_at, stands_for)
    made = Record(
        register=definition,
        unit=unit,
        place=place,
        subject=fitting_subject(definition, unit, place, subject, clock.day_of(when["occurred_at"])),
        checklist=checklist,
        domain=domain,
        data=fitted(registers.validator(definition), data),
        slot=slot,
        **when,
        **_people(actor, signer, paper_ids),
    )
    with action(actor, "ledger.record") as act:
        _save(actor, made, attachment_ids, paper_ids)
        _enter(act, made, sentence, late)
    return made


def _save(actor: Actor, made: Record, attachment_ids: Sequence[UUID], paper_ids: Sequence[UUID]) -> None:
    check_evidence(made.register, attachment_ids)
    with first_in_slot(made.unit, made.slot):
        made.save(force_insert=True)
    doubt_row(made)
    attach(actor, attachment_ids, made, "evidence")
    attach(actor, paper_ids, made, "paper")


def doubt_row(row: Record) -> None:
    """Facts that are counted from its register were other ones from its day on."""
    doubt_counted([(row.register.code, row.unit_id, clock.day_of(row.occurred_at))])


def _when(unit: Unit, occurred_at: datetime | None, stands_for: date | None) -> tuple[dict[str, Any], Late]:
    """The times of an entry made now, and the state they give it. Raises :class:`Invalid`."""
    now = clock.now()
    done = occurred_at or now
    late = check_times(unit, done, now, Allowances().at(unit.path).days)
    made_up = stood_for(unit, stands_for, done)
    times = {"occurred_at": done, "recorded_at": now, "stands_for": made_up}
    return {**times, "state": late.state}, late


def _people(actor: Actor, signer: Person | None, paper_ids: Sequence[UUID]) -> dict[str, Any]:
    """Who did it and who entered it, by id and by name as it was then; a signer needs a signed page."""
    if signer is not None and signer.pk != actor.person_id and not paper_ids:
        message = _("Add a photo of the page %(name)s signed.") % {"name": signer.name}
        raise Invalid(message, {"paper": [message]})
    return {
        "person_id": signer.pk if signer else actor.person_id,
        "person_name": signer.name if signer else actor.label,
        "entered_by_id": actor.person_id,
        "entered_name": actor.label,
    }


def stood_for(unit: Unit, day: date | None, occurred_at: datetime) -> date | None:
    """The day a record makes up for; None when it was done on that day itself. Raises :class:`Invalid`."""
    if day is None or day == clock.day_of(occurred_at):
        return None
    message = ""
    if day > clock.day_of(occurred_at):
        message = _("What is made up was due before it was done. Check the day.")
    elif unit.opened_on is not None and day < unit.opened_on:
        message = _("%(unit)s opened on %(day)s. Check the date.") % {
            "unit": unit.name,
            "day": unit.opened_on,
        }
    if message:
        raise Invalid(message, {"stands_for": [message]})
    return day


def check_evidence(register: Register, attachment_ids: Collection[UUID]) -> None:
    """Raises :class:`Invalid` when the register wants a photo and there is none."""
    if register.needs_evidence and not attachment_ids:
        raise Invalid(_("Add a photo or a file."), {"attachments": [_("Add a photo or a file.")]})


@contextmanager
def first_in_slot(unit: Unit, slot: str) -> Iterator[None]:
    """Turn the second entry of a slot into a :class:`Conflict` that names the first."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "ledger_record_slot" not in str(error):
            raise
        first = Record.everything.filter(unit=unit, slot=slot, state__in=STANDING).first()
        local = first.recorded_at.astimezone(clock.SHANGHAI) if first else clock.now()
        raise Conflict(
            _("%(name)s already entered this at %(time)s. Nothing was entered twice.")
            % {"name": first.entered_name if first else "", "time": f"{local:%Y-%m-%d %H:%M}"}
        ) from error


def _enter(act: Act, made: Record, sentence: Callable[[], str] | None, late: Late) -> None:
    url = reverse("ledger:record", args=[made.pk])
    tell = []
    if late.pending:
        tell.append(_waiting(made))
    if made.by_proxy and made.person_id is not None:
        text = _("%(name)s entered “%(register)s” for you from the page you signed.") % {
            "name": made.entered_name,
            "register": made.register.title,
        }
        tell.append(Tell(text, url, people=[made.person_id]))
    words = _("entered “%(register)s”") % {"register": made.register.title}
    if made.by_proxy:
        words = _("entered “%(register)s” for %(name)s") % {
            "register": made.register.title,
            "name": made.person_name,
        }
    act.entry(
        sentence() if sentence else words,
        path=made.unit.path,
        on=made,
        domain=made.domain,
        after={"register": made.register.code, "version": made.register.version, "state": made.state},
        tell=tell,
        occurred_at=made.occurred_at,
    )


def _waiting(made: Record) -> Tell:
    """Tells whoever may approve an entry that came late."""
    days = (clock.day_of(made.recorded_at) - clock.day_of(made.occurred_at)).days
    text = _("%(unit)s: an entry written down %(days)s days late waits for your approval.") % {
        "unit": made.unit.title,
        "days": days,
    }
    holders = [(LEDGER_APPROVE, made.unit.path, made.domain)]
    return Tell(text, reverse("ledger:record", args=[made.pk]), level="todo", holders=holders)


def said_why(reason: str) -> str:
    """The reason as it is kept. Raises :class:`Invalid` for none."""
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Say why."), {"reason": [_("This must be filled in.")]})
    return reason[:200]
