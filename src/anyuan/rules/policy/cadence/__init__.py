"""How often something is due, as periods of a school's own calendar."""

from .making import never_occurs, next_period, periods
from .model import Cadence, Period, Window, day_in, in_window

__all__ = ["Cadence", "Period", "Window", "day_in", "in_window", "never_occurs", "next_period", "periods"]
