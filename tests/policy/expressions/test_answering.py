"""What a form may fill in before somebody writes: the answers a condition asks for plainly."""

from __future__ import annotations

import pytest

from anyuan.rules.policy.public import Env, Name, Type, parse, plain_answers

ENV = Env(
    {
        "kind": Name("kind", Type.TEXT),
        "scenario": Name("scenario", Type.TEXT),
        "full": Name("full", Type.BOOL),
        "minutes": Name("minutes", Type.NUMBER, 0, 240),
    },
    {"least": Name("least", Type.NUMBER, 1, 15)},
)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("kind = 'daily'", {"kind": ["daily"]}),
        ("kind = 'daily' and minutes >= param('least')", {"kind": ["daily"], "minutes": [5.0]}),
        ("kind in ('a', 'b') and full", {"kind": ["a", "b"], "full": [True]}),
        ("kind in ('a', 'b') and kind in ('b', 'c')", {"kind": ["b"]}),
        ("kind = 'a' or scenario = 'fire'", {}),
        ("not full", {}),
        ("kind <> 'a' and minutes > 3", {}),
        ("minutes <= 3 and scenario = 'fire'", {"scenario": ["fire"]}),
    ],
)
def test_answers(text: str, answers: dict[str, list[object]]) -> None:
    assert plain_answers(parse(text, ENV, Type.BOOL), {"least": 5.0}) == answers


def test_a_param_nobody_knows_fills_nothing_in() -> None:
    assert plain_answers(parse("minutes >= param('least')", ENV, Type.BOOL), {}) == {}
