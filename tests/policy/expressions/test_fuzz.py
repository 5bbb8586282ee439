"""A hundred thousand strings: each is compiled to the allow-list or refused with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

import duckdb
import pytest
from django.db import connection
from tests.policy.expressions.making import ENV, FACTS, PARAM_VALUES, TODAY, Maker, rows

from anyuan.rules.policy.expressions import (
    MOST_CHARACTERS,
    Expression,
    ExpressionError,
    Type,
    evaluate,
    explain,
    parse,
    to_sql,
)

MANY = 100_000
VALID = (
    "greatest(case when count < 100 then 1 when count <= 1000 then 2"
    " else 2 + floor((count - 1000) / param('step')) end, case when yes then 2 else 0 end)",
    "yes and not perhaps or word in ('a', '专职', 'it''s')",
    "coalesce(small, 0) + round(half * 2.5) / positive >= 1e3",
    "begins + 30 < today and ends is not null",
    "ends - begins between 1 and 365",
    "case when word = 'a' then null else least(small, 3, open) end",
    "-small * -(open - ceil(wild))",
    "date '2026-09-01' <> begins",
    "count not between 1 and 2 or small not in (1, 2, 3)",
    "(yes = perhaps) is null",
    "greatest(begins, ends, today) - 7",
    "param('loose') / small",
)
HOSTILE = (
    "; drop table org_unit",
    "' or '1'='1",
    "') or ('1'='1",
    "-- ",
    "/*",
    "*/",
    "/*! 1 */",
    "#",
    "(select password from access_user limit 1)",
    "union all select 1",
    "exists (select 1)",
    "pg_sleep(10)",
    "pg_read_file('/etc/passwd')",
    "read_csv('/etc/passwd')",
    "current_setting('x')",
    "lo_import('/etc/passwd')",
    "current_user",
    "current_date",
    "version()",
    "::regclass",
    "cast(1 as text)",
    "try_cast(",
    'collate "C"',
    "at time zone 'utc'",
    "over (order by 1)",
    "filter (where true)",
    "within group (",
    "array[1]",
    "[1:2]",
    "{'a': 1}",
    "struct_pack(a := 1)",
    "x -> x + 1",
    "like '%a%'",
    "ilike",
    "~ '.*'",
    "similar to 'a'",
    "is distinct from",
    "is true",
    "|| 'x'",
    "% 2",
    "^ 2",
    "!",
    "&",
    "@",
    "$1",
    "$$a$$",
    "$tag$ ' $tag$",
    "?",
    ":name",
    "%s",
    "%(name)s",
    "{{ x }}",
    "{% x %}",
    "\\",
    "\\'",
    "e'\\''",
    "u&'\\0041'",
    "x'1f'",
    "b'01'",
    "n'x'",
    "0x1F",
    "1_000",
    "1e999",
    "1e-999",
    ".5",
    "5.",
    "1.2.3",
    "00012",
    "interval '1 day'",
    "timestamp '2026-01-01'",
    "date '2026-13-01'",
    "date 'infinity'",
    "param('nothing')",
    "param(word)",
    "param('step",
    "case word when 'a' then 1 end",
    "if(yes, 1, 2)",
    "iif(",
    "distinct",
    "values (1)",
    "row(1, 2)",
    "(1, 2)",
    "()",
    "*",
    "f.count",
    '"count"',
    "`count`",
    "[count]",
    "count.*",
    "as x",
    "nan",
    "infinity",
    "set role postgres",
    "begin",
    "commit",
    "copy x to program 'sh'",
    "attach 'x'",
    "install httpfs",
    "pragma version",
    "explain",
    "grant all",
    "\x00",
    "\u2028",
    "\u200b",
    "\ufeff",
    "\ud800",
    "１",
    "＋",
    "‘a’",
    "\U0001f6a8",
    "\u00a0",
    "\x0b",
    "\x85",
)
KEYWORDS = (
    "and or not case when then else end between in is null true false"
    " coalesce greatest least floor ceil round"
)
SIGNS = "+ - * / < <= > >= = <> != ( ) , '"
LEAVES = (
    "param",
    "today",
    "date",
    "0",
    "1",
    "2.5",
    "1e12",
    "'a'",
    "''",
    "param('step')",
    "date '2026-09-01'",
)
WORDS = (*FACTS, *KEYWORDS.split(" "), *SIGNS.split(" "), *LEAVES)
OWN = "trunc nullif chr cast as integer boolean date today_column f infinity"
ALLOWED = frozenset(KEYWORDS.split(" ") + OWN.split(" "))
ENGINES = (("postgres", {"float8", "text"}), ("duckdb", {"double", "varchar"}))

WRAPPINGS = (
    ("(", ")"),
    ("floor(", ")"),
    ("-", ""),
    ("- ", ""),
    ("not ", ""),
    ("case when ", " then 1 end"),
    ("coalesce(1, ", ")"),
    ("1 in (", ")"),
    ("1 + ", ""),
    ("yes and ", ""),
    ("(select ", ")"),
    ("[", "]"),
)


def mutated(random: Random, text: str) -> str:
    """A text with one thing changed."""
    at, end = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
    return random.choice(
        (
            lambda: text[:at] + text[min(at + 1, len(text)) :],
            lambda: text[:at] + random.choice(WORDS) + text[at:],
            lambda: f"{text[:at]} {random.choice(WORDS)} {text[at:]}",
            lambda: text[:at] + random.choice(HOSTILE) + text[at:],
            lambda: f"{text} {random.choice(HOSTILE)}",
            lambda: f"{random.choice(HOSTILE)} {text}",
            lambda: text[:at] + text[end:],
            lambda: text[:end] + text[at:],
            lambda: f"({text}) {random.choice(WORDS)} ({random.choice(VALID)})",
            lambda: (
                text[:at]
                + chr(random.choice((random.randrange(0x80), random.randrange(0x11000))))
                + text[at:]
            ),
            lambda: text[:at].swapcase() + text[at:],
        )
    )()


def swapped(random: Random, text: str) -> str:
    """A text with one of its words replaced or left out."""
    words = re.findall(r"\w+|\s+|'[^']*'|.", text) or [""]
    words[random.randrange(len(words))] = random.choice((*WORDS, *FACTS, *FACTS, "", " "))
    return "".join(words)


def nested(random: Random, text: str) -> str:
    """A text wrapped more often than allowed, or nearly; sometimes left open."""
    before, after = random.choice(WRAPPINGS)
    many = random.choice((2, 28, 29, 30, 31, 40, 200, 1500))
    return before * many + text + after * random.choice((many, many, many - 1, 0))


def one(random: Random) -> str:
    """One string."""
    kind = random.randrange(20)
    if kind == 0:
        return nested(random, random.choice((*VALID, "1", "yes")))
    if kind == 1:
        return "".join(chr(random.randrange(0x3000)) for _ in range(random.randrange(30)))
    if kind == 2:
        return " ".join(random.choices(HOSTILE, k=random.randrange(1, 5)))
    if kind < 8:
        return " ".join(random.choices(WORDS, k=random.randrange(1, 9)))
    if kind < 13:
        text = random.choice(VALID)
    else:
        text = Maker(random.randrange).of(random.choice((Type.NUMBER, Type.BOOL, Type.DATE)), 4)
    for _ in range(random.randrange(4)):
        text = (mutated if kind < 16 else swapped)(random, text)
    return text


def strings(part: int) -> Iterator[str]:
    """A quarter of the strings, the same on every run."""
    random = Random(20260901 + part)
    for _ in range(MANY // 4):
        yield one(random)


def check_sql(sql: str, expression: Expression, own: set[str]) -> None:
    """Nothing but our words, numbers, signs and the literals of the text."""
    literals = re.findall(r"'((?:[^']|'')*)'", sql)
    for literal in literals:
        assert (
            literal in expression.text
            or "%" in expression.text
            or literal.strip("-")
            in (
                "infinity",
                "0001-01-01",
                "9999-12-31",
            )
        ), (expression.text, sql)
    bare = re.sub(r"'(?:[^']|'')*'", " ", sql)
    assert re.fullmatch(r"[A-Za-z0-9_ .,:()<>=+*/|-]*", bare), (expression.text, sql)
    assert "--" not in bare, (expression.text, sql)
    assert "/*" not in bare, (expression.text, sql)
    words = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", re.sub(r"\b[0-9][0-9.]*(e[+-]?[0-9]+)?", " ", bare)))
    words -= {f"c_{key}" for key in expression.facts} | {f"p_{key}" for key in expression.params}
    assert words <= ALLOWED | own, (expression.text, sql, words)


def sql_of(expression: Expression, dialect: str, fact: Callable[[str], str]) -> str:
    return to_sql(expression, dialect, fact, "f.p_{}".format, "today_column")


def attempt(text: str) -> Expression | ExpressionError:
    """What becomes of a string."""
    try:
        return parse(text, ENV)
    except ExpressionError as error:
        return error


def check_refusal(text: str, error: ExpressionError) -> None:
    assert error.message
    assert 0 <= error.position < max(1, len(text))
    assert 1 <= error.line <= text.count("\n") + 1
    assert error.column >= 1


@pytest.mark.parametrize("part", range(4))
def test_compiled_or_refused_with_its_place(part: int) -> None:
    row = rows(2, seed=1)[1]
    compiled: set[str] = set()
    refused = 0
    for text in strings(part):
        expression = attempt(text)
        if isinstance(expression, ExpressionError):
            refused += 1
            check_refusal(text, expression)
            continue
        if text in compiled:
            continue
        compiled.add(text)
        assert len(text) <= MOST_CHARACTERS
        for dialect, own in ENGINES:
            check_sql(sql_of(expression, dialect, "f.c_{}".format), expression, own)
        evaluate(expression, row, PARAM_VALUES, TODAY)
        if len(compiled) % 5 == 0:
            assert explain(expression, {}, {}, TODAY).value == evaluate(expression, {}, {}, TODAY)
    assert len(compiled) > MANY / 80
    assert refused > MANY / 8


def test_what_is_compiled_runs(db: None) -> None:
    """What the first five thousand strings compile to runs on both engines without an error."""
    tried = {text: attempt(text) for text in islice(strings(0), 5_000)}
    everything = [one for one in tried.values() if isinstance(one, Expression)]
    types = {Type.NUMBER: "double precision", Type.BOOL: "boolean", Type.TEXT: "text", Type.DATE: "date"}
    nulls = {key: f"(null::{types[name.type]})" for key, name in FACTS.items()}
    with connection.cursor() as cursor, duckdb.connect() as duck:
        for first in range(0, len(everything), 50):
            for dialect, run in (("postgres", cursor.execute), ("duckdb", duck.execute)):
                columns = ", ".join(
                    sql_of(expression, dialect, nulls.__getitem__)
                    for expression in everything[first : first + 50]
                )
                run(
                    f"select {columns} from (values (date '2026-09-01', null::double precision,"
                    " null::double precision)) f(today_column, p_step, p_loose)"
                )
