"""A region's settings of the loop, and counting deadlines again when what they rest on changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, Refused, clock, job_actor, subtree
from anyuan.foundation.org.public import Unit

from .. import deadlines
from .. import permits as p
from ..loop import stage
from ..loop.inputs import Stamp
from ..loop.scene import Scene
from ..models import Hazard, LoopSettings
from ..states import WORKING, Grade
from .runner import climb

_ZERO_ALLOWED = frozenset({"late_record_days", "county_days"})


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """What a node sets itself; None takes what lies above."""

    general_days: int | None = None
    major_days: int | None = None
    judge_days: int | None = None
    warn_days: int | None = None
    county_days: int | None = None
    late_record_days: int | None = None
    interim_days: int | None = None


def set_terms(actor: Actor, unit: Unit, own: OwnTerms) -> LoopSettings:
    """Set what ``unit`` tightens; open deadlines below are counted again.

    Raises ``NotPermitted``, ``Invalid`` for a senseless number, ``Refused`` when one would loosen.
    """
    actor.require(p.TUNE, unit.path)
    above = stage.terms_of(stage.units_at(stage.prefixes(unit.path)[:-1]).order_by("path"))
    values = asdict(own)
    for name, value in values.items():
        if value is None:
            continue
        if value < (0 if name in _ZERO_ALLOWED else 1) or value > 365:
            raise Invalid(_("Enter a number of days."), {name: [_("Enter a number of days.")]})
        if deadlines.tighter(name, getattr(above, name), value) != value:
            raise Refused(
                _("A region may tighten what lies above it, never loosen it: above it says %(days)d.")
                % {"days": getattr(above, name)}
            )
    with action(actor, "hazard.set-terms") as act:
        row, _made = LoopSettings.everything.select_for_update().get_or_create(unit=unit)
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        moved = _recount(unit)
        act.entry(
            _("set the deadlines of the hazard loop for %(unit)s; counted again: %(count)d")
            % {"unit": unit.title, "count": moved},
            on=row,
            path=unit.path,
            before=before,
            after=values,
        )
    assert isinstance(row, LoopSettings)
    return row


def recount(actor: Actor, unit: Unit) -> int:
    """Count the open deadlines at and below ``unit`` again (a new calendar list); give how many moved."""
    actor.require(p.TUNE, unit.path)
    with action(actor, "hazard.recount") as act:
        moved = _recount(unit)
        act.entry(
            _("counted deadlines again; moved: %(count)d") % {"count": moved},
            path=unit.path,
            after={"moved": moved},
        )
    return moved


def recount_provisional(actor: Actor) -> int:
    """Count again what was counted without a year's list and can now be counted; for the nightly job."""
    units = Unit.everything.filter(hazards__due_provisional=True, hazards__state__in=WORKING).distinct()
    return sum(recount(actor, unit) for unit in units)


def _recount(unit: Unit) -> int:
    """Deadlines somebody set (an extension, an earlier day in the commitments) stay as they are."""
    rows = (
        Hazard.everything.select_for_update(of=("self",))
        .select_related("unit", "owner_unit", "place")
        .filter(subtree(unit.path, "unit__path"), state__in=WORKING, extensions=0)
        .order_by("unit_id")
    )
    nobody = job_actor(_("System (recount of time limits)"))
    moved = 0
    for row in rows:
        if row.due_at != row.first_due_at:
            continue
        scene = stage.build(nobody, row, None, None, Stamp())
        moved += _count_again(row, scene)
    return moved


def _count_again(row: Hazard, scene: Scene) -> int:
    major = row.grade == Grade.MAJOR and row.judged_at is not None
    start = clock.day_of(row.judged_at if major and row.judged_at else row.found_at)
    pauses = deadlines.parse_pauses(row.pauses)
    due = deadlines.due(row.grade, start, scene.terms, scene.calendar, pauses, row.own_days)
    if (due.due_at, due.provisional) == (row.due_at, row.due_provisional):
        return 0
    row.first_due_at = row.due_at = due.due_at
    row.due_provisional = due.provisional
    row.version += 1
    row.save(update_fields=["first_due_at", "due_at", "due_provisional", "version"])
    climb(row, scene)
    return 1
