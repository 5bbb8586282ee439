"""Open hazards counted by unit: one statement, so that a number and the rows below it agree."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from anyuan.foundation.kernel.public import Actor
from anyuan.foundation.org.public import Unit, children
from anyuan.response.hazard import public as hz


@dataclass(slots=True)
class Count3:
    """Open, late and major (or suspected) hazards at or below one unit."""

    unit_id: UUID
    name: str
    path: str = ""
    open: int = 0
    late: int = 0
    major: int = 0

    def add(self, other: Count3) -> None:
        self.open += other.open
        self.late += other.late
        self.major += other.major


def by_unit(actor: Actor, area: Unit) -> list[Count3]:
    """The units below ``area`` with open hazards: most late first, then majors, then by number."""
    rows = hz.hazards(actor, hz.Filters(tab="open", unit=area)).order_by()
    major = Q(grade=hz.Grade.MAJOR) | Q(judge_due_at__isnull=False)
    counted = rows.values("unit_id", "unit__name", "unit__short_name", "unit__path").annotate(
        open_n=Count("pk"), late_n=Count("pk", filter=hz.Hazard.late()), major_n=Count("pk", filter=major)
    )
    found = [
        Count3(
            r["unit_id"],
            r["unit__short_name"] or r["unit__name"],
            r["unit__path"],
            r["open_n"],
            r["late_n"],
            r["major_n"],
        )
        for r in counted
    ]
    return sorted(found, key=lambda c: (-c.late, -c.major, -c.open, c.path))


def total(rows: list[Count3], area: Unit) -> Count3:
    """All of them together."""
    found = Count3(area.pk, area.title, area.path)
    for row in rows:
        found.add(row)
    return found


def by_child(actor: Actor, area: Unit, rows: list[Count3]) -> list[Count3]:
    """``rows`` added up by the nodes directly below ``area`` (its counties); hazards of ``area``'s own
    units that lie in none of them keep a line of their own, so that the sum stays whole."""
    nodes = [Count3(n.pk, n.title, n.path) for n in children(actor, area) if n.kind != "department"]
    rest = []
    for row in rows:
        node = next((n for n in nodes if row.path.startswith(n.path)), None)
        if node is None:
            rest.append(row)
        else:
            node.add(row)
    nodes.sort(key=lambda c: (-c.late, -c.major, -c.open, c.path))
    return nodes + rest
