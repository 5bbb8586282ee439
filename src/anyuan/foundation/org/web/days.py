"""The calendar page: a year at a glance, what is missing, single days and terms."""

from __future__ import annotations

from calendar import monthcalendar
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.ui.public import Request, once_form, page, render

from .. import queries
from ..actions.days import NewDay, clear_day, set_day, set_term
from ..calendar import Calendar, DayKind, calendar_for
from ..models import Unit
from ..permits import MANAGE, VIEW
from . import forms
from .common import Sheet, form_page

BOTH = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the year view. ``state`` is work, off, makeup (a weekend one works), holiday or unknown."""

    number: int
    state: str
    term: bool
    today: bool


@page(VIEW)
def year(request: Request, pk: UUID) -> HttpResponse:
    """Twelve months of a unit."""
    unit = queries.unit(request.actor, pk)
    today = clock.today()
    shown = _year(request.GET.get("year", ""), today)
    calendar = calendar_for(unit)
    months = [(date(shown, m, 1), _month(calendar, shown, m, today)) for m in range(1, 13)]
    context = {
        "unit": unit,
        "trail": [*queries.trail_above(request.actor, unit), unit],
        "year": shown,
        "months": months,
        "this_month": today.replace(day=1),
        "known": calendar.knows(shown),
        "gaps": calendar.gaps(today),
        "terms": queries.terms_over(request.actor, unit),
        "days": queries.days_over(request.actor, unit, shown),
        "may_manage": request.actor.may(MANAGE, unit.path) and unit.is_open(),
    }
    return render(request, "org/calendar.html", context)


def _year(text: str, today: date) -> int:
    return int(text) if text.isdecimal() and 2000 <= int(text) <= 2100 else today.year


def _month(calendar: Calendar, year: int, month: int, today: date) -> list[list[Cell | None]]:
    return [
        [_cell(calendar, date(year, month, n), today) if n else None for n in week]
        for week in monthcalendar(year, month)
    ]


_STATES = {DayKind.REST: "off", DayKind.HOLIDAY: "holiday", DayKind.UNKNOWN: "unknown"}


def _cell(calendar: Calendar, day: date, today: date) -> Cell:
    kind = calendar.kinds(day.year)[day.timetuple().tm_yday - 1]
    state = _STATES.get(kind, "work" if day.weekday() < 5 else "makeup")
    return Cell(day.day, state, calendar.term_of(day) is not None, day == today)


@page(MANAGE, methods=BOTH)
def add_day(request: Request, pk: UUID) -> HttpResponse:
    """One day for this unit and all below."""
    unit = _to_manage(request, pk)
    form = forms.CalendarDayForm(request.POST or None)

    def work() -> str:
        data = form.cleaned_data
        set_day(request.actor, unit, NewDay(data["day"], bool(data["working"]), data["name"]))
        return _url(unit, data["day"].year)

    sheet = _sheet(unit, _("Set a day"), _("Save"), _("It counts for this unit and everything below it."))
    return form_page(request, sheet, form, work, _("Saved."))


@page(MANAGE, methods=("POST",))
def drop_day(request: Request, pk: UUID, day: str) -> HttpResponse:
    """The level above decides about this day again."""
    unit = _to_manage(request, pk)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise queries.missing() from None

    def work() -> str:
        clear_day(request.actor, unit, wanted)
        return _url(unit, wanted.year)

    return once_form(request, work)


@page(MANAGE, methods=BOTH)
def term(request: Request, pk: UUID, key: UUID | None = None) -> HttpResponse:
    """A new term, or another date for one."""
    unit = _to_manage(request, pk)
    row = queries.term(request.actor, unit, key) if key else None
    initial = {"name": row.name, "starts": row.starts, "last": row.last} if row else {}
    form = forms.TermForm(request.POST or None, initial=initial)

    def work() -> str:
        data = form.cleaned_data
        set_term(request.actor, unit, data["name"], data["starts"], data["last"] + timedelta(days=1), row)
        return _url(unit, data["starts"].year)

    lead = _("It counts for this unit and everything below it that has no term of its own.")
    sheet = _sheet(unit, _("School term"), _("Save"), lead)
    return form_page(request, sheet, form, work, _("Saved."))


def _to_manage(request: Request, pk: UUID) -> Unit:
    unit = queries.unit(request.actor, pk)
    request.actor.require(MANAGE, unit.path)
    return unit


def _url(unit: Unit, year: int) -> str:
    return f"{reverse('org:calendar', args=[unit.pk])}?year={year}"


def _sheet(unit: Unit, heading: str, submit: str, lead: str) -> Sheet:
    return Sheet(heading, submit, reverse("org:calendar", args=[unit.pk]), unit.name, lead=lead)
