"""Loaded packs as parts and compiled rules. A version never changes, so what is made of it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Refused

from .catalogue import COMMON, Catalogue, fact_def, ordered, param_def, register_def
from .compiling import Compiler
from .defs import FactDef, ParamDef, RegisterDef, Rule
from .expressions import Env, Expression, Type, parse
from .models import Pack, Requirement
from .remembering import remembered
from .schema import PackFile, RequirementPart

_parts: dict[UUID, PackFile] = {}
_MOST_PARTS = 500


def parts_of(packs: Iterable[UUID]) -> dict[UUID, PackFile]:
    """The parts of loaded versions; at most one query, for those not read before."""
    wanted = list(packs)
    found = {pk: _parts[pk] for pk in wanted if pk in _parts}
    missing = [pk for pk in wanted if pk not in found]
    if missing:
        if len(_parts) > _MOST_PARTS:
            _parts.clear()
        for pk, content in Pack.objects.filter(pk__in=missing).values_list("pk", "content"):
            found[pk] = _parts[pk] = PackFile.model_validate(content)
    return {pk: found[pk] for pk in wanted}


def loaded_pack(code: str, version: int) -> PackFile | None:
    """The parts of one loaded version, None when there is none."""
    found = Pack.objects.filter(code=code, version=version).values_list("pk", flat=True).first()
    return parts_of([found])[found] if found else None


def newest_packs() -> list[Pack]:
    """The newest loaded version of each pack, without its content, ``common`` first."""
    rows = Pack.objects.order_by("code", "-version").distinct("code").defer("content")
    return remembered("newest", lambda: sorted(rows, key=lambda pack: (pack.code != COMMON, pack.code)))


def newest() -> dict[str, UUID]:
    """The key of the newest loaded version of each pack, ``common`` first."""
    return {pack.code: pack.pk for pack in newest_packs()}


@dataclass(frozen=True, slots=True)
class CompiledPack:
    """The rules of one version with the params' defaults, and the parts they come from, in their order."""

    rules: tuple[tuple[Rule, RequirementPart], ...]
    params: dict[str, ParamDef]
    parts: PackFile


def compiled(pack: UUID, common: UUID | None) -> CompiledPack:
    """Raises :class:`Refused` when a newer ``common`` no longer has what this version uses."""
    return _compiled(pack, common)


@lru_cache(maxsize=256)
def _compiled(pack: UUID, common: UUID | None) -> CompiledPack:
    parts = parts_of([pack, *([common] if common else [])])
    own = parts[pack]
    rows = dict(Requirement.objects.filter(pack=pack).values_list("code", "pk"))
    headings = {c.label: c.heading for c in own.clauses}
    rules = []
    for rule, part in rules_of(own, parts[common] if common else None):
        made = replace(
            rule,
            key=f"{own.pack.id}/{part.id}",
            row=rows[part.id],
            clause_heading=headings[part.clause],
            pack_code=own.pack.id,
            pack_title=own.pack.title,
            pack_version=own.pack.version,
        )
        rules.append((made, part))
    return CompiledPack(tuple(rules), {p.key: param_def(p) for p in own.params}, own)


def rules_of(pack: PackFile, common: PackFile | None) -> list[tuple[Rule, RequirementPart]]:
    """Every requirement compiled. Raises :class:`Refused` when one cannot be."""
    compiler = Compiler(Catalogue.of(pack, common))
    found = [(compiler.requirement(p, ("requirements", n)), p) for n, p in enumerate(pack.requirements)]
    if compiler.faults:
        fault = compiler.faults[0]
        part = pack.requirements[int(fault.where[1])]
        raise Refused(
            _("“%(requirement)s” of the pack %(pack)s cannot run: %(why)s")
            % {"requirement": part.id, "pack": pack.pack.id, "why": fault.message}
        )
    return [(rule, part) for rule, part in found if rule is not None]


def fact_defs() -> dict[str, FactDef]:
    """Every fact of the newest loaded packs, each after those it is derived from."""
    return dict(_facts(tuple(newest().values())))


@lru_cache(maxsize=16)
def _facts(packs: tuple[UUID, ...]) -> dict[str, FactDef]:
    found: dict[str, FactDef] = {}
    needs: dict[str, frozenset[str]] = {}
    loaded = parts_of(packs)
    common = next((p for p in loaded.values() if p.pack.id == COMMON), None)
    for pack in loaded.values():
        catalogue = Catalogue.of(pack, common)
        for part in pack.facts:
            if part.key in found:
                continue
            found[part.key] = fact_def(part, pack.pack.id)
            made = derivation_of(found[part.key], catalogue)
            needs[part.key] = made.facts if made else frozenset()
    return {key: found[key] for key in ordered(needs)[0]}


def derivation_of(fact: FactDef, catalogue: Catalogue) -> Expression | None:
    """The compiled expression of a fact that is derived from other facts, else None."""
    text = (fact.derive or {}).get("expression")
    return parse(text, catalogue.env(fact.per, params=False), Type(fact.type)) if text else None


def fact_expression(key: str) -> Expression | None:
    """The compiled expression from which a fact is derived, else None. Raises ``KeyError``."""
    fact = fact_defs()[key]
    return derivation_of(fact, _catalogue(fact.pack_code))


def fact_expressions() -> dict[str, Expression]:
    """The compiled expression of every fact that is derived from other facts."""
    return dict(_expressions(tuple(newest().values())))


@lru_cache(maxsize=16)
def _expressions(packs: tuple[UUID, ...]) -> dict[str, Expression]:
    loaded = {parts.pack.id: parts for parts in parts_of(packs).values()}
    common = loaded.get(COMMON)
    catalogues = {code: Catalogue.of(parts, common) for code, parts in loaded.items()}
    made = {key: derivation_of(fact, catalogues[fact.pack_code]) for key, fact in _facts(packs).items()}
    return {key: expression for key, expression in made.items() if expression is not None}


def register_defs() -> dict[str, RegisterDef]:
    """Every register of the newest loaded packs, by code."""
    return dict(_registers(tuple(newest().values())))


@lru_cache(maxsize=16)
def _registers(packs: tuple[UUID, ...]) -> dict[str, RegisterDef]:
    found: dict[str, RegisterDef] = {}
    for pack in parts_of(packs).values():
        for part in pack.registers:
            found.setdefault(part.id, register_def(part, pack.pack.id))
    return found


def _catalogue(pack_code: str) -> Catalogue:
    known = newest()
    common = known.get(COMMON)
    loaded = parts_of([known[pack_code], *([common] if common else [])])
    return Catalogue.of(loaded[known[pack_code]], loaded[common] if common else None)


def env_for(pack_code: str = COMMON, per: str | None = None) -> Env:
    """What expressions of a pack's newest version may name: facts of the unit and of ``per``, params."""
    return _catalogue(pack_code).env(per)


def record_env(register: str, pack_code: str = COMMON) -> Env:
    """What a pack's conditions on records of a register may name. Raises ``KeyError``."""
    env = _catalogue(pack_code).record_env(register)
    if env is None:
        raise KeyError(register)
    return env
