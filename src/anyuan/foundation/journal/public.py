"""The journal's door: open an action, write its entry, say who must know."""

from .actions import Act, Tell, action
from .models import Entry, PathField

__all__ = ["Act", "Entry", "PathField", "Tell", "action"]
