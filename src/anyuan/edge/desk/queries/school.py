"""One school on one page (一校一档), and what its principal should know is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Holding, Unit, post_lines
from anyuan.foundation.org.public import unit as find_unit
from anyuan.response.hazard import public as hz
from anyuan.rules.compliance import public as compliance
from anyuan.rules.compliance.public import State
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy import public as policy

from .duties import english

KEY_POSTS = (
    "principal",
    "vice-safety",
    "security-director",
    "logistics-director",
    "canteen-manager",
    "dormitory-manager",
    "school-doctor",
    "electrician",
    "security-staff",
)
"""The posts the loop cannot do without; the other posts of the guide are shown when somebody holds them."""
WEEK = 7
GAPS = 6
"""Lines of the three defences on the principal's desk; the page of compliance has all."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with the names of its holders; ``vacant`` when there is none and the loop needs one."""

    title: str
    holders: list[Holding]
    deputies: list[Holding]
    vacant: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """How a school keeps its own watch: the rounds of the last days."""

    rounds: list[ledger.Round]

    @property
    def done(self) -> int:
        return sum(r.state is ledger.RoundState.DONE for r in self.rounds)

    @property
    def due(self) -> int:
        """Rounds that were due until yesterday, or are done already."""
        counted = (ledger.RoundState.DONE, ledger.RoundState.MISSED)
        return sum(r.state in counted for r in self.rounds)

    @property
    def missed(self) -> list[ledger.Round]:
        return [r for r in self.rounds if r.state is ledger.RoundState.MISSED]

    @property
    def today(self) -> list[ledger.Round]:
        return [r for r in self.rounds if r.day == clock.today()]


def watch_of(actor: Actor, unit: Unit) -> Watch:
    """Rounds of the last seven days."""
    today = clock.today()
    return Watch(ledger.round_history(actor, unit, today - timedelta(days=WEEK - 1), today))


def posts_of(actor: Actor, unit: Unit) -> list[PostRow]:
    """The posts held at the unit and the key posts nobody holds."""
    return [
        PostRow(str(line.post.name), line.holders, line.deputies, line.vacant)
        for line in post_lines(actor, unit)
        if line.holders or line.deputies or line.post.code in KEY_POSTS
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """A requirement of guards, barriers and alarms that is not met, or that nobody can tell."""

    title: str
    label: str
    unknown: bool
    url: str


def defence_gaps(actor: Actor, unit: Unit) -> list[Gap]:
    """What the school lacks of the three defences (人防、物防、技防), the unmet first; at most :data:`GAPS`
    and one more."""
    wanted = (State.UNMET, State.LATE, State.UNKNOWN)
    rows = compliance.verdicts(actor).filter(
        unit=unit, area=policy.Area.SECURITY, standing=True, leads=True, state__in=wanted
    )
    rows = rows.select_related("requirement").only("state", "requirement__title", "requirement__title_en")
    found = rows.order_by("-state", "key", "period")[: GAPS + 1]  # unmet, unknown, late
    return [
        Gap(_titled(v.requirement), v.get_state_display(), v.state == State.UNKNOWN, v.url) for v in found
    ]


def _titled(requirement: policy.Requirement) -> str:
    return requirement.title_en if english() and requirement.title_en else requirement.title


def school_page(actor: Actor, key: Any) -> dict[str, Any]:
    """What the page of one school shows. Raises ``NotFound`` outside the scope."""
    unit = find_unit(actor, key)
    shows_hazards = actor.may("hazard.view", unit.path)
    shows_records = actor.may(ledger.LEDGER_VIEW, unit.path)
    found = hz.hazards(actor, hz.Filters(tab="open", unit=unit)) if shows_hazards else None
    records = ledger.records(actor, unit=unit) if shows_records else None
    return {
        "unit": unit,
        "posts": posts_of(actor, unit),
        "hazards": list(found.order_by("due_at", "id")[:8]) if found is not None else [],
        "counts": hz.tab_counts(actor, hz.Filters(unit=unit), ("open", "late", "major", "closed")),
        "records": list(records.order_by("-occurred_at", "-id")[:8]) if records is not None else [],
        "shows_records": shows_records,
        "manages": actor.may("access.manage", unit.path),
    }
