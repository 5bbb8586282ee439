"""What a declaration must fit besides its definition: what a register counts, what is a part of what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.rules.policy import public as policy

from .models import FactValue, Record
from .refreshing import facts_on, subject_facts_on
from .states import State
from .wording import english, title_of, value_text

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef

    from .facts import NewFacts

Counted = set[tuple[UUID, UUID | None, str]]
Known = dict[UUID, dict[str, object]]


def counted(facts: Iterable[FactDef], units: Iterable[UUID]) -> Counted:
    """Which facts of units, and of their subjects, come from a register today: (unit, subject, key).

    The first valid record of a unit, or of a subject, lets the register speak.
    """
    by_register: dict[str, list[FactDef]] = {}
    for fact in facts:
        if fact.derive and "register" in fact.derive:
            by_register.setdefault(fact.derive["register"], []).append(fact)
    if not by_register:
        return set()
    rows = Record.everything.filter(
        unit__in=list(units), register__code__in=by_register, state=State.VALID,
        occurred_at__lt=clock.end_of(clock.today()),
    )  # fmt: skip
    told = rows.order_by().values_list("unit_id", "subject_id", "register__code").distinct()
    return {
        (unit, subject if fact.per else None, fact.key)
        for unit, subject, code in told
        for fact in by_register[code]
    }


def counted_message(fact: FactDef) -> str:
    """Why nobody declares a fact that a register counts."""
    return _("Counted from the register “%(register)s”: enter it there, it is not declared.") % {
        "register": register_of(fact)
    }


def undeclarable_message(fact: FactDef) -> str:
    """Why nobody declares a fact that is worked out or stands in the unit's own data."""
    if fact.derive and "org" in fact.derive:
        return _("Taken from the data of the unit: change it there, it is not declared.")
    return _("Worked out from other facts; it is not declared.")


def register_of(fact: FactDef) -> str:
    """The title of the register a fact is counted from; "" where none counts it."""
    if not fact.derive or "register" not in fact.derive:
        return ""
    code = str(fact.derive["register"])
    found = policy.register_defs().get(code)
    if found is None:
        return code
    return found.title_en if english() and found.title_en else found.title


def refuse_counted(facts: Mapping[str, FactDef], rows: Sequence[NewFacts]) -> None:
    """Raises :class:`Invalid` with a message for each fact that a register counts already."""
    wanted = {key for row in rows for key in row.values}
    speaks = counted((facts[key] for key in wanted), {row.unit.pk for row in rows})
    problems: dict[str, list[str]] = {}
    for row in rows:
        subject = row.subject.pk if row.subject else None
        for key in row.values:
            if (row.unit.pk, subject, key) in speaks:
                problems[key] = [counted_message(facts[key])]
    if problems:
        raise Invalid(_("Some facts need another look."), problems)


def unfit_row(
    facts: Mapping[str, FactDef],
    given: Mapping[str, object],
    known: Mapping[str, object],
    speaks: Iterable[str],
) -> tuple[dict[str, object], dict[str, list[str]]]:
    """What a row of a file declares beside what is ``known``, and what is wrong with it by fact.

    ``speaks``: the facts a register counts; such a value as it was exported declares nothing.
    """
    speaks = set(speaks)
    values = {k: v for k, v in given.items() if k not in speaks or v != known.get(k)}
    problems = {k: [counted_message(facts[k])] for k in values if k in speaks}
    then = {**known, **values}
    for part, whole in parts(facts, values):
        if message := too_many(part, then.get(part.key), whole, then.get(whole.key)):
            problems[part.key if part.key in values else whole.key] = [message]
    return values, problems


def parts(facts: Mapping[str, FactDef], keys: Iterable[str]) -> list[tuple[FactDef, FactDef]]:
    """The facts that are a part of another one, with that one, as far as one of the two is among ``keys``."""
    wanted = set(keys)
    return [
        (fact, facts[fact.within])
        for fact in facts.values()
        if fact.within and fact.within in facts and not wanted.isdisjoint({fact.key, fact.within})
    ]


def too_many(part: FactDef, value: object, whole: FactDef, most: object) -> str:
    """Why ``value`` cannot stand beside ``most``; "" when it can, or when one of them is unknown."""
    if not isinstance(value, int | float) or not isinstance(most, int | float) or value <= most:
        return ""
    return _("“%(part)s” (%(value)s) is a part of “%(whole)s” (%(most)s) and cannot be more.") % {
        "part": title_of(part),
        "value": value_text(part, value),
        "whole": title_of(whole),
        "most": value_text(whole, most),
    }


Believed = Callable[[UUID, UUID | None, str], list[FactValue]]
"""The values of a fact that will be believed once all is written."""


def refuse_more_than_all(
    facts: Mapping[str, FactDef], rows: Sequence[NewFacts], day: date, believed: Believed
) -> None:
    """Raises :class:`Invalid` where a part would be more than the whole on some day from ``day`` on."""
    pairs = parts(facts, {key for row in rows for key in row.values})
    found_out = _found_out(pairs, rows)
    for row in rows:
        for part, whole in pairs:
            if part.key not in row.values and whole.key not in row.values:
                continue
            for value, most in _days(row, (part, whole), found_out, day, believed):
                if message := too_many(part, value, whole, most):
                    keys = [fact.key for fact in (part, whole) if fact.key in row.values]
                    raise Invalid(f"{row.unit.name}: {message}", {key: [message] for key in keys})


def _days(
    row: NewFacts, pair: tuple[FactDef, FactDef], found_out: Known, day: date, believed: Believed
) -> list[list[object]]:
    """The two values on each day from ``day`` on on which one of them changes."""
    subject = row.subject.pk if row.subject else None
    own = found_out.get(subject or row.unit.pk, {})
    said = {fact.key: believed(row.unit.pk, subject, fact.key) for fact in pair}
    days = sorted({day, *(v.valid_from for values in said.values() for v in values if v.valid_from > day)})
    return [
        [own.get(f.key) if f.derive and f.key not in row.values else _on(said[f.key], d) for f in pair]
        for d in days
    ]


def _on(values: Sequence[FactValue], day: date) -> object:
    found = next((v for v in values if v.holds_on(day)), None)
    if found is None or (found.confirmed_until and found.confirmed_until < day):
        return None
    return found.value


def _found_out(pairs: Sequence[tuple[FactDef, FactDef]], rows: Sequence[NewFacts]) -> Known:
    """What the system knows by itself today, by unit or subject; nothing when no pair asks for it."""
    if not any(fact.derive for pair in pairs for fact in pair):
        return {}
    units = list({row.unit.pk for row in rows})
    found: Known = dict(facts_on(units, clock.today()))
    for kind in {row.subject.kind for row in rows if row.subject}:
        found |= subject_facts_on(kind, units, clock.today())
    return found
