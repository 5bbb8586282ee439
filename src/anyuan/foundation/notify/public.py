"""The door of notify: notices, ladders, the live stream."""

from .ladders import Rung, clear_ladder, climb_due, set_ladder
from .live import live_app
from .models import Ladder, Level, Notice
from .queries import notices_of, unread_count

__all__ = [
    "Ladder",
    "Level",
    "Notice",
    "Rung",
    "clear_ladder",
    "climb_due",
    "live_app",
    "notices_of",
    "set_ladder",
    "unread_count",
]
