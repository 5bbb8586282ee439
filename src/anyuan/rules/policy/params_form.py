"""The form that sets a param for a region, and how values are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit, UnitKind
from anyuan.foundation.ui.public import BaseForm, DayInput, Request

from .catalogue import value_of
from .labels import value_words
from .permits import POLICY_TUNE
from .words import titled

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .defs import ParamDef
    from .expressions import Value
    from .regions import ParamSetting

_REGIONS = (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY)
STRICTER: dict[str, StrOrPromise] = {
    "higher": _("A region below may only set a higher or stricter value."),
    "lower": _("A region below may only set a lower value."),
    "none": _("Neither side asks more; a region below may choose."),
}


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A param with its value in words and who set it."""

    key: str
    title: str
    value: str
    default: str
    limits: str
    stricter: str
    county: bool
    setter: str
    basis: str


def shown_value(param: ParamDef, value: object) -> str:
    return value_words(param, value_of(param.type, value))


def setting_line(setting: ParamSetting) -> SettingLine:
    param, override = setting.param, setting.override
    ends = [value_words(param, v) for v in (param.least, param.most) if v is not None]
    return SettingLine(
        key=param.key,
        title=titled(param.title, param.title_en),
        value=value_words(param, setting.value),
        default=value_words(param, param.default),
        limits="–".join(ends),
        stricter=str(STRICTER[param.stricter]),
        county=param.county,
        setter=override.unit.name if override else "",
        basis=override.basis if override else "",
    )


def tuned_units(request: Request) -> list[Unit]:
    """The counties, cities and provinces for which the actor may set params."""
    ids = {g.unit_id for g in request.actor.grants_for(POLICY_TUNE) if g.unit_id}
    rows = Unit.objects.visible_to(request.actor).filter(pk__in=ids, kind__in=_REGIONS)
    return list(rows.order_by("path"))


class ParamForm(BaseForm):
    """Where, to what, from when, and on which basis a param is set."""

    unit = forms.ChoiceField(label=_("Region"))
    starts = forms.DateField(label=pgettext_lazy("value", "First day"), widget=DayInput())
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("The paper or decision this rests on.")
    )

    def __init__(self, request: Request, setting: ParamSetting, units: list[Unit]) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self._param = setting.param
        self.fields["unit"].choices = [(str(u.pk), u.name) for u in units]  # type: ignore[attr-defined]
        self.fields["value"].initial = _written(setting.value)
        self.fields["starts"].initial = clock.today()
        self.order_fields(["unit", "value", "starts", "basis"])

    def wanted(self) -> Value:
        """The value that was entered, in the param's type."""
        entered = self.cleaned_data["value"]
        return entered == "yes" if self._param.type == "boolean" else entered  # type: ignore[no-any-return]


def param_form(request: Request, setting: ParamSetting, units: list[Unit]) -> ParamForm:
    """The form with the value's own field, dressed like the others because it belongs to the class."""
    kind: type[ParamForm] = type("OneParamForm", (ParamForm,), {"value": _value_field(setting.param)})
    return kind(request, setting, units)


def _written(value: Value) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _value_field(param: ParamDef) -> forms.Field:
    label = titled(param.title, param.title_en)
    if param.type == "boolean":
        return forms.ChoiceField(label=label, choices=[("yes", _("Yes")), ("no", _("No"))])
    if param.choices:
        choices = [(c["code"], titled(c["label"], c["label_en"])) for c in param.choices]
        return forms.ChoiceField(label=label, choices=choices)
    if param.type == "number":
        return forms.FloatField(label=label, min_value=param.least, max_value=param.most)
    if param.type == "date":
        return forms.DateField(label=label, widget=DayInput())
    return forms.CharField(label=label, max_length=100)
