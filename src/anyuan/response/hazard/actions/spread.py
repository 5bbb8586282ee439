"""One case teaches all (举一反三): ask every unit with the same kind of place, take the answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import Tell, action
from anyuan.foundation.kernel.public import (
    Actor,
    Conflict,
    Invalid,
    NotFound,
    NotPermitted,
    Refused,
    clock,
    subtree,
)
from anyuan.foundation.org.public import Place, Unit, UnitKind

from .. import permits as p
from ..loop import stage, who
from ..loop.inputs import Registration, Stamp
from ..loop.tells import desk_of
from ..models import Hazard, SameCheck, SameCheckState
from ..states import Grade, State
from .runner import begin


def spread(actor: Actor, hazard: Hazard, due_on: date, what: str = "") -> int:
    """After a major hazard is closed: every unit of the listing authority with such a place checks for it.

    ``what`` is asked in the authority's words (default: the hazard's title). Gives how many units were
    asked; asking again asks those that were not. Raises ``NotPermitted``, ``Refused`` or ``Invalid``.
    """
    with action(actor, "hazard.spread") as act:
        row = stage.lock(actor, hazard, Stamp())
        listing = Unit.everything.filter(pk=row.listing_unit_id).first()
        if listing is None or not who.acts_for(actor, listing, (p.LIST,), row.domain):
            raise NotPermitted(_("Only the authority that listed it asks others to check for the same."))
        if row.state != State.CLOSED or row.grade != Grade.MAJOR or row.place is None:
            raise Refused(_("Only a closed major hazard with a known place is spread."))
        if due_on < clock.today():
            raise Invalid(_("The day lies in the past."), {"due_on": [_("The day lies in the past.")]})
        units = _alike(listing, row.place, row)
        question = what.strip() or row.title
        checks = SameCheck.everything.bulk_create(
            _question(actor, row, unit, due_on, question) for unit in units
        )
        text = _("check for the same: %(what)s, by %(day)s") % {"what": question, "day": due_on.isoformat()}
        said = ngettext(
            "asked %(count)d unit to check for the same",
            "asked %(count)d units to check for the same",
            len(units),
        )
        act.entry(
            said % {"count": len(units)},
            on=row,
            path=listing.path,
            domain=row.domain,
            after={"units": [u.pk for u in units], "place_kind": row.place.kind, "due_on": due_on},
            tell=[
                Tell(text, reverse("hazard:same-check", args=[check.pk]), "todo", posts=desk_of(check.unit))
                for check in checks
            ],
        )
    return len(units)


def _alike(listing: Unit, place: Place, row: Hazard) -> list[Unit]:
    """Open units below the authority that have a place of this kind and were not asked yet."""
    having = Place.everything.filter(kind=place.kind, closed_on=None).values("unit")
    asked = SameCheck.everything.filter(origin=row).values("unit")
    found = Unit.everything.filter(subtree(listing.path, "path"), kind=UnitKind.SCHOOL, closed_on=None)
    return list(found.filter(pk__in=having).exclude(pk__in=asked).exclude(pk=row.unit_id).order_by("path"))


def _question(actor: Actor, row: Hazard, unit: Unit, due_on: date, what: str) -> SameCheck:
    assert row.place is not None
    return SameCheck(
        origin=row,
        unit=unit,
        place_kind=row.place.kind,
        what=what,
        asked_at=clock.now(),
        asked_name=actor.label,
        due_at=clock.end_of(due_on),
    )


def answer_same_check(
    actor: Actor, check: SameCheck, answer: str, found: Registration | None = None
) -> SameCheck:
    """The school says what it saw; with ``found`` it becomes a hazard here too, in the same act.

    Raises ``NotPermitted``, ``NotFound``, ``Invalid``, ``Conflict`` when it was answered already.
    """
    if not answer.strip():
        raise Invalid(_("Write what you saw."), {"answer": [_("Write what you saw.")]})
    with action(actor, "hazard.answer-same-check") as act:
        row: SameCheck | None = (
            SameCheck.everything.select_for_update(of=("self",))
            .select_related("unit", "origin")
            .filter(pk=check.pk)
            .first()
        )
        if row is None or not actor.may(p.VIEW, row.unit.path):
            raise NotFound(_("There is nothing here, or it lies outside what you may see."))
        actor.require(p.ASSESS, row.unit.path)
        if row.state != SameCheckState.OPEN:
            raise Conflict(_("Somebody else was first: this is already answered."))
        row.state, row.answer = SameCheckState.CLEAR, answer.strip()
        if found is not None:
            row.hazard = begin(actor, replace(found, unit=row.unit, source_record=row.pk), Stamp())
            row.state = SameCheckState.FOUND
        row.answered_at, row.answered_by_id = clock.now(), actor.person_id
        row.save()
        act.entry(
            _("answered “%(what)s”: %(state)s") % {"what": row.what, "state": row.get_state_display()},
            on=row,
            path=row.unit.path,
            domain=row.origin.domain,
            after={"state": row.state, "answer": row.answer},
        )
    return row
