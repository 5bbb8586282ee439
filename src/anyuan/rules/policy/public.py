"""The policy room's door: documents as data, what applies where, checklists, facts, registers, rules."""

from .actions import LoadReport, activate, check_packs, deactivate, load_packs
from .applying import ActiveChecklist, active_checklists, active_packs, checklist_for
from .areas import Area
from .cadence import (
    Cadence,
    Period,
    Window,
    day_in,
    in_window,
    never_occurs,
    next_period,
    period_label,
    periods,
    why_text,
)
from .defs import FactDef, ParamDef, Region, RegisterDef, Rule, Value
from .expressions import (
    BOUND,
    FINEST,
    Env,
    Expression,
    ExpressionError,
    Name,
    Type,
    evaluate,
    parse,
    to_sql,
)
from .models import Activation, CheckItem, Checklist, Clause, Pack, ParamOverride, Requirement
from .permits import POLICY_MANAGE, POLICY_VIEW
from .queries import latest_packs
from .reading import PackProblem, RowEntry, pack_root, row_table

__all__ = [
    "BOUND",
    "FINEST",
    "POLICY_MANAGE",
    "POLICY_VIEW",
    "Activation",
    "ActiveChecklist",
    "Area",
    "Cadence",
    "CheckItem",
    "Checklist",
    "Clause",
    "Env",
    "Expression",
    "ExpressionError",
    "FactDef",
    "LoadReport",
    "Name",
    "Pack",
    "PackProblem",
    "ParamDef",
    "ParamOverride",
    "Period",
    "Region",
    "RegisterDef",
    "Requirement",
    "RowEntry",
    "Rule",
    "Type",
    "Value",
    "Window",
    "activate",
    "active_checklists",
    "active_packs",
    "check_packs",
    "checklist_for",
    "day_in",
    "deactivate",
    "evaluate",
    "in_window",
    "latest_packs",
    "load_packs",
    "never_occurs",
    "next_period",
    "pack_root",
    "parse",
    "period_label",
    "periods",
    "row_table",
    "to_sql",
    "why_text",
]
