"""The standards of the nation's benchmark: read and compiled by the product from real and generated packs."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")

import django

django.setup()

from anyuan.rules.policy.catalogue import COMMON, Catalogue, ordered, value_of  # noqa: E402
from anyuan.rules.policy.compiling import Compiler  # noqa: E402
from anyuan.rules.policy.expressions import (  # noqa: E402
    Dialect,
    Expression,
    Name,
    Type,
    Value,
    evaluate,
    parse,
    to_sql,
)
from anyuan.rules.policy.expressions.nodes import COMPARISONS, Node, Op  # noqa: E402
from anyuan.rules.policy.expressions.ranges import may_be_zero  # noqa: E402
from anyuan.rules.policy.reading import pack_root, read_packs  # noqa: E402
from anyuan.rules.policy.schema import PackFile  # noqa: E402

from . import made  # noqa: E402

STANDARDS = 60
KINDS = 5
__all__ = [
    "COMPARISONS",
    "Dialect",
    "Node",
    "Op",
    "Rules",
    "Standard",
    "Type",
    "evaluate",
    "may_be_zero",
    "read",
    "to_sql",
]


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard of one pack; ``params``: its name there → the column of the joined relation."""

    key: str
    applies: Expression
    have: Expression
    need: Expression | None
    op: str
    params: dict[str, str]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(one for one in (self.applies, self.have, self.need) if one is not None)


@dataclass(frozen=True, slots=True)
class Rules:
    """What runs. ``derived``: expressions over facts in the order they must be computed."""

    standards: list[Standard]
    facts: dict[str, Name]
    """Of a unit: what the standards read and whatever that is derived from."""
    derived: list[tuple[str, Expression]]
    params: dict[str, tuple[Type, Value]]
    """Column → type and default."""


def read() -> Rules:
    """60 standards: those of the real packs about a whole unit, filled up with generated ones."""
    with tempfile.TemporaryDirectory() as folder:
        sources = read_packs([pack_root(), made.write(Path(folder), kinds=KINDS, duties_=0)])
    problems = [str(p) for source in sources for p in source.problems]
    if problems:
        raise SystemExit("\n".join(problems))
    packs = {s.parts.pack.id: s.parts for s in sources if s.parts}
    common, generated = packs.pop(COMMON), packs.pop(made.PACK)
    standards: list[Standard] = []
    params: dict[str, tuple[Type, Value]] = {}
    for number, pack in enumerate([*packs.values(), generated]):
        found = _standards(pack, common, f"p{number}_")[: STANDARDS - len(standards)]
        used = {column for one in found for column in one.params.values()}
        for part in pack.params:
            if f"p{number}_{part.key}" in used:
                params[f"p{number}_{part.key}"] = Type(part.type), value_of(part.type, part.default)
        standards += found
    return _with_facts(standards, Catalogue.of(generated, common), params)


def _standards(pack: PackFile, common: PackFile, prefix: str) -> list[Standard]:
    compiler = Compiler(Catalogue.of(pack, common))
    found = []
    for part in pack.requirements:
        if part.kind != "standard" or part.per:
            continue
        rule = compiler.requirement(part, ())
        if rule is None or rule.have is None:
            raise SystemExit(f"{part.id}: {compiler.faults}")
        names = {name for e in (rule.applies, rule.have, rule.need) if e for name in e.params}
        columns = {name: prefix + name for name in sorted(names)}
        key = f"{pack.pack.id}/{part.id}"
        found.append(Standard(key, rule.applies, rule.have, rule.need, rule.op, columns))
    return found


def _with_facts(
    standards: list[Standard], catalogue: Catalogue, params: dict[str, tuple[Type, Value]]
) -> Rules:
    env = catalogue.env()
    texts = {f.key: f.derive.expression for f in catalogue.facts.values() if f.derive and not f.per}
    parsed = {key: parse(text, env, env.facts[key].type) for key, text in texts.items() if text}
    used = {key for one in standards for e in one.expressions for key in e.facts}
    while more := {key for one in used & parsed.keys() for key in parsed[one].facts} - used:
        used |= more
    order, _circle = ordered({key: parsed[key].facts for key in sorted(used & parsed.keys())})
    names = {key: env.facts[key] for key in env.facts if key in used}
    return Rules(standards, names, [(key, parsed[key]) for key in order], params)
