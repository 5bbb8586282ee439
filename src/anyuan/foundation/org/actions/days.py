"""Calendars as people enter them: a year's list, single days, terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor

from ..models import CalendarDay, CalendarList, Term, Unit
from ..permits import MANAGE
from .common import changes, clean_name, invalid, lock_to_manage, require_open


@dataclass(frozen=True, slots=True)
class NewDay:
    """A day that is not what its weekday says."""

    day: date
    working: bool
    name: str = ""


def enter_year(actor: Actor, unit: Unit | None, year: int, days: Sequence[NewDay], source: str) -> int:
    """Enter the full list of a year for ``unit`` and all below (None: the whole country).

    Replaces what was entered for that year and unit before. A list without a single holiday is refused.
    Gives how many days it names.
    """
    if not any(not d.working for d in days):
        raise invalid("days", _("A year's list must name its holidays."))
    wrong = [d.day for d in days if d.day.year != year]
    if wrong:
        raise invalid("days", _("%(day)s does not lie in %(year)d.") % {"day": wrong[0], "year": year})
    if len({d.day for d in days}) != len(days):
        raise invalid("days", _("A day stands in the list twice."))
    with action(actor, "org.enter-calendar") as act:
        unit = _who(actor, unit)
        CalendarDay.objects.filter(unit=unit, day__year=year).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(unit=unit, day=d.day, working=d.working, name=d.name[:60], source=source[:120])
            for d in days
        )
        CalendarList.objects.update_or_create(unit=unit, year=year, defaults={"source": source[:120]})
        act.entry(
            _("entered the holidays and make-up days of %(year)d for %(unit)s")
            % {"year": year, "unit": unit.name if unit else _("the whole country")},
            on=unit,
            path=unit.path if unit else "/",
            after={"source": source, "days": {str(d.day): d.working for d in days}},
        )
    return len(days)


def set_day(actor: Actor, unit: Unit | None, new: NewDay, source: str = "") -> CalendarDay:
    """Override one day for ``unit`` and all below: a school's own make-up day, a county's storm holiday."""
    with action(actor, "org.set-day") as act:
        unit = _who(actor, unit)
        row, made = CalendarDay.objects.update_or_create(
            unit=unit,
            day=new.day,
            defaults={"working": new.working, "name": new.name[:60], "source": source[:120]},
        )
        words: Mapping[str, Any] = {"day": new.day, "unit": unit.name if unit else _("the whole country")}
        act.entry(
            (
                _("made %(day)s a working day for %(unit)s")
                if new.working
                else _("made %(day)s a day off for %(unit)s")
            )
            % words,
            on=unit,
            path=unit.path if unit else "/",
            after={"day": new.day, "working": new.working, "name": new.name, "new": made},
        )
    return row


def clear_day(actor: Actor, unit: Unit | None, day: date) -> bool:
    """Take an override back; the level above decides again. False when there was none."""
    with transaction.atomic():
        unit = _who(actor, unit)
        row = CalendarDay.objects.filter(unit=unit, day=day).first()
    if row is None:
        return False
    with action(actor, "org.clear-day") as act:
        CalendarDay.objects.filter(pk=row.pk).delete()
        act.entry(
            _("took back the rule for %(day)s of %(unit)s")
            % {"day": day, "unit": unit.name if unit else _("the whole country")},
            on=unit,
            path=unit.path if unit else "/",
            before={"day": day, "working": row.working, "name": row.name},
        )
    return True


def set_term(actor: Actor, unit: Unit, name: str, starts: date, ends: date, term: Term | None = None) -> Term:
    """Enter a term from ``starts`` to the first day after it; ``term`` changes one that is there.

    Raises :class:`Invalid` when it overlaps another term of the same unit.
    """
    if ends <= starts or (ends - starts).days > 300:
        raise invalid("ends", _("A term ends after it begins and lasts at most 300 days."))
    with action(actor, "org.set-term") as act:
        unit = lock_to_manage(actor, unit)
        require_open(unit)
        row = term or Term(unit=unit)
        if row.unit_id != unit.pk:
            raise invalid("name", _("This term belongs to another unit."))
        others = Term.objects.filter(unit=unit, starts__lt=ends, ends__gt=starts).exclude(pk=row.pk)
        if others.exists():
            raise invalid("starts", _("It overlaps another term of this unit."))
        before, after = changes(row, {"name": clean_name(name, 60), "starts": starts, "ends": ends})
        row.save()
        act.entry(
            _("set the term %(term)s of %(unit)s") % {"term": row.name, "unit": unit.name},
            on=row,
            path=unit.path,
            before=before if term else {},
            after=after,
        )
    return row


def _who(actor: Actor, unit: Unit | None) -> Unit | None:
    """The unit to set days for; the whole country only by one who manages all of it."""
    if unit is None:
        actor.require(MANAGE, "/")
        return None
    return lock_to_manage(actor, unit)
