"""Reads of what was asked elsewhere after a major hazard."""

from __future__ import annotations

from uuid import UUID

from anyuan.foundation.kernel.public import Actor

from ..models import Hazard, SameCheck
from .lists import missing


def same_checks_of(actor: Actor, hazard: Hazard) -> list[SameCheck]:
    """What was asked after ``hazard``, unanswered first, as far as the actor sees the units."""
    rows = SameCheck.objects.visible_to(actor).filter(origin=hazard).select_related("unit", "hazard")
    return list(rows.order_by("answered_at", "unit__path")[:500])


def find_same_check(actor: Actor, key: UUID) -> SameCheck:
    """One question; raises ``NotFound``."""
    rows = SameCheck.objects.visible_to(actor).select_related("unit", "origin", "hazard")
    row: SameCheck | None = rows.filter(pk=key).first()
    if row is None:
        raise missing()
    return row
