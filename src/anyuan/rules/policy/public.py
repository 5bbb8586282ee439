"""The policy room's door: documents as data, what applies where, checklists, facts, registers, rules."""

from .actions import LoadReport, activate, check_packs, deactivate, load_packs
from .applying import ActiveChecklist, active_checklists, active_packs, checklist_for
from .areas import Area
from .defs import FactDef, ParamDef, Region, RegisterDef, Rule, Value
from .models import Activation, CheckItem, Checklist, Clause, Pack, ParamOverride, Requirement
from .permits import POLICY_MANAGE, POLICY_VIEW
from .queries import latest_packs
from .reading import PackProblem, RowEntry, pack_root, row_table

__all__ = [
    "POLICY_MANAGE",
    "POLICY_VIEW",
    "Activation",
    "ActiveChecklist",
    "Area",
    "CheckItem",
    "Checklist",
    "Clause",
    "FactDef",
    "LoadReport",
    "Pack",
    "PackProblem",
    "ParamDef",
    "ParamOverride",
    "Region",
    "RegisterDef",
    "Requirement",
    "RowEntry",
    "Rule",
    "Value",
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
