"""The policy room's door: documents as data, what applies where, checklists, facts, registers, rules."""

from .actions import (
    LoadReport,
    activate,
    check_packs,
    deactivate,
    end_override,
    load_packs,
    override_param,
    switch_off,
)
from .applying import ActiveChecklist, active_checklists, active_packs, checklist_for
from .areas import Area
from .cadence import (
    Cadence,
    Period,
    Window,
    day_in,
    in_window,
    next_period,
    period_label,
    periods,
    why_text,
)
from .catalogue import BUILT_IN_REGISTERS
from .defs import FactDef, ParamDef, Region, RegisterDef, Rule
from .expressions import Env, Expression, ExpressionError, Name, Type, Value, evaluate, parse, to_sql
from .loaded import env_for, fact_defs, fact_expression, record_env, register_defs
from .models import Activation, CheckItem, Checklist, Clause, Pack, ParamOverride, Requirement
from .permits import POLICY_MANAGE, POLICY_TUNE, POLICY_VIEW
from .queries import latest_packs
from .reading import PackProblem, RowEntry, pack_root, row_table
from .regions import ParamSetting, regions, regions_of, requirement_of, settings_of

__all__ = [
    "BUILT_IN_REGISTERS",
    "POLICY_MANAGE",
    "POLICY_TUNE",
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
    "ParamSetting",
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
    "end_override",
    "env_for",
    "evaluate",
    "fact_defs",
    "fact_expression",
    "in_window",
    "latest_packs",
    "load_packs",
    "next_period",
    "override_param",
    "pack_root",
    "parse",
    "period_label",
    "periods",
    "record_env",
    "regions",
    "regions_of",
    "register_defs",
    "requirement_of",
    "row_table",
    "settings_of",
    "switch_off",
    "to_sql",
    "why_text",
]
