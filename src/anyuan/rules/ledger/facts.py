"""Declaring and confirming facts. A correction of the past leaves what was believed readable."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import Act, action
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, clock
from anyuan.foundation.org.public import Unit
from anyuan.rules.policy import public as policy

from .deriving import declarable
from .fact_rules import parts, refuse_counted, refuse_more_than_all, undeclarable_message
from .models import FactValue, Subject
from .past import doubt_facts
from .permits import LEDGER_FACTS
from .states import FactSource
from .wording import value_text

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef

LONGEST = 200
_CHUNK = 2000
Value = float | bool | str


@dataclass(frozen=True, slots=True)
class NewFacts:
    """What is declared about one unit, or one of its subjects. A value None takes it back: unknown again."""

    unit: Unit
    values: Mapping[str, object]
    subject: Subject | None = None


def set_facts(
    actor: Actor,
    unit: Unit,
    values: Mapping[str, object],
    *,
    valid_from: date | None = None,
    subject: Subject | None = None,
    seen: datetime | None = None,
    source: str = FactSource.DECLARED,
) -> list[FactValue]:
    """Declare ``values`` from ``valid_from`` on (default today), up to the next value that is known.

    The same value again is a confirmation. ``seen`` is when the actor looked: a value somebody else
    declared since then is not overwritten. Gives the rows that hold now.
    Raises :class:`NotPermitted`; :class:`Invalid` with a message per key; :class:`Conflict`.
    """
    row = NewFacts(unit, values, subject)
    clean, problems = fitting_values(policy.fact_defs(), values, subject.kind if subject else "")
    if problems:
        raise Invalid(_("Some facts need another look."), problems)
    return set_facts_many(
        actor, [replace(row, values=clean)], valid_from=valid_from, seen=seen, source=source
    )


def set_facts_many(
    actor: Actor,
    rows: Sequence[NewFacts],
    *,
    valid_from: date | None = None,
    seen: datetime | None = None,
    source: str = FactSource.DECLARED,
) -> list[FactValue]:
    """Declare the facts of many units or subjects, all or none: one journal entry for each of them.

    The values fit already, see :func:`fitting_values`. Raises like :func:`set_facts`.
    """
    rows = [row for row in rows if row.values]
    if not rows:
        return []
    day = valid_from or clock.today()
    writer = _Writer(actor, policy.fact_defs(), day, source, seen)
    for row in rows:
        writer.check(row)
    with action(actor, "ledger.set-facts") as act:
        writer.load(rows)
        for row in rows:
            writer.plan(act, row)
        return writer.write(rows)


def confirm_facts(
    actor: Actor, unit: Unit, keys: Iterable[str], *, subject: Subject | None = None
) -> list[FactValue]:
    """Say that what was declared still holds. Raises :class:`Invalid` for a fact nobody declared."""
    keys = list(keys)
    day = clock.today()
    rows = FactValue.everything.filter(unit=unit, subject=subject, key__in=keys, superseded_at=None)
    values = {
        r.key: r.value for r in rows if r.valid_from <= day and (r.valid_to is None or r.valid_to > day)
    }
    missing = [k for k in keys if k not in values]
    if missing or not keys:
        message = _("Declare it first: there is no value to confirm.")
        raise Invalid(message, {k: [message] for k in missing})
    return set_facts(actor, unit, values, subject=subject)


def fitting_values(
    definitions: Mapping[str, FactDef], values: Mapping[str, object], per: str = ""
) -> tuple[dict[str, Value | None], dict[str, list[str]]]:
    """The values as they are stored, and what is wrong with the others, by key."""
    clean: dict[str, Value | None] = {}
    problems: dict[str, list[str]] = {}
    for key, raw in values.items():
        definition = definitions.get(key)
        if definition is None or (definition.per or "") != per:
            problems[key] = [_("There is no fact %(key)s.") % {"key": key}]
            continue
        try:
            clean[key] = None if raw is None else fitting_value(definition, raw)
        except ValueError as error:
            problems[key] = [str(error)]
    return clean, problems


def fitting_value(fact: FactDef, raw: object) -> Value:
    """A value as it is stored; ``ValueError`` with a sentence when it does not fit."""
    if not declarable(fact):
        raise ValueError(undeclarable_message(fact))
    if fact.type == "number":
        return _number(fact, raw)
    if fact.type == "boolean":
        if not isinstance(raw, bool):
            raise ValueError(_("Answer yes or no."))
        return raw
    if fact.type == "date":
        return _day(raw)
    text = raw.strip() if isinstance(raw, str) else ""
    if not text or len(text) > LONGEST:
        raise ValueError(_("Write between 1 and %(most)s characters.") % {"most": LONGEST})
    if fact.choices and text not in {c["code"] for c in fact.choices}:
        raise ValueError(_("Choose one of the answers that are offered."))
    return text


def _number(fact: FactDef, raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise ValueError(_("Write a number."))
    value = round(float(raw), 6)
    if fact.whole and not value.is_integer():
        raise ValueError(_("Write a whole number."))
    least = -policy.BOUND if fact.least is None else fact.least
    most = policy.BOUND if fact.most is None else fact.most
    if value < least:
        raise ValueError(_("At least %(least)s.") % {"least": f"{least:,.10g}"})
    if value > most:
        raise ValueError(_("At most %(most)s.") % {"most": f"{most:,.10g}"})
    return int(value) if value.is_integer() else value


def _day(raw: object) -> str:
    try:
        return (raw if isinstance(raw, date) else date.fromisoformat(str(raw))).isoformat()[:10]
    except ValueError as error:
        raise ValueError(_("Write a day such as 2026-11-21.")) from error


class _Writer:
    """Plans a declaration against what is believed now, then writes it in a few statements."""

    def __init__(
        self, actor: Actor, facts: Mapping[str, FactDef], day: date, source: str, seen: datetime | None
    ) -> None:
        self.actor = actor
        self.facts = facts
        self.day = day
        self.source = source
        self.seen = seen
        self.now = clock.now()
        self.ended: list[UUID] = []
        self.made: list[FactValue] = []
        self.holding: list[FactValue] = []
        self._doubts: list[tuple[UUID, date]] = []
        self._gone: set[UUID] = set()
        self._made: dict[tuple[UUID, UUID | None, str], list[FactValue]] = {}
        self._believed: dict[tuple[UUID, UUID | None, str], list[FactValue]] = {}

    def check(self, row: NewFacts) -> None:
        """Raises :class:`NotPermitted`, :class:`Invalid`."""
        for key in row.values:
            self.actor.require(LEDGER_FACTS, row.unit.path, self.facts[key].domain)
        message = ""
        if row.subject is not None and row.subject.unit_id != row.unit.pk:
            message = _("What this is about belongs to another unit.")
        elif self.day > clock.today():
            message = _("This lies in the future. Declare it when it holds.")
        elif row.unit.opened_on is not None and self.day < row.unit.opened_on:
            words = {"unit": row.unit.name, "day": row.unit.opened_on}
            message = _("%(unit)s opened on %(day)s. Check the date.") % words
        elif not row.unit.is_open(self.day):
            words = {"unit": row.unit.name, "day": row.unit.closed_on}
            message = _("%(unit)s closed on %(day)s. Check the date.") % words
        if message:
            raise Invalid(message, {"valid_from": [message]})

    def load(self, rows: Sequence[NewFacts]) -> None:
        """Hold the units, so that two declarations follow each other, and read what is believed."""
        ids = {row.unit.pk for row in rows}
        units = Unit.everything.select_for_update(no_key=True, of=("self",)).filter(pk__in=ids)
        list(units.order_by("pk").values_list("pk", flat=True))
        refuse_counted(self.facts, rows)
        keys = {key for row in rows for key in row.values}
        keys |= {fact.key for pair in parts(self.facts, keys) for fact in pair}
        believed = FactValue.everything.filter(unit__in=ids, key__in=keys, superseded_at=None)
        for value in believed.order_by("valid_from"):
            self._believed.setdefault((value.unit_id, value.subject_id, value.key), []).append(value)

    def plan(self, act: Act, row: NewFacts) -> None:
        before: dict[str, object] = {}
        after: dict[str, object] = {}
        confirmed = 0
        for key, value in row.values.items():
            old, same = self._plan_one(row, key, value)
            confirmed += same
            if not same:
                before[key] = old
            after[key] = value
        act.entry(
            self._sentence(row, before, after, confirmed),
            path=row.unit.path,
            on=row.subject or row.unit,
            before=before,
            after={**after, "@from": self.day, "@source": str(self.source)},
        )

    def _plan_one(self, row: NewFacts, key: str, value: object) -> tuple[object, bool]:
        """The value before, and whether this only confirms it."""
        subject_id = row.subject.pk if row.subject else None
        known = self._believed.get((row.unit.pk, subject_id, key), [])
        covering = next((v for v in known if v.holds_on(self.day)), None)
        following = next((v for v in known if v.valid_from > self.day), None)
        end = covering.valid_to if covering else following.valid_from if following else None
        start = doubted = self.day
        same = covering is not None and _equal(covering.value, value)
        if covering is not None:
            if not same:
                self._seen_by(covering)
            self.ended.append(covering.pk)
            if same:
                start = covering.valid_from
                doubted = _ran_out(covering, self.day)
            elif covering.valid_from < self.day:
                self.made.append(self._kept(covering))
        if value is not None:
            holding = self._new(row, key, value, start, end)
            self.made.append(holding)
            self.holding.append(holding)
        if row.subject is None:
            self._doubts.append((row.unit.pk, doubted))
        return (covering.value if covering else None), same

    def _seen_by(self, value: FactValue) -> None:
        mine = value.confirmed_by_id is not None and value.confirmed_by_id == self.actor.person_id
        if self.seen is None or mine or value.recorded_at <= self.seen:
            return
        words = {
            "name": value.confirmed_name,
            "title": self.facts[value.key].title,
            "time": f"{value.recorded_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
        }
        message = _("%(name)s declared “%(title)s” at %(time)s. Look at it again before you change it.")
        raise Conflict(message % words)

    def _kept(self, old: FactValue) -> FactValue:
        """The part of ``old`` before the new value, as it was confirmed."""
        return FactValue(
            unit_id=old.unit_id,
            subject_id=old.subject_id,
            key=old.key,
            value=old.value,
            valid_from=old.valid_from,
            valid_to=self.day,
            recorded_at=self.now,
            confirmed_by_id=old.confirmed_by_id,
            confirmed_name=old.confirmed_name,
            confirmed_until=old.confirmed_until,
            source=old.source,
        )

    def _new(self, row: NewFacts, key: str, value: object, start: date, end: date | None) -> FactValue:
        days = self.facts[key].valid_days
        return FactValue(
            unit=row.unit,
            subject=row.subject,
            key=key,
            value=value,
            valid_from=start,
            valid_to=end,
            recorded_at=self.now,
            confirmed_by_id=self.actor.person_id,
            confirmed_name=self.actor.label,
            confirmed_until=clock.today() + timedelta(days=days) if days else None,
            source=self.source,
        )

    def _sentence(
        self, row: NewFacts, before: Mapping[str, object], after: Mapping[str, object], confirmed: int
    ) -> str:
        about = f"{row.subject.name} · " if row.subject else ""
        if not before:
            text = ngettext("confirmed %(count)s fact", "confirmed %(count)s facts", confirmed)
            return about + text % {"count": confirmed}
        if len(before) > 3:
            text = ngettext("declared %(count)s fact", "declared %(count)s facts", len(before))
            return about + text % {"count": len(before)}
        said = "、".join(f"{self.facts[k].title} {value_text(self.facts[k], after[k])}" for k in before)
        return about + _("declared: %(facts)s") % {"facts": said}

    def then(self, unit: UUID, subject: UUID | None, key: str) -> list[FactValue]:
        """What will be believed of a fact."""
        known = self._believed.get((unit, subject, key), [])
        made = self._made.get((unit, subject, key), [])
        return [v for v in known if v.pk not in self._gone] + made

    def write(self, rows: Sequence[NewFacts]) -> list[FactValue]:
        self._gone = set(self.ended)
        for value in self.made:
            self._made.setdefault((value.unit_id, value.subject_id, value.key), []).append(value)
        refuse_more_than_all(self.facts, rows, self.day, self.then)
        for i in range(0, len(self.ended), _CHUNK):
            ended = FactValue.everything.filter(pk__in=self.ended[i : i + _CHUNK])
            ended.update(superseded_at=self.now)
        FactValue.everything.bulk_create(self.made, batch_size=_CHUNK)
        doubt_facts(self._doubts)
        return self.holding


def _ran_out(value: FactValue, day: date) -> date:
    """The day from which confirming a value makes it known again; not before ``day`` unless it ran out."""
    until = value.confirmed_until
    return day if until is None or until >= day else max(until + timedelta(days=1), value.valid_from)


def _equal(one: object, other: object) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other
