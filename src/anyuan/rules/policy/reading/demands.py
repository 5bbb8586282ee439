"""Checks of params, facts, registers and requirements: every name known, every expression typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from ..catalogue import (
    BUILT_IN_REGISTERS,
    COMMON,
    FIELD_TYPE,
    ORG_TYPE,
    RECORD_NAMES,
    Catalogue,
    ordered,
    refused_value,
)
from ..compiling import Compiler, Fault, Where
from ..expressions import RESERVED, Type
from ..meaning import suggestion
from ..schema import DerivePart, FactPart, PackFile, ParamPart, RegisterPart, RequirementPart
from .marks import Marks, PackProblem
from .outline import twice
from .rows import RowEntry


def demand_problems(
    parts: PackFile, catalogue: Catalogue, marks: Marks, rows: dict[str, RowEntry]
) -> Iterator[PackProblem]:
    """Everything wrong with what the pack demands. ``catalogue`` holds its names and those of ``common``."""
    checks = _Checks(parts, catalogue, rows)
    yield from twice([p.key for p in parts.params], ("params",), "key", marks)
    yield from twice([f.key for f in parts.facts], ("facts",), "key", marks)
    yield from twice([r.id for r in parts.registers], ("registers",), "id", marks)
    yield from twice([r.id for r in parts.requirements], ("requirements",), "id", marks)
    for fault in checks.all():
        yield located(fault, marks)


def located(fault: Fault, marks: Marks) -> PackProblem:
    if fault.position is None:
        return marks.problem(fault.where, fault.message)
    return marks.inside(fault.where, fault.position, fault.text, fault.message)


class _Checks:
    def __init__(self, parts: PackFile, catalogue: Catalogue, rows: dict[str, RowEntry]) -> None:
        self.parts, self.catalogue, self.rows = parts, catalogue, rows
        self.compiler = Compiler(catalogue, new=True)
        self.fault = self.compiler.fault

    def all(self) -> list[Fault]:
        if self.parts.pack.id == COMMON:
            self._common()
        elif not self.parts.clauses:
            self.fault(("clauses",), _("Expected at least one clause."))
        for number, param in enumerate(self.parts.params):
            self._param(param, ("params", number))
        graph = {f.key: self._fact(f, ("facts", n)) for n, f in enumerate(self.parts.facts)}
        self._circle(graph)
        for number, register in enumerate(self.parts.registers):
            self._register(register, ("registers", number))
        for number, requirement in enumerate(self.parts.requirements):
            self._requirement(requirement, ("requirements", number))
        return self.compiler.faults

    def _common(self) -> None:
        for key in ("clauses", "checklists", "params", "requirements"):
            if getattr(self.parts, key):
                self.fault((key,), _("“common” holds facts and registers only."))
        if self.parts.pack.document:
            self.fault(("pack", "document"), _("“common” is no document; expected an empty text."))

    def _name(self, key: str, where: Where) -> None:
        if key in RESERVED:
            self.fault(where, _("“%(name)s” is a word of expressions and cannot be a name.") % {"name": key})

    def _param(self, param: ParamPart, where: Where) -> None:
        self._name(param.key, (*where, "key"))
        if not self._limits(param.type, param.least, param.most, where):
            return
        if param.choices and param.type != "text":
            self.fault((*where, "choices"), _("Only a text has choices."))
        if param.stricter != "none" and param.type == "text" and not param.choices:
            self.fault((*where, "stricter"), _("A text without choices has no stricter side."))
        wrong = refused_value(param, param.default)
        if wrong:
            self.fault((*where, "default"), wrong)

    def _limits(self, kind: str, least: float | None, most: float | None, where: Where) -> bool:
        before = len(self.compiler.faults)
        if kind != "number" and (least is not None or most is not None):
            self.fault((*where, "least" if least is not None else "most"), _("Only numbers have limits."))
        if least is not None and most is not None and least > most:
            self.fault((*where, "most"), _("Expected at least %(least)s.") % {"least": f"{least:g}"})
        return len(self.compiler.faults) == before

    def _fact(self, fact: FactPart, where: Where) -> frozenset[str]:
        """Checks a fact; gives the facts its expression needs."""
        self._name(fact.key, (*where, "key"))
        self._limits(fact.type, fact.least, fact.most, where)
        self._within(fact, where)
        if fact.question and fact.confirm is None:
            self.fault((*where, "confirm"), _("Expected the post that answers the question."))
        if fact.derive is None:
            if not fact.question:
                self.fault((*where, "question"), _("Expected a question to ask, or how it is derived."))
            return frozenset()
        return self._derive(fact, fact.derive, (*where, "derive"))

    def _within(self, fact: FactPart, where: Where) -> None:
        """What a fact is a part of is another number somebody knows of the same thing."""
        if fact.within is None:
            return
        numbers = {
            f.key
            for f in self.catalogue.facts.values()
            if f.type == "number" and f.per == fact.per and f.key != fact.key
        }
        if fact.type != "number":
            self.fault((*where, "within"), _("Only numbers have limits."))
        elif fact.within not in numbers:
            message = _("There is no number “%(name)s” about the same thing.") % {"name": fact.within}
            message += suggestion(fact.within, numbers)
            self.compiler.faults.append(Fault((*where, "within"), message, 0, fact.within))
        elif fact.derive is not None and fact.derive.register_ is None:
            self.fault((*where, "within"), _("Nobody declares this fact; only what is declared is compared."))

    def _derive(self, fact: FactPart, derive: DerivePart, where: Where) -> frozenset[str]:
        given = [k for k, v in (("org", derive.org), ("expression", derive.expression)) if v is not None]
        given += ["register"] if derive.register_ is not None else []
        if len(given) != 1:
            self.fault(where, _("Expected exactly one of “org”, “expression” and “register”."))
            return frozenset()
        want = Type(fact.type)
        if derive.org is not None and ORG_TYPE[derive.org] is not want:
            self._type(want, ORG_TYPE[derive.org], (*where, "org"))
        if derive.expression is not None:
            env = self.catalogue.env(fact.per, params=False)
            found = self.compiler.expression(derive.expression, env, want, (*where, "expression"))
            return found.facts if found else frozenset()
        if derive.register_ is not None:
            self._derive_register(want, derive, where)
        return frozenset()

    def _derive_register(self, want: Type, derive: DerivePart, where: Where) -> None:
        name = derive.register_ or ""
        env = self.catalogue.field_env(name)
        if env is None:
            known = self.catalogue.register_names()
            message = _("There is no register “%(name)s”.") % {"name": name} + suggestion(name, known)
            self.fault((*where, "register"), message)
            return
        ways = [k for k in ("count", "distinct", "sum", "latest") if getattr(derive, k) is not None]
        if len(ways) != 1:
            self.fault(where, _("Expected exactly one of “count”, “distinct”, “sum” and “latest”."))
            return
        way = ways[0]
        if way != "count":
            number = Type.NUMBER if way == "sum" else None
            got = self.compiler.field(getattr(derive, way), env, number, (*where, way))
            if way == "latest" and got not in (None, want):
                self._type(want, got, (*where, way))
        if way != "latest" and want is not Type.NUMBER:
            self._type(want, Type.NUMBER, where)
        self.compiler.expression(derive.where, env, Type.BOOL, (*where, "where"))

    def _type(self, want: Type, got: Type | None, where: Where) -> None:
        self.fault(
            where,
            _("The fact is declared as %(want)s, but this gives %(got)s.")
            % {"want": want.value, "got": got.value if got else "-"},
        )

    def _circle(self, graph: dict[str, frozenset[str]]) -> None:
        circle = ordered(graph)[1]
        if circle:
            number = [f.key for f in self.parts.facts].index(circle[0])
            self.fault(
                ("facts", number, "derive"),
                _("These facts are derived from each other: %(circle)s.") % {"circle": " → ".join(circle)},
            )

    def _register(self, register: RegisterPart, where: Where) -> None:
        if register.id in BUILT_IN_REGISTERS or register.id == "snap":
            self.fault((*where, "id"), _("The system itself has a register of this name."))
        keys = [f.key for f in register.fields]
        for number, field in enumerate(register.fields):
            here = (*where, "fields", number)
            self._name(field.key, (*here, "key"))
            if field.key in keys[:number]:
                self.fault((*here, "key"), _("Another entry already has this value."))
            if field.key in RECORD_NAMES:
                self.fault((*here, "key"), _("Every record has this by itself; choose another name."))
            if (field.kind == "choice") != bool(field.choices):
                self.fault((*here, "choices"), _("A choice has choices; nothing else has."))
            kind = "number" if FIELD_TYPE[field.kind] is Type.NUMBER else field.kind
            self._limits(kind, field.least, field.most, here)
        if register.expires is not None:
            self._expires(register, register.expires, (*where, "expires"))

    def _expires(self, register: RegisterPart, key: str, where: Where) -> None:
        kinds = {f.key: f.kind for f in register.fields}
        if kinds.get(key) != "day":
            days = [k for k, kind in kinds.items() if kind == "day"]
            self.fault(where, _("Expected a field with a day.") + suggestion(key, days))

    def _requirement(self, part: RequirementPart, where: Where) -> None:
        self._source(part.source, (*where, "source"))
        labels = [clause.label for clause in self.parts.clauses]
        if part.clause not in labels:
            self.fault((*where, "clause"), _("Expected the label of a clause of this pack."))
        if len(part.kinds) != 1:
            message = _("Expected exactly one of “standard”, “duty”, “check” and “principle”.")
            self.fault(where, message)
            return
        if part.check is not None:
            self._check(part.check.checklist, part.check.item, (*where, "check"))
        self.compiler.requirement(part, where)

    def _source(self, source: Iterable[str], where: Where) -> None:
        document, source = self.parts.pack.document, list(source)
        if document and not source:
            self.fault(
                where, _("Expected a row of document %(document)s in rows.tsv.") % {"document": document}
            )
        for number, row in enumerate(source):
            if row not in self.rows or not row.startswith(document + "-"):
                self.fault(
                    (*where, number),
                    _("Expected a row of document %(document)s in rows.tsv.") % {"document": document},
                )

    def _check(self, checklist: str, item: str, where: Where) -> None:
        lists = {c.id: [i.id for i in c.items] for c in self.parts.checklists}
        if checklist not in lists:
            self.fault(
                (*where, "checklist"),
                _("Expected a checklist of this pack.") + suggestion(checklist, lists),
            )
        elif item not in lists[checklist]:
            self.fault(
                (*where, "item"),
                _("Expected an item of this checklist.") + suggestion(item, lists[checklist]),
            )
