"""From parts of a pack to rules that run: every expression parsed and typed, every name known.

What is wrong becomes a :class:`Fault` with its place; at run time packs are free of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from .cadence import Cadence, Window, never_occurs
from .catalogue import RECORD_NAMES, Catalogue, refused_value, value_of
from .defs import Rule
from .expressions import RESERVED, Env, Expression, ExpressionError, Type, Value, parse
from .meaning import always_met, strange_choices, suggestion
from .schema import CadencePart, DutyPart, ParamPart, ParamRef, RequirementPart, StandardPart

Where = tuple[str | int, ...]
_PARAM = re.compile(r"(?:param\s*\(\s*)?'([^']*)'")
_WORD = re.compile(r"([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a pack; ``position`` is the character of ``text`` that is meant."""

    where: Where
    message: str
    position: int | None = None
    text: str = ""


def _meant(text: str, position: int, env: Env) -> str:
    """The nearest known name, where an unknown one stands at ``position``."""
    found = _PARAM.match(text, position)
    known = env.params if found else env.facts
    found = found or _WORD.match(text, position)
    if found is None or found[1] in known or found[1].lower() in RESERVED:
        return ""
    return suggestion(found[1], known)


class Compiler:
    """Compiles the parts of one pack and collects faults."""

    def __init__(self, catalogue: Catalogue, *, new: bool = False) -> None:
        """``new``: the pack is not loaded yet, so what runs but can hardly be meant is a fault too."""
        self.catalogue = catalogue
        self.new = new
        self.faults: list[Fault] = []

    def fault(self, where: Where, message: str) -> None:
        self.faults.append(Fault(where, message))

    def expression(self, text: str | None, env: Env, want: Type, where: Where) -> Expression | None:
        if text is None:
            return None
        try:
            found = parse(text, env, want)
        except ExpressionError as error:
            message = error.message + _meant(text, error.position, env)
            self.faults.append(Fault(where, message, error.position, text))
            return None
        if self.new:
            self.faults += [Fault(where, words, at, text) for words, at in strange_choices(found)]
        return found

    def requirement(self, part: RequirementPart, where: Where) -> Rule | None:
        """The rule with the params' defaults in its cadence; None when something is wrong."""
        before = len(self.faults)
        env = self.catalogue.env(part.per)
        applies = self.expression(part.applies, env, Type.BOOL, (*where, "applies"))
        more: dict[str, Any] = {}
        if part.standard is not None:
            more = self._standard(part.standard, env, (*where, "standard"))
        elif part.duty is not None:
            more = self._duty(part, part.duty, env, (*where, "duty"))
        elif part.check is not None:
            more = {"checklist": part.check.checklist, "item": part.check.item}
        elif part.principle is not None:
            more = {"text": part.principle.text}
        if len(self.faults) > before or applies is None:
            return None
        return Rule(
            key=part.id,
            code=part.id,
            kind=part.kind,
            row=UUID(int=0),
            title=part.title,
            title_en=part.title_en,
            area=part.area.value,
            domain=part.domain.value,
            post=part.post or "",
            per=part.per or "",
            applies=applies,
            on_unmet=part.on_unmet,
            clause_label=part.clause,
            rows=tuple(part.source),
            **more,
        )

    def _standard(self, part: StandardPart, env: Env, where: Where) -> dict[str, Any]:
        boolean = part.op == "holds"
        want = Type.BOOL if boolean else Type.NUMBER
        if boolean and part.need is not None:
            self.fault((*where, "need"), _("“holds” compares with nothing; leave “need” out."))
        if not boolean and part.need is None:
            self.fault((*where, "need"), _("Expected what is needed; only “op: holds” goes without."))
        have = self.expression(part.have, env, want, (*where, "have"))
        need = self.expression(part.need, env, want, (*where, "need"))
        if self.new and have is not None and need is not None and always_met(part.op, have, need):
            self.fault((*where, "need"), _("This is always met, whatever a unit has."))
        return {
            "have": have,
            "need": need,
            "op": part.op,
            "unit": part.unit,
        }

    def _duty(self, whole: RequirementPart, part: DutyPart, env: Env, where: Where) -> dict[str, Any]:
        names = self.catalogue.record_env(part.register_)
        if names is None:
            known = self.catalogue.register_names()
            self.fault(
                (*where, "register"),
                _("There is no register “%(name)s”.") % {"name": part.register_}
                + suggestion(part.register_, known),
            )
            names = Env({}, {})
        condition = None
        amount = self.expression(part.at_least, env, Type.NUMBER, (*where, "at_least"))
        self._counted(part, where)
        if names.facts:
            self._subject(whole, part, where)
            if part.sum is not None:
                self.field(part.sum, names, Type.NUMBER, (*where, "sum"))
            if part.distinct is not None:
                self._distinct(part.distinct, names, amount, where)
            condition = self.expression(part.where, names, Type.BOOL, (*where, "where"))
        if self.new and amount is not None and amount.range.high <= 0:
            self.fault((*where, "at_least"), _("This is always met; expected more than 0."))
        return {
            "register": part.register_,
            "cadence": self.cadence(part.every, (*where, "every")),
            "at_least": amount,
            "sum_field": part.sum or "",
            "once_a_day": part.once_a == "day",
            "distinct": part.distinct or "",
            "where": condition,
            "window": _window(part),
            "made_up": part.made_up,
            "unit": part.unit,
        }

    def _counted(self, part: DutyPart, where: Where) -> None:
        """Records, days, the values of a field, or its sum: one of them."""
        if part.once_a and part.sum is not None:
            self.fault((*where, "once_a"), _("Either days are counted or a field is added up."))
        if part.distinct is not None and part.sum is not None:
            message = _("Either the different values of a field are counted or a field is added up.")
            self.fault((*where, "distinct"), message)
        elif part.distinct is not None and part.once_a:
            message = _("Either the different values of a field are counted or days are.")
            self.fault((*where, "distinct"), message)

    def _distinct(self, key: str, names: Env, amount: Expression | None, where: Where) -> None:
        """A field of the register itself, with as many choices as are asked for."""
        own = Env({k: n for k, n in names.facts.items() if k not in RECORD_NAMES}, {})
        if self.field(key, own, None, (*where, "distinct")) is None:
            return
        choices = own.facts[key].choices
        if self.new and choices and amount is not None and amount.range.low > len(choices):
            words = {"name": key, "count": len(choices)}
            message = _("This is never met; “%(name)s” has %(count)d choices.") % words
            self.fault((*where, "at_least"), message)

    def _subject(self, whole: RequirementPart, part: DutyPart, where: Where) -> None:
        register = self.catalogue.registers.get(part.register_)
        if whole.per and (register is None or register.subject != whole.per):
            self.fault(
                (*where, "register"),
                _("Records of “%(name)s” are about another subject than “per: %(per)s”.")
                % {"name": part.register_, "per": whole.per},
            )

    def field(self, key: str, names: Env, want: Type | None, where: Where) -> Type | None:
        """The type of a register's field; a fault when there is none or it has another type."""
        found = names.facts.get(key)
        if found is None:
            words = _("The register has no field “%(name)s”.") % {"name": key}
            self.faults.append(Fault(where, words + suggestion(key, names.facts), 0, key))
            return None
        if want is not None and found.type is not want:
            self.fault(
                where,
                _("Expected a field of the type %(want)s; “%(name)s” is %(got)s.")
                % {"want": want.value, "name": key, "got": found.type.value},
            )
        return found.type

    def cadence(self, part: CadencePart, where: Where) -> Cadence | None:
        """With the params' defaults. A fault for an option that is no param, or a cadence without any day."""
        before = len(self.faults)
        for option, name in refs_of(part).items():
            self._ref(option, name, (*where, option))
        if len(self.faults) > before:
            return None
        settings = _settings(part, self.catalogue.params)
        for values in settings:
            wrong = never_occurs(cadence_of(part, values))
            if wrong:
                self.fault(where, wrong)
                return None
        return cadence_of(part, settings[0]) if settings else None

    def _ref(self, option: str, name: str, where: Where) -> None:
        param = self.catalogue.params.get(name)
        if param is None:
            self.fault(
                where,
                _("There is no param “%(name)s” in this pack.") % {"name": name}
                + suggestion(name, self.catalogue.params),
            )
            return
        allowed = OPTION_VALUES[option]
        if not allowed:
            if param.type != "number" or param.least is None or param.least < 1:
                self.fault(where, _("Expected a number param with “least” 1 or more."))
        elif param.type != "text" or not {c.code for c in param.choices} <= allowed or not param.choices:
            self.fault(
                where,
                _("Expected a text param whose choices are among: %(choices)s.")
                % {"choices": ", ".join(sorted(allowed))},
            )


OPTION_VALUES: dict[str, set[str]] = {
    "rule": {"first-weekday", "first-week"},
    "shift": {"next-school-day", "previous-school-day", "none"},
    "window": {"day", "week", "month"},
    "holidays": {"all", "vacations"},
    "vacation": {"skip", "keep"},
    "days": set(),
    "hours": set(),
}
"""What a param may say for each option of a cadence; nothing: a whole number."""


def refs_of(part: CadencePart) -> dict[str, str]:
    """The options that a param decides: option → param."""
    options = {name: getattr(part, name) for name in OPTION_VALUES}
    return {name: value.param for name, value in options.items() if isinstance(value, ParamRef)}


def cadence_of(part: CadencePart, params: Mapping[str, Value]) -> Cadence:
    """The cadence with the region's params in it."""
    given = {name: getattr(part, name) for name in CadencePart.model_fields}
    for option, name in refs_of(part).items():
        value = params[name]
        given[option] = int(value) if isinstance(value, float) else value
    return Cadence(**{name: value for name, value in given.items() if value is not None})


def _settings(part: CadencePart, params: Mapping[str, ParamPart]) -> list[dict[str, Value]]:
    """The defaults, then each param's limits or choices with the others at their default.

    Nothing when a default itself is wrong.
    """
    if any(refused_value(params[name], params[name].default) for name in refs_of(part).values()):
        return []
    base = {name: value_of(params[name].type, params[name].default) for name in refs_of(part).values()}
    found = [base]
    for name in base:
        param = params[name]
        ends = [param.least, param.most] if param.type == "number" else [c.code for c in param.choices]
        found += [base | {name: value} for value in ends if value is not None]
    return found


def _window(part: DutyPart) -> Window | None:
    if part.window is None:
        return None
    return Window(time.fromisoformat(part.window.start), time.fromisoformat(part.window.end))


def with_params(rule: Rule, part: RequirementPart, params: Mapping[str, Value]) -> Rule:
    """The rule with the region's cadence."""
    if part.duty is None or not refs_of(part.duty.every):
        return rule
    return replace(rule, cadence=cadence_of(part.duty.every, params))
