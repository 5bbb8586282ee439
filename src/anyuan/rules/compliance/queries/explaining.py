"""Why a verdict is what it is: formula, inputs, need, have, what is missing and who can give it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import POSTS
from anyuan.rules.ledger.public import FactLine, FactsSpan, Record, SubjectKind, fact_lines
from anyuan.rules.policy.public import (
    Explanation,
    FactDef,
    ParamSetting,
    Rule,
    Value,
    fact_defs,
    reading_once,
    regions_of,
    settings_of,
    why_text,
)
from anyuan.rules.policy.public import explain as explain_expression

from ..deriving.compiling import formula, roots
from ..models import Verdict
from ..shapes import Explained, Input, Missing
from ..states import State

_SUBJECT = "subject:"


def satisfied_by(actor: Actor, record: Record) -> list[Verdict]:
    """The verdicts this record counts for: which requirements of which documents."""
    rows = Verdict.objects.visible_to(actor).filter(unit=record.unit_id, records__contains=[record.pk])
    rows = rows.select_related("requirement__pack", "requirement__clause").defer("requirement__pack__content")
    return list(rows.order_by("requirement__pack__code", "key", "period"))


def explain(actor: Actor, verdict: Verdict) -> Explained:
    """A verdict the actor sees, worked out again in the open from what is known today."""
    with reading_once():
        return _Explainer(actor, verdict).explained()


class _Explainer:
    def __init__(self, actor: Actor, verdict: Verdict) -> None:
        self.actor = actor
        self.verdict = verdict
        self.requirement = verdict.requirement
        self.defs = fact_defs()
        self.day = clock.today()
        ends = verdict.ends
        self.then = min(self.day, ends - timedelta(days=1)) if ends else self.day
        """The day whose facts and rules count: the last of its period, or today."""
        self.rule: Rule | None = None
        self.params: Mapping[str, Value] = {}
        self.settings: dict[str, ParamSetting] = {}
        self._find_rule()
        unit, subject = verdict.unit, verdict.subject
        known = _unit_facts(verdict, self.then)
        lines = fact_lines(actor, unit, known=known, day=self.then)
        if subject is not None:
            lines += fact_lines(actor, unit, subject, known=subject.facts, day=self.then)
        self.lines: dict[str, FactLine] = {line.key: line for line in lines}
        self.facts: dict[str, Value] = {**known, **(subject.facts if subject else {})}

    def _find_rule(self) -> None:
        """The rule as it was in force on the last day of the period."""
        for region in regions_of(self.verdict.unit, self.then):
            for rule in region.rules:
                if rule.key == self.verdict.key:
                    self.rule, self.params = rule, region.params
                    found = settings_of(self.verdict.unit, region.pack, self.then)
                    self.settings = {s.param.key: s for s in found}

    def explained(self) -> Explained:
        verdict, rule = self.verdict, self.rule
        parts = self._parts()
        used = list(dict.fromkeys(k for part in parts for k, _value in part.inputs))
        params = list(dict.fromkeys(k for part in parts for k, _value in part.params))
        if rule is not None and rule.where is not None:
            params += [p for p in sorted(rule.where.params) if p not in params]
        return Explained(
            verdict=verdict,
            requirement=self.requirement,
            formula=_text(rule, "have") or _text(rule, "where"),
            formula_need=_text(rule, "need") or _text(rule, "at_least"),
            applies=_text(rule, "applies"),
            inputs=tuple(self._input(key) for key in self._with_roots(used)),
            params=tuple(self._param(key) for key in params),
            steps=tuple(dict(step for part in parts for step in part.steps).items()),
            op=rule.op if rule else "",
            need=verdict.need,
            have=verdict.have,
            gap=_gap(verdict, rule.op if rule else "at-least"),
            measure=rule.unit if rule else "",
            clause=self.requirement.clause.label,
            clause_heading=self.requirement.clause.heading,
            document=self.requirement.pack.title,
            missing=self._missing(parts),
            records=self._records(),
            sentence=self._sentence(parts),
        )

    def _parts(self) -> list[Explanation]:
        """The expressions that decided, worked out."""
        if self.rule is None:
            return []
        decided = [self.rule.applies]
        if self.verdict.state != State.NOT_APPLICABLE and self.verdict.reason != "applies":
            decided = [e for e in (self.rule.have, self.rule.need, self.rule.at_least) if e is not None]
        return [explain_expression(e, self.facts, self.params, self.day) for e in decided]

    def _with_roots(self, keys: Sequence[str]) -> list[str]:
        """Each fact, followed by those it is worked out from."""
        found: dict[str, None] = {}
        for key in keys:
            found[key] = None
            if formula(key, self.defs):
                found |= dict.fromkeys(roots([key], self.defs))
        return list(found)

    def _input(self, key: str) -> Input:
        fact, line = self.defs[key], self.lines.get(key)
        until = line.said.confirmed_until if line and line.said and line.declared else None
        return Input(
            key,
            _title(fact),
            self.facts.get(key),
            fact.unit,
            line.source if line else "",
            until,
            fact.choices,
        )

    def _param(self, key: str) -> Input:
        setting = self.settings[key]
        where = setting.override.unit.name if setting.override else _("as the document sets it")
        param = setting.param
        label = param.title_en if _english() and param.title_en else param.title
        return Input(key, label, setting.value, "", where, None, param.choices)

    def _missing(self, parts: Sequence[Explanation]) -> tuple[Missing, ...]:
        """What somebody can give: the facts behind those that were needed and are not known."""
        if self.verdict.state != State.UNKNOWN:
            return ()
        if self.verdict.reason in ("subject", "calendar"):
            return tuple(self._lack(key) for key in self.verdict.missing)
        needed = [k for part in parts for k in part.missing if k in self.defs]
        absent = [k for k in roots(needed, self.defs) if self.facts.get(k) is None]
        return tuple(self._lack(key) for key in absent)

    def _lack(self, key: str) -> Missing:
        fact = self.defs.get(key)
        if fact is not None:
            post = fact.confirm or ""
            return Missing(key, _title(fact), fact.question, post, str(POSTS[post].name) if post else "")
        if key.startswith(_SUBJECT):
            return Missing(key, str(SubjectKind(key.removeprefix(_SUBJECT)).label), "", "", "")
        return Missing(key, why_text(key), "", "", "")

    def _records(self) -> tuple[Record, ...]:
        """The newest that count; those of a restricted domain only to whoever may see it."""
        rows = Record.objects.visible_to(self.actor).filter(pk__in=self.verdict.records)
        return tuple(rows.select_related("register").order_by("-occurred_at", "-pk"))

    def _sentence(self, parts: Sequence[Explanation]) -> str:
        verdict = self.verdict
        measure = self.rule.unit if self.rule else ""
        words = {"have": _number(verdict.have), "need": _number(verdict.need), "measure": measure}
        if verdict.state == State.UNKNOWN:
            return self._unknown(parts)
        if verdict.state == State.NOT_APPLICABLE:
            return _("This requirement does not apply to this unit.")
        if verdict.state == State.EXCUSED:
            if verdict.reason == "begun":
                return _("Excused: the period was more than half over when this began to apply.")
            return _("Excused: %(why)s.") % {"why": why_text(verdict.reason)}
        if self.rule is not None and self.rule.op == "holds":
            return _("The condition holds.") if verdict.have else _("The condition does not hold.")
        if verdict.state in (State.MET, State.MADE_UP):
            return _("Needed %(need)s %(measure)s, there are %(have)s.") % words
        words["gap"] = _number(_gap(verdict, self.rule.op if self.rule else "at-least"))
        if self.rule is not None and self.rule.op == "at-most":
            return _("At most %(need)s %(measure)s, there are %(have)s: %(gap)s too many.") % words
        return _("Needed %(need)s %(measure)s, there are %(have)s: %(gap)s short.") % words

    def _unknown(self, parts: Sequence[Explanation]) -> str:
        reason = self.verdict.reason
        if reason == "division-by-zero":
            return _("A number that is divided by is zero. Check the facts below.")
        if reason == "overflow":
            return _("A number grew too large to be right. Check the facts below.")
        names = "、".join(m.label for m in self._missing(parts))
        if reason == "subject":
            return _("Nothing is entered of the kind this asks about: %(names)s.") % {"names": names}
        if reason == "calendar":
            return _("The calendar has a gap: %(names)s.") % {"names": names}
        return _("Not known: %(names)s.") % {"names": names}


def _unit_facts(verdict: Verdict, day: date) -> dict[str, Value]:
    """The facts of the unit that ``verdict`` was derived from: those of today, or of the last day of a period
    that ended; what nobody had said by then is taken from what was said first after it."""
    now = getattr(verdict.unit, "facts_now", None)
    facts: dict[str, Value] = dict(now.facts) if now else {}
    if now is None or now.since <= day:
        return facts
    for span in FactsSpan.objects.filter(unit=verdict.unit_id, ends__gt=day).order_by("-starts"):
        facts |= span.facts
    return facts


def _text(rule: Rule | None, name: str) -> str:
    expression: Any = getattr(rule, name, None)
    return expression.text if expression is not None else ""


def _gap(verdict: Verdict, op: str) -> float | None:
    if verdict.need is None or verdict.have is None:
        return None
    lack = verdict.need - verdict.have
    if op == "at-most":
        return max(-lack, 0)
    return abs(lack) if op == "equals" else max(lack, 0)


def _title(fact: FactDef) -> str:
    return fact.title_en if _english() and fact.title_en else fact.title


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.10g}"
