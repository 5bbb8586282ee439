"""How the journal is doing, for ``anyuan journal status`` and the health page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .models import Follower, Head, Pending, Seal


@dataclass(frozen=True, slots=True)
class FollowerState:
    """``behind`` counts sealed entries not yet handled; ``error`` names what stops it, with ``failures``."""

    name: str
    seq: int
    behind: int
    failures: int
    error: str
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """``waiting`` counts unsealed entries, ``oldest`` is when the oldest of them was recorded."""

    seq: int
    head_seq: int
    head_at: datetime | None
    waiting: int
    oldest: datetime | None
    followers: list[FollowerState] = field(default_factory=list)

    @property
    def stuck(self) -> list[FollowerState]:
        return [f for f in self.followers if f.failures]


def status() -> Status:
    """The state of sealer and followers now; cheap (a few index look-ups)."""
    last = Seal.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    head = Head.objects.order_by("-seq").first()
    oldest = Pending.objects.order_by("entry_id").select_related("entry").first()
    followers = [
        FollowerState(f.name, f.seq, last - f.seq, f.failures, f.error, f.retry_at)
        for f in Follower.objects.order_by("name")
    ]
    return Status(
        seq=last,
        head_seq=head.seq if head else 0,
        head_at=head.made_at if head else None,
        waiting=Pending.objects.count(),
        oldest=oldest.entry.recorded_at if oldest else None,
        followers=followers,
    )
