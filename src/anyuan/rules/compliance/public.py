"""The door of compliance: what every requirement comes to for every unit, and why."""

from .actions.nightly import begin_day, pass_hours
from .actions.refreshing import Rebuilt, Refreshed, rebuild, refresh
from .models import Ended, Tally, Verdict
from .permits import COMPLIANCE_MANAGE, COMPLIANCE_VIEW
from .shapes import (
    AreaMatrix,
    Change,
    Counts,
    Explained,
    Input,
    Line,
    Matrix,
    Missing,
    RateLine,
    Todo,
)
from .states import EXCEPTIONS, RATED, WORST_FIRST, State

__all__ = [
    "COMPLIANCE_MANAGE",
    "COMPLIANCE_VIEW",
    "EXCEPTIONS",
    "RATED",
    "WORST_FIRST",
    "AreaMatrix",
    "Change",
    "Counts",
    "Ended",
    "Explained",
    "Input",
    "Line",
    "Matrix",
    "Missing",
    "RateLine",
    "Rebuilt",
    "Refreshed",
    "State",
    "Tally",
    "Todo",
    "Verdict",
    "begin_day",
    "pass_hours",
    "rebuild",
    "refresh",
]
