"""The files of a hazard as its pages show them: before, after, what came before a return, papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from anyuan.foundation.files.public import Attachment, Role, attachments_of

from ..public import Hazard, Move, Step


@dataclass(slots=True)
class Shown:
    """``former`` are photos after the work that were sent back."""

    before: list[Attachment] = field(default_factory=list)
    after: list[Attachment] = field(default_factory=list)
    former: list[Attachment] = field(default_factory=list)
    papers: list[Attachment] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


def sort_out(attachments: Iterable[Attachment], steps: Iterable[Step]) -> Shown:
    """Each file in its place."""
    returned: datetime | None = None
    for step in steps:
        if step.move == Move.SEND_BACK:
            returned = step.recorded_at
    found = Shown()
    for file in attachments:
        if file.role == Role.AFTER:
            old = returned is not None and file.received_at <= returned
            (found.former if old else found.after).append(file)
        elif file.role in {Role.BEFORE, Role.PHOTO}:
            found.before.append(file)
        else:
            found.papers.append(file)
    return found


def shown(hazard: Hazard) -> Shown:
    """The files of ``hazard``; two queries."""
    return sort_out(attachments_of(hazard), hazard.steps.filter(move=Move.SEND_BACK).order_by("order"))
