"""The nine stages of 002-04-4, read out of a hazard: a projection, not a second state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from .models import Hazard

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage; ``at`` None: not yet."""

    code: str
    name: StrOrPromise
    at: datetime | None


def nine_stages(hazard: Hazard) -> list[Stage]:
    """Warn to close, each with the instant it was reached."""
    reached = {
        "warn": hazard.found_at,
        "inspect": hazard.found_at,
        "register": hazard.recorded_at,
        "assess": hazard.judged_at or hazard.assessed_at,
        "report": hazard.reported_at,
        "monitor": hazard.committed_at,
        "rectify": hazard.submitted_at,
        "accept": hazard.accepted_at,
        "close": hazard.closed_at,
    }
    return [Stage(code, NAMES[code], at) for code, at in reached.items()]


NAMES: dict[str, StrOrPromise] = {
    "warn": pgettext_lazy("stage", "Warn"),
    "inspect": pgettext_lazy("stage", "Inspect"),
    "register": pgettext_lazy("stage", "Register"),
    "assess": pgettext_lazy("stage", "Assess"),
    "report": pgettext_lazy("stage", "Report"),
    "monitor": pgettext_lazy("stage", "Monitor"),
    "rectify": pgettext_lazy("stage", "Rectify"),
    "accept": pgettext_lazy("stage", "Accept"),
    "close": pgettext_lazy("stage", "Close"),
}
