"""Cells as people type them: numbers that are text, days in four spellings."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid

from .columns import Cell

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT].*)?")
_DIGITS = re.compile(r"\d{8}")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def text_of(cell: Cell) -> str:
    """The cell as a person reads it: 13900000000.0 is "13900000000", a day is "2026-11-21"."""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time.min
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()


def as_day(text: str) -> date | None:
    """The day of ``2026-11-21``, ``2026/11/21``, ``2026.11.21``, ``2026年11月21日`` or ``20261121``.

    None for "". Raises :class:`Invalid` for anything else.
    """
    if not text.strip():
        return None
    compact = _DIGITS.fullmatch(text.strip())
    found = _DAY.fullmatch(text.strip())
    try:
        if compact:
            return datetime.strptime(text.strip(), "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise Invalid(_("“%(text)s” is not a day. Write it like 2026-11-21.") % {"text": text})


def as_number(text: str) -> float | None:
    """The number ``text`` writes; None for "". Thousands separators are borne. Raises :class:`Invalid`."""
    bare = text.strip().replace(",", "").replace("，", "")
    if not bare:
        return None
    if not _NUMBER.fullmatch(bare):
        raise Invalid(_("“%(text)s” is not a number.") % {"text": text})
    return float(bare)


def as_whole(text: str) -> int | None:
    """The whole number ``text`` writes; None for "". Raises :class:`Invalid`."""
    number = as_number(text)
    if number is None:
        return None
    if not number.is_integer():
        raise Invalid(_("“%(text)s” is not a whole number.") % {"text": text})
    return int(number)


def as_yes(text: str) -> bool | None:
    """Whether ``text`` says yes; None for "". Raises :class:`Invalid` when it says neither."""
    said = text.strip().casefold()
    if not said:
        return None
    if said in {"是", "有", "yes", "y", "true", "1", "√", _("yes").casefold()}:
        return True
    if said in {"否", "无", "no", "n", "false", "0", "×", _("no").casefold()}:
        return False
    raise Invalid(_("“%(text)s” is neither yes nor no.") % {"text": text})
