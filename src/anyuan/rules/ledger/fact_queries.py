"""Reads about facts and subjects. Every one takes the actor first and gives only what he may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Actor, NotFound, Page, clock, paginate
from anyuan.foundation.org.public import Domain, Unit, schools_below
from anyuan.rules.policy import public as policy

from .deriving import declarable
from .fact_rules import counted, register_of
from .models import FactValue, Subject
from .permits import LEDGER_FACTS, LEDGER_VIEW
from .refreshing import facts_on, subject_facts_on
from .wording import title_of, value_text

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef

SOON_DAYS = 14
"""So many days before a declared value runs out it is asked for again."""


class Standing(Enum):
    """How a fact stands. ``MISSING`` and ``EXPIRED`` make verdicts unknown."""

    MISSING = "missing"
    EXPIRED = "expired"
    SOON = "soon"
    KNOWN = "known"

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS = {
    Standing.MISSING: pgettext_lazy("fact", "Missing"),
    Standing.EXPIRED: pgettext_lazy("fact", "Run out"),
    Standing.SOON: pgettext_lazy("fact", "Runs out soon"),
    Standing.KNOWN: pgettext_lazy("fact", "Known"),
}
_ORDER = list(Standing)


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of a unit or subject as a page shows it. ``said`` is what was declared, run out or not."""

    definition: FactDef
    value: object
    standing: Standing
    said: FactValue | None
    may_declare: bool
    register: str = ""
    """The title of the register it is counted from, if it is."""
    counted: bool = False
    """Whether that register speaks, so that nobody declares it."""

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def title(self) -> str:
        return title_of(self.definition)

    @property
    def text(self) -> str:
        return value_text(self.definition, self.value)

    @property
    def said_text(self) -> str:
        return value_text(self.definition, self.said.value) if self.said else ""

    @property
    def declared(self) -> bool:
        """Whether the value shown is the declared one, not one the system found out."""
        return self.said is not None and (self.value is None or self.said.value == self.value)

    @property
    def source(self) -> str:
        """Where the value comes from, in words."""
        derive = self.definition.derive or {}
        if self.said and self.declared:
            return self.said.get_source_display()
        if "org" in derive:
            return _("From the data of the unit")
        if "register" in derive:
            words = {"register": self.register}
            if self.counted:
                return _("Counted from the register “%(register)s”") % words
            return _("From its first entry on the register “%(register)s” answers it") % words
        return _("Worked out") if derive else ""


def fact_lines(
    actor: Actor,
    unit: Unit,
    subject: Subject | None = None,
    *,
    known: Mapping[str, object] | None = None,
    day: date | None = None,
) -> list[FactLine]:
    """The facts of a unit (or of one subject) on ``day`` (default today), missing first.

    ``known``: their values where the caller has them; else they are worked out. Raises :class:`NotFound`.
    """
    if not actor.may(LEDGER_VIEW, unit.path):
        raise nothing()
    day = day or clock.today()
    with policy.reading_once():
        if known is None:
            known = _known(unit, subject, day)
        lines = _lines(actor, unit, subject, known, day)
    return sorted(lines, key=lambda line: (_ORDER.index(line.standing), not line.may_declare))


def _known(unit: Unit, subject: Subject | None, day: date) -> Mapping[str, object]:
    if subject is None:
        return facts_on([unit.pk], day).get(unit.pk, {})
    return subject_facts_on(subject.kind, [unit.pk], day).get(subject.pk, {})


def _lines(
    actor: Actor, unit: Unit, subject: Subject | None, known: Mapping[str, object], day: date
) -> list[FactLine]:
    per = subject.kind if subject else None
    wanted = [f for f in policy.fact_defs().values() if (f.per or None) == per]
    wanted = [f for f in wanted if actor.may(LEDGER_VIEW, unit.path, f.domain)]
    own = subject.pk if subject else None
    speaks = {key for of, about, key in counted(wanted, [unit.pk]) if (of, about) == (unit.pk, own)}
    believed = FactValue.objects.visible_to(actor).filter(unit=unit, subject=subject, superseded_at=None)
    said = {v.key: v for v in believed.filter(FactValue.holding(day)) if v.key not in speaks}
    return [
        FactLine(
            f,
            known.get(f.key),
            _standing(known.get(f.key), said.get(f.key), day),
            said.get(f.key),
            declarable(f) and actor.may(LEDGER_FACTS, unit.path, f.domain),
            register_of(f),
            f.key in speaks,
        )
        for f in wanted
    ]


def _standing(value: object, said: FactValue | None, day: date) -> Standing:
    if value is None:
        return Standing.EXPIRED if said else Standing.MISSING
    soon = day + timedelta(days=SOON_DAYS)
    if said and said.confirmed_until and said.confirmed_until <= soon and said.value == value:
        return Standing.SOON
    return Standing.KNOWN


def grouped(lines: Sequence[FactLine]) -> list[tuple[str, list[FactLine]]]:
    """The lines by domain of work, in the order of the fixed list; within one, missing first."""
    groups: dict[str, list[FactLine]] = {domain: [] for domain in Domain.values}
    for line in lines:
        groups[line.definition.domain].append(line)
    return [(str(Domain(domain).label), found) for domain, found in groups.items() if found]


def fact_definition(key: str, per: str | None = None) -> FactDef:
    """Raises :class:`NotFound` for a key no pack names."""
    found = policy.fact_defs().get(key)
    if found is None or (found.per or None) != per:
        raise nothing()
    return found


def fact_history(actor: Actor, unit: Unit, key: str, subject: Subject | None = None) -> list[FactValue]:
    """Everything that was ever declared of one fact, newest first: what was believed, and until when."""
    fact = fact_definition(key, subject.kind if subject else None)
    if not actor.may(LEDGER_VIEW, unit.path, fact.domain):
        raise nothing()
    rows = FactValue.objects.visible_to(actor).filter(unit=unit, subject=subject, key=key)
    return list(rows.order_by("-recorded_at", "-valid_from")[:200])


@dataclass(frozen=True, slots=True)
class SchoolGaps:
    """How many declared facts a school lacks."""

    unit: Unit
    missing: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.missing)


def fact_gaps(actor: Actor, node: Unit, cursor: str = "", size: int = 50) -> tuple[Page, list[SchoolGaps]]:
    """A page of the schools below a node and the asked facts each lacks. Raises :class:`NotFound`."""
    if not actor.may(LEDGER_VIEW, node.path):
        raise nothing()
    page = paginate(schools_below(actor, node), ["name", "id"], cursor, size)
    wanted = asked_facts(actor, node)
    known = facts_on([u.pk for u in page.rows], clock.today())
    return page, [
        SchoolGaps(u, tuple(title_of(f) for f in wanted if f.key not in known.get(u.pk, {})))
        for u in page.rows
    ]


def asked_facts(actor: Actor, node: Unit, per: str | None = None) -> list[FactDef]:
    """The facts somebody declares, as far as the actor's domains of work go."""
    return [
        f
        for f in policy.fact_defs().values()
        if (f.per or None) == per and declarable(f) and actor.may(LEDGER_VIEW, node.path, f.domain)
    ]


def subjects_of(actor: Actor, unit: Unit, kind: str = "", *, day: date | None = None) -> list[Subject]:
    """The subjects of a unit that exist on ``day`` (None: all that ever were), by kind and code."""
    if not actor.may(LEDGER_VIEW, unit.path):
        raise nothing()
    rows = Subject.objects.visible_to(actor).filter(unit=unit)
    if kind:
        rows = rows.filter(kind=kind)
    if day is not None:
        rows = rows.filter(Subject.standing(day))
    return list(rows.order_by("kind", "code"))


def kept_by(actor: Actor, unit: Unit | None = None, kind: str = "") -> list[Subject]:
    """What the actor keeps today: his class, his dormitory."""
    if actor.person_id is None:
        return []
    rows = Subject.objects.visible_to(actor).filter(Subject.standing(clock.today()), keeper=actor.person_id)
    if unit is not None:
        rows = rows.filter(unit=unit)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.select_related("unit").order_by("kind", "code"))


def subject(actor: Actor, key: UUID | str) -> Subject:
    """One subject. Raises :class:`NotFound`."""
    try:
        found: Subject | None = (
            Subject.objects.visible_to(actor).select_related("unit", "place").filter(pk=key).first()
        )
    except ValueError:
        found = None
    if found is None:
        raise nothing()
    return found


def facts_now(actor: Actor, unit: Unit) -> Mapping[str, object]:
    """The facts of a unit today by key, as far as the actor may see them; unknown ones are absent."""
    if not actor.may(LEDGER_VIEW, unit.path):
        raise nothing()
    known = facts_on([unit.pk], clock.today()).get(unit.pk, {})
    definitions = policy.fact_defs()
    return {k: v for k, v in known.items() if actor.may(LEDGER_VIEW, unit.path, definitions[k].domain)}


def nothing() -> NotFound:
    return NotFound(_("There is nothing here, or it lies outside what you may see."))
