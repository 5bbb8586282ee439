"""The rows of three documents as their packs state them: for tests of the numbers on both sides of each
boundary, and of both readings of each ambiguity. What a unit, its records and its calendar make of them is
proved where verdicts are derived."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from anyuan.rules.policy.catalogue import Catalogue, value_of
from anyuan.rules.policy.compiling import with_params
from anyuan.rules.policy.loaded import rules_of
from anyuan.rules.policy.public import PackFile, Rule, Value, evaluate, pack_root, parse, parts_in

SWEEP, RISK, NANTONG = "city-2023-hazard-sweep", "guyuan-2018-risk-control", "nantong-2020-campus-and-bus"
Facts = Mapping[str, Value]


@cache
def pack(code: str) -> PackFile:
    parts, problems = parts_in(pack_root() / code)
    assert parts is not None, problems
    return parts


def defaults(code: str) -> dict[str, Value]:
    return {p.key: value_of(p.type, p.default) for p in pack(code).params}


def rule(code: str, name: str, **params: Value) -> Rule:
    for found, part in rules_of(pack(code), pack("common")):
        if found.code == name:
            return with_params(found, part, defaults(code) | params)
    raise AssertionError(name)


def school(unit_type: str = "junior", **given: Value) -> dict[str, Value]:
    """A unit's facts: what is given, and what follows from it."""
    facts: dict[str, Value] = {"unit_type": unit_type, "boarding_kind": "none", **given}
    catalogue = Catalogue.of(pack("common"), None)
    env = catalogue.env("dormitory", params=False)
    for _round in range(3):
        for fact in pack("common").facts:
            if fact.derive and fact.derive.expression:
                known = {key: facts.get(key) for key in env.facts}
                facts[fact.key] = evaluate(parse(fact.derive.expression, env), known, {})
    return {key: facts.get(key) for key in env.facts}


def applies(code: str, name: str, facts: Facts, **params: Value) -> Value:
    return evaluate(rule(code, name).applies, facts, defaults(code) | params)


def standard(code: str, name: str, facts: Facts, **params: Value) -> tuple[Value, Value]:
    """(have, need)."""
    found = rule(code, name)
    values = defaults(code) | params
    assert found.have is not None
    assert found.need is not None
    assert found.op == "at-least"
    return evaluate(found.have, facts, values), evaluate(found.need, facts, values)


def asked(code: str, name: str, facts: Facts) -> Value:
    """How much a duty asks for."""
    found = rule(code, name)
    assert found.at_least is not None
    return evaluate(found.at_least, facts, defaults(code))


def counts(code: str, name: str, record: Facts, **params: Value) -> Value:
    """Whether a record counts for a duty."""
    found = rule(code, name)
    return True if found.where is None else evaluate(found.where, record, defaults(code) | params)


DRILL = {"kind": "evacuation", "scenario": "fire", "evidence": 1.0, "hour": 10.0, "weekday": 3.0}
