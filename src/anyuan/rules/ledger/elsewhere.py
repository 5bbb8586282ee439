"""The same number (a certificate, a plate) entered at two schools at once: never refused, always said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.rules.policy import public as policy

from .models import Record
from .permits import LEDGER_VIEW
from .states import STANDING


@dataclass(frozen=True, slots=True)
class Numbered:
    """A register whose records bear a number that facts count once."""

    code: str
    number: str
    """The field that holds it."""
    expires: str | None

    def rows(self) -> QuerySet[Any]:
        """The standing records everywhere that have not run out, with their ``number``."""
        rows: QuerySet[Any] = Record.everything.filter(register__code=self.code, state__in=STANDING)
        rows = rows.annotate(number=KeyTextTransform(self.number, "data")).exclude(number=None)
        if self.expires:
            ends = KeyTextTransform(self.expires, "data")
            today = clock.today().isoformat()
            rows = rows.annotate(until=ends).filter(Q(until=None) | Q(until__gte=today))
        return rows

    def shared(self) -> QuerySet[Any]:
        """The numbers that stand at more than one school."""
        counted = self.rows().order_by().values("number").annotate(schools=Count("unit", distinct=True))
        found: QuerySet[Any] = counted.filter(schools__gt=1).values("number")
        return found


def numbered(code: str) -> Numbered | None:
    """None for a register whose records no fact tells apart by a number."""
    derived = (f.derive for f in policy.fact_defs().values() if f.derive)
    field = next((d["distinct"] for d in derived if d.get("register") == code and d.get("distinct")), None)
    if field is None:
        return None
    found = policy.register_defs().get(code)
    return Numbered(code, field, found.expires if found else None)


def also_at(actor: Actor, code: str, records: Sequence[Record]) -> dict[UUID, list[str]]:
    """Record → the other schools where its number stands too; one the actor may not see has no name."""
    with policy.reading_once():
        one = numbered(code)
    if one is None:
        return {}
    today = clock.today().isoformat()
    numbers = {
        r.pk: str(r.data[one.number])
        for r in records
        if r.state in STANDING
        and r.data.get(one.number)
        and str(r.data.get(one.expires or "") or today) >= today
    }
    if not numbers:
        return {}
    rows = one.rows().filter(number__in=set(numbers.values())).select_related("unit")
    schools: dict[str, dict[UUID, str]] = {}
    for row in rows.order_by("unit__path"):
        seen = actor.may(LEDGER_VIEW, row.unit.path, row.domain)
        name = row.unit.title if seen else _("another school")
        schools.setdefault(row.number, {})[row.unit_id] = name
    units = {r.pk: r.unit_id for r in records}
    found = {
        pk: list(dict.fromkeys(n for unit, n in schools.get(number, {}).items() if unit != units[pk]))
        for pk, number in numbers.items()
    }
    return {pk: names for pk, names in found.items() if names}


def said_elsewhere(actor: Actor, record: Record) -> str:
    """The notice for one record; "" when its number stands nowhere else."""
    names = also_at(actor, record.register.code, [record]).get(record.pk)
    if not names:
        return ""
    return _("The same number is also entered at: %(schools)s. Check whether both are right.") % {
        "schools": "、".join(names)
    }
