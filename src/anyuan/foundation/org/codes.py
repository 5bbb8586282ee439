"""Official codes: ten digits for schools, two, four or six for administrative divisions.

A school's code is 2 digits of type, 2 of province and 6 of serial number (rules for school and institution
codes, 2011). A code is never used twice; a school that changes its type gets a new one.
"""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.kernel.public import Invalid

from .catalogue import UnitKind

SCHOOL_CODE_TYPES: Final = {
    "11": gettext_lazy("kindergarten"),
    "21": gettext_lazy("primary school"),
    "22": gettext_lazy("primary school for adults"),
    "31": gettext_lazy("junior middle school"),
    "32": gettext_lazy("vocational junior middle school"),
    "33": gettext_lazy("junior middle school for adults"),
    "34": gettext_lazy("senior middle school"),
    "35": gettext_lazy("senior middle school for adults"),
    "36": gettext_lazy("secondary vocational school"),
    "37": gettext_lazy("special-education school for juvenile conduct"),
    "41": gettext_lazy("university or college"),
    "42": gettext_lazy("university for adults"),
    "51": gettext_lazy("special school"),
    "91": gettext_lazy("research institution"),
    "92": gettext_lazy("other higher-education institution"),
    "93": gettext_lazy("secondary vocational training institution"),
}
"""The first two digits of a school code."""

PROVINCE_CODES: Final = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "  # noqa: SIM905
    "61 62 63 64 65 71 81 82".split()
)
"""The two digits of a province-level division (GB/T 2260)."""

INVENTED_PROVINCE: Final = "99"
"""Borne by no province: what the demo invents. Taken only where the demo runs."""

_DIVISION_DIGITS: Final = {UnitKind.PROVINCE: 2, UnitKind.CITY: 4, UnitKind.COUNTY: 6}
_DIGITS = re.compile(r"[0-9]+")


def _is_province(digits: str) -> bool:
    return digits in PROVINCE_CODES or (settings.DEMO and digits == INVENTED_PROVINCE)


def check_school_code(code: str) -> str:
    """``code`` when it is a possible school code; raise :class:`Invalid` that says which part is wrong."""
    if not _DIGITS.fullmatch(code) or len(code) != 10:
        raise _invalid(
            _(
                "A school code has ten digits: two of type, two of province, six of serial number. "
                "“%(code)s” has not."
            )
            % {"code": code}
        )
    if code[:2] not in SCHOOL_CODE_TYPES:
        raise _invalid(
            _("A school code cannot begin with %(type)s. Known types: %(known)s.")
            % {"type": code[:2], "known": ", ".join(f"{k} {v}" for k, v in SCHOOL_CODE_TYPES.items())}
        )
    if not _is_province(code[2:4]):
        raise _invalid(
            _("Digits 3 and 4 of a school code name the province; %(province)s is none.")
            % {"province": code[2:4]}
        )
    return code


def check_division_code(code: str, kind: str, above: str = "") -> str:
    """``code`` when it fits a division of ``kind`` below the division ``above``; else :class:`Invalid`."""
    digits = _DIVISION_DIGITS[UnitKind(kind)]
    if not _DIGITS.fullmatch(code) or len(code) != digits:
        raise _invalid(
            _("The code of a %(kind)s has %(digits)d digits; “%(code)s” has not.")
            % {"kind": UnitKind(kind).label, "digits": digits, "code": code}
        )
    if not _is_province(code[:2]):
        raise _invalid(_("No province has the code %(province)s.") % {"province": code[:2]})
    if above and not code.startswith(above):
        raise _invalid(_("The code %(code)s does not lie below %(above)s.") % {"code": code, "above": above})
    return code


def check_code(code: str, kind: str, above: str = "") -> str:
    """The code of a new or changed unit of ``kind``; "" is allowed (a department has none)."""
    code = code.strip()
    if not code:
        return ""
    if kind == UnitKind.SCHOOL:
        return check_school_code(code)
    if kind in _DIVISION_DIGITS:
        return check_division_code(code, kind, above)
    raise _invalid(_("A %(kind)s has no official code. Leave it empty.") % {"kind": UnitKind(kind).label})


def _invalid(message: str) -> Invalid:
    return Invalid(message, {"code": [message]})
