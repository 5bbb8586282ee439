"""Quick snaps: report, complete into a hazard, dismiss with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.files.public import Role, attach, attachments_of, share
from anyuan.foundation.journal.public import Act, Tell, action
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, NotFound, clock
from anyuan.foundation.org.public import Place, Unit

from .. import permits as p
from ..loop import inputs as i
from ..loop.tells import desk_of
from ..models import Hazard, Lead, LeadState
from ..states import Source
from .runner import begin


def report_lead(
    actor: Actor,
    unit: Unit,
    *,
    photos: Sequence[UUID | str] = (),
    place: Place | None = None,
    place_text: str = "",
    text: str = "",
    found_at: datetime | None = None,
) -> Lead:
    """Three taps: photo, place, send. ``photos`` are drafts of the actor; without one, words are needed.

    Raises ``NotPermitted`` or ``Invalid``.
    """
    actor.require(p.REPORT, unit.path)
    if not photos and not text.strip():
        raise Invalid(_("Add a photo, or write what you saw."), {"photos": [_("Add a photo.")]})
    if place is not None and place.unit_id != unit.pk:
        raise Invalid(_("This place belongs to another unit. Choose a place of this unit."), {"place": []})
    now = clock.now()
    if found_at is not None and found_at > now:
        raise Invalid(_("It cannot have happened in the future."), {"found_at": []})
    lead = Lead(
        unit=unit,
        place=place,
        place_text=place_text.strip(),
        text=text.strip(),
        reporter_id=actor.person_id,
        reporter_name=actor.label,
        found_at=found_at or now,
        recorded_at=now,
    )
    with action(actor, "hazard.report-lead") as act:
        lead.save(force_insert=True)
        attach(actor, photos, lead, Role.PHOTO)
        where = place.name if place else place_text.strip()
        told = _("a quick snap to verify: %(place)s") % {"place": where or unit.title}
        _entry(act, lead, _("sent a quick snap"), [Tell(told, lead.url, "todo", posts=desk_of(unit))])
    return lead


def complete_lead(actor: Actor, lead: Lead, data: i.Registration, stamp: i.Stamp | None = None) -> Hazard:
    """The safety officer makes a hazard of it; its photos go along as photos before the work.

    ``data`` says what is wrong; unit, finder and source are the lead's.
    Raises ``Conflict`` when somebody completed or dismissed it first.
    """
    with action(actor, "hazard.complete-lead") as act:
        row = _lock(actor, lead, data.domain)
        photos = [a for a in attachments_of(row) if a.is_image]
        filled = replace(
            data,
            unit=row.unit,
            place=data.place or (None if data.place_text else row.place),
            place_text=data.place_text or row.place_text,
            finder=row.reporter,
            finder_name=row.reporter_name,
            finder_unit=row.unit,
            source=Source.SNAP,
            source_record=row.pk,
            shared_before=len(photos),
            known_since=row.recorded_at,
        )
        stamp = stamp or i.Stamp()
        hazard = begin(actor, filled, replace(stamp, occurred_at=stamp.occurred_at or row.found_at))
        share(actor, row, hazard, Role.BEFORE)
        row.state, row.hazard = LeadState.COMPLETED, hazard
        row.decided_at, row.decided_by_id = clock.now(), actor.person_id
        row.save(update_fields=["state", "hazard", "decided_at", "decided_by"])
        people = [row.reporter_id] if row.reporter_id else []
        told = _("your quick snap became hazard %(number)s") % {"number": hazard.number}
        sentence = _("made hazard %(number)s of the quick snap") % {"number": hazard.number}
        _entry(act, row, sentence, [Tell(told, hazard.url, "info", people)])
    return hazard


def dismiss_lead(actor: Actor, lead: Lead, reason: str) -> Lead:
    """Not a hazard: the reason stays with it and the reporter is told."""
    if not reason.strip():
        raise Invalid(_("Give the reason."), {"reason": [_("Give the reason.")]})
    with action(actor, "hazard.dismiss-lead") as act:
        row = _lock(actor, lead, None)
        row.state, row.reason = LeadState.DISMISSED, reason.strip()
        row.decided_at, row.decided_by_id = clock.now(), actor.person_id
        row.save(update_fields=["state", "reason", "decided_at", "decided_by"])
        people = [row.reporter_id] if row.reporter_id else []
        told = _("your quick snap was dismissed: %(reason)s") % {"reason": row.reason}
        _entry(act, row, _("dismissed the quick snap"), [Tell(told, row.url, "info", people)])
    return row


def _lock(actor: Actor, lead: Lead, domain: str | None) -> Lead:
    row: Lead | None = (
        Lead.everything.select_for_update(of=("self",))
        .select_related("unit", "place", "reporter")
        .filter(pk=lead.pk)
        .first()
    )
    if row is None or not Lead.objects.visible_to(actor).filter(pk=lead.pk).exists():
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    actor.require(p.ASSESS, row.unit.path, domain)
    if row.state != LeadState.OPEN:
        raise Conflict(_("Somebody else was first: this quick snap is already dealt with."))
    return row


def _entry(act: Act, lead: Lead, sentence: str, tell: Sequence[Tell]) -> None:
    act.entry(sentence, on=lead, path=lead.unit.path, after={"state": lead.state}, tell=tell)
