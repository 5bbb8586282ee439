"""Cells of facts and fields: headings and choices for the template, text of a cell into a value."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.foundation.sheets.public import Column, as_day, as_number, as_whole, as_yes

from ..fields import Field
from ..register_queries import label_of
from ..wording import english, title_of

if TYPE_CHECKING:
    from anyuan.rules.policy.public import FactDef

UNKNOWN = ("未知", "不详", "unknown")
"""Written into a cell these take a fact back: it is unknown again."""


def fact_column(fact: FactDef) -> Column:
    title = title_of(fact) + (f"（{fact.unit}）" if fact.unit else "")
    return Column(
        fact.key,
        title,
        note=fact.question,
        choices=_choices(fact.type == "boolean", [_choice(c) for c in fact.choices]),
        aliases=(fact.key, fact.title, fact.title_en),
        width=18,
    )


def field_column(field: Field) -> Column:
    labels = [c.label_en if english() and c.label_en else c.label for c in field.choices]
    return Column(
        field.key,
        label_of(field),
        required=field.required,
        note=_("A day such as 2026-11-21") if field.kind == "day" else "",
        choices=_choices(field.kind == "yes-no", labels),
        aliases=(field.key, field.label, field.label_en),
        width=max(12, min(40, field.longest // 8)),
    )


def _choices(yes_no: bool, labels: list[str]) -> list[str]:
    return [_("yes"), _("no")] if yes_no else labels


def _choice(choice: dict[str, str]) -> str:
    return choice["label_en"] if english() and choice.get("label_en") else choice["label"]


def fact_of_cell(fact: FactDef, text: str) -> object:
    """The value a cell declares; None for "unknown". Raises :class:`Invalid`."""
    if text.strip().casefold() in UNKNOWN:
        return None
    if fact.type == "number":
        return as_number(text)
    if fact.type == "boolean":
        return as_yes(text)
    if fact.type == "date":
        return as_day(text)
    for choice in fact.choices:
        if text.strip() in (choice["code"], choice["label"], choice.get("label_en")):
            return choice["code"]
    return text


def field_of_cell(field: Field, text: str) -> object:
    """What a register's field gets of a cell; None when it is empty. Raises :class:`Invalid`."""
    if not text.strip():
        return None
    if field.kind == "integer":
        return as_whole(text)
    if field.kind == "number":
        return as_number(text)
    if field.kind == "yes-no":
        return as_yes(text)
    if field.kind == "day":
        return as_day(text)
    for choice in field.choices:
        if text.strip() in (choice.code, choice.label, choice.label_en):
            return choice.code
    return text


def moment_of_cell(text: str) -> datetime:
    """An instant of ``2026-11-21 10:30`` (Shanghai); a bare day is noon. Raises :class:`Invalid`."""
    day = as_day(text)
    if day is None:
        raise Invalid(_("This must be filled in."))
    words = text.replace("T", " ").split()
    try:
        hour = datetime.strptime(words[1][:5], "%H:%M").time() if len(words) > 1 else None  # noqa: DTZ007
    except ValueError as error:
        raise Invalid(_("“%(text)s” is no time. Write it like 2026-11-21 10:30.") % {"text": text}) from error
    at = datetime(day.year, day.month, day.day, 12, tzinfo=clock.SHANGHAI)
    return at if hour is None else at.replace(hour=hour.hour, minute=hour.minute)
