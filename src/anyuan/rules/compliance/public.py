"""The door of compliance: what every requirement comes to for every unit, and why."""

from .actions.nightly import begin_day, pass_hours
from .actions.refreshing import Rebuilt, Refreshed, rebuild, refresh, refresh_soon
from .models import Ended, Tally, Verdict
from .permits import COMPLIANCE_MANAGE, COMPLIANCE_VIEW
from .queries.boards import AreaMatrix, Matrix, area_matrix, matrix
from .queries.explaining import explain, satisfied_by
from .queries.rates import Rates, rates
from .queries.reading import evaluate, rate_of, verdicts
from .queries.school import SchoolView, school_view
from .queries.todos import todos, todos_kept
from .shapes import Change, Counts, Explained, Input, Missing, Todo
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
    "Matrix",
    "Missing",
    "Rates",
    "Rebuilt",
    "Refreshed",
    "SchoolView",
    "State",
    "Tally",
    "Todo",
    "Verdict",
    "area_matrix",
    "begin_day",
    "evaluate",
    "explain",
    "matrix",
    "pass_hours",
    "rate_of",
    "rates",
    "rebuild",
    "refresh",
    "refresh_soon",
    "satisfied_by",
    "school_view",
    "todos",
    "todos_kept",
    "verdicts",
]
