"""An explanation says what was needed, what is missing and why a value is unknown."""

from __future__ import annotations

from datetime import date

import pytest

from anyuan.rules.policy.expressions import (
    CircularError,
    Env,
    Explanation,
    Name,
    Type,
    Value,
    evaluate,
    explain,
    order,
    parse,
)

FACTS = {
    name.key: name
    for name in (
        Name("headcount", Type.NUMBER, 0, 100_000),
        Name("pupils", Type.NUMBER, 0, 100_000),
        Name("classes", Type.NUMBER, 0, 1000),
        Name("budget", Type.NUMBER),
        Name("boarding", Type.BOOL),
        Name("canteen", Type.BOOL),
        Name("kind", Type.TEXT),
        Name("expires", Type.DATE),
    )
}
ENV = Env(FACTS, {"step": Name("step", Type.NUMBER, 1, 1000)}, today=True)
GUARDS = """
greatest(
    case when headcount < 100 then 1
         when headcount <= 1000 then 2
         else 2 + floor((pupils - 1000) / param('step')) end,
    case when boarding then 2 else 0 end)
"""


def told(text: str, **facts: Value) -> Explanation:
    return explain(parse(text, ENV), facts, {"step": 500}, date(2026, 9, 1))


def test_every_step_of_the_way() -> None:
    said = told(GUARDS, headcount=1800, pupils=1600, boarding=True)
    assert said.value == 3.0
    assert said.inputs == (("headcount", 1800), ("pupils", 1600), ("boarding", True))
    assert said.params == (("step", 500),)
    assert said.missing == ()
    assert said.reason == ""
    assert said.steps[:6] == (
        ("headcount < 100", False),
        ("headcount <= 1000", False),
        ("pupils - 1000", 600.0),
        ("(pupils - 1000) / param('step')", 1.2),
        ("floor((pupils - 1000) / param('step'))", 1.0),
        ("2 + floor((pupils - 1000) / param('step'))", 3.0),
    )
    assert said.steps[-1][1] == 3.0


def test_branches_not_taken_need_nothing() -> None:
    said = told(GUARDS, headcount=90, boarding=False)
    assert (said.value, said.missing) == (1.0, ())
    assert said.steps[0][0] == "headcount < 100"
    assert "pupils - 1000" not in dict(said.steps)


@pytest.mark.parametrize(
    ("text", "facts", "missing", "reason"),
    [
        (GUARDS, {"headcount": 90}, ("boarding",), "missing"),
        (GUARDS, {"boarding": True}, ("headcount",), "missing"),
        (GUARDS, {}, ("boarding", "headcount"), "missing"),
        ("pupils / classes", {"pupils": 5, "classes": 0}, (), "division-by-zero"),
        ("pupils / classes", {"classes": 0}, ("pupils",), "missing"),
        ("budget * 2", {"budget": 6e11}, (), "overflow"),
        ("budget", {"budget": 1.1e12}, (), "overflow"),
        ("budget", {"budget": 10**400}, (), "overflow"),
        ("boarding or canteen", {"boarding": False}, ("canteen",), "missing"),
        ("boarding and canteen", {"boarding": True}, ("canteen",), "missing"),
        ("not boarding", {}, ("boarding",), "missing"),
        ("coalesce(pupils, headcount)", {}, ("headcount", "pupils"), "missing"),
        ("coalesce(pupils / classes, pupils / 0)", {"pupils": 1, "classes": 0}, (), "division-by-zero"),
        ("kind in ('a', 'b')", {}, ("kind",), "missing"),
        ("pupils between 1 and classes", {"pupils": 3}, ("classes",), "missing"),
        ("case when boarding then 1 end", {"boarding": False}, (), ""),
        ("expires + 40000", {"expires": "9999-01-01"}, (), "overflow"),
        ("expires + budget", {"expires": "2026-09-01", "budget": 50001}, (), "overflow"),
    ],
)
def test_why_it_is_unknown(text: str, facts: dict[str, Value], missing: tuple[str, ...], reason: str) -> None:
    said = told(text, **facts)
    assert said.value is None
    assert (said.missing, said.reason) == (missing, reason)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("boarding or canteen", {"boarding": True}, True),
        ("boarding and canteen", {"boarding": False}, False),
        ("coalesce(pupils, 7)", {}, 7.0),
        ("pupils is null", {}, True),
        ("pupils is not null", {}, False),
        ("pupils / classes is null", {"pupils": 1, "classes": 0}, True),
        ("pupils in (1, classes)", {"pupils": 1}, True),
        ("pupils between 5 and classes", {"pupils": 3}, False),
        ("budget * 2", {"budget": 5e11}, 1e12),
        ("expires + budget", {"expires": "2026-09-01", "budget": 1}, date(2026, 9, 2)),
    ],
)
def test_known_in_spite_of_what_is_not(text: str, facts: dict[str, Value], expected: Value) -> None:
    said = told(text, **facts)
    assert said.value == expected
    assert (said.missing, said.reason) == ((), "")


def test_a_wrong_type_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="pupils"):
        told("pupils + 1", pupils="many")
    with pytest.raises(ValueError, match="expires"):
        told("expires = today", expires="tomorrow")
    with pytest.raises(ValueError, match="day"):
        evaluate(parse("today", ENV), {}, {})


@pytest.mark.parametrize(
    "text",
    [
        "1 - (2 - 3)",
        "(1 + 2) * -(3 / (4 * 5))",
        "not (boarding or canteen) and boarding = (pupils > 1)",
        "pupils not in (1, 2) or pupils not between 1 and 2 + 3",
        "(pupils = classes) is not null",
        "coalesce(kind, 'it''s') = 'x'",
        "date '2026-09-01' - expires + 1",
        "case when boarding then null else 0.5 end",
    ],
)
def test_steps_are_written_as_a_person_writes(text: str) -> None:
    assert told(text, pupils=1).steps[-1][0] == text


def test_derived_facts_in_order() -> None:
    env = Env({key: Name(key, Type.NUMBER) for key in ("a", "b", "c", "d")}, {})
    assert order({"a": parse("b + c", env), "b": parse("c * 2", env), "c": parse("d", env)}) == [
        "c",
        "b",
        "a",
    ]


def test_a_cycle_names_its_members() -> None:
    env = Env({key: Name(key, Type.NUMBER) for key in ("a", "b", "c", "d")}, {})
    definitions = {"a": parse("b", env), "b": parse("c", env), "c": parse("a + d", env), "d": parse("1", env)}
    with pytest.raises(CircularError) as error:
        order(definitions)
    assert error.value.names in (["a", "b", "c", "a"], ["b", "c", "a", "b"], ["c", "a", "b", "c"])
    with pytest.raises(CircularError) as error:
        order({"a": parse("a + 1", env)})
    assert error.value.names == ["a", "a"]
