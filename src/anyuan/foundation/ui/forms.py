"""Forms in the house style: Tabler's classes, our field layout, phone-friendly widgets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .widgets import drawn

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.HiddenInput, ""),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
]


class Renderer(TemplatesSetting):
    """Django's FORM_RENDERER: every form and field of the site looks the same."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        return drawn(template_name, context) or SafeString(super().render(template_name, context, request))


class DayInput(forms.DateInput):
    """A calendar day, picked with the phone's own picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and time, picked with the phone's own picker (Shanghai time)."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Words(forms.Textarea):
    """Text of some lines; grows as one types."""

    def __init__(self, attrs: dict[str, Any] | None = None, rows: int = 3) -> None:
        super().__init__({"rows": rows, "data-grow": "", **(attrs or {})})


class Choices(forms.RadioSelect):
    """A few choices as large buttons side by side: one tap each."""

    template_name = "ui/forms/choices.html"


class ManyChoices(forms.CheckboxSelectMultiple):
    """Several of a few choices, as large buttons."""

    template_name = "ui/forms/choices.html"


class BaseForm(forms.Form):
    """The form every page uses. Dates and long text get our widgets, every widget its class.

    The label says when a field may stay empty; errors stand at their field and are announced.
    """

    use_required_attribute = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Fill this in.")
            _use_our_picker(field)
            _dress(field.widget)


def _use_our_picker(field: forms.Field) -> None:
    attrs = field.widget.attrs
    if type(field.widget) is forms.DateInput:
        field.widget = DayInput(attrs)
    elif type(field.widget) is forms.DateTimeInput:
        field.widget = MomentInput(attrs)
    field.widget.is_required = field.required


def _dress(widget: forms.Widget) -> None:
    """Give the widget its Tabler class, beside any it has."""
    name = next(name for kind, name in _CLASSES if isinstance(widget, kind))
    if isinstance(widget, Choices | ManyChoices):
        name = "form-selectgroup-input"
    own = widget.attrs.get("class", "")
    if name and name not in own.split():
        widget.attrs["class"] = f"{own} {name}".strip()
