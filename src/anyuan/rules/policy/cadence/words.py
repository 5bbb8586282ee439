"""Periods in words."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _


def why_text(why: str) -> str:
    """The sentence for ``Period.why``: why it is excused, or what is missing and where to enter it."""
    kind, _colon, what = why.partition(":")
    if kind == "list":
        return _(
            "The list of holidays and make-up days for %(year)d is missing. Enter it under Units › Calendar."
        ) % {"year": int(what)}
    if kind == "term":
        return _("The term %(term)s is missing. Enter it under Units › Calendar.") % {
            "term": period_label(what)
        }
    plain = {
        "vacation": _("in the vacation"),
        "holiday": _("a holiday"),
        "no-school-day": _("no school day"),
    }
    return plain.get(why, "")


def _school_year(first: str) -> str:
    return _("school year %(first)s–%(second)s") % {"first": first, "second": str(int(first) + 1)}


def _semester(first: str, number: str) -> str:
    words = {"first": first, "second": str(int(first) + 1)}
    if number.startswith("1"):
        return _("first semester %(first)s–%(second)s") % words
    return _("second semester %(first)s–%(second)s") % words


_SHAPES: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)", lambda day, hour: f"{day} {hour}"),
    (r"(\d{4})-W0?(\d+)", lambda y, n: _("week %(number)s of %(year)s") % {"year": y, "number": n}),
    (r"(\d{4})-Q(\d)", lambda y, n: _("quarter %(number)s of %(year)s") % {"year": y, "number": n}),
    (r"(\d{4})-\d\d/(\d(?:\.\d)?)", _semester),
    (r"(\d{4})", lambda y: _("year %(year)s") % {"year": y}),
    (r"holiday:(.+)", lambda day: _("before the days off from %(day)s") % {"day": day}),
    (r"opening:(\d{4}-\d\d-\d\d)", lambda day: _("from the opening on %(day)s") % {"day": day}),
    (r"opening:(\d{4})-\d\d/(\d)", _semester),
    (r"gap:(.+)", lambda day: _("from %(day)s") % {"day": day}),
)


def _month_or_school_year(year: str, number: str) -> str:
    """``2026-11`` is a month, ``2026-27`` a school year."""
    if int(number) > 12:
        return _school_year(year)
    return _("%(year)s-%(month)s") % {"year": year, "month": number}


def period_label(key: str) -> str:
    """The key of a period as people say it: 2026年第47周, 2026–2027学年第一学期; a day stays as it is."""
    for shape, words in (*_SHAPES, (r"(\d{4})-(\d\d)", _month_or_school_year)):
        found = re.fullmatch(shape, key)
        if found:
            return words(*found.groups())
    return key
