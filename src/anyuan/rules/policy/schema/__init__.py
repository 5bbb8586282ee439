"""What a pack may say: the shape of ``packs/<id>/*.yaml``."""

from __future__ import annotations

from .base import Part
from .demands import (
    CadencePart,
    CheckPart,
    DutyPart,
    ParamRef,
    PrinciplePart,
    RequirementPart,
    StandardPart,
    UnmetPart,
    WindowPart,
)
from .documents import Applies, ChecklistPart, ClausePart, ItemPart, PackHead
from .values import ChoicePart, DerivePart, FactPart, FieldPart, ParamPart, RegisterPart


class PackFile(Part):
    """All files of one pack, read together."""

    pack: PackHead
    clauses: list[ClausePart] = []
    checklists: list[ChecklistPart] = []
    params: list[ParamPart] = []
    facts: list[FactPart] = []
    registers: list[RegisterPart] = []
    requirements: list[RequirementPart] = []


__all__ = [
    "Applies",
    "CadencePart",
    "CheckPart",
    "ChecklistPart",
    "ChoicePart",
    "ClausePart",
    "DerivePart",
    "DutyPart",
    "FactPart",
    "FieldPart",
    "ItemPart",
    "PackFile",
    "PackHead",
    "ParamPart",
    "ParamRef",
    "PrinciplePart",
    "RegisterPart",
    "RequirementPart",
    "StandardPart",
    "UnmetPart",
    "WindowPart",
]
