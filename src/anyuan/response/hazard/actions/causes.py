"""What the requirements say is wrong at a unit now: the causes that hazards are proposed for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import clock
from anyuan.rules.compliance.public import State, Verdict

from ..models import title_of

LATE_ALLOWANCE = timedelta(days=7)
"""So long a duty may be late before it is proposed as a hazard; one that is unmet is proposed at once."""

_MET = (State.MET, State.MADE_UP)

CauseKey = tuple[UUID, str, str]
"""Unit, requirement key, code of the subject ("": the unit itself)."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The last word on a requirement at a unit: ``verdict`` is the newest that counts."""

    verdict: Verdict
    met: bool

    @property
    def key(self) -> CauseKey:
        return self.verdict.unit_id, self.verdict.key, self.verdict.subject_code

    @property
    def hazard(self) -> tuple[UUID, str, str, str]:
        """The same for causes in several documents that are one hazard to people."""
        return self.verdict.unit_id, self.unmet["category"], self.title, self.verdict.subject_code

    @property
    def gap(self) -> float:
        """How far need and have lie apart."""
        return abs((self.verdict.need or 0.0) - (self.verdict.have or 0.0))

    @property
    def _spec(self) -> dict[str, Any]:
        return self.verdict.requirement.spec or {}

    @property
    def unmet(self) -> dict[str, Any]:
        """What the document says of the hazard: category, grade, days, title."""
        found: dict[str, Any] = self._spec["on_unmet"]
        return found

    @property
    def subject_name(self) -> str:
        subject = self.verdict.subject
        return subject.name if subject is not None else ""

    @property
    def clause(self) -> str:
        """Document and clause the requirement stands in."""
        requirement = self.verdict.requirement
        return f"{requirement.pack.title} {self._spec.get('clause', '')}".strip()[:120]

    @property
    def title(self) -> str:
        return title_of(self.unmet["title"], self.subject_name)

    @property
    def why(self) -> str:
        """Need, have and gap in a sentence."""
        verdict = self.verdict
        part = self._spec.get("standard") or self._spec.get("duty") or {}
        if part.get("op") == "holds" or verdict.need is None:
            return _("It must be so, and is not.")
        words = {
            "need": _amount(verdict.need, part.get("unit", "")),
            "have": _amount(verdict.have or 0.0, part.get("unit", "")),
            "gap": _amount(abs(verdict.need - (verdict.have or 0.0)), part.get("unit", "")),
            "period": verdict.period,
        }
        if verdict.period:
            return _("Period %(period)s: %(need)s needed, %(have)s done, %(gap)s missing.") % words
        if part.get("op") == "at-most":
            return _("At most %(need)s allowed, %(have)s there, %(gap)s too many.") % words
        if part.get("op") == "equals":
            return _("Exactly %(need)s needed, %(have)s there.") % words
        return _("%(need)s needed, %(have)s there, %(gap)s missing.") % words


def _amount(number: float, unit: str) -> str:
    return f"{round(number, 2):g}{unit}" if abs(number) < 1e6 else f"{number:,.0f}{unit}"


def causes(units: Sequence[UUID], keys: Sequence[CauseKey] = ()) -> dict[CauseKey, Cause]:
    """The last word on each requirement that may become a hazard at ``units`` (only on ``keys``, when given).

    A duty that is due, excused or late within the allowance says nothing yet: the period before it does.
    What is unknown or does not apply is no cause.
    """
    grace = clock.now() - LATE_ALLOWANCE
    decided = Q(state__in=[*_MET, State.UNMET]) | Q(state=State.LATE, due_at__lte=grace)
    rows = Verdict.everything.filter(decided, unit__in=units, requirement__spec__has_key="on_unmet")
    if keys:
        rows = rows.filter(key__in={key for _unit, key, _subject in keys})
    rows = rows.select_related("requirement__pack", "subject", "unit")
    rows = rows.defer("requirement__pack__content", "unit__outline", "records").order_by(
        "unit_id", "key", "subject_code", F("starts").desc(nulls_last=True)
    )
    found = [Cause(row, row.state in _MET) for row in rows.distinct("unit_id", "key", "subject_code")]
    return {cause.key: cause for cause in found}
