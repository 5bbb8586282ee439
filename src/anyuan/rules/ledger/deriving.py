"""What is known of every unit and subject on a day, in one SQL statement per level.

A fact comes from the organisation, from what was declared and still holds, from the records of a register,
or from an expression over other facts. What is absent is unknown; a number outside the range its definition
promises counts as absent, so that expressions never meet a value they were not checked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from anyuan.rules.policy import public as policy

from .fields import Field
from .registers import BUILT_IN

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef, RegisterDef

SQL_TYPES = {"number": "double precision", "boolean": "boolean", "text": "text", "date": "date"}
_JSON_TYPES = {"number": "number", "boolean": "boolean", "text": "string", "date": "string"}
FIELD_TYPES = {
    "text": "text",
    "choice": "text",
    "integer": "number",
    "number": "number",
    "yes-no": "boolean",
    "day": "date",
}
"""Kind of field → type of an expression; the other kinds cannot be asked."""

_ORG = {
    "pupils": "s.pupils",
    "staff": "s.staff",
    "adults": "s.adults_on_site",
    "boarding": "nullif(s.boarding, '')",
    "ownership": "nullif(s.ownership, '')",
    "setting": "nullif(s.setting, '')",
    "unit_type": "nullif(s.unit_type, '')",
}
_BOARDS = "case when s.boarding <> '' then s.boarding <> 'none' end"

# What was declared, believed at the moment asked about, held on the day and was confirmed until then.
_DECLARED = """declared as (
    select s.item, jsonb_object_agg(v.key, v.value) as facts
    from ledger_fact_value v join scope s on s.id = v.{owner}
    cross join (select coalesce(%(known)s::timestamptz, 'infinity'::timestamptz) as at) known
    join jsonb_to_recordset(%(kinds)s::jsonb) as k(key text, kind text)
      on k.key = v.key and k.kind = jsonb_typeof(v.value)
    where {whose} and v.valid_from <= s.day and (v.valid_to is null or v.valid_to > s.day)
      and (v.confirmed_until is null or v.confirmed_until >= s.day)
      and v.recorded_at <= known.at and (v.superseded_at is null or v.superseded_at > known.at)
    group by s.item
)"""

# A scope says what is asked about: ``item`` is one answer, ``id`` whose it is, ``day`` of when.
_UNITS = """scope as (
    select id as item, id, %(day)s::date as day, %(upto)s::timestamptz as upto,
           pupils, staff, adults_on_site, boarding, ownership, setting, unit_type
    from org_unit where %(units)s::uuid[] is null or id = any(%(units)s::uuid[])
)"""
_POINTS = """scope as (
    select p.item, p.id, p.day, (p.day + 1)::timestamp at time zone 'Asia/Shanghai' as upto, o.*
    from unnest(%(units)s::uuid[], %(days)s::date[], %(orgs)s::jsonb[])
      with ordinality as p(id, day, org, item)
    cross join lateral jsonb_to_record(p.org) as o(
        pupils int, staff int, adults_on_site int, boarding text, ownership text, setting text, unit_type text
    )
)"""
_SUBJECTS = """scope as (
    select id as item, id, %(day)s::date as day, %(upto)s::timestamptz as upto, unit_id, attributes
    from ledger_subject
    where kind = %(kind)s and (%(units)s::uuid[] is null or unit_id = any(%(units)s::uuid[]))
)"""
_ORG_KEPT = """jsonb_build_object(
    'pupils', s.pupils, 'staff', s.staff, 'adults_on_site', s.adults_on_site, 'boarding', s.boarding,
    'ownership', s.ownership, 'setting', s.setting, 'unit_type', s.unit_type
)"""


# Of several records of one thing (a certificate, a plate) only the newest speaks.
_NEWEST = "row_number() over (partition by s.item, v.{0} order by r.occurred_at desc, r.id desc) = 1 as {1}"


def quoted(key: str) -> str:
    return '"' + key.replace('"', '""') + '"'


def field_sql(field: Field, data: str) -> str:
    """A register's field as a typed column of the JSON expression ``data``; what does not fit is null."""
    return kept_sql(field, f"({read_sql(field, data)})")


def read_sql(field: Field, data: str) -> str:
    """The field as a typed column of ``data``, still without its range; null where it is of another type."""
    key = "'" + field.key.replace("'", "''") + "'"
    text = f"({data} ->> {key})"
    kind = FIELD_TYPES[field.kind]
    if kind == "number":
        return f"case when jsonb_typeof({data} -> {key}) = 'number' then {text}::double precision end"
    if kind == "boolean":
        return f"case when jsonb_typeof({data} -> {key}) = 'boolean' then {text}::boolean end"
    if kind == "date":
        return f"case when {text} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' then {text}::date end"
    return f"case when jsonb_typeof({data} -> {key}) = 'string' then {text} end"


def kept_sql(field: Field, column: str) -> str:
    """What :func:`read_sql` gave in ``column``, or null where a number is outside its range."""
    number = FIELD_TYPES[field.kind] == "number"
    return in_range(column, field.least, field.most) if number else column


def in_range(column: str, least: float | None, most: float | None) -> str:
    """A number inside its promised range and not finer than expressions compute; else null."""
    low = policy.BOUND * -1 if least is None else least
    high = policy.BOUND if most is None else most
    fine = f"({column} = 0 or abs({column}) >= {policy.FINEST!r})"
    return f"case when {column} between {low!r} and {high!r} and {fine} then {column} end"


@dataclass(frozen=True, slots=True)
class Statement:
    """``select "@item", facts, org``; ``kinds`` goes into it as JSON. ``org`` is empty for subjects."""

    sql: str
    kinds: list[dict[str, str]]


def unit_statement(facts: Mapping[str, FactDef], registers: Mapping[str, RegisterDef]) -> Statement:
    """The facts of units; "@item" is the unit.

    Parameters: units, kinds, day, upto (the instant the day ends), known.
    """
    return _of_units(facts, registers, _UNITS)


def past_statement(facts: Mapping[str, FactDef], registers: Mapping[str, RegisterDef]) -> Statement:
    """The facts of units on days of the past; "@item" counts the days asked about, from 1.

    Parameters: units, days and orgs (what the organisation said then, as JSON) side by side; kinds, known.
    """
    return _of_units(facts, registers, _POINTS)


def _of_units(facts: Mapping[str, FactDef], registers: Mapping[str, RegisterDef], scope: str) -> Statement:
    own = [f for f in facts.values() if not f.per]
    heads = [scope, _DECLARED.format(owner="unit_id", whose="v.subject_id is null")]
    return _statement(_Level(own, registers, "unit_id", {}), heads, "")


def subject_statement(
    kind: str, facts: Mapping[str, FactDef], registers: Mapping[str, RegisterDef]
) -> Statement:
    """The facts of the subjects of ``kind``; expressions may use those of their unit as last refreshed."""
    own = [f for f in facts.values() if f.per == kind]
    above = {f.key: f for f in facts.values() if not f.per}
    columns = ", ".join(f"{quoted(k)} {SQL_TYPES[f.type]}" for k, f in above.items())
    join = (
        "left join ledger_unit_facts uf on uf.unit_id = s.unit_id "
        f"left join lateral jsonb_to_record(uf.facts) as u({columns}) on true"
        if above
        else ""
    )
    heads = [_SUBJECTS, _DECLARED.format(owner="subject_id", whose="true")]
    return _statement(_Level(own, registers, "subject_id", above), heads, join)


def _statement(level: _Level, heads: Sequence[str], join: str) -> Statement:
    declared = [f for f in level.facts if declarable(f)]
    shape = ", ".join(f"{quoted(f.key)} {SQL_TYPES[f.type]}" for f in declared)
    of_units = level.owner == "unit_id"
    given = "x.facts" if of_units else "s.attributes || coalesce(x.facts, '{}')"
    parts = [
        "left join declared x on x.item = s.item",
        f"left join lateral jsonb_to_record({given}) as j({shape}) on true" if shape else "",
        *(f"left join {name} on {name}.item = s.item" for name in level.register_names),
        join,
    ]
    org = _ORG_KEPT if of_units else "null::jsonb"
    base = ", ".join(['s.item as "@item"', 's.day as "@day"', f'{org} as "@org"', *level.base_columns()])
    carried = ", u.*" if join else ""
    # Keys and codes are quoted, expressions compiled, values are parameters.
    lines = [
        f"with {', '.join([*heads, *level.register_parts()])}",
        """select q."@item", jsonb_strip_nulls(to_jsonb(q) - '{@item,@org}'::text[]) as facts,""",
        """jsonb_strip_nulls(q."@org") as org""",
        f'from (select b."@item", b."@org"{level.outputs()}',
        "from (",
        f"select {base}{carried}",
        f"from scope s {' '.join(parts)} offset 0",
        f") b {level.laterals()}) q",
    ]
    sql = " ".join(lines)
    return Statement(sql, [{"key": f.key, "kind": _JSON_TYPES[f.type]} for f in declared])


def declarable(fact: FactDef) -> bool:
    """Whether somebody may declare it: what a register counts too, as long as the register is empty."""
    return fact.derive is None or "register" in fact.derive


class _Level:
    """The columns of one level: units, or the subjects of one kind."""

    def __init__(
        self,
        facts: Sequence[FactDef],
        registers: Mapping[str, RegisterDef],
        owner: str,
        above: Mapping[str, FactDef],
    ) -> None:
        self.facts = [f for f in facts if not (f.derive and "org" in f.derive and owner == "subject_id")]
        self.owner = owner
        self.above = above
        self._registers = registers
        self._counted: dict[str, list[FactDef]] = {}
        for fact in self.facts:
            if fact.derive and "register" in fact.derive:
                self._counted.setdefault(fact.derive["register"], []).append(fact)
        self._names = {code: f"r{i}" for i, code in enumerate(self._counted)}
        self._steps = self._ordered()

    @property
    def register_names(self) -> list[str]:
        return list(self._names.values())

    def base_columns(self) -> list[str]:
        columns = []
        for fact in self.facts:
            if fact.derive and "expression" in fact.derive:
                continue
            read = self._read(fact)
            if fact.type == "number":
                read = in_range(f"({read})", fact.least, fact.most)
            columns.append(f"{read} as {quoted(fact.key)}")
        return columns

    def _read(self, fact: FactDef) -> str:
        if fact.derive is None:
            return f"j.{quoted(fact.key)}"
        if "org" in fact.derive:
            column = fact.derive["org"]
            if column == "boarding" and fact.type == "boolean":
                return _BOARDS
            return f"{_ORG[column]}::{SQL_TYPES[fact.type]}"
        name = self._names[fact.derive["register"]]
        key = quoted(fact.key)
        return f"case when {name}.item is null then j.{key} else {name}.{key} end"

    def register_parts(self) -> list[str]:
        return [self._register_part(code, facts) for code, facts in self._counted.items()]

    def _register_part(self, code: str, facts: Sequence[FactDef]) -> str:
        """One pass over the valid records of a register up to the day, for all facts that ask it."""
        fields = {f.key: f for f in fields_of_code(code, self._registers) if f.kind in FIELD_TYPES}
        read = ", ".join(f"{field_sql(f, 'r.data')} as {quoted(k)}" for k, f in fields.items())
        told = sorted({f.derive["distinct"] for f in facts if f.derive and "distinct" in f.derive})
        newest = "".join(f", {_NEWEST.format(quoted(k), quoted('@' + k))}" for k in told)
        definition = self._registers.get(code)
        expires = definition.expires if definition else None
        columns = ", ".join(f"{_counted(f, fields, expires)} as {quoted(f.key)}" for f in facts)
        word = "'" + code.replace("'", "''") + "'"
        lines = [
            f"{self._names[code]} as (",
            f'select f."@item" as item, {columns}',
            "from (",
            'select s.item as "@item", s.day as "@day", r.occurred_at as "@at", r.id as "@id",',
            f"v.*{newest}",
            "from ledger_record r",
            f"join ledger_register g on g.id = r.register_id and g.code = {word}",
            f"join scope s on s.id = r.{self.owner}",
            f"cross join lateral (select {read or 'null'}) v",
            "where r.state = 'valid' and r.occurred_at < s.upto",
            ') f group by f."@item")',
        ]
        return " ".join(lines)

    def _ordered(self) -> list[tuple[FactDef, str]]:
        """The facts that are computed, in an order in which each finds what it needs; a CycleError else."""
        computed = {f.key: f for f in self.facts if f.derive and "expression" in f.derive}
        env = policy.Env(
            facts={f.key: name_of(f) for f in (*self.above.values(), *self.facts)}, params={}, today=True
        )
        parsed = {
            key: policy.parse(f.derive["expression"], env, policy.Type(f.type))
            for key, f in computed.items()
            if f.derive
        }
        needs = {key: {k for k in e.facts if k in computed} for key, e in parsed.items()}
        order = list(TopologicalSorter(needs).static_order())
        names = {k: f"b.{quoted(k)}" for k in (*self.above, *(f.key for f in self.facts))}
        names |= {key: f"l{i}.{quoted(key)}" for i, key in enumerate(order)}
        return [(computed[key], _sql(parsed[key], names.__getitem__, 'b."@day"')) for key in order]

    def laterals(self) -> str:
        """One step per computed fact; ``offset 0`` keeps the planner from copying it into the next."""
        steps = []
        for i, (fact, sql) in enumerate(self._steps):
            value = in_range("v.v", fact.least, fact.most) if fact.type == "number" else "v.v"
            inner = f"(select {sql} as v offset 0) v"
            named = f"{value} as {quoted(fact.key)}"
            steps.append(" ".join(["cross join lateral (select", named, "from", inner, f") l{i}"]))
        return " ".join(steps)

    def outputs(self) -> str:
        """The columns of the result, each with a comma before it."""
        at = {fact.key: f"l{i}" for i, (fact, _sql) in enumerate(self._steps)}
        return "".join(f", {at.get(f.key, 'b')}.{quoted(f.key)}" for f in self.facts)


def name_of(fact: FactDef) -> policy.Name:
    """The fact as expressions know it."""
    return policy.Name(fact.key, policy.Type(fact.type), fact.least, fact.most)


def fields_of_code(code: str, registers: Mapping[str, RegisterDef]) -> tuple[Field, ...]:
    """The fields of the newest version of a register, built in or of a pack."""
    if code in registers:
        return tuple(Field.model_validate(f) for f in registers[code].fields)
    return BUILT_IN[code].fields


def _counted(fact: FactDef, fields: Mapping[str, Field], expires: str | None) -> str:
    """The aggregate of one fact over the records ``f``, their fields typed."""
    derive = fact.derive or {}
    where = [f"f.{quoted('@' + derive['distinct'])}"] if "distinct" in derive else []
    if expires:
        where.append(f'(f.{quoted(expires)} is null or f.{quoted(expires)} >= f."@day")')
    if text := derive.get("where"):
        names = {
            k: policy.Name(k, policy.Type(FIELD_TYPES[f.kind]), f.least, f.most) for k, f in fields.items()
        }
        condition = policy.parse(text, policy.Env(facts=names, params={}, today=True), policy.Type.BOOL)
        then = _sql(condition, lambda key: f"f.{quoted(key)}", 'f."@day"')
        where.append(f"({then})")
    only = f" filter (where {' and '.join(where)})" if where else ""
    if "sum" in derive:
        return f"coalesce(sum(f.{quoted(derive['sum'])}){only}, 0)"
    if "distinct" in derive:
        return f"count(distinct f.{quoted(derive['distinct'])}){only}::double precision"
    if "latest" in derive:
        return f'(array_agg(f.{quoted(derive["latest"])} order by f."@at" desc, f."@id" desc){only})[1]'
    return f"(count(*){only})::double precision"


def _sql(expression: policy.Expression, fact: Callable[[str], str], today: str) -> str:
    return policy.to_sql(expression, "postgres", fact, _no_param, today)


def _no_param(key: str) -> str:
    raise LookupError(f"a fact cannot use the param {key}")
