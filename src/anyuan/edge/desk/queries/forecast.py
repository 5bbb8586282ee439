"""What documents would come to for the schools of a region before they are put into force.

The same formulas as the derivation, evaluated in Python: no verdict is written, nothing is switched on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast
from uuid import UUID

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Unit, schools_below
from anyuan.rules.compliance.public import State
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy import public as policy

Facts = Mapping[str, policy.Value]


@dataclass(slots=True)
class Forecast:
    """How many requirement × school answers of a document there would be by state, duties apart.

    ``waiting``: fact → the requirement × school pairs that cannot be told without it; ``lacking``: fact →
    the schools that lack it.
    """

    states: Counter[str] = field(default_factory=Counter)
    duties: int = 0
    waiting: Counter[str] = field(default_factory=Counter)
    lacking: dict[str, set[UUID]] = field(default_factory=dict)

    def add(self, other: Forecast) -> None:
        self.states += other.states
        self.duties += other.duties
        self.waiting += other.waiting
        for key, schools in other.lacking.items():
            self.lacking.setdefault(key, set()).update(schools)

    @property
    def met(self) -> int:
        return self.states[State.MET]

    @property
    def unmet(self) -> int:
        return self.states[State.UNMET]

    @property
    def unknown(self) -> int:
        return self.states[State.UNKNOWN]


class Known:
    """What is known today of every school of a region; a few statements, however many schools."""

    def __init__(self, actor: Actor, area: Unit) -> None:
        self.day = clock.today()
        self.schools = list(schools_below(actor, area).values_list("pk", flat=True))
        self.roots = Roots()
        self.facts = self._typed(ledger.facts_on(self.schools, self.day))
        self._actor = actor
        self._subjects: dict[str, dict[UUID, list[UUID]]] | None = None
        self._subject_facts: dict[str, Mapping[UUID, Facts]] = {}

    def subjects(self, kind: str) -> dict[UUID, list[UUID]]:
        """School → its subjects of ``kind`` that exist today."""
        if self._subjects is None:
            self._subjects = self._standing()
        found = self._subjects.get(kind, {})
        if found and kind not in self._subject_facts:
            self._subject_facts[kind] = self._typed(ledger.subject_facts_on(kind, self.schools, self.day))
        return found

    def _standing(self) -> dict[str, dict[UUID, list[UUID]]]:
        """Of every kind at once."""
        found: dict[str, dict[UUID, list[UUID]]] = {}
        rows = ledger.Subject.objects.visible_to(self._actor).filter(unit__in=self.schools)
        standing = rows.filter(ledger.Subject.standing(self.day)).order_by("kind", "unit", "pk")
        for kind, unit, pk in standing.values_list("kind", "unit", "pk"):
            found.setdefault(kind, {}).setdefault(unit, []).append(pk)
        return found

    def of_subject(self, kind: str, school: UUID, subject: UUID) -> Facts:
        return {**self.facts.get(school, {}), **self._subject_facts[kind].get(subject, {})}

    def _typed(self, rows: Mapping[UUID, Mapping[str, object]]) -> dict[UUID, Facts]:
        """Days as days: the ledger gives them as text."""
        days = {key for key, fact in self.roots.definitions.items() if fact.type == "date"}

        def value(key: str, raw: object) -> policy.Value:
            return date.fromisoformat(str(raw)) if key in days else cast("policy.Value", raw)

        return {pk: {key: value(key, raw) for key, raw in row.items()} for pk, row in rows.items()}


class Roots:
    """From which facts that people give (or registers count) a fact is worked out."""

    def __init__(self) -> None:
        self.definitions = policy.fact_defs()
        self._expressions = policy.fact_expressions()
        self._known: dict[str, frozenset[str]] = {}

    def of(self, keys: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self._one(key) for key in keys))

    def _one(self, key: str) -> frozenset[str]:
        if key not in self._known:
            derived = self._expressions.get(key)
            self._known[key] = self.of(derived.facts) if derived else frozenset({key})
        return self._known[key]


def forecast(known: Known, region: policy.Region) -> Forecast:
    """What ``region`` asks of every school that is ``known``."""
    found = Forecast()
    for rule in region.rules:
        if rule.kind not in ("standard", "duty"):
            continue
        for school in known.schools:
            _school(found, known, region.params, rule, school)
    return found


def _school(found: Forecast, known: Known, params: Facts, rule: policy.Rule, school: UUID) -> None:
    facts = known.facts.get(school, {})
    if not rule.per:
        answers = [_answer(known, params, rule, facts)]
    else:
        subjects = known.subjects(rule.per).get(school, [])
        answers = [
            _answer(known, params, rule, known.of_subject(rule.per, school, subject)) for subject in subjects
        ] or [_none_of_kind(known, params, rule, facts)]
    state, missing = min(answers, key=lambda answer: _RANK[answer[0]])
    if state == State.DUE:
        found.duties += 1
    else:
        found.states[state] += 1
    for key in missing:
        found.waiting[key] += 1
        found.lacking.setdefault(key, set()).add(school)


Answer = tuple[State, frozenset[str]]
_RANK = {s: n for n, s in enumerate((State.UNMET, State.UNKNOWN, State.MET, State.DUE, State.NOT_APPLICABLE))}
_NOTHING: frozenset[str] = frozenset()


def _none_of_kind(known: Known, params: Facts, rule: policy.Rule, facts: Facts) -> Answer:
    """The school has entered no class, dormitory ...: unknown unless the requirement is not for it."""
    applies = policy.evaluate(rule.applies, facts, params, known.day)
    if applies is False:
        return State.NOT_APPLICABLE, _NOTHING
    return State.UNKNOWN, frozenset({f"subject:{rule.per}"})


def _answer(known: Known, params: Facts, rule: policy.Rule, facts: Facts) -> Answer:
    applies = policy.evaluate(rule.applies, facts, params, known.day)
    if applies is False:
        return State.NOT_APPLICABLE, _NOTHING
    if applies is None:
        return State.UNKNOWN, _absent(known, [rule.applies], facts)
    parts = [e for e in (rule.have, rule.need, rule.at_least) if e is not None]
    values = [policy.evaluate(e, facts, params, known.day) for e in parts]
    if any(value is None for value in values):
        return State.UNKNOWN, _absent(known, parts, facts)
    if rule.kind == "duty":
        return State.DUE, _NOTHING
    return (State.MET if _holds(rule.op, values) else State.UNMET), _NOTHING


def _holds(op: str, values: Sequence[policy.Value]) -> bool:
    if op == "holds":
        return bool(values[0])
    have, need = cast("float", values[0]), cast("float", values[1])
    return {"at-most": have <= need, "equals": have == need}.get(op, have >= need)


def _absent(known: Known, parts: Sequence[policy.Expression], facts: Facts) -> frozenset[str]:
    keys = known.roots.of(key for part in parts for key in part.facts)
    return frozenset(key for key in keys if key not in facts)
