"""The cockpit's door: figures of hazards by unit and period, and the addresses of the rows behind them."""

from .figures import FIGURES, Figure, Tally, rows_at, tail
from .periods import Period, Span, period_of
from .permits import VIEW
from .queries import Board, DomainLine, Line, Spot, Week, board, tops

__all__ = [
    "FIGURES",
    "VIEW",
    "Board",
    "DomainLine",
    "Figure",
    "Line",
    "Period",
    "Span",
    "Spot",
    "Tally",
    "Week",
    "board",
    "period_of",
    "rows_at",
    "tail",
    "tops",
]
