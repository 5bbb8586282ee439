"""A form sent twice is done once. The key travels with the form or as ``Idempotency-Key``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from . import clock
from .errors import Conflict
from .models import OnceKey

REMEMBERED = timedelta(days=30)
"""How long the repeat of a write is known as one: longer than a draft waits on a phone in the holidays."""


def _short(key: str) -> str:
    """The key as stored; a long one by its hash, so that two long ones never meet."""
    return key if len(key) <= 200 else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def once(key: str, content: bytes, work: Callable[[], tuple[int, str]]) -> tuple[int, str, bool]:
    """Run ``work`` in a transaction unless ``key`` was done; give (status, answer, was_repeat).

    ``key`` names the actor and the caller's own key. ``work`` gives an HTTP status and a text that
    can answer the repeat too. A second call that arrives while the first still runs waits for it
    (unique key). When ``work`` raises, nothing is remembered and the caller may try again.
    Raises :class:`Conflict` when the same key comes with other ``content``.
    """
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        row, made = OnceKey.objects.get_or_create(
            key=_short(key), defaults={"digest": digest, "made_at": clock.now()}
        )
        if not made:
            if row.digest != digest:
                raise Conflict(_("This key was already used for another request. Send a new key."))
            return row.status or 200, row.answer, True
        row.status, row.answer = work()
        row.save(update_fields=["status", "answer"])
        return row.status, row.answer, False


def forget_old() -> int:
    """Forget what was written longer ago than :data:`REMEMBERED`; give how many."""
    count, _by_model = OnceKey.objects.filter(made_at__lt=clock.now() - REMEMBERED).delete()
    return count
