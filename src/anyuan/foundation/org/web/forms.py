"""The forms of the room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.ui.public import BaseForm, Choices, Words

from ..catalogue import Boarding, Domain, Function, Ownership, PlaceKind, Setting, UnitKind, UnitType
from ..models import Campus, Unit

_EMPTY = [("", "—")]


class DayForm(BaseForm):
    """A form whose change takes effect on a day, today unless said otherwise."""

    day = forms.DateField(label=gettext_lazy("With effect from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"day": clock.today(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class FactsForm(BaseForm):
    """Facts of a unit. A department shows its function, a school the rest."""

    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=40, required=False)
    unit_type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    function = forms.ChoiceField(label=gettext_lazy("Function of a department"), required=False)
    ownership = forms.ChoiceField(label=gettext_lazy("Ownership"), required=False)
    boarding = forms.ChoiceField(label=gettext_lazy("Boarding"), required=False)
    setting = forms.ChoiceField(label=gettext_lazy("Urban or rural"), required=False)
    pupils = forms.IntegerField(label=gettext_lazy("Pupils"), min_value=0, required=False)
    staff = forms.IntegerField(label=gettext_lazy("Staff"), min_value=0, required=False)
    adults_on_site = forms.IntegerField(
        label=gettext_lazy("Adults on site"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("1 at a teaching point with one teacher."),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), required=False)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), required=False)
    opened_on = forms.DateField(label=gettext_lazy("Opened on"), required=False)

    _OF_SCHOOLS = ("unit_type", "ownership", "boarding", "setting", "pupils", "staff", "adults_on_site")

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists: dict[str, list[tuple[str, Any]]] = {
            "unit_type": UnitType.choices, "function": Function.choices, "ownership": Ownership.choices,
            "boarding": Boarding.choices, "setting": Setting.choices,
        }  # fmt: skip
        for name, choices in lists.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*_EMPTY, *choices]
        gone = () if kind == UnitKind.SCHOOL else self._OF_SCHOOLS
        for name in (*gone, *(() if kind == UnitKind.DEPARTMENT else ("function",))):
            del self.fields[name]


class NewUnitForm(FactsForm):
    """A new unit of one kind."""

    name = forms.CharField(label=gettext_lazy("Name of the unit"), max_length=100)
    code = forms.CharField(label=gettext_lazy("Official code"), max_length=20, required=False)
    field_order = ["name", "code", "unit_type", "function", "short_name"]

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, *args, **kwargs)
        if kind == UnitKind.SCHOOL:
            self.fields["unit_type"].required = True
            self.fields["code"].label = _("School code")
            self.fields["code"].help_text = _("Ten digits.")
        if kind == UnitKind.DEPARTMENT:
            self.fields["function"].required = True
        if kind in (UnitKind.DEPARTMENT, UnitKind.DISTRICT):
            del self.fields["code"]


class RenameForm(DayForm):
    """Another name from a day on."""

    name = forms.CharField(label=gettext_lazy("New name"), max_length=100)
    short_name = forms.CharField(label=gettext_lazy("Short name"), max_length=40, required=False)
    field_order = ["name", "short_name", "day"]


class CodeForm(BaseForm):
    """Another official code."""

    code = forms.CharField(label=gettext_lazy("Official code"), max_length=20, required=False)


class TargetForm(BaseForm):
    """Where a unit goes."""

    parent = forms.ChoiceField(label=gettext_lazy("Unit above"))

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "parent", [("", _("Choose …")), *choices])


class MergeForm(DayForm):
    """Into which unit, and what becomes of the grounds."""

    into = forms.ChoiceField(label=gettext_lazy("Merge into"))
    keep_grounds = forms.BooleanField(
        label=gettext_lazy("The grounds stay in use as a campus; its places go on being inspected"),
        required=False,
        initial=True,
    )
    field_order = ["into", "day", "keep_grounds"]

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "into", [("", _("Choose …")), *choices])


class CloseForm(DayForm):
    """Why a unit closes."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, widget=Words())


class CampusForm(BaseForm):
    """One of several grounds."""

    name = forms.CharField(label=gettext_lazy("Name of the campus"), max_length=60)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), required=False)
    latitude = forms.FloatField(label=gettext_lazy("Latitude"), required=False)


class PlaceForm(BaseForm):
    """An inspection point."""

    name = forms.CharField(label=gettext_lazy("Name of the place"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of place"), initial=PlaceKind.OTHER)
    campus = forms.ChoiceField(label=gettext_lazy("Campus"), required=False)
    order = forms.IntegerField(label=gettext_lazy("Order on the round"), required=False, min_value=0)
    on_round = forms.BooleanField(label=gettext_lazy("On the daily round"), required=False, initial=True)

    def __init__(self, campuses: list[Campus], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, "kind", PlaceKind.choices)
        if campuses:
            _fill(self, "campus", [*_EMPTY, *((str(c.pk), c.name) for c in campuses)])
        else:
            del self.fields["campus"]


class PersonForm(BaseForm):
    """Somebody's name and number."""

    name = forms.CharField(label=gettext_lazy("Name of the person"), max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("Mobile number"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Also the login."),
    )


class PostForm(BaseForm):
    """A post somebody takes up."""

    post = forms.ChoiceField(label=gettext_lazy("Post"))
    deputy = forms.ChoiceField(
        label=gettext_lazy("Holder or deputy"),
        choices=[("", gettext_lazy("Holder (role A)")), ("1", gettext_lazy("Deputy (role B)"))],
        required=False,
        widget=Choices(),
    )
    starts = forms.DateField(label=gettext_lazy("From"))
    last = forms.DateField(label=gettext_lazy("Last day of the post"), required=False)
    domains = forms.MultipleChoiceField(
        label=gettext_lazy("Domains of work"),
        choices=Domain.choices,
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
        help_text=gettext_lazy(
            "Only for department officers; none chosen: all that belong to the department."
        ),
    )

    def __init__(self, posts: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"starts": clock.today(), "deputy": "", **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        _fill(self, "post", posts)
        if "department-officer" not in dict(posts):
            del self.fields["domains"]

    @property
    def ends(self) -> Any:
        """The first day after the post (half-open), or None."""
        last = self.cleaned_data.get("last")
        return last + timedelta(days=1) if last else None


VACANT = "-"


class HeirForm(DayForm):
    """Who takes over the open tasks: somebody must be named, or the post said to be vacant."""

    successor = forms.ChoiceField(
        label=gettext_lazy("Who takes over the open tasks"),
        help_text=gettext_lazy("Vacant: open tasks go back to those who gave them."),
    )

    def __init__(self, people: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose …")), *people, (VACANT, _("Nobody: the post is vacant"))]
        _fill(self, "successor", choices)


class TransferForm(HeirForm):
    """To which unit, and on which post there."""

    target = forms.ChoiceField(label=gettext_lazy("To the unit"))
    post = forms.ChoiceField(label=gettext_lazy("Post there"), required=False)
    field_order = ["target", "post", "day", "successor"]

    def __init__(
        self, units: list[tuple[str, str]], posts: list[tuple[str, Any]], people: list[tuple[str, str]],
        *args: Any, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(people, *args, **kwargs)
        _fill(self, "target", [("", _("Choose …")), *units])
        _fill(self, "post", [*_EMPTY, *posts])


class CalendarDayForm(BaseForm):
    """A day that is not what its weekday says."""

    day = forms.DateField(label=gettext_lazy("Day"))
    working = forms.ChoiceField(
        label=gettext_lazy("Off or working"),
        choices=[("", gettext_lazy("A day off")), ("1", gettext_lazy("A working day"))],
        required=False,
        initial="",
        widget=Choices(),
    )
    name = forms.CharField(label=gettext_lazy("Holiday or reason"), max_length=60, required=False)


class TermForm(BaseForm):
    """A school term by its first and last day."""

    name = forms.CharField(label=gettext_lazy("Name of the term"), max_length=60)
    starts = forms.DateField(label=gettext_lazy("First day of term"))
    last = forms.DateField(label=gettext_lazy("Last day of term"))


class UploadForm(BaseForm):
    """A workbook to look through."""

    file = forms.FileField(
        label=gettext_lazy("Excel file"),
        widget=forms.FileInput({"accept": ".xlsx,.xls"}),
        help_text=gettext_lazy("At most 20 MB and 100,000 rows."),
    )
    full = forms.BooleanField(
        label=gettext_lazy("The file names all holidays and make-up days of its years"), required=False
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != "days":
            del self.fields["full"]


def facts_of(unit: Unit) -> dict[str, object]:
    """The initial values of :class:`FactsForm`."""
    return {name: getattr(unit, name) for name in FactsForm.base_fields}


def _fill(form: forms.Form, name: str, choices: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
