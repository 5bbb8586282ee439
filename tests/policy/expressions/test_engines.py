"""PostgreSQL, DuckDB and Python give the same answer, to the last bit, for random expressions on odd rows."""

from __future__ import annotations

import math
from collections.abc import Iterator

import duckdb
import pytest
from django.db import connection
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.policy.expressions.making import ENV, FACTS, PARAM_VALUES, PARAMS, TODAY, rows, texts

from anyuan.rules.policy.expressions import (
    MOST_CHARACTERS,
    Expression,
    ExpressionError,
    Type,
    Value,
    evaluate,
    explain,
    parse,
    to_sql,
)

ROWS = rows(150, seed=7)
COLUMNS = {
    "postgres": {
        Type.NUMBER: "double precision",
        Type.BOOL: "boolean",
        Type.TEXT: "text",
        Type.DATE: "date",
    },
    "duckdb": {Type.NUMBER: "double", Type.BOOL: "boolean", Type.TEXT: "varchar", Type.DATE: "date"},
}
SETTINGS = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def table(dialect: str) -> str:
    names = {**FACTS, **{f"p_{key}": name for key, name in PARAMS.items()}}
    columns = ", ".join(f'"{key}" {COLUMNS[dialect][name.type]}' for key, name in names.items())
    return f"create temporary table odd_rows (place integer, {columns})"


def stored() -> list[list[Value]]:
    return [[place, *row.values(), *PARAM_VALUES.values()] for place, row in enumerate(ROWS)]


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        made.execute(table("duckdb"))
        marks = ", ".join("?" for _ in stored()[0])
        made.executemany(f"insert into odd_rows values ({marks})", stored())
        yield made


@pytest.fixture
def postgres(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(table("postgres"))
        marks = ", ".join("%s" for _ in stored()[0])
        cursor.executemany(f"insert into odd_rows values ({marks})", stored())


def statement(expressions: list[Expression], dialect: str) -> str:
    """All expressions on all rows in one statement."""
    today = f"date '{TODAY.isoformat()}'"
    columns = ", ".join(to_sql(one, dialect, 'f."{}"'.format, "f.p_{}".format, today) for one in expressions)
    return f"select {columns} from odd_rows f order by place"


def compiled(many: list[str]) -> list[Expression]:
    made = []
    for text in many:
        try:
            made.append(parse(text, ENV))
        except ExpressionError:
            # The generator may write too much, or a case with no result but null; all else must compile.
            if len(text) <= MOST_CHARACTERS and "null" not in text:
                raise
    return made


def same(left: Value, right: Value) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    return type(left) is type(right) and left == right


@given(st.lists(texts(), min_size=8, max_size=16))
@SETTINGS
@example(
    ["wild * wild * wild * wild * wild * wild", "wild / (wild * wild)", "1e-12 / wild / wild / wild / wild"]
)
@example(
    [
        "round(half)",
        "round(open)",
        "round(wild)",
        "round(small)",
        "round(small / 4)",
        "round(-small / 4)",
        "floor(open)",
    ]
)
@example(["greatest(open, wild)", "least(small, half, open)", "greatest(begins, ends)", "least(ends, today)"])
@example(
    ["begins + wild", "begins - open", "begins + 50000 - 50001", "ends - begins", "ends + 1 + 1 > today"]
)
@example(
    [
        "case when yes or perhaps then 1 when small > 2 then 2 else 3 end",
        "word = other",
        "word in ('a', other)",
    ]
)
@example(["wild - 1e-12 - wild", "signed * signed", "signed + signed", "signed / small", "upward / positive"])
def test_all_engines_agree(postgres: None, duck: duckdb.DuckDBPyConnection, many: list[str]) -> None:
    expressions = compiled(many)
    assume(expressions)
    with connection.cursor() as cursor:
        cursor.execute(statement(expressions, "postgres"))
        by_postgres = cursor.fetchall()
    by_duck = duck.execute(statement(expressions, "duckdb")).fetchall()
    for place, row in enumerate(ROWS):
        for column, expression in enumerate(expressions):
            expected = evaluate(expression, row, PARAM_VALUES, TODAY)
            found = (by_postgres[place][column], by_duck[place][column])
            assert same(expected, found[0]), (expression.text, row, expected, found)
            assert same(expected, found[1]), (expression.text, row, expected, found)


@given(texts())
@SETTINGS
def test_what_is_written_reads_the_same(text: str) -> None:
    for expression in compiled([text]):
        for row in ROWS[:20]:
            told = explain(expression, row, PARAM_VALUES, TODAY)
            assert same(told.value, evaluate(expression, row, PARAM_VALUES, TODAY))
            assert (told.reason == "missing") == bool(told.missing)
            if told.steps:
                again = parse(told.steps[-1][0], ENV)
                assert same(told.value, evaluate(again, row, PARAM_VALUES, TODAY))


@given(texts())
@SETTINGS
def test_numbers_stay_within_what_was_promised(text: str) -> None:
    for expression in compiled([text]):
        for row in ROWS:
            value = evaluate(expression, row, PARAM_VALUES, TODAY)
            if isinstance(value, float):
                assert expression.range.low <= value <= expression.range.high, (text, row, value)
                assert abs(value) <= 1e12
                assert value == 0 or abs(value) >= expression.range.finest
