"""The exports of the actor."""

from __future__ import annotations

from uuid import UUID

from anyuan.foundation.kernel.public import Actor

from ..models import Export
from .lists import missing


def my_exports(actor: Actor, limit: int = 10) -> list[Export]:
    """The newest exports he made."""
    return list(Export.objects.visible_to(actor).order_by("-id")[:limit])


def my_export(actor: Actor, key: UUID) -> Export:
    """One of his own; raises ``NotFound``."""
    row: Export | None = Export.objects.visible_to(actor).filter(pk=key).first()
    if row is None:
        raise missing()
    return row
