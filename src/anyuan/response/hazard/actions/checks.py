"""Checks and rounds: the record in the ledger and the hazards it found, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Place, Unit
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy.public import Checklist

from .. import permits as p
from ..loop import inputs as i
from ..models import Hazard
from ..states import Source
from .runner import begin

_INTERIM_DAYS = 7
"""How long the first interim protection of a found hazard holds, when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Found:
    """The record, and the hazards made of what was wrong."""

    record: ledger.Record
    hazards: tuple[Hazard, ...]


def file_check(
    actor: Actor,
    checklist: Checklist,
    unit: Unit,
    answers: Mapping[UUID, ledger.Answer],
    *,
    occurred_at: datetime | None = None,
    companions: str = "",
    interim: str = "",
    interim_until: date | None = None,
) -> Found:
    """File a checklist; each failed item becomes a hazard linked to item, clause and record.

    ``interim`` protects people at all of them until ``interim_until`` (default: a week). An item the
    document holds to be major is marked as suspected at once. Raises as ``ledger.run_check``.
    """
    with transaction.atomic():
        filed = ledger.run_check(
            actor, checklist, unit, answers, occurred_at=occurred_at, companions=companions
        )
        above = not any(g.unit_id == unit.pk for g in actor.grants if p.REGISTER in g.verbs)
        made = []
        for failed in filed.failed:
            grave = failed.grade == "suspected-major"
            data = i.Registration(
                unit=unit,
                title=_short(failed.item.fails or failed.note or failed.item.question),
                description=failed.note,
                domain=failed.domain,
                place=failed.place,
                place_text="" if failed.place else _("Whole school"),
                source=Source.INSPECTION if above else Source.CHECK,
                source_record=filed.record.pk,
                check_item=failed.item,
                clause_ref=failed.basis[:120],
                before=failed.attachment_ids,
                evidence_reason="" if failed.attachment_ids else failed.note,
                interim=interim.strip() or failed.remedy,
                interim_until=interim_until or _first_days(),
                known_since=filed.record.occurred_at,
                suspected=_("The item of the checklist holds it to be major.") if grave else "",
            )
            made.append(begin(actor, data, i.Stamp(occurred_at=filed.record.occurred_at)))
    return Found(filed.record, tuple(made))


def file_round(
    actor: Actor,
    unit: Unit,
    *,
    exceptions: Sequence[ledger.RoundException] = (),
    photos: Mapping[UUID, Sequence[UUID]] | None = None,
    no_photo: str = "",
    day: date | None = None,
    route: str = "",
    occurred_at: datetime | None = None,
) -> Found:
    """File a round; each exception becomes a hazard at its place. Raises as ``ledger.file_round``."""
    with transaction.atomic():
        filed = ledger.file_round(
            actor,
            unit,
            exceptions=exceptions,
            photos=photos,
            no_photo=no_photo,
            day=day,
            route=route,
            occurred_at=occurred_at,
        )
        wanted = [e.place.id for e in filed.exceptions]
        places = {row.pk: row for row in Place.everything.filter(pk__in=wanted)}
        made = []
        for wrong in filed.exceptions:
            data = i.Registration(
                unit=unit,
                title=_short(wrong.note),
                description=wrong.note,
                domain=wrong.domain,
                place=places[wrong.place.id],
                source=Source.ROUND,
                source_record=filed.record.pk,
                before=wrong.attachment_ids,
                evidence_reason="" if wrong.attachment_ids else _("Seen on the round, no photo taken."),
                known_since=filed.record.occurred_at,
            )
            made.append(begin(actor, data, i.Stamp(occurred_at=filed.record.occurred_at)))
    return Found(filed.record, tuple(made))


def _short(text: str) -> str:
    return text.strip()[:100]


def _first_days() -> date:
    return clock.today() + timedelta(days=_INTERIM_DAYS)
