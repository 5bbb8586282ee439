"""Where which document applies with which values: one region per document and node where that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from anyuan.foundation.org.public import Unit, UnitKind

from .applying import prefixes
from .catalogue import COMMON, value_of
from .compiling import with_params
from .defs import ParamDef, Region, Rule
from .expressions import Value
from .loaded import compiled, newest
from .models import Activation, Pack, ParamOverride, Requirement
from .remembering import remembered

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Said:
    """Everything one document's activations and overrides say."""

    activations: Sequence[Activation]
    overrides: Sequence[ParamOverride]

    def applying(self, path: str, day: date) -> Activation | None:
        """The nearest activation at ``path`` or above it on ``day``."""
        running = [a for a in self.activations if _runs(a, day) and path.startswith(a.unit.path)]
        return max(running, key=lambda a: len(a.unit.path), default=None)

    def since(self, path: str, day: date) -> date:
        """The first day of the unbroken time until ``day`` in which the document was in force at ``path``,
        whichever its version and whichever node it came from."""
        near = [a for a in self.activations if path.startswith(a.unit.path)]
        changes = {a.starts for a in near} | {a.ends for a in near if a.ends}
        first = day
        while (row := self.applying(path, first)) is not None and not row.off:
            first = max(d for d in changes if d <= first) - timedelta(days=1)
        return first + timedelta(days=1)

    def values(self, path: str, day: date, params: Mapping[str, ParamDef]) -> dict[str, Value]:
        """The params at ``path``: defaults, then what each node from the top down sets.

        Below the topmost region of the document a value only counts as far as it is not looser than the one
        above it, even when that was tightened later; of a county, not looser than the document itself.
        """
        top = min(
            (len(a.unit.path) for a in self.activations if _runs(a, day) and path.startswith(a.unit.path)),
            default=0,
        )
        found = {key: param.default for key, param in params.items()}
        rows = [o for o in self.overrides if _runs(o, day) and path.startswith(o.unit.path)]
        for row in sorted(rows, key=lambda o: len(o.unit.path)):
            param = params.get(row.name)
            if param is None:
                continue
            value = value_of(param.type, row.value)
            free = len(row.unit.path) <= top and not bound_by_default(row.unit)
            if free or not looser(param, value, found[row.name]):
                found[row.name] = value
        return found


def _runs(row: Activation | ParamOverride, day: date) -> bool:
    return row.starts <= day and (row.ends is None or day < row.ends)


def bound_by_default(unit: Unit) -> bool:
    """Whether ``unit``, even where nothing stands above it, may not ask for less than the document does:
    only a city or a province may."""
    return unit.kind not in (UnitKind.PROVINCE, UnitKind.CITY)


def looser(param: ParamDef, value: Value, than: Value) -> bool:
    """Whether ``value`` asks less of schools than ``than``; never so for a param without a stricter side."""
    if param.stricter == "none":
        return False
    order = [c["code"] for c in param.choices]
    one, other = (order.index(str(v)) if order else v for v in (value, than))
    if param.stricter == "lower":
        one, other = other, one
    return one < other  # type: ignore[operator]


def codes(units: Iterable[str] | None = None) -> dict[str, Said]:
    """What every document's activations and overrides say (only those at the paths ``units``, if given)."""
    paths = None if units is None else tuple(units)
    return remembered(("codes", paths), lambda: _codes(paths))


def _codes(paths: tuple[str, ...] | None) -> dict[str, Said]:
    activations = Activation.everything.select_related("unit", "pack").defer("pack__content")
    overrides = ParamOverride.everything.select_related("unit")
    if paths is not None:
        activations, overrides = (q.filter(unit__path__in=paths) for q in (activations, overrides))
    switched: dict[str, list[Activation]] = defaultdict(list)
    values: dict[str, list[ParamOverride]] = defaultdict(list)
    for activation in activations:
        switched[activation.code].append(activation)
    for override in overrides:
        values[override.code].append(override)
    return {code: Said(switched[code], values[code]) for code in sorted(switched)}


def regions(day: date) -> list[Region]:
    """Where each document applies on ``day``: one region per document and node where an activation or a
    param begins to differ. The longest path of a document that is a prefix of a unit's path wins.

    Four queries at most, however many regions; compiled rules are kept per version.
    """
    common = newest().get(COMMON)
    found: list[Region] = []
    for code, said in codes().items():
        running = {a.unit.path for a in said.activations if _runs(a, day)}
        paths = running | {o.unit.path for o in said.overrides if _runs(o, day)}
        for path in sorted(paths):
            row = said.applying(path, day)
            if row is not None and not (row.off and path != row.unit.path):
                found.append(region_at(code, said, path, row, day, common))
    return found


def region_at(code: str, said: Said, path: str, row: Activation, day: date, common: UUID | None) -> Region:
    """What the activation ``row`` asks at ``path`` on ``day``."""
    if row.off:
        return Region(path, row.pack, code, row.starts)
    made = compiled(row.pack_id, common)
    params = said.values(path, day, made.params)
    rules = _asked(row.pack_id, common, tuple(params.items()))
    return Region(path, row.pack, code, said.since(path, day), params, rules)


@lru_cache(maxsize=256)
def _asked(pack: UUID, common: UUID | None, params: tuple[tuple[str, Value], ...]) -> tuple[Rule, ...]:
    """The rules of a version with these params, shared by all nodes that set the same."""
    values = dict(params)
    return tuple(with_params(rule, part, values) for rule, part in compiled(pack, common).rules)


def regions_of(unit: Unit, day: date) -> list[Region]:
    """The documents in force at one unit, each with its values there; switched off ones are left out."""
    common = newest().get(COMMON)
    found = []
    for code, said in codes(prefixes(unit.path)).items():
        row = said.applying(unit.path, day)
        if row is not None and not row.off:
            found.append(region_at(code, said, unit.path, row, day, common))
    return found


def trial_regions(unit: Unit, packs: Sequence[Pack], day: date) -> list[Region]:
    """What each of these versions would ask at ``unit``, with the params set there, were it put into force
    on ``day``. As many queries for one as for ten."""
    common = newest().get(COMMON)
    said = codes(prefixes(unit.path))
    found = []
    for pack in packs:
        params = said.get(pack.code, Said((), ())).values(unit.path, day, compiled(pack.pk, common).params)
        rules = _asked(pack.pk, common, tuple(params.items()))
        found.append(Region(unit.path, pack, pack.code, day, params, rules))
    return found


def planned_of(unit: Unit, day: date) -> dict[str, date]:
    """Document → the first day after ``day`` from which it applies at the unit by its own decision."""
    coming: dict[str, date] = {}
    for code, said in codes(prefixes(unit.path)).items():
        own = [a for a in said.activations if a.unit_id == unit.pk]
        days = [a.starts for a in own if a.starts > day and a.ends is None and not a.off]
        if days:
            coming[code] = min(days)
    return coming


@dataclass(frozen=True, slots=True)
class ParamSetting:
    """A param at a unit: its value, and who set it there (None: the document's own default)."""

    param: ParamDef
    value: Value
    override: ParamOverride | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as it reads at a unit: whether it is in force there, and its params."""

    unit: Unit | None
    in_force: bool
    settings: tuple[ParamSetting, ...]
    common: UUID | None
    """The version of ``common`` it was compiled with."""

    @property
    def params(self) -> dict[str, Value]:
        return {s.param.key: s.value for s in self.settings}


def reading(unit: Unit | None, pack: Pack, day: date) -> Reading:
    """The version at ``unit``; where another one or none is in force there, with its own values."""
    common = newest().get(COMMON)
    params = compiled(pack.pk, common).params
    said = codes(prefixes(unit.path)).get(pack.code) if unit is not None else None
    row = said.applying(unit.path, day) if said and unit else None
    if unit is None or said is None or row is None or row.off or row.pack_id != pack.pk:
        own = tuple(ParamSetting(p, p.default, None) for p in params.values())
        return Reading(unit, False, own, common)
    values = said.values(unit.path, day, params)
    settings = (ParamSetting(p, values[k], _decider(said, p, values[k], day)) for k, p in params.items())
    return Reading(unit, True, tuple(settings), common)


def settings_of(unit: Unit, pack: Pack, day: date) -> list[ParamSetting]:
    """The params of a version at ``unit``, each with the override that decides."""
    return list(reading(unit, pack, day).settings)


def _decider(said: Said, param: ParamDef, value: Value, day: date) -> ParamOverride | None:
    """The lowest override with the value that counts."""
    rows = [
        o
        for o in said.overrides
        if o.name == param.key and _runs(o, day) and value_of(param.type, o.value) == value
    ]
    return max(rows, key=lambda o: len(o.unit.path), default=None)


def requirement_of(key: str, unit: Unit | None = None, day: date | None = None) -> Requirement | None:
    """The requirement with this key in the version in force at ``unit`` on ``day``, else in the newest."""
    rows = Requirement.objects.filter(key=key).select_related("pack", "clause").defer("pack__content")
    if unit is not None and day is not None:
        said = codes(prefixes(unit.path)).get(key.split("/", maxsplit=1)[0])
        row = said.applying(unit.path, day) if said else None
        if row is not None:
            return rows.filter(pack=row.pack_id).first()
    return rows.order_by("-pack__version").first()
