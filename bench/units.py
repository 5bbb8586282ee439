"""The generated nation: counties of very different size, schools of every type, facts with gaps.

Everything is made inside PostgreSQL from a fixed seed. A unit's facts lie as they lie in the product, one
JSONB object in which an unknown fact is absent; ``nation_typed`` is rebuilt from those.
"""

from __future__ import annotations

import random

import psycopg

from .made import KINDS as MADE
from .rules import KINDS, Rules, Type, to_sql

COUNTIES = 2_900
SEED = 0.42
TYPES = (
    ("kindergarten", 0.50, 4.7, 0.8), ("primary", 0.23, 5.3, 1.2), ("teaching-point", 0.10, 2.7, 0.8),
    ("junior", 0.075, 6.5, 0.7), ("nine-year", 0.045, 6.8, 0.8), ("senior", 0.02, 7.4, 0.5),
    ("complete-secondary", 0.01, 7.5, 0.5), ("twelve-year", 0.005, 7.6, 0.5), ("vocational", 0.01, 7.2, 0.7),
    ("special", 0.005, 4.4, 0.6),
)  # fmt: skip
"""Share of the units, and the logarithmic mean and spread of their pupils."""
UNKNOWN = 0.05
"""Share of the values asked for that nobody has given."""
SILENT = 0.02
"""Share of the units that have given none at all."""
SQL_TYPES = {Type.NUMBER: "float8", Type.BOOL: "boolean", Type.TEXT: "text", Type.DATE: "date"}

ASKED = {
    "guards_certified": "floor(1 + pupils / 600 + 1.4 * random())",
    "safety_managers_trained": "floor(2 * random())",
    "doctors": "floor(pupils / 700 + 1.2 * random())",
    "psychologists": "floor(pupils / 900 + 1.5 * random())",
    "check_points": "floor(8 + pupils / 25 * (0.5 + random()))",
    "check_points_assigned": "floor((8 + pupils / 25 * (0.5 + random())) * (0.9 + 0.2 * random()))",
    "volunteers": "floor(3 * random())",
}


def _kinds() -> dict[str, str]:
    """How many there are of each kind, and what state they are in."""
    found = dict(ASKED)
    for number, (kind, _title) in enumerate(MADE[:KINDS]):
        amount = f"ceil(pupils / {90 + 20 * number} * (0.6 + random()))"
        found |= {
            kind: amount,
            f"{kind}_sound": f"floor({amount} * (0.9 + 0.1 * random()))",
            f"{kind}_reserve": "floor(3 * random())",
            f"{kind}_rented": "floor(2 * random())",
            f"{kind}_staff": "floor(1 + pupils / 800 + 2 * random())",
            f"{kind}_broken": "random() < 0.1",
        }
    return found


def fill(connection: psycopg.Connection, units: int, rules: Rules) -> int:
    """Make counties, their params, and the units' facts; says how many units there are."""
    connection.execute("select setseed(%s)", [SEED])
    made = _counties(connection, units)
    _params(connection, rules)
    asked = {key: sql for key, sql in _kinds().items() if key in rules.facts}
    missing = rules.facts.keys() - asked.keys() - {key for key, _e in rules.derived}
    columns = {**{key: key for key in sorted(missing)}, **asked}
    unknown = f"silent or random() < {UNKNOWN}"
    known = [
        f"{sql} as {key}" if key in missing else f"case when not ({unknown}) then {sql} end as {key}"
        for key, sql in columns.items()
    ]
    source = f"select unit, county, {', '.join(known)} from ({_BASE}) as base offset 0"
    for key, expression in rules.derived:
        written = to_sql(expression, "postgres", lambda name: f"d.{name}", lambda name: name)
        source = f"select d.*, {written} as {key} from ({source}) as d"
    connection.execute("drop table if exists nation_facts")
    connection.execute(
        "create table nation_facts as select unit, county, "
        f"jsonb_strip_nulls(to_jsonb(f) - 'unit' - 'county') as facts from ({source}) as f order by unit"
    )
    connection.execute("alter table nation_facts add primary key (unit)")
    connection.execute("vacuum analyze nation_facts")
    return made


def _counties(connection: psycopg.Connection, units: int) -> int:
    """Counties hold from a dozen to more than a thousand units."""
    rng = random.Random(SEED)
    weights = [rng.lognormvariate(0, 0.65) for _ in range(COUNTIES)]
    sizes = [max(1, round(units * weight / sum(weights))) for weight in weights]
    sizes[0] = max(1, sizes[0] + units - sum(sizes))
    connection.execute("drop table if exists nation_county")
    connection.execute("create table nation_county (county int primary key, units int, since int)")
    with connection.cursor().copy("copy nation_county from stdin") as copy:
        since = 0
        for county, size in enumerate(sizes):
            copy.write_row((county, size, since))
            since += size
    return since


def _params(connection: psycopg.Connection, rules: Rules) -> None:
    """The effective params of each county: the document's defaults, in every fifth county stricter ones."""
    columns = []
    for column, (kind, default) in rules.params.items():
        value = f"{default!r}::float8" if kind is Type.NUMBER else f"'{default}'::text"
        if column.endswith("_per"):
            value = f"case when county % 5 = 0 then 100 else {value} end"
        columns.append(f"{value} as {column}")
    connection.execute("drop table if exists nation_params")
    connection.execute(
        f"create table nation_params as select county, {', '.join(columns)} from nation_county"
    )
    connection.execute("alter table nation_params add primary key (county)")
    connection.execute("vacuum analyze nation_params")


def _case(which: int) -> str:
    """The value of a unit's type in column ``which`` of :data:`TYPES`."""
    whens = " ".join(f"when '{row[0]}' then {row[which]}" for row in TYPES)
    return f"case unit_type {whens} end"


def _unit_type() -> str:
    reached, whens = 0.0, []
    for name, share, _mean, _spread in TYPES:
        reached += share
        whens.append(f"when dice < {reached:.4f} then '{name}'")
    return f"case {' '.join(whens)} else 'primary' end"


_BASE = f"""
select unit, county, unit_type, ownership, setting, boarding_kind, silent,
       case when random() >= 0.004 then pupils end as pupils,
       case when random() >= 0.01 then ceil(3 + pupils / 14 * (0.8 + 0.4 * random())) end as staff
from (
    select *, floor(exp(({_case(2)}) + ({_case(3)}) * random_normal())) as pupils,
           case when random() < 0.01 then null
                when unit_type in ('kindergarten', 'teaching-point') then 'none'
                when random() < 0.35 then 'partial'
                when random() < 0.1 then 'full' else 'none' end as boarding_kind
    from (
        select *, {_unit_type()} as unit_type from (
            select c.since + n as unit, c.county, random() as dice, random() < {SILENT} as silent,
                   case when random() < 0.38 then 'private' else 'public' end as ownership,
                   (array['urban', 'town', 'rural'])[1 + floor(3 * random())] as setting
            from nation_county c cross join lateral generate_series(1, c.units) as n
            order by unit
        ) as u
    ) as t
) as s
"""


def rebuild(connection: psycopg.Connection, rules: Rules) -> None:
    """The typed columns anew from the facts."""
    typed = ", ".join(f"{key} {SQL_TYPES[name.type]}" for key, name in rules.facts.items())
    columns = ", ".join(f"t.{key}" for key in rules.facts)
    connection.execute("drop table if exists nation_typed")
    connection.execute(
        f"create table nation_typed as select f.unit, f.county, {columns} "
        f"from nation_facts f, jsonb_to_record(f.facts) as t({typed}) order by f.unit"
    )
    connection.execute("vacuum analyze nation_typed")
