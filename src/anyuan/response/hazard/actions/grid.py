"""Several hazards of several units in one go: what a grid pasted from Excel sends."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, Problem

from ..loop.inputs import Registration, Stamp
from ..models import Hazard
from .runner import begin

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
                problems[str(place)] = [problem.message]
        if problems:
            raise Invalid(_("Nothing was entered: some rows need another look."), problems)
    return made
