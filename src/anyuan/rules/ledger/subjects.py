"""Classes, dormitories, buildings, vehicles, cameras: what a unit keeps registers and facts of one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, Refused, clock
from anyuan.foundation.org.public import Person, Place, Unit

from .mirroring import subject_of_place
from .models import Register, Subject
from .permits import LEDGER_FACTS
from .states import MIRRORED, SubjectKind

BY_HAND = tuple(kind for kind in SubjectKind.values if kind not in MIRRORED)
"""The kinds a unit enters itself."""


@dataclass(frozen=True, slots=True)
class NewSubject:
    """A subject as somebody enters it. ``code`` names it for good: a class number, a plate ..."""

    kind: str
    code: str
    name: str
    valid_from: date | None = None
    keeper: Person | None = None
    """The class teacher, the dormitory manager: a person of the unit."""


def usual_first_day(unit: Unit) -> date:
    """When what is entered now began, unless somebody says otherwise: it owes nothing of earlier days."""
    return max(clock.today(), unit.opened_on or date.min)


def add_subject(actor: Actor, unit: Unit, new: NewSubject) -> Subject:
    """Add one. Raises :class:`Invalid`, :class:`Conflict` when the code is taken."""
    return add_subjects(actor, unit, [new])[0]


def add_subjects(actor: Actor, unit: Unit, rows: Sequence[NewSubject]) -> list[Subject]:
    """Add all ``rows`` or none, with one journal entry. Raises :class:`Invalid`, :class:`Conflict`."""
    actor.require(LEDGER_FACTS, unit.path)
    made = [_built(unit, new) for new in rows]
    with action(actor, "ledger.subject") as act:
        try:
            with transaction.atomic():
                Subject.everything.bulk_create(made)
        except IntegrityError as error:
            if "ledger_subject_code" not in str(error):
                raise
            message = _("This code is used already. Change the one that is there, or choose another code.")
            raise Conflict(message) from error
        names = "、".join(s.name for s in made[:5])
        act.entry(
            _("added to the register of classes and things: %(names)s") % {"names": names},
            path=unit.path,
            on=made[0] if len(made) == 1 else unit,
            after={"count": len(made), "subjects": [f"{s.kind}:{s.code}" for s in made[:200]]},
        )
    return made


def check_subject(unit: Unit, new: NewSubject) -> dict[str, list[str]]:
    """What is wrong with a subject as entered, by field; empty when it is right."""
    code, name = new.code.strip(), new.name.strip()
    problems: dict[str, list[str]] = {}
    if new.kind in MIRRORED:
        problems["kind"] = [_("Stages, places and posts come from the organisation. Change them there.")]
    elif new.kind not in SubjectKind.values:
        problems["kind"] = [_("Choose one of the answers that are offered.")]
    for key, text, most in (("code", code, 40), ("name", name, 80)):
        if not text:
            problems[key] = [_("This must be filled in.")]
        elif len(text) > most:
            problems[key] = [_("At most %(most)s characters.") % {"most": most}]
    if new.keeper is not None and new.keeper.unit_id != unit.pk:
        problems["keeper"] = [_("Choose somebody of this unit.")]
    if new.valid_from and unit.opened_on and new.valid_from < unit.opened_on:
        words = {"unit": unit.name, "day": unit.opened_on}
        problems["valid_from"] = [_("%(unit)s opened on %(day)s. Check the date.") % words]
    return problems


def _built(unit: Unit, new: NewSubject) -> Subject:
    problems = check_subject(unit, new)
    if problems:
        raise Invalid(_("Some fields need another look."), problems)
    code, name = new.code.strip(), new.name.strip()
    return Subject(
        unit=unit, kind=new.kind, code=code, name=name, valid_from=new.valid_from, keeper=new.keeper
    )


def change_subject(actor: Actor, subject: Subject, *, name: str, valid_from: date | None) -> Subject:
    """Give a subject another name or first day; its kind and code stay. Raises :class:`Invalid`."""
    with action(actor, "ledger.subject") as act:
        row = _locked(actor, subject)
        wanted = _built(row.unit, NewSubject(row.kind, row.code, name, valid_from))
        if valid_from and row.valid_to and valid_from > row.valid_to:
            raise Invalid(_("It cannot begin after it ended."), {"valid_from": [_("Check the date.")]})
        before = {"name": row.name, "valid_from": row.valid_from}
        row.name, row.valid_from = wanted.name, wanted.valid_from
        row.save(update_fields=["name", "valid_from"])
        act.entry(
            _("changed %(kind)s %(name)s") % {"kind": row.get_kind_display(), "name": row.name},
            path=row.unit.path,
            on=row,
            before=before,
            after={"name": row.name, "valid_from": row.valid_from},
        )
    return row


def name_keeper(actor: Actor, subject: Subject, keeper: Person | None) -> Subject:
    """Say who keeps a class or dormitory from now on (None: nobody). Raises :class:`Invalid`."""
    with action(actor, "ledger.subject") as act:
        row = _locked(actor, subject)
        if keeper is not None and keeper.unit_id != row.unit_id:
            message = _("Choose somebody of this unit.")
            raise Invalid(message, {"keeper": [message]})
        before, row.keeper = row.keeper.name if row.keeper else None, keeper
        row.save(update_fields=["keeper"])
        name = keeper.name if keeper else "–"
        act.entry(
            _("%(subject)s is kept by %(name)s") % {"subject": row.name, "name": name},
            path=row.unit.path,
            on=row,
            before={"keeper": before},
            after={"keeper": keeper.name if keeper else None},
        )
    return row


def close_subject(actor: Actor, subject: Subject, day: date | None = None) -> Subject:
    """From ``day`` on (default today) it exists no more; its records and facts stay readable.

    Raises :class:`Conflict` when it is closed already, :class:`Invalid` for a day before its first one.
    """
    day = day or clock.today()
    with action(actor, "ledger.subject") as act:
        row = _locked(actor, subject)
        if row.valid_to is not None:
            raise Conflict(_("%(name)s was closed already.") % {"name": row.name})
        if day > clock.today() or (row.valid_from and day < row.valid_from):
            message = _("Close it on a day up to today, after it began.")
            raise Invalid(message, {"day": [message]})
        row.valid_to = day
        row.save(update_fields=["valid_to"])
        act.entry(
            _("closed %(kind)s %(name)s") % {"kind": row.get_kind_display(), "name": row.name},
            path=row.unit.path,
            on=row,
            before={"valid_to": None},
            after={"valid_to": day},
        )
    return row


def _locked(actor: Actor, subject: Subject) -> Subject:
    row: Subject = (
        Subject.everything.select_for_update(of=("self",)).select_related("unit").get(pk=subject.pk)
    )
    actor.require(LEDGER_FACTS, row.unit.path)
    if row.kind in MIRRORED:
        raise Refused(_("Stages, places and posts come from the organisation. Change them there."))
    return row


def fitting_subject(
    register: Register, unit: Unit, place: Place | None, subject: Subject | None, day: date
) -> Subject | None:
    """What a record of ``register`` done on ``day`` is about. Raises :class:`Invalid`."""
    if place is not None and place.unit_id != unit.pk:
        raise _wrong("place", _("This place belongs to another unit."), _("Choose a place of this unit."))
    if subject is not None and subject.unit_id != unit.pk:
        raise _wrong("subject", _("What this is about belongs to another unit."))
    if register.subject not in SubjectKind.values:
        if subject is not None:
            raise _wrong("subject", _("This register is kept for the unit as a whole."))
        return None
    if register.subject == SubjectKind.PLACE and place is not None:
        return subject_of_place(place, day)
    if subject is None or subject.kind != register.subject:
        if register.subject == SubjectKind.PLACE:
            raise _wrong("place", _("Say which place this is about."), _("Choose a place."))
        kind = SubjectKind(register.subject).label
        raise _wrong("subject", _("Say which one this is about: %(kind)s.") % {"kind": kind})
    if not _exists(subject, day):
        raise _wrong("subject", _("%(name)s did not exist on that day.") % {"name": subject.name})
    return subject


def _exists(subject: Subject, day: date) -> bool:
    begun = subject.valid_from is None or subject.valid_from <= day
    return begun and (subject.valid_to is None or day < subject.valid_to)


def _wrong(field: str, message: str, hint: str = "") -> Invalid:
    return Invalid(message, {field: [hint or message]})
