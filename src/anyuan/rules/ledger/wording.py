"""Values in words, for pages, sheets and the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from anyuan.foundation.org.public import Boarding, Ownership, Setting, UnitType

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef


_ORG_CHOICES = {"unit_type": UnitType, "ownership": Ownership, "setting": Setting, "boarding": Boarding}


def english() -> bool:
    """Whether the reader reads English; everything else shows the Chinese titles of packs."""
    return (get_language() or "").startswith("en")


def title_of(thing: FactDef) -> str:
    return thing.title_en if english() and thing.title_en else thing.title


def value_text(fact: FactDef, value: object) -> str:
    """A value with its unit, as people read it; unknown is said in words."""
    if value is None:
        return pgettext("fact", "unknown")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return f"{value:,.10g}" + (f" {fact.unit}" if fact.unit else "")
    choice = next((c for c in fact.choices if c["code"] == value), None)
    if choice is None:
        return _of_organisation(fact, str(value))
    return choice["label_en"] if english() and choice.get("label_en") else choice["label"]


def _of_organisation(fact: FactDef, value: str) -> str:
    """A code of the organisation's own lists, in its words; any other text as it is."""
    choices = _ORG_CHOICES.get((fact.derive or {}).get("org", ""))
    return str(choices(value).label) if choices and value in choices.values else value
