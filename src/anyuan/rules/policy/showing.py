"""Requirements as a page or a program shows them: formula, cadence and values in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.org.public import Domain

from .areas import Area
from .catalogue import Catalogue
from .compiling import with_params
from .loaded import compiled, parts_of
from .words import Wording, cadence_words, titled

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .defs import Rule
    from .expressions import Value

KIND: dict[str, StrOrPromise] = {
    "standard": pgettext_lazy("requirement", "Standard"),
    "duty": pgettext_lazy("requirement", "Duty"),
    "check": pgettext_lazy("requirement", "Inspection"),
    "principle": pgettext_lazy("requirement", "Principle"),
}
SIGN = {"at-least": "≥", "at-most": "≤", "equals": "=", "holds": ""}


@dataclass(frozen=True, slots=True)
class Shown:
    """A requirement in words. What does not belong to its kind is empty."""

    row: UUID
    key: str
    code: str
    clause: str
    title: str
    kind: str
    kind_label: str
    area: str
    domain: str
    per: str
    applies: str
    have: str
    need: str
    register: str
    cadence: str
    amount: str
    condition: str
    text: str
    rows: tuple[str, ...]


def shown_rules(pack: UUID, params: Mapping[str, Value], common: UUID | None) -> list[Shown]:
    """Every requirement of a version in words, with these values of its params and this ``common``."""
    words = _wording(pack, params, common)
    return [_shown(with_params(rule, part, params), words) for rule, part in compiled(pack, common).rules]


def shown_rule(pack: UUID, key: str, params: Mapping[str, Value], common: UUID | None) -> Shown | None:
    """One requirement of a version as :func:`shown_rules` gives it; None when the version has none such."""
    for rule, part in compiled(pack, common).rules:
        if rule.key == key:
            return _shown(with_params(rule, part, params), _wording(pack, params, common))
    return None


def _wording(pack: UUID, params: Mapping[str, Value], common: UUID | None) -> Wording:
    loaded = parts_of([pack, *([common] if common else [])])
    return Wording(Catalogue.of(loaded[pack], loaded[common] if common else None), params)


def _shown(rule: Rule, words: Wording) -> Shown:
    return Shown(
        row=rule.row,
        key=rule.key,
        code=rule.code,
        clause=rule.clause_label,
        title=titled(rule.title, rule.title_en),
        kind=rule.kind,
        kind_label=str(KIND[rule.kind]),
        area=str(Area(rule.area).label),
        domain=str(Domain(rule.domain).label),
        per=_per(rule.per),
        applies=words.formula(rule.applies),
        have=words.formula(rule.have) if rule.have else "",
        need=f"{SIGN[rule.op]} {words.formula(rule.need)} {rule.unit}".strip() if rule.need else "",
        register=words.register(rule.register) if rule.register else "",
        cadence=cadence_words(rule.cadence) if rule.cadence else "",
        amount=_amount(rule, words),
        condition=words.condition(rule.where, rule.register) if rule.where else "",
        text=rule.text,
        rows=rule.rows,
    )


def _amount(rule: Rule, words: Wording) -> str:
    """What a duty asks for: so many records, so much, so many different ones."""
    if rule.at_least is None:
        return ""
    amount = f"≥ {words.formula(rule.at_least)} {rule.unit}".strip()
    if not rule.distinct:
        return amount
    field = words.field(rule.distinct, rule.register)
    return _("different values of “%(field)s” %(amount)s") % {"field": field, "amount": amount}


def _per(kind: str) -> str:
    return str(SUBJECT[kind]) if kind else ""


SUBJECT: dict[str, StrOrPromise] = {
    "class": pgettext_lazy("subject", "each class"),
    "stage": pgettext_lazy("subject", "each stage"),
    "building": pgettext_lazy("subject", "each building"),
    "dormitory": pgettext_lazy("subject", "each dormitory"),
    "place": pgettext_lazy("subject", "each place"),
    "vehicle": pgettext_lazy("subject", "each vehicle"),
    "camera": pgettext_lazy("subject", "each camera"),
    "post": pgettext_lazy("subject", "each post"),
}
