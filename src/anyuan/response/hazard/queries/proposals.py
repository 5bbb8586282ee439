"""Lists of proposed hazards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet

from anyuan.foundation.kernel.public import Actor, Page, paginate, subtree
from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.public import verdicts

from ..models import Proposal, ProposalState, title_of
from .lists import missing

MOST_CAUSES = 30


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A requirement and how many schools' proposals it has under the other filters."""

    key: str
    title: str
    count: int


def proposals(
    actor: Actor, state: str = ProposalState.PROPOSED, unit: Unit | None = None, key: str = "", area: str = ""
) -> QuerySet[Proposal]:
    """The visible proposals, unordered; ``unit`` takes its whole subtree, empty values filter nothing."""
    rows = Proposal.objects.visible_to(actor).select_related("unit", "hazard")
    for name, value in (("state", state), ("key", key), ("area", area)):
        if value:
            rows = rows.filter(**{name: value})
    if unit is not None:
        rows = rows.filter(subtree(unit.path, "unit__path"))
    return rows


def proposals_of(actor: Actor, verdict: UUID | str) -> QuerySet[Proposal]:
    """The visible proposals made of what an unmet verdict says, whatever their state; raises ``NotFound``.

    Where several documents ask the same, one proposal speaks for all: it has the same title and category.
    """
    rows = verdicts(actor).select_related("requirement", "subject")
    try:
        found = rows.filter(pk=verdict).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise missing()
    unmet = found.requirement.spec.get("on_unmet", {})
    title = title_of(unmet.get("title", ""), found.subject.name if found.subject else "")
    same = Q(key=found.key, subject_code=found.subject_code)
    same |= Q(domain=unmet.get("category", ""), title=title)
    return proposals(actor, "").filter(same, unit=found.unit_id)


def proposal_page(rows: QuerySet[Proposal], cursor: str = "", size: int = 50) -> Page:
    """One page, made last first."""
    return paginate(rows, ("-id",), cursor, size)


def causes_in(rows: QuerySet[Proposal]) -> list[CauseLine]:
    """The requirements most often unmet among ``rows``."""
    found = rows.select_related(None).order_by().values("key", "area").annotate(n=Count("id"))
    keys = {row["key"]: row["n"] for row in found.order_by("-n", "key")[:MOST_CAUSES]}
    titles = dict(rows.select_related(None).order_by("key").distinct("key").values_list("key", "title"))
    return [CauseLine(key, titles.get(key, key), n) for key, n in keys.items()]


def waiting_proposals(actor: Actor, unit: Unit) -> int:
    """How many at or below ``unit`` wait for a decision."""
    return proposals(actor, unit=unit).count()


def some_proposals(actor: Actor, ids: Iterable[UUID | str]) -> list[Proposal]:
    """The visible ones of ``ids`` in this order; raises ``NotFound`` when one is missing."""
    try:
        wanted = list(dict.fromkeys(UUID(str(i)) for i in ids))
    except ValueError as error:
        raise missing() from error
    found = {row.pk: row for row in proposals(actor, state="").filter(pk__in=wanted)}
    if len(found) < len(wanted):
        raise missing()
    return [found[i] for i in wanted]


def find_proposal(actor: Actor, key: UUID | str) -> Proposal:
    """One proposal; raises ``NotFound``."""
    return some_proposals(actor, [key])[0]
