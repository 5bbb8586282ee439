"""Failed attempts are counted in the database: per account (or unknown name) and per network address.

The count is raised *before* the password is looked at, so that many guesses sent at once cannot slip
past the limit; a success takes its own count back.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Refused, clock

from .models import Throttle


class Locked(Refused):
    """Too many failures; ``until`` says when the next attempt is heard."""

    status = 429
    code = "locked"

    def __init__(self, until: datetime) -> None:
        local = timezone.localtime(until).strftime("%H:%M")
        super().__init__(
            _(
                "Too many failed attempts. Try again after %(time)s, or ask the safety officer of your "
                "school or county for a new password."
            )
            % {"time": local}
        )
        self.until = until


def address_key(address: str) -> str:
    return f"address:{address}"[:80]


def name_key(kind: str, text: str) -> str:
    """The counter of ``text`` (a typed name, a code, an account's id); only its hash is kept."""
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


def attempt(limits: dict[str, int]) -> list[str]:
    """Count one attempt under every key of ``limits`` (key → attempts allowed in the window).

    Gives the keys that are locked from now on (this attempt is still heard). Raises :class:`Locked`
    when one was locked before; then nothing is counted.
    """
    now = clock.now()
    window = timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    with transaction.atomic():
        Throttle.objects.bulk_create(
            [Throttle(key=key, since=now) for key in sorted(limits)], ignore_conflicts=True
        )
        rows = list(Throttle.objects.select_for_update().filter(key__in=limits).order_by("key"))
        untils = [row.locked_until for row in rows if row.locked_until and now < row.locked_until]
        if untils:
            raise Locked(max(untils))
        for row in rows:
            if row.locked_until or row.since <= now - window:
                row.failures, row.since, row.locked_until = 0, now, None
            row.failures += 1
            if row.failures >= limits[row.key]:
                row.locked_until = now + window
        Throttle.objects.bulk_update(rows, ["failures", "since", "locked_until"])
    return [row.key for row in rows if row.locked_until]


def succeed(own: str, shared: str) -> None:
    """A right password: forget the failures of ``own``, take back the one attempt of ``shared``."""
    with transaction.atomic():
        Throttle.objects.filter(key=own).delete()
        row = Throttle.objects.select_for_update().filter(key=shared).first()
        if row is not None:
            row.failures = max(0, row.failures - 1)
            row.locked_until = None
            row.save(update_fields=["failures", "locked_until"])


def forget(key: str) -> None:
    """Unlock ``key``: somebody with the right to do so has reset the password."""
    Throttle.objects.filter(key=key).delete()
