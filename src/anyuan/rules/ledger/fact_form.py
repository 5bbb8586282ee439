"""The form of the facts page: a field per fact somebody declares, filled with what was declared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.ui.public import BaseForm, Choices, DayInput

from .entry_form import whole_number
from .fact_queries import FactLine, Standing
from .wording import english


class FactForm(BaseForm):
    """Values by fact key; ``seen`` is when the page was shown."""

    seen = forms.CharField(widget=forms.HiddenInput())
    valid_from = forms.DateField(
        label=gettext_lazy("It holds since"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy(
            "Empty: today. An earlier day corrects the past; the trail keeps what stood there."
        ),
    )

    def changed(self, lines: Sequence[FactLine]) -> dict[str, object]:
        """What differs from what was declared; an emptied field changes nothing."""
        found: dict[str, object] = {}
        for line in editable(lines):
            value = self.cleaned_data.get(line.key)
            if value in (None, "") or _same(value, line.said.value if line.said else None):
                continue
            found[line.key] = value
        return found

    def seen_at(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None


def editable(lines: Sequence[FactLine]) -> list[FactLine]:
    """The facts the reader declares: not what a register or the unit's own data already says."""
    return [
        line
        for line in lines
        if line.may_declare and not line.counted and (line.declared or line.value is None)
    ]


def fact_form(lines: Sequence[FactLine]) -> type[FactForm]:
    """The form class for these facts."""
    own: dict[str, forms.Field] = {line.key: _field(line) for line in editable(lines)}
    return type("DeclareForm", (FactForm,), dict(own))


def to_confirm(lines: Sequence[FactLine]) -> list[str]:
    """The declared facts that ran out or soon will."""
    return [
        line.key
        for line in editable(lines)
        if line.said is not None and line.standing in (Standing.EXPIRED, Standing.SOON)
    ]


def _field(line: FactLine) -> forms.Field:
    fact = line.definition
    shared: dict[str, Any] = {
        "label": line.title,
        "required": False,
        "initial": line.said.value if line.said else None,
    }
    if fact.type == "number" and fact.whole:
        return whole_number(fact.least, fact.most, **shared)
    if fact.type == "number":
        return forms.FloatField(min_value=fact.least, max_value=fact.most, **shared)
    if fact.type == "boolean":
        initial = shared.pop("initial")
        return forms.TypedChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda text: text == "yes",
            empty_value=None,
            widget=Choices(),
            initial=None if initial is None else "yes" if initial else "no",
            **shared,
        )
    if fact.type == "date":
        return forms.DateField(widget=DayInput(), **shared)
    if fact.choices:
        choices = [(c["code"], c["label_en"] if english() else c["label"]) for c in fact.choices]
        return forms.ChoiceField(choices=[("", _("Please choose")), *choices], **shared)
    return forms.CharField(max_length=200, **shared)


def _same(value: object, said: object) -> bool:
    if isinstance(value, bool) or isinstance(said, bool):
        return value is said
    return value == said or str(value) == str(said)
