"""Reading: a person's own mark, of no interest to the trail."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from anyuan.foundation.kernel.public import Actor, clock

from .delivery import wake
from .models import Notice
from .queries import notice, notices_of


def mark_read(actor: Actor, pk: UUID) -> Notice:
    """Mark one notice read; give it. Raises ``NotFound`` for somebody else's."""
    with transaction.atomic():
        found = notice(actor, pk)
        if found.read_at is None:
            found.read_at = clock.now()
            found.save(update_fields=["read_at"])
            wake([found.person_id])
    return found


def mark_all_read(actor: Actor, up_to: int | None = None) -> int:
    """Mark everything up to journal ``seq`` ``up_to`` read (None: all); give how many were unread.

    A page passes the newest seq it showed, so what arrived since stays unread.
    """
    rows = notices_of(actor).filter(read_at__isnull=True)
    if up_to is not None:
        rows = rows.filter(seq__lte=up_to)
    with transaction.atomic():
        changed = rows.update(read_at=clock.now())
        if changed and actor.person_id is not None:
            wake([actor.person_id])
    return changed
