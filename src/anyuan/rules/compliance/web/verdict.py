"""Why a verdict is what it is: need, have, gap, inputs, clause; what is missing and who can give it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import UnitKind, trail_above
from anyuan.foundation.ui.public import Request, page, render

from .. import permits
from ..models import Verdict
from ..queries.rows import find_verdict, siblings
from . import showing
from .rows import line_of


@page(permits.COMPLIANCE_VIEW)
def verdict(request: Request, pk: UUID) -> HttpResponse:
    """One verdict explains itself."""
    found = find_verdict(request.actor, pk)
    context = {
        "line": line_of(found),
        "verdict": found,
        "mark": showing.MARKS[found.state],
        "tone": showing.TONES[found.state],
        "others": [_sibling(found, v) for v in siblings(request.actor, found)],
        "above_area": _county(request.actor, found),
    }
    return render(request, "compliance/verdict.html", context)


def _county(actor: Actor, found: Verdict) -> UUID | None:
    """The county whose board the reader may have come from."""
    above = [u for u in trail_above(actor, found.unit) if actor.may(permits.COMPLIANCE_VIEW, u.path)]
    return next((u.pk for u in reversed(above) if u.kind == UnitKind.COUNTY), None)


def _sibling(found: Verdict, other: Verdict) -> dict[str, Any]:
    other.unit, other.requirement = found.unit, found.requirement
    return line_of(other)
