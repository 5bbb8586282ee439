"""What was known of a unit on another day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from anyuan.foundation.org.public import Unit
from anyuan.rules.ledger.public import Subject, SubjectKind, facts_on, subject_facts_on

from .running import Given


def known_on(unit: Unit, day: date) -> Given:
    """The facts of the unit and of its subjects on that day."""
    kinds = set(Subject.everything.filter(unit=unit).values_list("kind", flat=True).distinct())
    subjects: dict[UUID, dict[str, object]] = {}
    for kind in SubjectKind.values:
        if kind in kinds:
            subjects |= subject_facts_on(kind, [unit.pk], day)
    return Given(facts_on([unit.pk], day), subjects)
