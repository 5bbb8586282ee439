"""The policy room's door: documents as data, what applies where, checklists."""

from .actions import LoadReport, activate, check_packs, deactivate, load_packs
from .applying import ActiveChecklist, active_checklists, active_packs, checklist_for
from .models import Activation, CheckItem, Checklist, Clause, Pack
from .permits import POLICY_MANAGE, POLICY_VIEW
from .queries import latest_packs
from .reading import PackProblem, RowEntry, pack_root, row_table

__all__ = [
    "POLICY_MANAGE",
    "POLICY_VIEW",
    "Activation",
    "ActiveChecklist",
    "CheckItem",
    "Checklist",
    "Clause",
    "LoadReport",
    "Pack",
    "PackProblem",
    "RowEntry",
    "activate",
    "active_checklists",
    "active_packs",
    "check_packs",
    "checklist_for",
    "deactivate",
    "latest_packs",
    "load_packs",
    "pack_root",
    "row_table",
]
