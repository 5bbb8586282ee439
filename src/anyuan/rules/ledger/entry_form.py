"""The form of a new record, made from the fields of its register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.foundation.ui.public import BaseForm, Choices, DayInput, ManyChoices, MomentInput, Words

from .deriving import FIELD_TYPES
from .fields import Field
from .models import Record, Subject
from .register_queries import label_of
from .registers import Definition
from .states import SubjectKind
from .wording import english

PREFIX = "f_"
"""Before the keys of the register's fields, so that none meets a field of the form itself."""
_AS_BUTTONS = 6
_LONG = 200


class EntryForm(BaseForm):
    """When, about what, and what the register asks for; see :func:`entry_form`."""

    definition: ClassVar[Definition]

    def data_of_record(self) -> dict[str, object]:
        """What the record holds; what was left empty is absent."""
        found = {
            f.key: self.cleaned_data.get(PREFIX + f.key)
            for f in self.definition.fields
            if f.kind in FIELD_TYPES
        }
        return {key: value for key, value in found.items() if value not in (None, "")}

    def occurred_at(self) -> datetime:
        """The chosen minute; the running one means now, not a moment that is still to come."""
        chosen: datetime = self.cleaned_data["occurred_at"]
        now = clock.now()
        return now if chosen.replace(second=0) == now.replace(second=0, microsecond=0) else chosen


def entry_form(definition: Definition, subjects: Sequence[Subject]) -> type[EntryForm]:
    """The form class of a register's newest version; ``subjects`` are what a record may be about."""
    own: dict[str, forms.Field] = {}
    if definition.subject in SubjectKind.values:
        own["subjects"] = _subject_field(definition, subjects)
    own |= {PREFIX + f.key: form_field(f) for f in definition.fields if f.kind in FIELD_TYPES}
    own["occurred_at"] = forms.DateTimeField(label=_("Done at"), widget=MomentInput())
    own["stands_for"] = forms.DateField(
        label=_("Made up for the day"),
        required=False,
        widget=DayInput(),
        help_text=_("Only when it was missed and done later: the day it was due. It stays marked as late."),
    )
    return type("RegisterForm", (EntryForm,), {**own, "definition": definition})


def correction_form(
    definition: Definition, subjects: Sequence[Subject], files: Sequence[tuple[str, str]]
) -> type[EntryForm]:
    """The form class that corrects an entry. ``files``: id and name of each file it has."""
    base = entry_form(definition, subjects)
    own: dict[str, forms.Field] = {}
    if definition.subject in SubjectKind.values:
        choices = [(str(s.pk), s.name) for s in subjects]
        own["subjects"] = forms.ChoiceField(
            label=str(SubjectKind(definition.subject).label), choices=[("", _("Please choose")), *choices]
        )
    own["keep"] = forms.MultipleChoiceField(choices=list(files), required=False)
    own["reason"] = forms.CharField(label=_("Why it is corrected"), max_length=200, widget=Words(rows=2))
    return type("CorrectionForm", (base,), {**own, "definition": definition})


def entered(record: Record) -> dict[str, object]:
    """What a record holds, as the initial values of the form that corrects it."""
    said: dict[str, object] = {PREFIX + key: _typed(value) for key, value in record.data.items()}
    return {
        **said,
        "occurred_at": record.occurred_at.astimezone(clock.SHANGHAI).replace(second=0, microsecond=0),
        "stands_for": record.stands_for,
        "subjects": str(record.subject_id or ""),
    }


def _typed(value: object) -> object:
    """A value as somebody would type it: five minutes are 5."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return int(value) if isinstance(value, float) and value.is_integer() else value


def renamed(error: Invalid) -> Invalid:
    """The same refusal with the register's fields named as the form names them."""
    own = {"occurred_at", "stands_for", "attachments", "reason"}
    names: Mapping[str, str] = {"subject": "subjects", "place": "subjects"}
    fields = {
        key if key in own else names.get(key, PREFIX + key.split(".")[0]): texts
        for key, texts in error.fields.items()
    }
    return Invalid(error.message, fields)


def _subject_field(definition: Definition, subjects: Sequence[Subject]) -> forms.Field:
    """One of them where a photo belongs to the record; otherwise any number, a record each."""
    label = str(SubjectKind(definition.subject).label)
    choices = [(str(s.pk), s.name) for s in subjects]
    if definition.needs_evidence or len(choices) > 60:
        return forms.ChoiceField(label=label, choices=[("", _("Please choose")), *choices])
    return forms.MultipleChoiceField(label=label, choices=choices, widget=ManyChoices())


def form_field(field: Field) -> forms.Field:
    """The form field of a register's field."""
    shared: dict[str, Any] = {"label": label_of(field), "required": field.required}
    if field.kind == "integer":
        return whole_number(field.least, field.most, **shared)
    if field.kind == "number":
        return forms.FloatField(min_value=field.least, max_value=field.most, **shared)
    if field.kind == "yes-no":
        return forms.TypedChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))],
            coerce=lambda text: text == "yes",
            empty_value=None,
            widget=Choices(),
            **shared,
        )
    if field.kind == "day":
        return forms.DateField(widget=DayInput(), **shared)
    if field.kind == "choice":
        return _choice_field(field, shared)
    widget = Words(rows=3) if field.longest > _LONG else None
    return forms.CharField(max_length=field.longest, widget=widget, **shared)


def _choice_field(field: Field, shared: dict[str, Any]) -> forms.Field:
    choices = [(c.code, c.label_en if english() and c.label_en else c.label) for c in field.choices]
    if len(choices) <= _AS_BUTTONS:
        return forms.ChoiceField(choices=choices, widget=Choices(), **shared)
    return forms.ChoiceField(choices=[("", _("Please choose")), *choices], **shared)


def whole_number(least: float | None, most: float | None, **shared: Any) -> forms.IntegerField:
    """A field the browser takes whole numbers in only, with a phone's digits."""
    widget = forms.NumberInput({"step": 1, "inputmode": "numeric"})
    return forms.IntegerField(min_value=_whole(least), max_value=_whole(most), widget=widget, **shared)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
