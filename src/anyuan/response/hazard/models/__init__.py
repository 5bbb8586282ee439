"""The room's nouns: the hazard, its trail of steps, what hangs on it, quick snaps, a region's settings."""

from .export import Export, ExportKind, ExportState
from .hazard import Hazard
from .lead import Lead, LeadState
from .proposal import Proposal, ProposalState, title_of
from .settings import LoopSettings
from .spread import SameCheck, SameCheckState
from .trail import Delegation, Extension, HandOver, NumberCounter, Step, WatchNote

__all__ = [
    "Delegation",
    "Export",
    "ExportKind",
    "ExportState",
    "Extension",
    "HandOver",
    "Hazard",
    "Lead",
    "LeadState",
    "LoopSettings",
    "NumberCounter",
    "Proposal",
    "ProposalState",
    "SameCheck",
    "SameCheckState",
    "Step",
    "WatchNote",
    "title_of",
]
