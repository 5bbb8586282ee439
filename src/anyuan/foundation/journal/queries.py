"""Reading the trail: of a unit, a person, a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import (
    Actor,
    NotFound,
    Page,
    clock,
    paginate,
    subtree,
)

from .models import Entry


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """What to show of the trail; an empty value does not filter. Days are Shanghai days, both included.

    ``verb`` is a whole verb (``hazard.accept``) or a room (``hazard``); ``person`` how a name begins.
    """

    path: str = ""
    actor_id: UUID | None = None
    person: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None


def trail(actor: Actor, filters: TrailFilters, cursor: str = "", size: int = 50) -> Page:
    """The entries ``actor`` may see, newest first, with their bodies and seals."""
    rows = Entry.objects.visible_to(actor).filter(_where(filters))
    return paginate(rows.select_related("body", "seal"), ["-id"], cursor, size)


def entry_of(actor: Actor, entry_id: int) -> Entry:
    """One entry with body and seal. Raises :class:`NotFound` outside the actor's scope."""
    entry: Entry | None = (
        Entry.objects.visible_to(actor).select_related("body", "seal").filter(pk=entry_id).first()
    )
    if entry is None:
        raise NotFound(_("There is no such entry, or it is not yours to see."))
    return entry


def verbs() -> list[str]:
    """The verbs that occur in the trail, found by jumps in the index and not by reading it."""
    with connection.cursor() as db:
        db.execute(
            """with recursive found as (
                (select verb from journal_entry order by verb limit 1)
                union all
                select (select e.verb from journal_entry e where e.verb > f.verb order by e.verb limit 1)
                from found f where f.verb is not null)
            select verb from found where verb is not null"""
        )
        return [row[0] for row in db.fetchall()]


def _where(filters: TrailFilters) -> Q:
    where = Q()
    if filters.path:
        where &= subtree(filters.path, "unit_path")
    if filters.actor_id:
        where &= Q(actor_id=filters.actor_id)
    if filters.person:
        where &= Q(actor_name__startswith=filters.person)
    if filters.verb:
        where &= Q(verb=filters.verb) if "." in filters.verb else Q(verb__startswith=f"{filters.verb}.")
    if filters.since:
        where &= Q(recorded_at__gte=clock.start_of(filters.since))
    if filters.until:
        where &= Q(recorded_at__lt=clock.end_of(filters.until))
    return where
