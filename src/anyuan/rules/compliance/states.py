"""What a requirement comes to, and which of several answers speaks for all."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """``late``: its period is over, it can still be made up; ``unmet``: it cannot, or a standard fails."""

    MET = "met", pgettext_lazy("verdict", "Met")
    UNMET = "unmet", pgettext_lazy("verdict", "Not met")
    DUE = "due", pgettext_lazy("verdict", "Due")
    LATE = "late", pgettext_lazy("verdict", "Late")
    MADE_UP = "made-up", pgettext_lazy("verdict", "Made up")
    EXCUSED = "excused", pgettext_lazy("verdict", "Excused")
    UNKNOWN = "unknown", pgettext_lazy("verdict", "Data missing")
    NOT_APPLICABLE = "not-applicable", pgettext_lazy("verdict", "Does not apply")


WORST_FIRST = (
    State.UNMET,
    State.LATE,
    State.UNKNOWN,
    State.MADE_UP,
    State.MET,
    State.DUE,
    State.EXCUSED,
    State.NOT_APPLICABLE,
)
"""Of several verdicts of one requirement the first in this order speaks for the unit.

What is decided comes before what is still due: otherwise a school that did its drill last month would drop
out of the rate on the first of the next month, while one that missed it would stay in.
"""

RATED = (State.MET, State.MADE_UP, State.UNMET, State.LATE, State.UNKNOWN)
"""What a rate is made of; due, excused and not applicable are left out."""

EXCEPTIONS = (State.UNMET, State.LATE, State.UNKNOWN)
"""What an officer looks at first."""
