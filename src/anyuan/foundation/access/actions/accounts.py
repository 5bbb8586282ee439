"""Accounts: opened, handed out on slips, activated, reset, closed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, Refused, clock
from anyuan.foundation.org.public import Person, Unit

from ..login import account_key, may_enter
from ..models import User
from ..permits import require_manage
from ..powers import actor_of
from ..throttle import address_key, attempt, forget, succeed

SLIP_DAYS = 14
"""A slip that was not used within this many days is waste paper."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits nobody mistakes for one another on paper."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What goes on one activation slip. The code is nowhere else: only its hash is kept."""

    user: User
    code: str

    @property
    def spaced(self) -> str:
        return " ".join(self.code[i : i + 4] for i in range(0, len(self.code), 4))


def open_accounts(actor: Actor, people: Sequence[Person]) -> list[User]:
    """Give each of ``people`` (with ``unit`` loaded) an account that waits for its activation slip.

    Who has one already keeps it; gives only the new ones. Raises :class:`NotPermitted` when one of the
    people lies outside what ``actor`` may manage: then none is opened.
    """
    having = set(User.objects.filter(person__in=people).values_list("person_id", flat=True))
    people = [p for p in people if p.pk not in having]
    if not people:
        return []
    for person in people:
        require_manage(actor, person)
        if person.left_on is not None and person.left_on <= clock.today():
            raise Refused(_("%(person)s has left and gets no account.") % {"person": person.name})
    with action(actor, "access.open-account") as act:
        logins = _logins(people)
        users = User.objects.bulk_create(
            [User(login=logins[p.pk], person=p, password=make_password(None)) for p in people]
        )
        for unit, own in _by_unit(users).items():
            names = "、".join(u.person.name for u in own[:10])
            act.entry(
                _("opened %(count)d accounts at %(unit)s: %(names)s")
                % {"count": len(own), "unit": unit.name, "names": names},
                on=own[0] if len(own) == 1 else unit,
                path=unit.path,
                after={"people": [str(u.person_id) for u in own]},
            )
    return users


def _by_unit(users: Iterable[User]) -> dict[Unit, list[User]]:
    found: dict[Unit, list[User]] = {}
    for user in users:
        found.setdefault(user.person.unit, []).append(user)
    return found


def _logins(people: Sequence[Person]) -> dict[object, str]:
    """The phone number, or the name with the lowest number that makes it unique."""
    names = {p.name for p in people if not p.phone}
    taken = {
        login
        for name in names
        for login in User.objects.filter(login__startswith=name).values_list("login", flat=True)
    }
    found: dict[object, str] = {}
    for person in people:
        login, number = person.phone or person.name, 1
        while login in taken:
            number += 1
            login = f"{person.name}{number}"
        taken.add(login)
        found[person.pk] = login
    return found


def make_slips(actor: Actor, people: Sequence[Person]) -> list[Slip]:
    """New one-time codes for the accounts of ``people``, to be printed at once; older slips stop working.

    A password in use goes on working until the slip is used. Raises :class:`Refused` for a closed account.
    """
    users = list(
        User.objects.select_related("person__unit")
        .filter(person__in=people)
        .order_by("person__unit__path", "person__name")
    )
    for user in users:
        require_manage(actor, user.person)
        _refuse_closed(user)
    if not users:
        raise Refused(_("None of these people has an account yet. Open the accounts first."))
    slips = [Slip(user, _new_code()) for user in users]
    with action(actor, "access.print-slips") as act:
        for slip in slips:
            slip.user.activation = hash_code(slip.code)
            slip.user.activation_ends_at = clock.now() + timedelta(days=SLIP_DAYS)
        User.objects.bulk_update(users, ["activation", "activation_ends_at"])
        for unit, own in _by_unit(users).items():
            act.entry(
                _("printed activation slips for %(count)d accounts at %(unit)s")
                % {"count": len(own), "unit": unit.name},
                on=own[0] if len(own) == 1 else unit,
                path=unit.path,
                after={"people": [str(u.person_id) for u in own]},
            )
    return slips


def _new_code() -> str:
    return "".join(secrets.choice(_LETTERS) for _i in range(12))


def hash_code(code: str) -> str:
    """The stored form of an activation code, typed with or without blanks and in any case."""
    return hashlib.sha256("".join(code.split()).replace("-", "").upper().encode()).hexdigest()


def activate(code: str, password: str, address: str) -> User:
    """Use a slip: its account gets ``password`` and the code is spent.

    Raises :class:`Invalid` for a code that is wrong, spent or expired and for a weak password,
    ``throttle.Locked`` after too many wrong codes from one address.
    """
    shared = address_key(f"code:{address}")
    attempt({shared: settings.LOGIN_FAILURES_ADDRESS})
    user = User.objects.select_related("person__unit").filter(activation=hash_code(code)).first()
    ends = user.activation_ends_at if user else None
    if user is None or ends is None or clock.now() >= ends or not may_enter(user):
        raise Invalid(
            _("This code is wrong, already used or out of date."),
            {"code": [_("Check the slip, or ask who gave it to you for a new one.")]},
        )
    set_password(user, password)
    with action(actor_of(user.person), "access.activate") as act:
        user.activation, user.activation_ends_at, user.must_change_password = "", None, False
        user.save(update_fields=["password", "activation", "activation_ends_at", "must_change_password"])
        act.entry(_("activated the account"), on=user, path=user.person.unit.path)
    succeed(account_key(user), shared)
    return user


def set_password(user: User, password: str) -> None:
    """Set a checked password on the row, unsaved. Raises :class:`Invalid` with what is wrong with it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(_("Choose another password."), {"password": list(error.messages)}) from None
    if password in (user.login, user.person.phone):
        raise Invalid(_("Choose another password."), {"password": [_("It is your own phone number.")]})
    user.set_password(password)


def change_password(user: User, old: str, new: str, address: str) -> User:
    """The owner changes his own password; every other session of his ends.

    Raises :class:`Invalid` when ``old`` is wrong or ``new`` too weak or the same.
    """
    shared = address_key(address)
    attempt({account_key(user): settings.LOGIN_FAILURES, shared: settings.LOGIN_FAILURES_ADDRESS})
    if not check_password(old, user.password):
        raise Invalid(_("The present password is wrong."), {"old": [_("Type the password you log in with.")]})
    succeed(account_key(user), shared)
    if old == new:
        raise Invalid(_("Choose another password."), {"password": [_("It is the one you have.")]})
    set_password(user, new)
    with action(actor_of(user.person), "access.change-password") as act:
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        act.entry(_("changed the own password"), on=user, path=user.person.unit.path)
    return user


def reset_password(actor: Actor, person: Person) -> str:
    """A temporary password for ``person``, shown once; his sessions end and he must choose his own.

    Raises :class:`NotPermitted`, :class:`Refused` for one without an open account.
    """
    require_manage(actor, person)
    with action(actor, "access.reset-password") as act:
        user = _lock(person)
        _refuse_closed(user)
        temporary = _new_code()[:10]
        user.set_password(temporary)
        user.must_change_password = True
        user.activation, user.activation_ends_at = "", None
        user.save(update_fields=["password", "must_change_password", "activation", "activation_ends_at"])
        forget(account_key(user))
        act.entry(
            _("reset the password of %(person)s") % {"person": person.name}, on=user, path=person.unit.path
        )
    return temporary


def close_account(actor: Actor, person: Person, reason: str) -> User:
    """The account stops working at once, sessions included. Raises :class:`Invalid` without a reason."""
    require_manage(actor, person)
    if person.pk == actor.person_id:
        raise Refused(_("Nobody closes the account he is working with."))
    if not reason.strip():
        raise Invalid(_("Say why the account is closed."), {"reason": [_("Say why.")]})
    with action(actor, "access.close-account") as act:
        user = _lock(person)
        _refuse_closed(user)
        user.is_active, user.activation, user.activation_ends_at = False, "", None
        user.save(update_fields=["is_active", "activation", "activation_ends_at"])
        act.entry(
            _("closed the account of %(person)s: %(reason)s")
            % {"person": person.name, "reason": reason.strip()},
            on=user,
            path=person.unit.path,
            before={"is_active": True},
            after={"is_active": False},
        )
    return user


def reopen_account(actor: Actor, person: Person) -> User:
    """A closed account works again, with a new slip or reset: its old password is void."""
    require_manage(actor, person)
    with action(actor, "access.reopen-account") as act:
        user = _lock(person)
        if user.is_active:
            raise Refused(_("This account is open."))
        user.is_active = True
        user.password = make_password(None)
        user.save(update_fields=["is_active", "password"])
        act.entry(
            _("reopened the account of %(person)s") % {"person": person.name},
            on=user,
            path=person.unit.path,
            before={"is_active": False},
            after={"is_active": True},
        )
    return user


def _lock(person: Person) -> User:
    user = User.objects.select_for_update().filter(person=person).first()
    if user is None:
        raise Refused(_("%(person)s has no account yet.") % {"person": person.name})
    user.person = person
    return user


def _refuse_closed(user: User) -> None:
    if not may_enter(user):
        raise Refused(_("The account of %(person)s is closed.") % {"person": user.person.name})
