"""The roll-up per county on PostgreSQL and DuckDB: every verdict of every unit is counted, every count kept.

A standard gives one number per unit, so that one sum per standard and county holds all its counts: met in
the lowest digits, unmet above them (and unknown above those on PostgreSQL; on DuckDB it is what is left).
Both engines run the SQL of the product's own compiler; only the frame around it is what each is quickest at.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import psycopg

from .rules import Dialect, Rules, Standard, Type, to_sql

MET, UNMET, UNKNOWN, OUT = 1, 0, 2, 3
"""Codes of a verdict; OUT: the standard does not apply."""
OPERATORS = {"at-least": ">=", "at-most": "<=", "equals": "="}
REPEATS = 7
DUCK_TYPES = {Type.NUMBER: "double", Type.BOOL: "boolean", Type.TEXT: "varchar", Type.DATE: "date"}


def conditions(one: Standard, dialect: Dialect) -> tuple[str, str]:
    """Whether the standard applies and whether it holds, over ``t`` (facts) and ``p`` (params)."""
    written = [
        to_sql(e, dialect, lambda key: f"t.{key}", lambda name: f"p.{one.params[name]}")
        for e in one.expressions
    ]
    if one.need is None:
        return written[0], written[1]
    return written[0], f"{written[1]} {OPERATORS[one.op]} {written[2]}"


def verdict(one: Standard, dialect: Dialect, met: int, unmet: int, unknown: int, out: int) -> str:
    """One of four numbers for a unit."""
    applies, holds = conditions(one, dialect)
    inner = f"case {holds} when true then {met} when false then {unmet} else {unknown} end"
    return f"case {applies} when true then {inner} when false then {out} else {unknown} end"


def postgres_rollup(rules: Rules) -> str:
    """Counties × (met, unmet, unknown) of each standard; a county holds at most 32,767 units."""
    sums = [f"sum({verdict(one, 'postgres', 1, 1 << 15, 1 << 30, 0)}) as s{n}" for n, one in _numbered(rules)]
    parts = [f"s{n} & 32767 as met{n}, s{n} >> 15 & 32767 as unmet{n}, s{n} >> 30 as unknown{n}"
             for n, _one in _numbered(rules)]  # fmt: skip
    inner = _grouped(sums, "nation_typed", "nation_params")
    return f"select county, {', '.join(parts)} from ({inner}) as sums"


def duckdb_rollup(rules: Rules, facts: str, params: str) -> str:
    """The same columns. Everything is computed for whole vectors: branches cost more there than numbers."""
    applies = sorted({conditions(one, "duckdb")[0] for one in rules.standards})
    places = {text: n for n, text in enumerate(applies)}
    sums = ["count(*) as units"]
    sums += [f"count(*) - count({text}) as open{n}, sum(coalesce(({text})::double, 0e0)) as in{n}"
             for n, text in enumerate(applies)]  # fmt: skip
    parts = []
    for n, one in _numbered(rules):
        asked, holds = conditions(one, "duckdb")
        sums.append(
            f"coalesce(sum(coalesce(({asked})::double, 0e0) "
            f"* (131072e0 - 131071e0 * ({holds})::double)), 0e0)::bigint as s{n}"
        )
        place = places[asked]
        known = f"(s{n} & 131071) + (s{n} >> 17)"
        parts.append(f"s{n} & 131071 as met{n}, s{n} >> 17 as unmet{n}, "
                     f"open{place} + in{place}::bigint - ({known}) as unknown{n}")  # fmt: skip
    return f"select county, {', '.join(parts)} from ({_grouped(sums, facts, params)}) as sums"


def _numbered(rules: Rules) -> list[tuple[int, Standard]]:
    return list(enumerate(rules.standards))


def _grouped(columns: Sequence[str], facts: str, params: str) -> str:
    listed = ", ".join(columns)
    return f"select t.county, {listed} from {facts} t join {params} p using (county) group by t.county"


def verdicts(rules: Rules, dialect: Dialect, facts: str, params: str, below: int) -> str:
    """The verdicts of the units with a number below ``below``, one column per standard."""
    columns = [f"{verdict(one, dialect, MET, UNMET, UNKNOWN, OUT)} as v{n}" for n, one in _numbered(rules)]
    return (
        f"select {', '.join(columns)} from {facts} t join {params} p using (county) "
        f"where t.unit < {below} order by t.unit"
    )


def timed(work: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Seconds of each repetition after one that is not counted."""
    work()
    spent = []
    for _again in range(repeats):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return spent


def on_postgres(connection: psycopg.Connection, rules: Rules) -> list[float]:
    """Seconds to roll up into a table, by the server's own settings."""
    rollup = postgres_rollup(rules)

    def work() -> None:
        connection.execute("drop table if exists nation_rollup")
        connection.execute(f"create unlogged table nation_rollup as {rollup}")

    return timed(work)


def snapshot(connection: psycopg.Connection, rules: Rules, folder: Path) -> float:
    """Seconds to write typed facts and params as columnar files, and into DuckDB's own file."""
    start = time.perf_counter()
    base = {"unit": "integer", "county": "integer"}
    facts = base | {key: DUCK_TYPES[name.type] for key, name in rules.facts.items()}
    params = {"county": "integer"} | {key: DUCK_TYPES[kind] for key, (kind, _v) in rules.params.items()}
    with duckdb.connect(str(folder / "nation.duckdb")) as duck:
        for name, columns in (("typed", facts), ("params", params)):
            csv = folder / f"{name}.csv"
            statement = f"copy (select * from nation_{name} order by county) to stdout (format csv)"
            with csv.open("wb") as file, connection.cursor().copy(statement) as copy:
                for block in copy:
                    file.write(block)
            duck.execute(
                f"create or replace table {name} as "
                f"select * from read_csv('{csv}', header=false, columns={columns})"
            )
            duck.execute(f"copy {name} to '{folder / name}.parquet' (format parquet)")
            csv.unlink()
    return time.perf_counter() - start


def on_duckdb(duck: duckdb.DuckDBPyConnection, rules: Rules, facts: str, params: str) -> list[float]:
    """Seconds to roll up into a table."""
    rollup = duckdb_rollup(rules, facts, params)
    return timed(lambda: duck.execute(f"create or replace temp table rollup as {rollup}"))


def median(spent: Sequence[float]) -> float:
    return statistics.median(spent)
