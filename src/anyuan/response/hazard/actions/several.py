"""The same move for several hazards: each by itself, so that one refusal does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, Problem

Row = TypeVar("Row")
Made = TypeVar("Made")

MOST_AT_ONCE = 100


@dataclass(slots=True)
class Outcome(Generic[Row, Made]):
    """What became of each row; ``refused`` says why nothing was changed there."""

    done: list[Made] = field(default_factory=list)
    refused: list[tuple[Row, str]] = field(default_factory=list)


def one_by_one(rows: Sequence[Row], work: Callable[[Row], Made]) -> Outcome[Row, Made]:
    """Do ``work`` to each of ``rows``, each in a savepoint of its own. Raises ``Invalid`` for too many."""
    if len(rows) > MOST_AT_ONCE:
        raise Invalid(_("Choose at most %(count)d hazards at once.") % {"count": MOST_AT_ONCE})
    outcome = Outcome[Row, Made]()
    for row in rows:
        try:
            with transaction.atomic():
                outcome.done.append(work(row))
        except Problem as problem:
            outcome.refused.append((row, sentence(problem)))
    return outcome


def rehearse(work: Callable[[], object]) -> Problem | None:
    """Do ``work`` and undo it: the problem it would meet, or None when it would be done."""
    try:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)
    except Problem as problem:
        return problem
    return None


def sentence(problem: Problem) -> str:
    """All that a problem says, its fields included."""
    fields = problem.fields if isinstance(problem, Invalid) else {}
    more = [text for texts in fields.values() for text in texts if text != problem.message]
    return " ".join([problem.message, *more])
