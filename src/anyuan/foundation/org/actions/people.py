"""People: added, corrected."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Refused

from ..models import Person, Unit
from ..permits import MANAGE
from .common import changes, clean_name, invalid, lock, lock_to_manage, require_open

_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}")


def clean_phone(phone: str) -> str:
    """A mobile (11 digits) or landline number without blanks; "" is allowed. Raises :class:`Invalid`."""
    phone = re.sub(r"[\s\u00a0]", "", phone).removeprefix("+86")
    if phone and not _PHONE.fullmatch(phone):
        raise invalid("phone", _("Enter a mobile number of 11 digits, or a landline number with area code."))
    return phone


def add_person(actor: Actor, unit: Unit, name: str, phone: str = "") -> Person:
    """Add somebody who works for ``unit``. Raises :class:`Invalid` for a number somebody else has."""
    with action(actor, "org.add-person") as act:
        unit = lock_to_manage(actor, unit)
        require_open(unit)
        person = Person(unit=unit, name=clean_name(name, 40), phone=clean_phone(phone))
        _refuse_used_phone(person)
        person.save(force_insert=True)
        act.entry(
            _("added %(person)s to %(unit)s") % {"person": person.name, "unit": unit.name},
            on=person,
            path=unit.path,
            after={"name": person.name, "unit": unit.name},
        )
    return person


def change_person(actor: Actor, person: Person, name: str, phone: str) -> Person:
    """Correct a name or a phone number. The journal says that the number changed, not the number."""
    with action(actor, "org.change-person") as act:
        person = lock_person(actor, person)
        before, after = changes(person, {"name": clean_name(name, 40), "phone": clean_phone(phone)})
        _refuse_used_phone(person)
        person.save(update_fields=["name", "phone"])
        for side in (before, after):
            if "phone" in side:
                side["phone"] = _masked(str(side["phone"]))
        act.entry(
            _("changed the details of %(person)s") % {"person": person.name},
            on=person,
            path=person.unit.path,
            before=before,
            after=after,
        )
    return person


def _refuse_used_phone(person: Person) -> None:
    if person.phone and Person.everything.filter(phone=person.phone).exclude(pk=person.pk).exists():
        raise invalid("phone", _("Somebody else has this phone number already. Look the person up first."))


def _masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else phone


def lock_person(actor: Actor, person: Person) -> Person:
    """``person`` locked, for one who manages the unit that keeps him; gone people are refused."""
    person = lock(actor, person)
    actor.require(MANAGE, person.unit.path)
    if person.left_on is not None:
        raise Refused(_("%(person)s left on %(day)s.") % {"person": person.name, "day": person.left_on})
    return person
