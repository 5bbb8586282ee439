"""What each record counts for each duty: one pass over the records of a register for all that ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from anyuan.rules.ledger.public import FIELD_TYPES, fields_of_code, kept_sql, read_sql
from anyuan.rules.policy.public import RegisterDef, Rule, to_sql

from .naming import param_type, quoted, shape, within
from .plan import Numbered, Version

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
"""Stands for "the unit itself" where a subject is compared: null equals nothing."""

_BUILT_IN = {
    "hour": "(extract(epoch from q.at::time) / 3600)::float8",
    "weekday": "extract(isodow from q.at)::float8",
    "evidence": (
        "(select count(*)::float8 from files_attachment fa where fa.subject_kind = 'ledger.record'"
        " and fa.subject_id = q.id and fa.role = 'evidence')"
    ),
}

_HITS = """
select h.id, h.unit_id, h.occurred_at, h.idx, h.gid, h.cid, h.amount, h.at::date + h.shift as done,
       coalesce(h.stands_for, h.at::date + h.shift) as day, {mark} as mark,
       case when h.own then h.subject_id else {nobody} end as subject_id
from (
    select r.id, r.unit_id, r.occurred_at, r.at, r.stands_for, r.subject_id, s.gid, {columns}
    from (
        select q.id, q.unit_id, q.occurred_at, q.at, q.stands_for, q.subject_id, {fields} from (
            select r.id, r.unit_id, r.occurred_at, r.stands_for, r.subject_id, {read},
                   r.occurred_at at time zone 'Asia/Shanghai' as at
            from ledger_record r
            where r.register_id = any({versions_of})
              and r.state = 'valid'
              and WITHIN(r.unit_id)
              and r.occurred_at >= %({register}_since)s::timestamptz and r.occurred_at < %(upto)s::timestamptz
            offset 0
        ) q offset 0
    ) r join scope s on s.id = r.unit_id {versions}
    where {counts}
) h
where h.amount is not null"""
# ``offset 0`` keeps what is worked out once per record from being written out once per use of it.

_GIVEN = "%({})s::uuid[]"
"""For many units the planner must know how many records of these there are."""
_LOOKED_UP = "array(select g.id from ledger_register g where g.code = %({})s)"

_NONE = """
select null::uuid as id, null::uuid as unit_id, null::timestamptz as occurred_at, 0 as idx, 0 as gid,
       0 as cid, 0::float8 as amount, null::date as done, null::date as day, null::text as mark,
       null::uuid as subject_id
where false"""

Duty = tuple[Version, Numbered]


def marked(rule: Rule) -> bool:
    """Whether only the first of several records that are alike counts."""
    return rule.once_a_day or bool(rule.distinct)


@dataclass(frozen=True, slots=True)
class Hits:
    """Relations: ``each`` of the duties where every record counts, ``alike`` of those where of records with
    one ``mark`` (the day, or the value of a field) the first counts; "" when there is none."""

    each: str
    alike: str


def hits(
    duties: Sequence[Duty],
    parameters: Mapping[str, str],
    registers: Mapping[str, RegisterDef],
    wide: bool,
) -> Hits:
    """``parameters``: register code → the name of its parameters; ``wide``: see ``Extent``."""

    def of(wanted: Callable[[Rule], object]) -> str:
        found = []
        for code, parameter in parameters.items():
            asking = [(v, n) for v, n in duties if n.rule.register == code and wanted(n.rule)]
            if asking:
                found.append(_Pass(asking, code, parameter, registers).sql(wide))
        return " union all ".join(found)

    distinct = sorted({n.rule.distinct for _v, n in duties if n.rule.distinct})
    alike = [of(lambda rule, key=key: rule.distinct == key) for key in distinct]  # type: ignore[misc]
    alike.append(of(lambda rule: rule.once_a_day))
    return Hits(of(lambda rule: not marked(rule)) or _NONE, " union all ".join(filter(None, alike)))


class _Pass:
    """One relation: the records of a register, for duties that are marked by the same field or not at all."""

    def __init__(
        self, duties: Sequence[Duty], code: str, parameter: str, registers: Mapping[str, RegisterDef]
    ) -> None:
        self._duties = duties
        self._distinct = duties[0][1].rule.distinct
        self._once_a_day = duties[0][1].rule.once_a_day
        self._parameter = parameter
        self._fields = {f.key: f for f in fields_of_code(code, registers) if f.kind in FIELD_TYPES}
        self._read: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._params: dict[int, dict[str, str]] = {v.number: {} for v, _n in duties}

    def sql(self, wide: bool) -> str:
        amounts = [self._amount(v, n) for v, n in self._duties]
        rules = [n.rule for _v, n in self._duties]
        columns = {
            "idx": [str(n.index) for _v, n in self._duties],
            "cid": [f"a{v.number}.rhythms[{n.index + 1}]" for v, n in self._duties],
            "amount": amounts,
            "shift": [_shift(rule) for rule in rules],
            "own": ["true" if rule.per else "false" for rule in rules],
        }
        spread = [f"{_spread(values, _KINDS[name])} as {name}" for name, values in columns.items()]
        mark = "null::text"
        if self._distinct:
            spread.append(f"{self._field(self._distinct)}::text as value")
            mark = "h.value"
        elif self._once_a_day:
            mark = "(h.at::date + h.shift)::text"
        return within(_HITS, wide).format(
            nobody=NOBODY,
            mark=mark,
            columns=", ".join(spread),
            read=_columns(self._read),
            fields=_columns(self._kept),
            counts=" or ".join(f"{amount} is not null" for amount in amounts),
            register=self._parameter,
            versions_of=(_GIVEN if wide else _LOOKED_UP).format(self._parameter),
            versions=" ".join(_in_force(number, params) for number, params in self._params.items()),
        )

    def _field(self, key: str) -> str:
        """A column of the record; worked out once for all duties that use it."""
        if key in self._fields:
            self._read[key] = read_sql(self._fields[key], "r.data")
            self._kept[key] = kept_sql(self._fields[key], f"q.{_name(key)}")
        else:
            self._kept[key] = _BUILT_IN[key]
        return f"r.{_name(key)}"

    def _amount(self, version: Version, numbered: Numbered) -> str:
        """What a record counts for a requirement; null when it does not."""
        params = self._params[version.number]

        def param(key: str) -> str:
            params[key] = param_type(version.params[key])
            return f"a{version.number}.{quoted(key)}"

        rule = numbered.rule
        conditions = [
            f"a{version.number}.rhythms is not null",
            f"r.occurred_at >= %(since_{numbered.index})s::timestamptz",
        ]
        if rule.window is not None:
            start, end = _clock(rule.window.start), _clock(rule.window.end)
            joint = "and" if rule.window.start < rule.window.end else "or"
            conditions.append(f"(r.at::time >= {start} {joint} r.at::time < {end})")
        if rule.distinct:
            conditions.append(f"{self._field(rule.distinct)} is not null")
        if rule.where is not None:
            conditions.append(to_sql(rule.where, "postgres", self._field, param, "%(day)s::date"))
        amount = self._field(rule.sum_field) if rule.sum_field else "1"
        return f"case when {' and '.join(conditions)} then {amount} end"


_KINDS = {"idx": "int", "cid": "int", "amount": "float8", "shift": "int", "own": "boolean"}


def _spread(values: Sequence[str], kind: str) -> str:
    """A column of a row per duty: the value itself where there is one duty, or all agree."""
    if len(values) == 1 or (kind != "float8" and len(set(values)) == 1):
        return f"({values[0]})::{kind}"
    return f"unnest(array[{', '.join(values)}]::{kind}[])"


def _in_force(number: int, params: Mapping[str, str]) -> str:
    """The params are unpacked once per unit, not once per record."""
    columns, more = "", ""
    if params:
        columns, more = ", p.*", f" cross join lateral jsonb_to_record(a.params) as p({shape(params)})"
    return (
        f"left join (select a.unit_id, a.rhythms{columns} from in_force a{more}"  # noqa: S608 - our own names
        f" where a.pack = {number} offset 0) a{number} on a{number}.unit_id = s.id"
    )


def _columns(sql: Mapping[str, str]) -> str:
    return ", ".join(f"{text} as {_name(key)}" for key, text in sql.items()) or "null as nothing"


def _name(key: str) -> str:
    return quoted(f"f_{key}")


def _shift(rule: Rule) -> str:
    """Of a night the day it began: -1 after midnight."""
    if rule.window is None or not rule.window.crosses or (rule.cadence and rule.cadence.every == "hours"):
        return "0"
    return f"case when r.at::time < {_clock(rule.window.end)} then -1 else 0 end"


def _clock(at: time) -> str:
    return f"time '{at.isoformat()}'"
