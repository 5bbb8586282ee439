"""What a list, an export or a cockpit number asks for: the filters of an address, and back into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import Actor, Invalid
from anyuan.foundation.org.public import Domain, Place, Unit
from anyuan.foundation.org.public import place as place_of
from anyuan.foundation.org.public import unit as unit_of
from anyuan.foundation.ui.public import BaseForm

from .. import permits
from ..public import TABS, Filters, Grade, Source, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TAB_NAMES: dict[str, StrOrPromise] = {
    "open": pgettext_lazy("hazard tab", "Open"),
    "to-rectify": pgettext_lazy("hazard tab", "To rectify"),
    "to-accept": pgettext_lazy("hazard tab", "To accept"),
    "late": pgettext_lazy("hazard tab", "Late"),
    "major": pgettext_lazy("hazard tab", "Major"),
    "to-judge": pgettext_lazy("hazard tab", "To judge"),
    "closed": pgettext_lazy("hazard tab", "Closed"),
    "dismissed": pgettext_lazy("hazard tab", "Dismissed"),
    "all": pgettext_lazy("hazard tab", "All"),
}

FLAGS: dict[str, StrOrPromise] = {
    "mine": _("About me"),
    "late": _("Late"),
    "listed": _("Listed now"),
    "recurring": _("Recurring"),
    "handed_over": _("Handed over"),
    "on_the_spot": _("Fixed on the spot"),
    "counted": _("Without those dismissed"),
    "alone": _("Without units below"),
}
DAYS: dict[str, StrOrPromise] = {
    "found_from": _("Found from"),
    "found_to": _("Found until"),
    "closed_from": _("Closed from"),
    "closed_to": _("Closed until"),
}
_CHOICES = ("state", "grade", "domain", "source")


class _Labelled(Protocol):
    @property
    def choices(self) -> list[tuple[str, StrOrPromise]]: ...


def _choice(label: StrOrPromise, empty: StrOrPromise, kinds: _Labelled) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", empty), *kinds.choices])


class FilterForm(BaseForm):
    """The filters of the list. Whatever stands in the address can be sent to a colleague."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Search title, place, number")}),
    )
    state = _choice(_("State"), _("Every state"), State)
    grade = _choice(_("Grade"), _("Every grade"), Grade)
    domain = _choice(_("Domain of work"), _("Every domain"), Domain)
    source = _choice(_("Source"), _("Every source"), Source)
    late = forms.BooleanField(label=FLAGS["late"], required=False)
    mine = forms.BooleanField(label=FLAGS["mine"], required=False)
    listed = forms.BooleanField(label=FLAGS["listed"], required=False)
    recurring = forms.BooleanField(label=FLAGS["recurring"], required=False)
    handed_over = forms.BooleanField(label=FLAGS["handed_over"], required=False)
    on_the_spot = forms.BooleanField(label=FLAGS["on_the_spot"], required=False)
    counted = forms.BooleanField(label=FLAGS["counted"], required=False)
    alone = forms.BooleanField(label=FLAGS["alone"], required=False)
    in_time = forms.TypedChoiceField(
        label=_("Rectified in time"),
        required=False,
        choices=[("", "—"), ("1", _("in time")), ("0", _("too late"))],
        coerce=lambda text: text == "1",
        empty_value=None,
    )
    found_from = forms.DateField(label=DAYS["found_from"], required=False)
    found_to = forms.DateField(label=DAYS["found_to"], required=False)
    closed_from = forms.DateField(label=DAYS["closed_from"], required=False)
    closed_to = forms.DateField(label=DAYS["closed_to"], required=False)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: what it says, and the query values that lift it when taken away."""

    text: str
    names: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one address with the things they name. ``place`` is the row, where one is chosen."""

    form: FilterForm
    filters: Filters
    order: str
    query: QueryDict
    place: Place | None = None

    def chips(self) -> list[Chip]:
        """What is filtered, one by one, each with the address that goes on without it."""
        found: list[tuple[str, str]] = []
        filters = self.filters
        if filters.unit is not None:
            found.append(("unit", filters.unit.title))
        if self.place is not None:
            found.append(("place", self.place.name))
        if filters.text:
            found.append(("q", f"“{filters.text}”"))
        found += [(n, str(label)) for n in _CHOICES if (label := self._label(n))]
        found += [(n, str(label)) for n, label in FLAGS.items() if getattr(filters, n)]
        found += [(n, f"{label} {d.isoformat()}") for n, label in DAYS.items() if (d := getattr(filters, n))]
        if filters.in_time is not None:
            found.append(("in_time", gettext("in time") if filters.in_time else gettext("too late")))
        return [Chip(text, (name,), self.without(name)) for name, text in found]

    def _label(self, name: str) -> StrOrPromise:
        field = self.form.fields[name]
        assert isinstance(field, forms.ChoiceField)
        chosen = getattr(self.filters, name)
        return dict(_flat(field.choices)).get(chosen, "") if chosen else ""

    def without(self, *names: str) -> str:
        """This query with ``names`` (and the place in the pages) taken out."""
        query = self.query.copy()
        for name in (*names, "after"):
            query.pop(name, None)
        return query.urlencode()

    def in_words(self) -> str:
        """The tab and every filter, as the heading of an export says it."""
        return "，".join([str(TAB_NAMES[self.filters.tab]), *(chip.text for chip in self.chips())])


def _flat(choices: Any) -> list[tuple[str, StrOrPromise]]:
    return [(str(value), label) for value, label in choices]


def asked(actor: Actor, query: QueryDict) -> Asked:
    """Read an address. Raises ``Invalid`` for what cannot be, ``NotFound`` for a unit out of sight."""
    form = FilterForm(query)
    if not form.is_valid():
        raise Invalid(gettext("This list asks for something that does not exist. Take the filters off."))
    data = form.cleaned_data
    tab = query.get("tab", "open")
    unit: Unit | None = unit_of(actor, str(query["unit"])) if query.get("unit") else None
    place = place_of(actor, str(query["place"])) if query.get("place") else None
    filters = Filters(
        tab=tab if tab in TABS else "open",
        unit=unit,
        place=_key(place),
        text=data["q"],
        in_time=data["in_time"],
        **{name: data[name] for name in (*_CHOICES, *FLAGS, *DAYS)},
    )
    order = query.get("order", "")
    return Asked(form, filters, order if order in {"due", "new"} else _order_of(filters.tab), query, place)


def _key(place: Place | None) -> UUID | None:
    return place.pk if place is not None else None


def _order_of(tab: str) -> str:
    """What is open is read by its deadline, what is over from the newest on."""
    return "new" if tab in {"closed", "dismissed", "all"} else "due"


def tabs_for(actor: Actor) -> list[str]:
    """The tabs to show: judging is a tab of those who judge."""
    return [t for t in TABS if t != "to-judge" or actor.may_somewhere(permits.JUDGE)]
