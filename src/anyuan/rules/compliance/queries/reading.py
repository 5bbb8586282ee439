"""Verdicts as they are stored, and as they would be on another day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, ScopedQuerySet, clock
from anyuan.foundation.org.public import Unit
from anyuan.rules.policy.public import reading_once

from ..deriving.facts import known_on
from ..deriving.plan import Plan, ruled
from ..deriving.running import Extent, read
from ..models import Verdict
from ..permits import COMPLIANCE_VIEW
from ..shapes import Counts


def verdicts(actor: Actor) -> ScopedQuerySet:
    """The verdicts the actor sees, as an open query."""
    return Verdict.objects.visible_to(actor)


def rate_of(counts: Counts) -> float | None:
    """Met ÷ (met + made up + unmet + late + unknown), between 0 and 1; None where nothing is decided."""
    return counts.rate


def evaluate(actor: Actor, unit: Unit, day: date | None = None) -> list[dict[str, Any]]:
    """The verdicts of one unit as derived for ``day`` (default today); nothing is stored.

    Another day takes the facts of that day, the documents and the calendar as they stand now, and the records
    of things done until its end. Raises :class:`NotFound` outside the actor's scope, :class:`Invalid` for a
    day ahead of today.
    """
    if not actor.may(COMPLIANCE_VIEW, unit.path):
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    day = day or clock.today()
    if day > clock.today():
        words = {"day": day, "today": clock.today()}
        raise Invalid(_("%(day)s lies ahead of today, %(today)s: nothing can be said of it yet.") % words)
    with reading_once():
        plan = Plan(day, ruled(day, paths=[unit.path]), paths=[unit.path])
        found = list(read(plan, Extent(units=[unit.pk]), known_on(unit, day)))
    return [row for row in found if actor.may(COMPLIANCE_VIEW, unit.path, row["domain"])]
