"""The states of a record and the moves between them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """``pending``: entered later than allowed, waits for approval and does not count yet."""

    VALID = "valid", pgettext_lazy("record state", "Valid")
    PENDING = "pending", pgettext_lazy("record state", "Waits for approval")
    REFUSED = "refused", pgettext_lazy("record state", "Refused")
    SUPERSEDED = "superseded", pgettext_lazy("record state", "Replaced")
    VOID = "void", pgettext_lazy("record state", "Void")


MOVES: dict[str, dict[str, str]] = {
    State.PENDING: {"approve": State.VALID, "refuse": State.REFUSED, "void": State.VOID},
    State.VALID: {"supersede": State.SUPERSEDED, "void": State.VOID},
}
"""State → move → next state. Refused, replaced and void records stay readable and never move again."""

STANDING = (State.VALID, State.PENDING)
"""The states in which a record holds its slot."""
