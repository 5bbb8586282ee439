"""Whether a cadence makes sense at all: asked when a pack is checked, so that no duty sleeps unseen."""

from __future__ import annotations

from dataclasses import fields

from django.utils.translation import gettext as _

from .model import WEEKDAYS, Cadence

_LONGEST = 100
_OPTIONS: dict[str, set[str]] = {
    "school-day": set(),
    "week": {"on", "window"},
    "month": {"on", "window"},
    "school-month": set(),
    "quarter": set(),
    "semester": set(),
    "academic-year": set(),
    "year": set(),
    "before-holiday": {"holidays", "days"},
    "after-opening": {"days"},
    "nth-weekday": {"nth", "weekday", "rule", "shift", "window"},
    "hours": {"hours"},
}
_WINDOWS = {"week": ("day", "week"), "month": ("day", "month"), "nth-weekday": ("day", "month")}


def never_occurs(cadence: Cadence) -> str | None:
    """Why no day ever falls under this cadence, or which option means nothing here; None when it is sound."""
    allowed = _OPTIONS.get(cadence.every)
    if allowed is None:
        return _("“%(every)s” is no cadence; known are: %(known)s.") % {
            "every": cadence.every,
            "known": ", ".join(_OPTIONS),
        }
    given = {f.name for f in fields(cadence) if f.name != "every" and getattr(cadence, f.name) != f.default}
    stray = sorted(given - allowed - {"vacation"})
    if stray:
        return _("“%(option)s” means nothing with “%(every)s”.") % {
            "option": stray[0],
            "every": cadence.every,
        }
    return _wrong_window(cadence) or _wrong_number(cadence) or _wrong_weekday(cadence)


def _wrong_window(cadence: Cadence) -> str | None:
    if cadence.window == "day":
        return None
    if cadence.every != "nth-weekday" and cadence.on is None:
        return _("“window” needs “on: last-school-day” here; without it the whole period counts.")
    allowed = _WINDOWS[cadence.every]
    if cadence.window not in allowed:
        return _("The window of “%(every)s” is one of: %(windows)s.") % {
            "every": cadence.every,
            "windows": ", ".join(allowed),
        }
    return None


def _wrong_number(cadence: Cadence) -> str | None:
    if cadence.every in ("before-holiday", "after-opening") and not 1 <= cadence.days <= _LONGEST:
        return _("“days” is the length of the window: 1 to %(most)d days.") % {"most": _LONGEST}
    if cadence.every == "hours" and not 1 <= cadence.hours <= 24:
        return _("“hours” is 1 to 24; for longer intervals use days or weeks.")
    return None


def _wrong_weekday(cadence: Cadence) -> str | None:
    if cadence.every != "nth-weekday":
        return None
    if cadence.weekday not in WEEKDAYS:
        return _("“nth-weekday” needs a weekday: %(days)s.") % {"days": ", ".join(WEEKDAYS)}
    if not 1 <= cadence.nth <= 4:
        return _("“nth” is 1 to 4: no month is sure to have another one.")
    if cadence.weekday in ("sat", "sun") and cadence.shift == "none" and cadence.vacation == "skip":
        return _("A weekend is no school day: let it shift to one.")
    return None
