"""The hazard room's API operations, mounted by ``edge.api``."""

from .leads import leads_router
from .operations import router

__all__ = ["leads_router", "router"]
