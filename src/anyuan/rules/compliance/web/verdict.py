"""Why a verdict is what it is: need, have, gap, inputs, clause; what is missing and who can give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import MANAGE as ORG_MANAGE
from anyuan.foundation.org.public import (
    POSTS,
    Boarding,
    Ownership,
    Setting,
    UnitKind,
    UnitType,
    people_on_posts,
)
from anyuan.foundation.ui.public import Request, page, render
from anyuan.rules.ledger.public import LEDGER_FACTS, LEDGER_RECORD
from anyuan.rules.policy.public import Value, fact_defs, reading_once, requirement_in_words

from .. import permits
from ..models import Verdict
from ..public import Explained, Input, Missing, State, explain
from ..queries.rows import find_verdict, siblings
from . import showing
from .rows import line_of

ORG_WORDS = {"boarding": Boarding, "unit_type": UnitType, "ownership": Ownership, "setting": Setting}
"""What the organisation's own columns are called."""
KEEPER = "principal"
"""The post that answers for what no other is asked for: the data of the unit, its calendar."""
NAMED = 3
"""So many holders of a post are named."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing; ``href`` where the reader himself can give it."""

    label: str
    question: str
    post: str
    people: str
    href: str


@page(permits.COMPLIANCE_VIEW)
def verdict(request: Request, pk: UUID) -> HttpResponse:
    """One verdict explains itself."""
    actor = request.actor
    found = find_verdict(actor, pk)
    with reading_once():
        return render(request, "compliance/verdict.html", _context(actor, found))


def _context(actor: Actor, found: Verdict) -> dict[str, Any]:
    why = explain(actor, found)
    lacks = _lacks(actor, found, why.missing)
    return {
        "line": line_of(found),
        "verdict": found,
        "mark": showing.MARKS[found.state],
        "why": why,
        "numbers": _numbers(why),
        "missing": lacks,
        "reminder": _reminder(found, lacks),
        "inputs": [_input(x) for x in (*why.inputs, *why.params)],
        "formulas": _formulas(found, why),
        "steps": [(text, _value(value)) for text, value in why.steps],
        "records": why.records,
        "to_do": _to_do(actor, found),
        "proposal": found.state == State.UNMET and "on_unmet" in found.requirement.spec,
        "others": [_sibling(found, v) for v in siblings(actor, found)],
        "above_area": _county(actor, found),
    }


def _numbers(why: Explained) -> dict[str, str]:
    """Need, have and gap with their measure; empty for a yes or no."""
    if why.op == "holds" or why.need is None:
        return {}
    sign = {"at-most": "≤ ", "equals": "= "}.get(why.op, "≥ ")
    shown = {"have": why.have, "gap": why.gap}
    return {"need": f"{sign}{why.need:,.10g} {why.measure}"} | {
        name: "—" if value is None else f"{value:,.10g} {why.measure}" for name, value in shown.items()
    }


def _value(value: Value, unit: str = "") -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return pgettext("fact", "Yes") if value else pgettext("fact", "No")
    if isinstance(value, int | float):
        return f"{value:,.10g} {unit}".strip()
    return str(value)


def _input(found: Input) -> dict[str, Any]:
    return {
        "label": found.label,
        "value": _choice(found) or _value(found.value, found.unit),
        "unknown": found.value is None,
        "source": found.source,
        "until": found.until,
    }


def _choice(found: Input) -> str:
    """The label of a text that is one of a few; empty for other values."""
    if not isinstance(found.value, str):
        return ""
    for choice in found.choices:
        if choice["code"] == found.value:
            return showing.own_words(choice["label"], choice.get("label_en", ""))
    fact = fact_defs().get(found.key)
    column = (fact.derive or {}).get("org", "") if fact else ""
    return str(dict(ORG_WORDS[column].choices).get(found.value, "")) if column in ORG_WORDS else ""


def _formulas(found: Verdict, why: Explained) -> list[tuple[str, str, str]]:
    """(what it is of, in words with the values of the place, as the document's pack writes it)."""
    said = requirement_in_words(found.unit, found.requirement, clock.today())
    there, needed = pgettext("amount", "There"), _("Needed")
    parts = [
        (there, said.have or said.condition if said else "", why.formula),
        (needed, said.need or " ".join(filter(None, (said.cadence, said.amount))) if said else "",
         why.formula_need),
        (_("Applies where"), said.applies if said else "", why.applies),
    ]  # fmt: skip
    return [(name, words or text, text) for name, words, text in parts if words or text]


def _lacks(actor: Actor, found: Verdict, missing: tuple[Missing, ...]) -> list[Lack]:
    """What is missing, with the people on the post that can give it; two queries."""
    unit = found.unit
    posts = [m.post or KEEPER for m in missing]
    holders = people_on_posts([(unit.pk, post) for post in posts]) if posts else {}
    lacks = []
    for lack, post in zip(missing, posts, strict=True):
        people = "、".join(p.name for p in holders[unit.pk, post][:NAMED])
        name = lack.post_name or str(POSTS[post].name)
        lacks.append(Lack(lack.label, lack.question, name, people, _where(actor, found, lack.key)))
    return lacks


def _where(actor: Actor, found: Verdict, key: str) -> str:
    """The page on which the reader can give it himself; empty where he may not."""
    unit, fact = found.unit, fact_defs().get(key)
    if found.reason == "calendar":
        return reverse("org:calendar", args=[unit.pk]) if actor.may(ORG_MANAGE, unit.path) else ""
    if fact is not None and "org" in (fact.derive or {}):
        return reverse("org:facts", args=[unit.pk]) if actor.may(ORG_MANAGE, unit.path) else ""
    if not actor.may(LEDGER_FACTS, unit.path, found.domain):
        return ""
    if key.startswith("subject:"):
        return reverse("ledger:subjects", args=[unit.pk])
    if found.subject_id is not None and fact is not None and fact.per:
        return reverse("ledger:subject", args=[found.subject_id])
    return reverse("ledger:facts", args=[unit.pk])


def _reminder(found: Verdict, lacks: list[Lack]) -> str:
    """Text for the group chat."""
    if not lacks:
        return ""
    words = {
        "unit": found.unit.title,
        "what": "、".join(lack.label for lack in lacks),
        "title": line_of(found)["title"],
        "who": "、".join(
            dict.fromkeys(lack.people or lack.post for lack in lacks if lack.people or lack.post)
        ),
    }
    if words["who"]:
        return _("[Data missing] %(unit)s: please give %(what)s, needed for “%(title)s”. To: %(who)s") % words
    return _("[Data missing] %(unit)s: please give %(what)s, needed for “%(title)s”.") % words


def _to_do(actor: Actor, found: Verdict) -> str:
    """Where a record is written that would count, for whoever may write it."""
    duty = found.requirement.spec.get("duty")
    if not duty or found.state not in {State.DUE, State.LATE}:
        return ""
    if not actor.may(LEDGER_RECORD, found.unit.path, found.domain):
        return ""
    asked: dict[str, str] = {}
    if found.subject_id is not None:
        asked["subject"] = str(found.subject_id)
    if found.state == State.LATE and found.due_at is not None:
        # A month with school may run on after its deadline: its own last day may still be to come.
        asked["stands_for"] = clock.day_of(found.due_at - timedelta(seconds=1)).isoformat()
    address = reverse("ledger:new-record", args=[found.unit_id, duty["register"]])
    return f"{address}?{urlencode(asked)}" if asked else address


def _county(actor: Actor, found: Verdict) -> UUID | None:
    """The county whose board the reader may have come from."""
    above = found.unit.parent
    if above is None or above.kind != UnitKind.COUNTY or not actor.may(permits.COMPLIANCE_VIEW, above.path):
        return None
    return above.pk


def _sibling(found: Verdict, other: Verdict) -> dict[str, Any]:
    other.unit, other.requirement = found.unit, found.requirement
    return line_of(other)
