"""Every write of the room."""

from .forcing import activate, deactivate, switch_off
from .loading import LoadReport, check_packs, load_packs
from .params import end_override, override_param

__all__ = [
    "LoadReport",
    "activate",
    "check_packs",
    "deactivate",
    "end_override",
    "load_packs",
    "override_param",
    "switch_off",
]
