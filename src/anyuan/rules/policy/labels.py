"""Codes of a pack as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.org.public import Function, PlaceKind, UnitType

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from django_stubs_ext import StrOrPromise

    from .defs import ParamDef
    from .expressions import Value

FORCE: dict[str, StrOrPromise] = {
    "rule": pgettext_lazy("document", "Normative document"),
    "plan": pgettext_lazy("document", "Plan"),
    "meeting": pgettext_lazy("document", "Meeting"),
    "draft": pgettext_lazy("document", "Draft"),
}
CHECKER: dict[str, StrOrPromise] = {
    "school": _("School itself"),
    "county": _("County bureau"),
    "city": _("City bureau"),
    "province": _("Province"),
    **dict(Function.choices),
}
GRADE: dict[str, StrOrPromise] = {
    "general": pgettext_lazy("hazard grade", "General"),
    "suspected-major": pgettext_lazy("hazard grade", "Suspected major"),
}
STAGE: dict[str, StrOrPromise] = {
    "kindergarten": UnitType.KINDERGARTEN.label,
    "primary": UnitType.PRIMARY.label,
    "junior": UnitType.JUNIOR.label,
    "senior": UnitType.SENIOR.label,
    "vocational": UnitType.VOCATIONAL.label,
    "special": UnitType.SPECIAL.label,
    "university": UnitType.UNIVERSITY.label,
}


def checkers(codes: Iterable[str]) -> list[str]:
    return [str(CHECKER.get(code, code)) for code in codes]


def number_words(value: float) -> str:
    """A number as people write it: no needless decimals."""
    return f"{value:.10g}"


def value_words(param: ParamDef, value: Value) -> str:
    """A param's value as people read it."""
    if isinstance(value, bool):
        return str(_("Yes")) if value else str(_("No"))
    if isinstance(value, float):
        return number_words(value)
    label = "label" if (get_language() or "").startswith("zh") else "label_en"
    return next((c[label] for c in param.choices if c["code"] == value), str(value))


def conditions(applies: dict[str, Any]) -> list[str]:
    """Where something applies, as short tags."""
    found: list[StrOrPromise] = []
    if applies.get("schools") is not None:
        found.append(_("Schools") if applies["schools"] else _("Sites that are not schools"))
    if applies.get("boarding") is not None:
        found.append(_("Boarding schools") if applies["boarding"] else _("Day schools"))
    types, kinds = dict(UnitType.choices), dict(PlaceKind.choices)
    found += [types.get(t, t) for t in applies.get("unit_types") or ()]
    found += [STAGE.get(s, s) for s in applies.get("stages") or ()]
    found += [kinds.get(p, p) for p in applies.get("places") or ()]
    return [str(words) for words in found]
