"""Formulas and cadences as people read them. Only for showing: what is decided is the expression itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from anyuan.foundation.org.public import Boarding, Ownership, Setting, UnitType

from .telling import Teller, settled

if TYPE_CHECKING:
    from .cadence import Cadence
    from .catalogue import Catalogue
    from .expressions import Expression, Value


def titled(title: str, title_en: str) -> str:
    """The title in the reader's language."""
    return title if (get_language() or "").startswith("zh") else title_en


class Wording:
    """Names and choices of one pack in the reader's language, with the params' values."""

    def __init__(self, catalogue: Catalogue, params: Mapping[str, Value]) -> None:
        self._catalogue = catalogue
        self._facts = {f.key: titled(f.title, f.title_en) for f in catalogue.facts.values()}
        self._unit_texts = {
            code: str(label)
            for choices in (UnitType.choices, Boarding.choices, Ownership.choices, Setting.choices)
            for code, label in choices
        }
        for fact in catalogue.facts.values():
            self._unit_texts |= {c.code: titled(c.label, c.label_en) for c in fact.choices}
        self._params = params

    def formula(self, expression: Expression) -> str:
        """An expression about a unit or a subject."""
        return Teller(self._facts, self._unit_texts).say(settled(expression.root, self._params))

    def condition(self, expression: Expression, register: str) -> str:
        """An expression about a record of ``register``."""
        found = self._catalogue.registers.get(register)
        fields = found.fields if found else []
        names = {
            "hour": pgettext("formula", "hour"),
            "weekday": pgettext("formula", "weekday"),
            "evidence": pgettext("formula", "photos"),
        } | {f.key: titled(f.label, f.label_en) for f in fields}
        texts = {c.code: titled(c.label, c.label_en) for f in fields for c in f.choices}
        return Teller(names, texts).say(settled(expression.root, self._params))

    def field(self, key: str, register: str) -> str:
        """What a field of ``register`` is called."""
        found = self._catalogue.registers.get(register)
        names = {f.key: titled(f.label, f.label_en) for f in found.fields} if found else {}
        return names.get(key, key)

    def register(self, code: str) -> str:
        found = self._catalogue.registers.get(code)
        built_in = {"round": _("Daily round"), "check": pgettext("register", "Check")}
        return titled(found.title, found.title_en) if found else built_in.get(code, code)


def cadence_words(cadence: Cadence) -> str:
    """How often, in words: “each Wednesday …”, “every semester”."""
    said = {
        "school-day": _("every school day"),
        "week": _("every week"),
        "month": _("every month"),
        "school-month": _("every month with school"),
        "quarter": _("every quarter"),
        "semester": _("every semester"),
        "academic-year": _("every school year"),
        "year": _("every calendar year"),
        "before-holiday": _before(cadence),
        "after-opening": ngettext(
            "on the first day after school opens",
            "within %(days)s days after school opens",
            cadence.days,
        )
        % {"days": cadence.days},
        "nth-weekday": _weekday(cadence),
        "hours": ngettext("every hour", "every %(hours)s hours", cadence.hours) % {"hours": cadence.hours},
    }[cadence.every]
    more = [_last_day(cadence)] if cadence.on else []
    if cadence.vacation == "keep":
        more.append(_("also in vacations"))
    return pgettext("cadence", ", ").join([said, *more])


def _before(cadence: Cadence) -> str:
    if cadence.holidays == "vacations":
        return ngettext(
            "on the last school day before each vacation",
            "in the %(days)s days before each vacation",
            cadence.days,
        ) % {"days": cadence.days}
    return ngettext(
        "on the last school day before each holiday",
        "in the %(days)s days before each holiday",
        cadence.days,
    ) % {"days": cadence.days}


def _last_day(cadence: Cadence) -> str:
    if cadence.window == "day":
        return _("on its last school day")
    return _("by its last school day")


def _weekday(cadence: Cadence) -> str:
    days = {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
    }
    words = {"nth": cadence.nth, "day": days[cadence.weekday or "mon"]}
    if cadence.rule == "first-week":
        said = _("on the %(day)s of week %(nth)s that begins in the month") % words
    else:
        said = _("on %(day)s number %(nth)s of the month") % words
    shift = {
        "next-school-day": _("else on the next school day"),
        "previous-school-day": _("else on the school day before"),
        "none": "",
    }[cadence.shift]
    window = _("or any other day of that month") if cadence.window == "month" else ""
    return pgettext("cadence", ", ").join(word for word in (said, shift, window) if word)
