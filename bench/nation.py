"""A nation's schools against 60 standards, rolled up per county: ``python -m bench nation``.

470,000 generated units in 2,900 counties; the standards are compiled by the product from its packs and a
generated one. PostgreSQL is the embedded one with the product's settings, over typed columns rebuilt from the
units' facts; DuckDB reads a columnar snapshot of the same; zen-engine runs the same standards in one process
over a sample. Verdicts of the sample are compared unit by unit, all counts county by county.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import duckdb
import psycopg

from anyuan.site import supervisor
from anyuan.site.embedded import Server

from . import engines, measure, report, rules, units, zen_rules
from .engines import MET, OUT, UNKNOWN, UNMET, median
from .load import HOME

UNITS = 470_000
SAMPLE = 4_000
EXPLAINED = 300
"""Units of the sample whose verdicts the product's Python evaluation gives as well."""
AIMS = {"postgres": 25e6, "duckdb": 100e6, "zen": 30}


def run(home: Path, number: int = UNITS, sample: int = SAMPLE) -> dict[str, Any]:
    """Fill, measure, compare; the figures."""
    found = rules.read()
    os.environ["ANYUAN_HOME"] = str(home)
    with supervisor.using_database(home, "bench"), Server(home).connect("anyuan") as connection:
        start = time.perf_counter()
        made = units.fill(connection, number, found)
        print(f"  {made:,} units with facts in {time.perf_counter() - start:.0f} s", flush=True)
        rebuilt = engines.timed(lambda: units.rebuild(connection, found), 1)[0]
        result = _measured(connection, found, home, min(sample, made))
        result |= {"units": made, "counties": units.COUNTIES, "rebuild": rebuilt}
        result |= {"machine": measure.machine(connection), "loaded": measure.loaded()}
    return result | {"day": datetime.now(UTC).date().isoformat(), "standards": len(found.standards)}


def _measured(connection: psycopg.Connection, found: rules.Rules, home: Path, sample: int) -> dict[str, Any]:
    result: dict[str, Any] = {"snapshot": engines.snapshot(connection, found, home), "sample": sample}
    with duckdb.connect(str(home / "nation.duckdb")) as duck:
        duck.execute(f"set threads = {os.cpu_count()}")
        files = f"'{home / 'typed.parquet'}'", f"'{home / 'params.parquet'}'"
        result["version"] = duckdb.__version__
        result["parquet"] = engines.on_duckdb(duck, found, *files)
        result["duckdb"] = engines.on_duckdb(duck, found, "typed", "params")
        result["postgres"] = engines.on_postgres(connection, found)
        result["counts"] = _same_counts(connection, duck, found)
        codes = _same_verdicts(connection, duck, found, sample)
    data = _contexts(connection, found, sample)
    result["zen"], said = zen_rules.run(found, data, guarded=True)
    _compare("zen-engine", said, codes)
    complete = [(unit, row) for unit, row in zip(data, codes, strict=True) if UNKNOWN not in row]
    result["plain"], said = zen_rules.run(found, [unit for unit, _row in complete], guarded=False)
    _compare("zen-engine without guards", said, [row for _unit, row in complete])
    result["complete"] = len(complete)
    _explained(found, data, codes)
    return result


def _same_counts(
    connection: psycopg.Connection, duck: duckdb.DuckDBPyConnection, found: rules.Rules
) -> dict[str, int]:
    """Totals over all counties, after both engines' tables were found equal."""
    ours = connection.execute("select * from nation_rollup order by county").fetchall()
    theirs = duck.execute("select * from rollup order by county").fetchall()
    if [list(map(int, row)) for row in ours] != [list(map(int, row)) for row in theirs]:
        raise SystemExit("PostgreSQL and DuckDB count differently.")
    sums = [sum(int(row[1 + place]) for row in ours) for place in range(3 * len(found.standards))]
    return {name: sum(sums[place::3]) for place, name in enumerate(("met", "unmet", "unknown"))}


def _same_verdicts(
    connection: psycopg.Connection, duck: duckdb.DuckDBPyConnection, found: rules.Rules, sample: int
) -> list[list[int]]:
    query = engines.verdicts(found, "postgres", "nation_typed", "nation_params", sample + 1)
    ours = [list(row) for row in connection.execute(query).fetchall()]
    query = engines.verdicts(found, "duckdb", "typed", "params", sample + 1)
    _compare("DuckDB", [list(row) for row in duck.execute(query).fetchall()], ours)
    return ours


def _compare(who: str, theirs: list[list[int]], ours: list[list[int]]) -> None:
    different = sum(a != b for a, b in zip(theirs, ours, strict=True))
    if different or not ours:
        raise SystemExit(
            f"{who} and PostgreSQL give different verdicts for {different} of {len(ours)} units."
        )


def _contexts(connection: psycopg.Connection, found: rules.Rules, sample: int) -> list[dict[str, Any]]:
    """Facts and params of the sample's units; a fact that is unknown is None."""
    names = [*found.facts, *found.params]
    columns = ", ".join([f"t.{key}" for key in found.facts] + [f"p.{key}" for key in found.params])
    rows = connection.execute(
        f"select {columns} from nation_typed t join nation_params p using (county) "
        f"where t.unit <= {sample} order by t.unit"
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _explained(found: rules.Rules, data: list[dict[str, Any]], codes: list[list[int]]) -> None:
    """The evaluation that explains verdicts to people must agree too."""
    chosen = random.Random(1).sample(range(len(data)), min(EXPLAINED, len(data)))
    said = [[_code(one, data[place]) for one in found.standards] for place in chosen]
    _compare("The explanation", said, [codes[place] for place in chosen])


def _code(one: rules.Standard, unit: dict[str, Any]) -> int:
    params = {name: unit[column] for name, column in one.params.items()}
    applies, have, *need = (cast(Any, rules.evaluate(e, unit, params)) for e in one.expressions)
    if applies is None:
        return UNKNOWN
    if not applies:
        return OUT
    if have is None or (need and need[0] is None):
        return UNKNOWN
    if not need:
        return MET if have else UNMET
    holds = {"at-least": have >= need[0], "at-most": have <= need[0], "equals": have == need[0]}
    return MET if holds[one.op] else UNMET


def page(result: dict[str, Any]) -> str:
    """The figures for ``docs/performance.md``."""
    number = result["units"] * result["standards"]
    counts = result["counts"]
    plain = max(result["plain"].values())
    times = [number / median(result[key]) / plain for key in ("postgres", "duckdb")]
    head = f"""\
Measured {result["day"]} on {result["machine"]}, DuckDB {result["version"]}; {result["loaded"]} \
at the end.

{result["standards"]} standards × {result["units"]:,} units in {result["counties"]:,} counties = \
{number / 1e6:.1f} million evaluations, rolled up into a table of counties with met, unmet and unknown of \
each standard. In all: {counts["met"]:,} met, {counts["unmet"]:,} unmet, {counts["unknown"]:,} unknown. \
{engines.REPEATS} runs after one that is not counted; aims: 25 million on PostgreSQL, 100 million on \
DuckDB, 30 × zen-engine; **!** marks a miss.
"""
    zen = f"""\
zen-engine: compiled expressions in one process over a sample of {result["sample"]:,} units, not rolled up; \
the quickest way of calling it counts, the time for all units is extrapolated from its rate. Millions of \
evaluations/s: {_ways(result["zen"])}. It refuses null in arithmetic and comparisons, so its texts ask for \
it first; without that, over the {result["complete"]:,} units of the sample of which everything is known: \
{_ways(result["plain"])} (PostgreSQL is {times[0]:.0f}, DuckDB {times[1]:.0f} times as quick as the best of \
these)."""
    rest = f"""\
All engines and the product's explanation give the same verdicts for the sample, PostgreSQL and DuckDB the \
same counts for every county. Rebuilding the typed columns from the facts takes {result["rebuild"]:.1f} s, \
writing the columnar snapshot from them {result["snapshot"]:.1f} s."""
    return "\n\n".join([head.strip(), _table(result, number), zen, rest])


NAMES = {
    "postgres": "PostgreSQL, typed columns",
    "duckdb": "DuckDB, its own file",
    "parquet": "DuckDB, Parquet",
}


def _table(result: dict[str, Any], number: int) -> str:
    zen = max(result["zen"].values())
    lines = ["| Engine | Median | Best | Evaluations/s | × zen-engine |", "|---|--:|--:|--:|--:|"]
    for key, name in NAMES.items():
        rate = number / median(result[key])
        mark = "" if rate >= AIMS.get(key, AIMS["duckdb"]) else " **!**"
        times = f"{rate / zen:.0f}" + ("" if rate / zen >= AIMS["zen"] else " **!**")
        spent = f"{median(result[key]):.2f} s | {min(result[key]):.2f} s"
        lines.append(f"| {name} | {spent} | {rate / 1e6:.1f} million{mark} | {times} |")
    lines.append(f"| zen-engine | {number / zen:.0f} s, extrapolated | | {zen / 1e6:.2f} million | 1 |")
    return "\n".join(lines)


def _ways(rates: dict[str, float]) -> str:
    return "; ".join(f"{name} {rate / 1e6:.2f}" for name, rate in rates.items())


def main() -> None:
    """Measure, print; write the page's part when the size is the real one."""
    parser = argparse.ArgumentParser(prog="python -m bench.nation", description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--sample", type=int, default=SAMPLE)
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    text = page(run(HOME / "nation", options.units, options.sample))
    print(text)
    if options.units == UNITS:
        report.put("nation", text)


if __name__ == "__main__":
    main()
