"""What a pack's expressions may name: facts, registers' fields, params; and how far they reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from anyuan.foundation.org.public import Unit

from .defs import FactDef, ParamDef, RegisterDef
from .expressions import Env, Name, Type, Value
from .schema import ChoicePart, FactPart, FieldPart, PackFile, ParamPart, RegisterPart

COMMON = "common"
"""The pack whose facts and registers every other pack may use."""

FIELD_TYPE = {
    "text": Type.TEXT,
    "choice": Type.TEXT,
    "integer": Type.NUMBER,
    "number": Type.NUMBER,
    "yes-no": Type.BOOL,
    "day": Type.DATE,
}
ORG_TYPE = {
    "pupils": Type.NUMBER,
    "staff": Type.NUMBER,
    "adults": Type.NUMBER,
    "boarding": Type.TEXT,
    "ownership": Type.TEXT,
    "setting": Type.TEXT,
    "unit_type": Type.TEXT,
}
RECORD_NAMES = ("hour", "weekday", "evidence")
"""What conditions on a record may name besides its fields."""
BUILT_IN_REGISTERS: dict[str, dict[str, Type]] = {
    "round": {"route": Type.TEXT, "day": Type.DATE, "made_up": Type.BOOL},
    "check": {"passed": Type.NUMBER, "failed": Type.NUMBER},
}
"""Registers the ledger itself defines and duties may ask for, with the fields expressions may use."""


@dataclass(frozen=True)
class Catalogue:
    """The names of one pack: its own facts, registers and params, and those of ``common``."""

    facts: Mapping[str, FactPart]
    registers: Mapping[str, RegisterPart]
    params: Mapping[str, ParamPart]

    @classmethod
    def of(cls, pack: PackFile, common: PackFile | None) -> Catalogue:
        others = [common] if common is not None and common.pack.id != pack.pack.id else []
        packs = [*others, pack]
        return cls(
            facts={f.key: f for p in packs for f in p.facts},
            registers={r.id: r for p in packs for r in p.registers},
            params={p.key: p for p in pack.params},
        )

    @cached_property
    def _params(self) -> dict[str, Name]:
        return {
            p.key: Name(
                p.key,
                Type(p.type),
                p.least if p.type == "number" else None,
                p.most if p.type == "number" else None,
                choices=_codes(p.choices),
            )
            for p in self.params.values()
        }

    def env(self, per: str | None = None, *, params: bool = True) -> Env:
        """For expressions about a unit, or about one of its subjects of the kind ``per``."""
        facts = {
            f.key: Name(f.key, Type(f.type), f.least, f.most, choices=_choices(f))
            for f in self.facts.values()
            if f.per is None or f.per == per
        }
        return Env(facts, self._params if params else {})

    def field_env(self, register: str) -> Env | None:
        """For facts derived from a register: its fields and ``today``. None for one nobody defines."""
        found = self.record_env(register)
        if found is None:
            return None
        fields = {key: name for key, name in found.facts.items() if key not in RECORD_NAMES}
        return Env(fields, {}, today=True)

    def record_env(self, register: str) -> Env | None:
        """For conditions on a record: its fields, ``hour`` (of the Shanghai day, 19.5 is half past seven),
        ``weekday`` (1 is Monday) and, where the register keeps photos, ``evidence`` (how many); params.

        None for a register nobody defines.
        """
        if register in BUILT_IN_REGISTERS:
            fields = {key: Name(key, kind) for key, kind in BUILT_IN_REGISTERS[register].items()}
        elif register in self.registers:
            fields = _fields(self.registers[register])
        else:
            return None
        own = {
            "hour": Name("hour", Type.NUMBER, 0, 24, finest=1e-10),
            "weekday": Name("weekday", Type.NUMBER, 1, 7),
        }
        return Env(own | fields, self._params)

    def register_names(self) -> list[str]:
        return sorted({*self.registers, *BUILT_IN_REGISTERS})


def _fields(register: RegisterPart) -> dict[str, Name]:
    found = {
        f.key: Name(
            f.key,
            FIELD_TYPE[f.kind],
            f.least if _numeric(f) else None,
            f.most if _numeric(f) else None,
            choices=_codes(f.choices),
        )
        for f in register.fields
    }
    if register.evidence == "photo":
        found.setdefault("evidence", Name("evidence", Type.NUMBER, 0, 1000))
    return found


def _choices(fact: FactPart) -> tuple[str, ...]:
    """What a text fact can be: its own choices, or those of the unit's column it comes from."""
    if fact.derive is not None and fact.derive.org is not None:
        column = Unit._meta.get_field(fact.derive.org)
        return tuple(str(code) for code, _label in getattr(column, "flatchoices", ()) if code)
    return _codes(fact.choices)


def _codes(choices: Iterable[ChoicePart]) -> tuple[str, ...]:
    return tuple(choice.code for choice in choices)


def _numeric(part: FieldPart) -> bool:
    return FIELD_TYPE[part.kind] is Type.NUMBER


def fact_def(part: FactPart, pack_code: str) -> FactDef:
    derive = part.derive.model_dump(mode="json", by_alias=True, exclude_none=True) if part.derive else None
    return FactDef(
        **part.model_dump(mode="json", exclude={"derive", "choices"}),
        derive=derive,
        choices=tuple(c.model_dump() for c in part.choices),
        pack_code=pack_code,
    )


def register_def(part: RegisterPart, pack_code: str) -> RegisterDef:
    return RegisterDef(
        code=part.id,
        version=part.version,
        title=part.title,
        title_en=part.title_en,
        subject=part.subject,
        fields=tuple(f.model_dump(mode="json") for f in part.fields),
        evidence=part.evidence,
        domain=part.domain.value,
        post=part.post,
        expires=part.expires,
        help=part.help or "",
        help_en=part.help_en or "",
        pack_code=pack_code,
    )


def param_def(part: ParamPart) -> ParamDef:
    return ParamDef(
        **part.model_dump(mode="json", exclude={"default", "choices"}),
        default=value_of(part.type, part.default),
        choices=tuple(c.model_dump() for c in part.choices),
    )


def value_of(kind: str, value: object) -> Value:
    """A YAML or JSON value as a value of this type. Raises ``ValueError`` when it is none."""
    right = {
        "boolean": isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "text": isinstance(value, str),
        "date": isinstance(value, str | date),
    }
    if not right[kind]:
        raise ValueError(kind)
    if kind == "date":
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    return float(value) if kind == "number" else value  # type: ignore[arg-type, return-value]


def ordered(graph: Mapping[str, Iterable[str]]) -> tuple[list[str], list[str]]:
    """Keys so that each comes after those it needs; and, if there is one, a circle (first = last)."""
    done: list[str] = []
    state: dict[str, bool] = {}

    def visit(key: str, trail: tuple[str, ...]) -> list[str]:
        if state.get(key):
            return []
        if key in trail:
            return [*trail[trail.index(key) :], key]
        for needed in sorted(set(graph.get(key, ())) & set(graph)):
            circle = visit(needed, (*trail, key))
            if circle:
                return circle
        state[key] = True
        done.append(key)
        return []

    for key in graph:
        circle = visit(key, ())
        if circle:
            return done, circle
    return done, []


def refused_value(param: ParamPart | ParamDef, value: object) -> str:
    """Why a param cannot have this value; "" when it can."""
    try:
        found = value_of(param.type, value)
    except ValueError:
        return _("Expected a value of the type %(type)s.") % {"type": param.type}
    codes = [c["code"] if isinstance(c, dict) else c.code for c in param.choices]
    if codes and found not in set(codes):
        return _("Expected one of: %(choices)s.") % {"choices": ", ".join(codes)}
    if isinstance(found, float):
        if param.least is not None and found < param.least:
            return _("Expected at least %(least)s.") % {"least": f"{param.least:g}"}
        if param.most is not None and found > param.most:
            return _("Expected at most %(most)s.") % {"most": f"{param.most:g}"}
    return ""
