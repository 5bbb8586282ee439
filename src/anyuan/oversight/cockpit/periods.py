"""The stretches of time figures are counted over: they begin on a Shanghai day and end today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit, term_of

TREND_WEEKS = 12
"""Weeks the trend shows at least, this one included."""


class Span(TextChoices):
    """What a person may choose."""

    WEEK = "week", pgettext_lazy("period", "This week")
    MONTH = "month", pgettext_lazy("period", "This month")
    TERM = "term", pgettext_lazy("period", "This term")
    YEAR = "year", gettext_lazy("This year")


@dataclass(frozen=True, slots=True)
class Period:
    """From ``starts`` to ``last`` (today), both included. ``note`` says why it is not what was asked for."""

    span: Span
    starts: date
    last: date
    note: str = ""

    @property
    def weeks(self) -> list[date]:
        """The Mondays of the trend: those of the period, but at least twelve, up to this week."""
        end = monday(self.last)
        first = min(monday(self.starts), end - timedelta(weeks=TREND_WEEKS - 1))
        return [first + timedelta(weeks=n) for n in range((end - first).days // 7 + 1)]


def monday(day: date) -> date:
    """The first day of the week ``day`` lies in."""
    return day - timedelta(days=day.weekday())


def period_of(text: str, unit: Unit) -> Period:
    """The period named by ``text`` (anything else: this month) as it runs at ``unit``.

    In the holidays there is no term: it is the month then, and the note says so.
    """
    today = clock.today()
    span = Span(text) if text in Span.values else Span.MONTH
    if span == Span.WEEK:
        return Period(span, monday(today), today)
    if span == Span.YEAR:
        return Period(span, today.replace(month=1, day=1), today)
    month = Period(Span.MONTH, today.replace(day=1), today)
    if span == Span.MONTH:
        return month
    term = term_of(today, unit)
    if term is None:
        return Period(
            month.span, month.starts, today, _("No term runs today. These are the figures of this month.")
        )
    return Period(span, term.starts, today)
