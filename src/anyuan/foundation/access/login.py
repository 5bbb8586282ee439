"""Logging in by phone number or name. A stranger learns nothing: neither who has an account nor how fast."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import check_password
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Invalid, clock, job_actor

from .models import User
from .throttle import address_key, attempt, name_key, succeed

_PHONE = re.compile(r"(?:\+?86)?(1\d{10})")


class Backend(ModelBackend):
    """Reads the account of a session together with its person and unit; passwords are checked below."""

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:  # type: ignore[override]
        """Nobody: the login page and nothing else checks passwords, because it counts failures."""

    def get_user(self, user_id: UUID | str) -> User | None:
        user = User.objects.select_related("person__unit").filter(pk=user_id).first()
        return user if user is not None and may_enter(user) else None


BACKEND = f"{Backend.__module__}.{Backend.__qualname__}"


def may_enter(user: User, day: date | None = None) -> bool:
    """Whether the account is open: active, and its person has not left."""
    left = user.person.left_on
    return user.is_active and (left is None or (day or clock.today()) < left)


def clean_name(typed: str) -> str:
    """What was typed, in one form: full-width digits, blanks and dashes in a phone number do not matter."""
    text = "".join(unicodedata.normalize("NFKC", typed).split())
    phone = _PHONE.fullmatch(text.replace("-", ""))
    return phone[1] if phone else text


def find_account(typed: str) -> User | None:
    """The one open account with this login, phone number or name; None when there is none or several."""
    name = clean_name(typed)
    if not name:
        return None
    rows = User.objects.select_related("person__unit").filter(is_active=True)
    found = list(rows.filter(Q(login=name) | Q(person__phone=name) | Q(person__name=name))[:20])
    exact = [u for u in found if name in (u.login, u.person.phone)]
    found = [u for u in exact or found if may_enter(u)]
    return found[0] if len(found) == 1 else None


def account_key(user: User) -> str:
    return name_key("account", str(user.pk))


def log_in(typed: str, password: str, address: str) -> User:
    """The account that ``typed`` and ``password`` open.

    Raises :class:`Invalid` when they open none and ``throttle.Locked`` after too many failures, in the
    same words whether the account exists or not.
    """
    user = find_account(typed)
    own = account_key(user) if user else name_key("typed", clean_name(typed))
    shared = address_key(address)
    locked = attempt({own: settings.LOGIN_FAILURES, shared: settings.LOGIN_FAILURES_ADDRESS})
    # Without an account or a usable password Django runs the hasher all the same: the time tells nothing.
    if not check_password(password, user.password if user else "") or user is None:
        _journal_lock(user if own in locked else None, address if shared in locked else "")
        raise Invalid(
            _(
                "The name or phone number and the password do not match. If somebody shares your name, "
                "use your phone number."
            )
        )
    succeed(own, shared)
    return user


def _journal_lock(user: User | None, address: str) -> None:
    """Write what was just locked into the trail."""
    if user is None and not address:
        return
    numbers = {"minutes": settings.LOGIN_LOCK_MINUTES}
    with action(job_actor(_("System (login guard)")), "access.lock") as act:
        if user is not None:
            numbers |= {"count": settings.LOGIN_FAILURES}
            act.entry(
                _("locked the account of %(person)s for %(minutes)d minutes after %(count)d failed logins")
                % {"person": user.person.name, **numbers},
                on=user,
                path=user.person.unit.path,
                after={"address": address} if address else None,
            )
        if address:
            numbers |= {"count": settings.LOGIN_FAILURES_ADDRESS}
            act.entry(
                _("refused logins from %(address)s for %(minutes)d minutes after %(count)d failures")
                % {"address": address, **numbers},
                path="/",
            )
