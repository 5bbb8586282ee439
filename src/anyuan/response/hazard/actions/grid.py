"""Several hazards of several units in one go: what a grid pasted from Excel sends."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, Problem

from ..loop.inputs import Registration, Stamp
from ..models import Hazard
from .runner import begin
from .several import rehearse, sentence

MOST = 500


def register_many(actor: Actor, rows: Sequence[tuple[Registration, Stamp]]) -> list[Hazard]:
    """Enter all ``rows`` or none, each as :func:`register` would.

    Raises ``Invalid`` whose ``fields`` map the row (from 1) to what is wrong with it.
    """
    if len(rows) > MOST:
        raise Invalid(_("Enter at most %(count)d rows at once.") % {"count": MOST})
    made: list[Hazard] = []
    problems: dict[str, list[str]] = {}
    with transaction.atomic():
        for place, (data, stamp) in enumerate(rows, start=1):
            try:
                with transaction.atomic():
                    made.append(begin(actor, data, stamp))
            except Problem as problem:
                problems[str(place)] = [sentence(problem)]
        if problems:
            raise Invalid(_("Nothing was entered: some rows need another look."), problems)
    return made


def try_many(actor: Actor, rows: Sequence[tuple[Registration, Stamp]]) -> dict[int, str]:
    """What :func:`register_many` would refuse: row (from 1) → sentence; nothing stays."""
    problem = rehearse(lambda: register_many(actor, rows))
    if problem is None:
        return {}
    fields = problem.fields if isinstance(problem, Invalid) else {}
    return {int(row): " ".join(texts) for row, texts in fields.items()} or {1: problem.message}
