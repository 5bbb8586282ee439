"""What is an expression and what is refused, and where."""

from __future__ import annotations

from datetime import date

import pytest

from anyuan.rules.policy.expressions import (
    Env,
    ExpressionError,
    Name,
    Type,
    Value,
    evaluate,
    parse,
    to_sql,
)

FACTS = [
    Name("pupils", Type.NUMBER, 0, 100_000),
    Name("staff", Type.NUMBER, 0, 10_000),
    Name("budget", Type.NUMBER),
    Name("boarding", Type.BOOL),
    Name("kind", Type.TEXT),
    Name("expires", Type.DATE),
    Name("order", Type.NUMBER, 0, 9),
]
PARAMS = [Name("step", Type.NUMBER, 1, 1000), Name("reading", Type.TEXT)]
ENV = Env({name.key: name for name in FACTS}, {name.key: name for name in PARAMS}, today=True)


def value(text: str, **facts: Value) -> Value:
    return evaluate(parse(text, ENV), facts, {"step": 500, "reading": "strict"}, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("10 - 3 - 2", 5.0),
        ("16 / 4 / 2", 2.0),
        ("-2 * 3 + 1", -5.0),
        ("- -2", 2.0),
        ("1 / 2", 0.5),
        ("true or true and false", True),
        ("not true or true", True),
        ("not 1 = 2", True),
        ("not 1 between 2 and 3 and true", True),
        ("2 between 2 and 3", True),
        ("3 between 1 and 2 or 1 in (2, 1)", True),
        ("1 not in (2, 3) and 1 not between 2 and 3", True),
        ("'it''s' = 'it''s'", True),
        ("'a' <> 'A'", True),
        ("1 != 2 AND CASE WHEN true THEN true END", True),
        ("round(0.5) + round(-0.5) + round(1.5) + round(-2.5)", -1.0),
        ("round(0.49999999999999994)", 0.0),
        ("floor(-0.5)", -1.0),
        ("ceil(-0.5)", 0.0),
        ("param('step') / 2", 250.0),
        ("param('reading') = 'strict'", True),
        ("date '2026-09-01' - date '2026-08-31'", 1.0),
        ("date '2028-02-28' + 1.9 = date '2028-02-29'", True),
        ("date '2028-03-01' - 1.9 = date '2028-02-29'", True),
        ("today + 30", date(2026, 10, 1)),
        ("1e3", 1000.0),
    ],
)
def test_meaning(text: str, expected: Value) -> None:
    assert value(text) == expected


def test_any_word_may_name_a_fact() -> None:
    assert value("order + 1", order=2) == 3.0


def test_reads_what_it_says() -> None:
    expression = parse("pupils > param('step') and expires < today", ENV)
    assert expression.facts == {"pupils", "expires"}
    assert expression.params == {"step"}
    assert expression.uses_today
    assert expression.type is Type.BOOL


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0),
        ("pupils + puplis", 9),
        ("pupils + boarding", 9),
        ("boarding + 1", 0),
        ("pupils +", 7),
        ("(pupils", 1),
        ("pupils)", 6),
        ("pupils staff", 7),
        ("pupils; drop table org_unit", 6),
        ("pupils -- a comment", 7),
        ("pupils /* a comment */ + 1", 7),
        ("pupils + (select 1)", 10),
        ("length(kind)", 0),
        ("pupils::text", 6),
        ("cast(pupils as text)", 0),
        ("pupils % 2", 7),
        ("kind || 'x'", 5),
        ("kind < 'x'", 0),
        ('kind = "x"', 7),
        ("pupils = 1e13", 9),
        ("pupils = 0x1f", 10),
        ("pupils.staff", 6),
        ("param('nothing')", 6),
        ("param(step)", 0),
        ("case pupils when 1 then 2 end", 0),
        ("case when pupils then 1 end", 10),
        ("case when boarding then 1 else 'a' end", 31),
        ("case when boarding then null end", 10),
        ("null", 0),
        ("pupils + null", 9),
        ("pupils = staff is null", 15),
        ("boarding is true", 9),
        ("greatest(pupils)", 9),
        ("coalesce(pupils, 'a')", 17),
        ("round(pupils, 2)", 6),
        ("pupils in ()", 11),
        ("pupils in (1, 'a')", 14),
        ("pupils in (select 1)", 11),
        ("expires + expires", 10),
        ("5 - expires", 4),
        ("date '2026-02-29'", 5),
        ("date '2026-W01-1'", 5),
        ("'open", 0),
        ("'a\nb' = kind", 0),
        ("Pupils", 0),
        ("学生", 0),
        ("１ + 1", 0),
        ("pupils\u00a0+ 1", 6),
    ],
)
def test_refused_with_its_place(text: str, at: int) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(text, ENV)
    assert error.value.position == at
    assert error.value.message


def test_line_and_column() -> None:
    with pytest.raises(ExpressionError) as error:
        parse("pupils\n  + puplis", ENV)
    assert (error.value.line, error.value.column) == (2, 5)


def test_wanted_type() -> None:
    assert parse("pupils > 1", ENV, Type.BOOL).type is Type.BOOL
    with pytest.raises(ExpressionError):
        parse("pupils", ENV, Type.BOOL)


def test_today_only_where_it_is_allowed() -> None:
    with pytest.raises(ExpressionError):
        parse("expires < today", Env(ENV.facts, ENV.params))


def test_longest_and_longer() -> None:
    text = "1" + " " * 1999
    assert parse(text, ENV).type is Type.NUMBER
    with pytest.raises(ExpressionError):
        parse(text + " ", ENV)


@pytest.mark.parametrize(
    ("left", "inner", "right"),
    [
        ("(", "1", ")"),
        ("round(", "1", ")"),
        ("- ", "1", ""),
        ("case when true then ", "1", " end"),
        ("case when false then 1 else ", "1", " end"),
    ],
)
def test_deepest_and_deeper(left: str, inner: str, right: str) -> None:
    most = 30 if left == "(" else 29
    assert parse(left * most + inner + right * most, ENV).type is Type.NUMBER
    with pytest.raises(ExpressionError):
        parse(left * (most + 1) + inner + right * (most + 1), ENV)


def test_long_sums_count_their_depth() -> None:
    assert value(" + ".join(["1"] * 30)) == 30.0
    with pytest.raises(ExpressionError):
        parse(" + ".join(["1"] * 31), ENV)


def test_parses_from_deep_in_the_stack() -> None:
    text = "greatest(1, " * 29 + "1" + ")" * 29

    def sink(levels: int) -> Type:
        return parse(text, ENV).type if levels == 0 else sink(levels - 1)

    assert sink(600) is Type.NUMBER


def test_plain_facts_have_no_guards() -> None:
    expression = parse("2 + floor((pupils - 1000) / param('step'))", ENV)
    assert to_sql(expression, "postgres", "f.{}".format, "p.{}".format) == (
        "(2::float8 + floor(((f.pupils - 1000::float8) / p.step)))"
    )


def test_open_ranges_are_guarded() -> None:
    assert "nullif(" in to_sql(parse("budget + 1", ENV), "postgres", str, str)


def test_literals_are_escaped() -> None:
    sql = to_sql(parse(r"kind = 'a''b\ 50%'", ENV), "postgres", str, str)
    assert sql == r"(kind = ('a''b\ 50' || chr(37) || ''))"
