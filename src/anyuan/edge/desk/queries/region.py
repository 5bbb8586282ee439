"""How the duties of the schools of a region stand: who is late with what, who lacks data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.kernel.public import Actor, subtree
from anyuan.foundation.org.public import Unit, UnitKind
from anyuan.response.hazard import public as hz
from anyuan.rules.compliance import public as compliance

from .duties import english

TITLES = 3
NAMED = 30
"""Schools named in a reminder; a longer text is no longer read in a group chat."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Head numbers of a county's desk: each opens its rows."""

    proposals: int
    lacking: int
    late: int
    unmet: int


def overview(actor: Actor, area: Unit) -> Overview:
    """Proposals waiting, schools that lack data, late duties, schools with something unmet; two queries."""
    rows = compliance.Tally.objects.visible_to(actor).filter(
        subtree(area.path, "unit__path"), unit__kind=UnitKind.SCHOOL
    )
    found = rows.aggregate(
        late=Sum("late"),
        lacking=Count("unit", distinct=True, filter=Q(unknown__gt=0)),
        unmet=Count("unit", distinct=True, filter=Q(unmet__gt=0)),
    )
    return Overview(
        hz.waiting_proposals(actor, area), found["lacking"] or 0, found["late"] or 0, found["unmet"] or 0
    )


@dataclass(slots=True)
class LateSchool:
    """A school and the duties it is late with, by title."""

    unit_id: UUID
    name: str
    path: str
    titles: list[str] = field(default_factory=list)


def late_schools(actor: Actor, area: Unit) -> list[LateSchool]:
    """The schools with late duties, the most first; one query. A duty of many classes counts once."""
    rows = compliance.verdicts(actor).filter(
        subtree(area.path, "unit__path"), standing=True, leads=True, state=compliance.State.LATE
    )
    title = "requirement__title_en" if english() else "requirement__title"
    names = ("unit_id", "unit__short_name", "unit__name", "unit__path", title)
    found: dict[UUID, LateSchool] = {}
    for unit, short, name, path, what in rows.order_by("unit__path", "key").values_list(*names).distinct():
        school = found.setdefault(unit, LateSchool(unit, short or name, path))
        if what not in school.titles:
            school.titles.append(what)
    return sorted(found.values(), key=lambda s: (-len(s.titles), s.path))


def reminder(area: Unit, schools: Sequence[LateSchool]) -> str:
    """A text for the group chat: who, and what."""
    lines = [f"{s.name}：{_some(s.titles)}" for s in schools[:NAMED]]
    if len(schools) > NAMED:
        lines.append(_("and %(n)s more schools") % {"n": len(schools) - NAMED})
    words = {"area": area.title, "n": len(schools)}
    head = _("[Reminder] %(area)s: these %(n)s schools are late with duties. Please make them up.") % words
    return "\n".join([head, *lines])


def _some(titles: Sequence[str]) -> str:
    """The first few, and how many there are."""
    named = "、".join(titles[:TITLES])
    if len(titles) <= TITLES:
        return named
    return ngettext("%(names)s and more, %(n)d", "%(names)s and more, %(n)d", len(titles)) % {
        "names": named,
        "n": len(titles),
    }
